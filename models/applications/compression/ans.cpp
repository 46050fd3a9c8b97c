#include "hourglass/models/applications/compression/ans.hpp"

#include <cmath>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// 32 random bits, in halves: Rng draws integers below a bound of 32 bits.
std::uint32_t next_word(Rng& supply) {
  const std::uint32_t high = supply.below(1U << 16);
  return high << 16 | supply.below(1U << 16);
}

}  // namespace

AnsStack::AnsStack(Rng supply) : lends_(true), supply_(supply) {}

AnsStack::AnsStack(std::vector<std::uint32_t> words, std::uint64_t state)
    : words_(std::move(words)), state_(state) {
  if (state_ < least) throw DataError("the stream ends in a state that no coder leaves");
}

void AnsStack::push(Interval symbol, unsigned bits) {
  const auto [start, frequency] = symbol;
  if (frequency >> bits) return;  // a certain symbol carries no information
  if (state_ >> (64 - bits) >= frequency) {
    words_.push_back(static_cast<std::uint32_t>(state_));
    state_ >>= 32;
  }
  state_ = (state_ / frequency << bits) + state_ % frequency + start;
  information_ += bits - std::log2(static_cast<double>(frequency));
}

void AnsStack::pop(Interval symbol, unsigned bits) {
  const auto [start, frequency] = symbol;
  if (frequency >> bits) return;
  state_ = frequency * (state_ >> bits) + peek(bits) - start;
  information_ -= bits - std::log2(static_cast<double>(frequency));
  if (state_ >= least) return;
  if (!words_.empty()) {
    state_ = state_ << 32 | words_.back();
    words_.pop_back();
  } else if (lends_) {
    state_ = state_ << 32 | next_word(supply_);
    ++lent_;
  } else {
    throw DataError("the stream ends before all is decoded");
  }
}

double AnsStack::bits() const {
  return 32.0 * static_cast<double>(words_.size()) + std::log2(static_cast<double>(state_));
}

bool AnsStack::holds_only(Rng supply) const {
  // Words come back in the reverse of the order in which they were lent, so the one that was lent
  // first is on top.
  if (state_ != least) return false;
  for (std::size_t i = words_.size(); i-- > 0;)
    if (words_[i] != next_word(supply)) return false;
  return true;
}

}}  // namespace hourglass
