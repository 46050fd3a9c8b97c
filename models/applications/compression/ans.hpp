#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A symbol's interval in 0 … 2^bits − 1: `frequency` numbers, from `start` on. Its probability is
/// frequency / 2^bits.
struct Interval {
  std::uint64_t start, frequency;
};

/// A stack of symbols that is one large integer, by an asymmetric numeral system (Duda, "Asymmetric
/// numeral systems", arXiv 2009 and 2013; the "range" variant).
///
/// Pushing the symbol with interval (a, f) of 2^b numbers turns s into  ⌊s / f⌋ 2^b + s mod f + a.
/// s grows by log₂ 2^b / f bits, the information in the symbol. To pop, s mod 2^b is a number in
/// the interval of the symbol that was pushed last; given that symbol, the inverse of the formula
/// gives the earlier s.
///
/// Symbols that were never pushed can be popped, too: that turns bits into symbols, each with its
/// probability if the bits are random, and pushing the symbols again restores the bits. That is why
/// bits-back coding needs a stack.
///
/// An integer of any length would be slow: s is kept in 2^32 … 2^64, and its lower 32 bits move to
/// a stack of words whenever a push would exceed that range, and back when a pop falls below it.
class AnsStack {
 public:
  /// An empty stack. What is popped from an empty stack is lent: words from `supply`, which a
  /// reader can regenerate.
  explicit AnsStack(Rng supply);
  /// A stack of exactly these words; it lends none. Throws DataError if no push can have left them.
  AnsStack(std::vector<std::uint32_t> words, std::uint64_t state);

  /// bits: at most 31; start + frequency is at most 2^bits, frequency at least 1.
  void push(Interval symbol, unsigned bits);
  /// The number in 0 … 2^bits − 1 that tells which symbol is on top …
  std::uint64_t peek(unsigned bits) const { return state_ & ((std::uint64_t{1} << bits) - 1); }
  /// … and popping that symbol. Throws DataError if the stack has no more words.
  void pop(Interval symbol, unsigned bits);

  const std::vector<std::uint32_t>& words() const { return words_; }
  std::uint64_t state() const { return state_; }
  /// The number of bits on the stack.
  double bits() const;
  /// The information pushed minus that popped, in bits: the sum of log₂ 2^bits / frequency.
  double information() const { return information_; }
  /// The number of words lent …
  std::size_t lent() const { return lent_; }
  /// … and whether the words that `supply` lent are all that is left.
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
