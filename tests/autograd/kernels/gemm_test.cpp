#include "hourglass/autograd/kernels/gemm.hpp"

#include <gtest/gtest.h>

#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

double element(const Factor& factor, std::size_t row, std::size_t column) {
  return factor.transposed ? factor.data[column * factor.stored_columns + row]
                           : factor.data[row * factor.stored_columns + column];
}

/// start + a b, by the definition.
Tensor naive(const Factor& a, const Factor& b, const Tensor& start) {
  Tensor c = start;
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < b.columns(); ++j) {
      double sum = start(i, j);
      for (std::size_t k = 0; k < a.columns(); ++k) sum += element(a, i, k) * element(b, k, j);
      c(i, j) = static_cast<Scalar>(sum);
    }
  return c;
}

/// A factor of M rows and N columns, stored as it is or transposed.
Tensor stored(std::size_t rows, std::size_t columns, bool transposed, std::uint64_t seed) {
  return random_tensor(transposed ? Shape{columns, rows} : Shape{rows, columns}, seed);
}

struct Sizes {
  std::size_t M, K, N;
};

TEST(Gemm, MultipliesInAllFourTranspositions) {
  for (const auto& [M, K, N] : std::vector<Sizes>{{3, 4, 5},
                                                  {1, 1, 1},
                                                  {1, 7, 1},
                                                  {7, 1, 5},
                                                  {33, 65, 17},
                                                  {0, 3, 2},
                                                  {3, 0, 2},
                                                  {3, 2, 0}})
    for (bool a_transposed : {false, true})
      for (bool b_transposed : {false, true}) {
        const Tensor a = stored(M, K, a_transposed, 1), b = stored(K, N, b_transposed, 2);
        const Factor x(a, a_transposed), y(b, b_transposed);
        const std::string sizes = to_text({M, K, N});
        // Sums of up to 65 products below 1 in size.
        Tensor c = random_tensor({M, N}, 3);
        const Tensor sum = naive(x, y, c), product = naive(x, y, filled({M, N}));
        gemm(x, y, c, Sum::accumulate);
        EXPECT_TRUE(is_near(c, sum, 65 * epsilon)) << sizes << a_transposed << b_transposed;
        gemm(x, y, c);
        EXPECT_TRUE(is_near(c, product, 65 * epsilon)) << sizes << a_transposed << b_transposed;
      }
}

TEST(Gemm, ReplacesEvenANaN) {
  Tensor c = filled({2, 2}, std::numeric_limits<Scalar>::quiet_NaN());
  gemm(filled({2, 3}, 1), filled({3, 2}, 1), c);
  EXPECT_EQ(numbers(c), (std::vector<double>{3, 3, 3, 3}));
  c.fill(std::numeric_limits<Scalar>::quiet_NaN());
  gemm(filled({2, 0}), filled({0, 2}), c);
  EXPECT_EQ(numbers(c), (std::vector<double>{0, 0, 0, 0}));
}

TEST(Gemm, MultipliesATensorByItself) {
  const Tensor a = random_tensor({4, 7}, 1), square = random_tensor({5, 5}, 2);
  Tensor wide = filled({4, 4}), tall = filled({7, 7}), squared = filled({5, 5});
  gemm(a, transposed(a), wide);
  gemm(transposed(a), a, tall);
  gemm(square, square, squared);
  EXPECT_TRUE(is_near(wide, naive(a, transposed(a), filled({4, 4})), 7 * epsilon));
  EXPECT_TRUE(is_near(tall, naive(transposed(a), a, filled({7, 7})), 7 * epsilon));
  EXPECT_TRUE(is_near(squared, naive(square, square, filled({5, 5})), 7 * epsilon));
}

TEST(Gemm, RefusesShapesThatDoNotFit) {
  const auto message = [](const Factor& a, const Factor& b, const Shape& c_shape) {
    Tensor c = filled(c_shape, 7);
    const std::string text = message_of<ShapeError>([&] { gemm(a, b, c); });
    EXPECT_TRUE(is_same(c, filled(c_shape, 7))) << "an error left its mark";
    return text;
  };
  const Tensor a = filled({2, 3}), b = filled({4, 5}), flat = filled({3});
  EXPECT_EQ(message(a, b, {2, 5}), "gemm: a is (2, 3) but b is (4, 5): inner sizes 3 and 4 differ");
  EXPECT_EQ(message(transposed(a), transposed(b), {3, 4}),
            "gemm: a is (2, 3) transposed but b is (4, 5) transposed: inner sizes 2 and 5 differ");
  EXPECT_EQ(message_of<ShapeError>([&] { Factor{flat}; }),
            "gemm: a factor is (3): it must have two axes");
  EXPECT_EQ(message(a, transposed(a), {3, 2}),
            "gemm: a is (2, 3) and b is (2, 3) transposed: c must be (2, 2) but is (3, 2)");
}

}  // namespace
}  // namespace hourglass::testing
