#include "hourglass/models/applications/compression/pixel_coder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/frequencies.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr unsigned bits = 24;
constexpr std::uint64_t whole = std::uint64_t{1} << bits;

// ---- Two levels: Bernoulli

/// The levels on one side of a threshold, with the count of each.
class Side {
 public:
  Side(unsigned first, std::span<const std::uint64_t> counts) {
    for (unsigned i = 0; i < counts.size(); ++i)
      if (counts[i] > 0) {
        levels_.push_back(static_cast<std::uint8_t>(first + i));
        counts_.push_back(std::min<std::uint64_t>(counts[i], 0xffffffff));
      }
    make_table();
  }
  explicit Side(ByteReader& in) {
    const auto size = in.number<std::uint8_t>();
    for (unsigned i = 0; i < size; ++i) {
      levels_.push_back(in.number<std::uint8_t>());
      counts_.push_back(in.number<std::uint32_t>());
    }
    if (std::adjacent_find(levels_.begin(), levels_.end(), std::greater_equal<>()) != levels_.end())
      throw DataError("the levels of its pixels are in no order");
    make_table();
  }
  void write(ByteWriter& out) const {
    out.number(static_cast<std::uint8_t>(levels_.size()));
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      out.number(levels_[i]);
      out.number(static_cast<std::uint32_t>(counts_[i]));
    }
  }

  void push(AnsStack& stack, std::uint8_t level) const { table_->push(stack, index(level)); }
  /// 0 if there is no level on this side, which only a corrupt stream can ask for.
  std::uint8_t pop(AnsStack& stack) const { return table_ ? levels_[table_->pop(stack)] : 0; }
  double bits_of(std::uint8_t level) const {
    const Interval interval = table_->interval(index(level));
    return table_->bits() - std::log2(static_cast<double>(interval.frequency));
  }

 private:
  static constexpr unsigned table_bits = 16;

  void make_table() {
    if (!counts_.empty()) table_.emplace(counts_, table_bits);
  }
  std::size_t index(std::uint8_t level) const {
    return static_cast<std::size_t>(std::lower_bound(levels_.begin(), levels_.end(), level) -
                                    levels_.begin());
  }

  std::vector<std::uint8_t> levels_;
  std::vector<std::uint64_t> counts_;
  std::optional<FrequencyTable> table_;
};

/// A coder for a Bernoulli likelihood, which only knows black and white. Whether a pixel is below a
/// threshold is coded by the model; its level on that side, by the levels' frequencies in this
/// file. In a file of two levels that is certain and costs nothing; grey pixels cost extra bits.
class CoinCoder : public PixelCoder {
 public:
  CoinCoder(std::unique_ptr<const LevelProbabilities> probabilities,
            std::span<const std::uint8_t> bytes)
      : probabilities_(std::move(probabilities)) {
    std::array<std::uint64_t, 256> counts{};
    for (std::uint8_t byte : bytes) ++counts[byte];
    unsigned least = 0, most = 255;
    while (least < 255 && counts[least] == 0) ++least;
    while (most > least && counts[most] == 0) --most;
    // Half-way from the darkest to the lightest: 1 if the file holds zeros and ones.
    threshold_ = least < most ? (least + most + 1) / 2 : 128;
    below_.emplace(0, std::span(counts).first(threshold_));
    above_.emplace(threshold_, std::span(counts).subspan(threshold_));
  }
  CoinCoder(std::unique_ptr<const LevelProbabilities> probabilities, ByteReader& in)
      : probabilities_(std::move(probabilities)) {
    threshold_ = in.number<std::uint8_t>();
    below_.emplace(in);
    above_.emplace(in);
  }
  void write(ByteWriter& out) const override {
    out.number(static_cast<std::uint8_t>(threshold_));
    below_->write(out);
    above_->write(out);
  }

  Scalar observe(std::uint8_t byte) const override { return byte >= threshold_ ? 1 : 0; }

  void push(AnsStack& stack, std::span<const std::uint8_t> image,
            const Scalar* outputs) const override {
    for (std::size_t i = image.size(); i-- > 0;) {
      const bool white = image[i] >= threshold_;
      side(white).push(stack, image[i]);
      stack.push(coin(white, share_of_black(outputs, i)), bits);
    }
  }
  void pop(AnsStack& stack, std::span<std::uint8_t> image, const Scalar* outputs) const override {
    for (std::size_t i = 0; i < image.size(); ++i) {
      const std::uint64_t black = share_of_black(outputs, i);
      const bool white = stack.peek(bits) >= black;
      stack.pop(coin(white, black), bits);
      image[i] = side(white).pop(stack);
    }
  }
  double bits_with_floor(std::span<const std::uint8_t> image,
                         const Scalar* outputs) const override {
    constexpr double least = 1 / static_cast<double>(whole);
    double sum = 0;
    for (std::size_t i = 0; i < image.size(); ++i) {
      const double black = black_probability(outputs, i);
      sum -= std::log2(std::clamp(image[i] >= threshold_ ? 1 - black : black, least, 1 - least));
    }
    return sum;
  }
  double bits_beyond_the_model(std::span<const std::uint8_t> image) const override {
    double sum = 0;
    for (std::uint8_t byte : image) sum += side(byte >= threshold_).bits_of(byte);
    return sum;
  }

