#include "hourglass/models/applications/compression/ans.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/frequencies.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

/// Any interval of 2^bits numbers.
Interval random_interval(Rng& rng, unsigned bits) {
  const std::uint32_t all = 1U << bits, start = rng.below(all);
  return {start, 1 + rng.below(all - start)};
}

TEST(AnsStack, GivesBackInReverseWhatWasPushed) {
  Rng rng(1);
  AnsStack stack(rng.fork(0));
  struct Pushed {
    Interval symbol;
    unsigned bits;
  };
  std::vector<Pushed> pushed;
  for (int i = 0; i < 100'000; ++i) {
    const unsigned bits = 1 + rng.below(31);
    pushed.push_back({random_interval(rng, bits), bits});
    stack.push(pushed.back().symbol, bits);
  }
  for (std::size_t i = pushed.size(); i-- > 0;) {
    const auto& [symbol, bits] = pushed[i];
    const std::uint64_t slot = stack.peek(bits);
    if (symbol.frequency >> bits == 0) {
      ASSERT_GE(slot, symbol.start);
      ASSERT_LT(slot, symbol.start + symbol.frequency);
    }
    stack.pop(symbol, bits);
  }
  EXPECT_TRUE(stack.holds_only(rng.fork(0)));
  EXPECT_NEAR(stack.information(), 0, 1e-6);
}

TEST(AnsStack, GrowsByWhatItsSymbolsTell) {
  Rng rng(1);
  AnsStack stack(rng.fork(0));
  for (int i = 0; i < 100'000; ++i) stack.push(random_interval(rng, 20), 20);
  EXPECT_NEAR(stack.bits() - 32, stack.information(), 1e-4 * stack.information());
}

TEST(AnsStack, LendsWordsThatAreThereAgainWhenThePopsArePushedBack) {
  Rng rng(1);
  AnsStack stack(rng.fork(0));
  std::vector<Interval> popped;
  for (int i = 0; i < 1000; ++i) {  // symbols 0 … 7, made of borrowed bits
    popped.push_back({stack.peek(3), 1});
    stack.pop(popped.back(), 3);
  }
  EXPECT_NEAR(static_cast<double>(stack.lent()), 3000.0 / 32, 2);
  for (std::size_t i = popped.size(); i-- > 0;) stack.push(popped[i], 3);
  EXPECT_EQ(stack.words().size(), stack.lent());
  EXPECT_TRUE(stack.holds_only(rng.fork(0)));
  EXPECT_FALSE(stack.holds_only(rng.fork(1)));
}

TEST(AnsStack, SaysWhereItIsAskedForMoreThanItHolds) {
  AnsStack stack({7}, std::uint64_t{1} << 32);
  stack.pop({0, 1}, 8);
  EXPECT_EQ(message_of<DataError>([&] {
              for (int i = 0; i < 8; ++i) stack.pop({0, 1}, 8);
            }),
            "the stream ends before all is decoded");
  EXPECT_THROW(AnsStack({}, 5), DataError);
}

TEST(FrequencyTable, IsAsNearToItsWeightsAsWholeNumbersCanBe) {
  const std::vector<std::uint64_t> weights = {3, 0, 1};
  const FrequencyTable table(weights, 8);
  EXPECT_EQ(table.interval(0).frequency, 190u);  // 1 + ¾ of the 253 that are left
  EXPECT_EQ(table.interval(1).frequency, 1u);
  EXPECT_EQ(table.interval(2).frequency, 65u);
  EXPECT_EQ(table.interval(2).start + table.interval(2).frequency, 256u);
}

TEST(FrequencyTable, ServesWeightsOfAnySize) {
  const std::vector<std::uint64_t> huge(300, ~std::uint64_t{0});
  const FrequencyTable even(huge, 16);
  for (std::size_t i = 0; i < 300; ++i)
    EXPECT_NEAR(static_cast<double>(even.interval(i).frequency), 65536.0 / 300, 1);
  const FrequencyTable none(std::vector<std::uint64_t>(4, 0), 4);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(none.interval(i).frequency, 4u);
  EXPECT_THROW(FrequencyTable(huge, 8), ConfigError);
  EXPECT_THROW(FrequencyTable({}, 8), ConfigError);
}

TEST(FrequencyTable, PopsWhatItPushed) {
  Rng rng(1);
  const std::vector<std::uint64_t> weights = {1000, 0, 1, 50, 7};
  const FrequencyTable table(weights, 12);
  AnsStack stack(rng);
  std::vector<std::size_t> symbols;
  for (int i = 0; i < 10'000; ++i) {
    symbols.push_back(rng.below(5));
    table.push(stack, symbols.back());
  }
  for (std::size_t i = symbols.size(); i-- > 0;) ASSERT_EQ(table.pop(stack), symbols[i]);
}

TEST(FrequencyTable, EscapedNumbersOfAnySizeComeBack) {
  AnsStack stack(Rng(1));
  std::vector<std::uint32_t> numbers = {0, 1, 0xffff, 0x10000, 0xffffffff};
  for (std::uint32_t i = 0; i < 32; ++i) numbers.push_back((1U << i) + i);
  for (std::uint32_t number : numbers) push_number(stack, number);
  for (std::size_t i = numbers.size(); i-- > 0;) ASSERT_EQ(pop_number(stack), numbers[i]);
}

}  // namespace
}  // namespace hourglass::testing
