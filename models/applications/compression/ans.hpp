#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A symbol's share of the numbers 0 … 2^bits − 1: `frequency` of them, from `start` on. Its
/// probability is frequency / 2^bits.
struct Interval {
  std::uint64_t start, frequency;
};

/// A stack of symbols that is one large whole number, by an asymmetric numeral system (Duda,
/// "Asymmetric numeral systems", arXiv 2009 and 2013; the "range" variant).
///
/// To push the symbol with interval (a, f) of 2^b numbers, s becomes  ⌊s / f⌋ 2^b + s mod f + a.
/// s grows by log₂ 2^b / f bits, as much as the symbol tells. To pop, s mod 2^b is a number in the
/// interval of the symbol that was pushed last; knowing it, the same formula backwards gives the
/// earlier s.
///
/// Popping without having pushed is possible too: it makes symbols out of bits, each with its
/// probability where the bits are random, and pushing them again gives the bits back. That is why
/// a stack is what bits back needs.
///
/// A number of any length would be slow: s is kept in 2^32 … 2^64, its lower 32 bits going to a
/// stack of words whenever a push would lead beyond, and coming back when a pop leads below.
class AnsStack {
 public:
  /// An empty stack. What is popped from an empty stack is lent: words from `supply`, which a
  /// reader makes again.
  explicit AnsStack(Rng supply);
  /// A stack of these words, of which no more can be popped than there is. Throws DataError where
  /// no push can have left them.
  AnsStack(std::vector<std::uint32_t> words, std::uint64_t state);

  /// bits: at most 31; start + frequency is at most 2^bits, frequency at least 1.
  void push(Interval symbol, unsigned bits);
  /// The number in 0 … 2^bits − 1 that tells which symbol is on top …
  std::uint64_t peek(unsigned bits) const { return state_ & ((std::uint64_t{1} << bits) - 1); }
  /// … and how to take that symbol off. Throws DataError where the stack has no more words.
  void pop(Interval symbol, unsigned bits);

  const std::vector<std::uint32_t>& words() const { return words_; }
  std::uint64_t state() const { return state_; }
  /// How many bits are on the stack.
  double bits() const;
  /// What the symbols pushed tell, less what was popped: the sum of log₂ 2^bits / frequency.
  double information() const { return information_; }
  /// How many words were lent …
  std::size_t lent() const { return lent_; }
  /// … and whether all that is left is what an empty stack, lending from `supply`, began with.
  bool holds_only(Rng supply) const;

 private:
  static constexpr std::uint64_t least = std::uint64_t{1} << 32;

  std::vector<std::uint32_t> words_;
  std::uint64_t state_ = least;
  bool lends_ = false;
  Rng supply_{0};
  std::size_t lent_ = 0;
  double information_ = 0;
};

}}  // namespace hourglass