 private:
  const Side& side(bool white) const { return white ? *above_ : *below_; }
  double black_probability(const Scalar* outputs, std::size_t i) const {
    return probabilities_->below(probabilities_->pixel(outputs, i, 1), 1);
  }
  std::uint64_t share_of_black(const Scalar* outputs, std::size_t i) const {
    const double share = black_probability(outputs, i) * static_cast<double>(whole);
    return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(share), 1, whole - 1);
  }
  static Interval coin(bool white, std::uint64_t black) {
    return white ? Interval{black, whole - black} : Interval{0, black};
  }

  std::unique_ptr<const LevelProbabilities> probabilities_;
  unsigned threshold_ = 128;
  std::optional<Side> below_, above_;
};

// ---- 256 levels

/// A coder of levels 0 … 255 by the model's own probabilities.
class LevelCoder : public PixelCoder {
 public:
  explicit LevelCoder(std::unique_ptr<const LevelProbabilities> probabilities)
      : probabilities_(std::move(probabilities)) {}

  Scalar observe(std::uint8_t byte) const override { return byte * (Scalar{1} / 255); }

  void push(AnsStack& stack, std::span<const std::uint8_t> image,
            const Scalar* outputs) const override {
    for (std::size_t i = image.size(); i-- > 0;) {
      const Pixel pixel = probabilities_->pixel(outputs, i, image.size());
      const std::uint64_t start = below(pixel, image[i]), end = below(pixel, image[i] + 1U);
      stack.push({start, end - start}, bits);
    }
  }
  void pop(AnsStack& stack, std::span<std::uint8_t> image, const Scalar* outputs) const override {
    for (std::size_t i = 0; i < image.size(); ++i) {
      const Pixel pixel = probabilities_->pixel(outputs, i, image.size());
      const std::uint64_t slot = stack.peek(bits);
      unsigned level = 0, beyond = 256;  // bisection: below(level) ≤ slot < below(beyond)
      std::uint64_t start = 0, end = whole;
      while (beyond - level > 1) {
        const unsigned middle = (level + beyond) / 2;
        const std::uint64_t at = below(pixel, middle);
        (at <= slot ? level : beyond) = middle;
        (at <= slot ? start : end) = at;
      }
      stack.pop({start, end - start}, bits);
      image[i] = static_cast<std::uint8_t>(level);
    }
  }
  /// By p (1 − 2^-15) + 2^-23: the 2 level that `below` adds mixes in a uniform distribution.
  double bits_with_floor(std::span<const std::uint8_t> image,
                         const Scalar* outputs) const override {
    constexpr double least = 2 / static_cast<double>(whole);
    double sum = 0;
    for (std::size_t i = 0; i < image.size(); ++i) {
      const Pixel pixel = probabilities_->pixel(outputs, i, image.size());
      const double mass = share_below(pixel, image[i] + 1U) - share_below(pixel, image[i]);
      sum -= std::log2(mass * (1 - 256 * least) + least);
    }
    return sum;
  }

 private:
  using Pixel = LevelProbabilities::Pixel;

  /// P(x < level)
  double share_below(const Pixel& pixel, unsigned level) const {
    if (level == 0) return 0;
    return level == 256 ? 1 : probabilities_->below(pixel, level);
  }
  /// The same in units of 2^-24. Every level has at least 1: 2 level is added, and rounding the
  /// probability may take 1 away.
  std::uint64_t below(const Pixel& pixel, unsigned level) const {
    if (level == 0) return 0;
    if (level == 256) return whole;
    return static_cast<std::uint64_t>(share_below(pixel, level) *
                                      static_cast<double>(whole - 2 * std::uint64_t{256})) +
           2 * std::uint64_t{level};
  }

  std::unique_ptr<const LevelProbabilities> probabilities_;
};

/// `source`: what a CoinCoder is made from, the bytes or what `write` wrote.
template <class Source>
std::unique_ptr<PixelCoder> coder_of(std::unique_ptr<const LevelProbabilities> probabilities,
                                     Source&& source) {
  if (probabilities->levels() == 2)
    return std::make_unique<CoinCoder>(std::move(probabilities), source);
  return std::make_unique<LevelCoder>(std::move(probabilities));
}

}  // namespace

std::unique_ptr<PixelCoder> make_pixel_coder(const Likelihood& likelihood,
                                             std::span<const std::uint8_t> bytes) {
  if (auto probabilities = likelihood.level_probabilities())
    return coder_of(std::move(probabilities), bytes);
  throw ConfigError(
      "a model with a Gaussian likelihood says nothing of bytes: for lossless files train one with "
      "likelihood=bernoulli or likelihood=ordinal, or give --quality");
}

std::unique_ptr<PixelCoder> read_pixel_coder(const Likelihood& likelihood, ByteReader& in) {
  if (auto probabilities = likelihood.level_probabilities())
    return coder_of(std::move(probabilities), in);
  throw DataError("this model codes no bytes");
}

}}  // namespace hourglass
