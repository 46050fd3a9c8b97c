#include "hourglass/autograd/kernels/blas.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

extern "C" char* openblas_get_corename();

namespace hourglass::testing { namespace {

constexpr Processor nothing{}, avx2{.avx2 = true}, avx512{.avx512 = true, .avx2 = true};

TEST(BlasCore, IsChosenAgainWhereTheProcessorCanDoMore) {
  EXPECT_EQ(better_blas_core("Prescott", avx512), "SkylakeX");
  EXPECT_EQ(better_blas_core("Prescott", avx2), "Haswell");
  EXPECT_EQ(better_blas_core("Haswell", avx512), "SkylakeX");
  EXPECT_EQ(better_blas_core("Zen", avx512), "SkylakeX");
  EXPECT_EQ(better_blas_core("Nehalem", avx2), "Haswell");
}

TEST(BlasCore, StaysWhereItIsRight) {
  EXPECT_EQ(better_blas_core("Haswell", avx2), "");
  EXPECT_EQ(better_blas_core("Zen", avx2), "");
  EXPECT_EQ(better_blas_core("SkylakeX", avx512), "");
  EXPECT_EQ(better_blas_core("SkylakeX", nothing), "");
  EXPECT_EQ(better_blas_core("Cooperlake", avx512), "");
  EXPECT_EQ(better_blas_core("Prescott", nothing), "");
}

/// Whether a product is what it is by the definition.
::testing::AssertionResult multiplies_right() {
  const Tensor a = random_tensor({70, 130}, 1), b = random_tensor({130, 90}, 2);
  Tensor c = filled({70, 90}), expected = filled({70, 90});
  for (std::size_t i = 0; i < 70; ++i)
    for (std::size_t j = 0; j < 90; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < 130; ++k) sum += double(a(i, k)) * b(k, j);
      expected(i, j) = static_cast<Scalar>(sum);
    }
  gemm(a, b, c);
  return is_near(c, expected, 130 * epsilon);  // sums of 130 products below 1
}

#if defined(__x86_64__)  // the kernels that it names are for these processors
TEST(BlasCore, CanBeSwitchedWhileProductsStayRight) {
  const std::string original = blas_core();
  std::vector<std::string> cores = {"Prescott"};
  if (this_processor().avx2) cores.push_back("Haswell");
  if (this_processor().avx512) cores.push_back("SkylakeX");
  for (const std::string& core : cores) {
    switch_blas_core(core);
    EXPECT_EQ(blas_core(), core);
    EXPECT_TRUE(multiplies_right()) << core;
  }
  switch_blas_core(original);
  EXPECT_EQ(blas_core(), original);
  EXPECT_TRUE(multiplies_right()) << original;
}
#endif

TEST(BlasCore, LeavesTheEnvironmentAsItWas) {
  const std::string original = blas_core();
  const char* set = std::getenv("OPENBLAS_CORETYPE");
  const std::string before = set ? set : "unset";
  switch_blas_core("Prescott");
  const char* after = std::getenv("OPENBLAS_CORETYPE");
  EXPECT_EQ(after ? after : "unset", before);
  switch_blas_core(original);
}

// In a process of its own, since the guard runs once in each.
TEST(BlasCoreDeathTest, IsTheUsersChoiceWhereThereIsOne) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        const std::string chosen = openblas_get_corename();
        setenv("OPENBLAS_CORETYPE", chosen.c_str(), 1);
        std::exit(blas_core() == chosen ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(BlasCoreDeathTest, IsTheBestThatTheProcessorHasWhereTheUserMadeNoChoice) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        unsetenv("OPENBLAS_CORETYPE");
        std::exit(better_blas_core(blas_core(), this_processor()).empty() ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(Threads, AreAsManyAsAsked) {
  const int before = threads();
  for (int count : {1, 2, 1}) {
    set_threads(count);
    EXPECT_EQ(threads(), count);
    EXPECT_TRUE(multiplies_right()) << count << " threads";
  }
  set_threads(before);
}

TEST(Threads, DoEachPieceOfWorkOnce) {
  std::vector<int> done(37);
  run_in_parallel(done.size(), [&](std::size_t i) {
    ++done[i];
    EXPECT_TRUE(multiplies_right());
  });
  EXPECT_EQ(done, std::vector<int>(37, 1));
}

TEST(Threads, PassOnTheFirstFailure) {
  const auto fail_from_the_third = [](std::size_t i) {
    if (i >= 2) throw Error("piece " + std::to_string(i));
  };
  EXPECT_EQ(message_of<Error>([&] { run_in_parallel(8, fail_from_the_third); }), "piece 2");
}

}  // namespace
}  // namespace hourglass::testing
