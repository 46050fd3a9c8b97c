#include "rans.hpp"

#include <cmath>

#include "course/checks.hpp"

namespace {
// Draws symbols by their frequencies.
std::vector<std::size_t> drawn(std::size_t n, const std::vector<std::uint64_t>& frequencies,
                               unsigned series) {
  const Array slots = random_array({n}, series, 0, 4096);
  const std::vector<std::uint64_t> starts = starts_of(frequencies);
  std::vector<std::size_t> symbols(n);
  for (std::size_t i = 0; i < n; ++i)
    while (slots[i] >= static_cast<double>(starts[symbols[i] + 1])) ++symbols[i];
  return symbols;
}
const std::vector<std::uint64_t> skewed = {3000, 800, 200,
                                           0,    90,  6};  // 4096; symbol 3 never occurs
}  // namespace

CASE("two symbols come out in the order in which they went in") {
  check_equal("the symbols", decode(encode({0, 2}, skewed), 2, skewed), {0, 2}, "symbols 0, 2",
              "Last in, first out: push the last symbol first.");
}

CASE("what goes in comes out, whatever the length") {
  for (std::size_t n : {0u, 1u, 2u, 3u, 10u, 100u, 3000u}) {
    const std::vector<std::size_t> symbols = drawn(n, skewed, 1);
    check_equal("the symbols", decode(encode(symbols, skewed), n, skewed), symbols,
                std::to_string(n) + " symbols",
                "Both sides have to move words at the same values of x.");
  }
}

CASE("symbols cost what their probabilities say") {
  const std::size_t n = 5000;
  const std::vector<std::size_t> symbols = drawn(n, skewed, 2);
  double bits = 0;
  for (std::size_t s : symbols) bits -= std::log2(static_cast<double>(skewed[s]) / 4096);
  check_at_most("words", static_cast<double>(encode(symbols, skewed).size()), 1.001 * bits / 32 + 3,
                "5000 symbols, together " + std::to_string(static_cast<int>(bits)) + " bits",
                "-log2(f / 4096) bits per symbol, fractions of a bit included.");
}

CASE("a symbol that is certain costs nothing") {
  const std::vector<std::size_t> symbols(1000, 1);
  check_at_most("words", static_cast<double>(encode(symbols, {0, 4096}).size()), 3,
                "1000 times a symbol of frequency 4096", "-log2(1) is 0 bits.");
  check_equal("the symbols", decode(encode(symbols, {0, 4096}), 1000, {0, 4096}), symbols,
              "1000 certain symbols");
}
