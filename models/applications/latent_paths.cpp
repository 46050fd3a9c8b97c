#include "hourglass/models/applications/latent_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <numbers>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/codes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The weights of two codes at a point between them.
struct Weights {
  double from, to;
};

Weights lerp(double share) {
  return {1 - share, share};
}

/// Weights along the great circle. If two codes have the same or opposite directions, or one of
/// them is 0, there is no unique circle, and the interpolation is linear.
Weights slerp(const Scalar* a, const Scalar* b, std::size_t numbers, double share) {
  double product = 0, of_a = 0, of_b = 0;
  for (std::size_t k = 0; k < numbers; ++k) {
    product += double(a[k]) * b[k];
    of_a += double(a[k]) * a[k];
    of_b += double(b[k]) * b[k];
  }
  const double lengths = std::sqrt(of_a * of_b);
  if (!(lengths > 0)) return lerp(share);
  const double angle = std::acos(std::clamp(product / lengths, -1.0, 1.0));
  constexpr double least_sine = 1e-3;
  if (std::sin(angle) < least_sine) return lerp(share);
  return {std::sin((1 - share) * angle) / std::sin(angle),
          std::sin(share * angle) / std::sin(angle)};
}

}  // namespace

Tensor interpolate(const Tensor& codes, std::size_t style, const InterpolationOptions& options) {
  const std::size_t count = codes.shape()[0], latent = codes.shape()[1];
  if (count < 2 || options.steps < 2)
    throw ConfigError(
        "an interpolation needs two codes at least, and two steps from one to the next");
  const std::size_t legs = options.closed ? count : count - 1, strides = options.steps - 1;
  Tensor way = filled({legs * strides + (options.closed ? 0 : 1), latent});
  for (std::size_t i = 0; i < way.shape()[0]; ++i) {
    const std::size_t leg = std::min(i / strides, legs - 1);  // the last code ends the last leg
    double share = double(i - leg * strides) / double(strides);
    if (options.eased) share = 0.5 - 0.5 * std::cos(std::numbers::pi * share);
    const Scalar* a = codes.data() + leg * latent;
    const Scalar* b = codes.data() + (leg + 1) % count * latent;
    const Weights linear = lerp(share);
    const Weights of_style = options.by == LatentPath::slerp ? slerp(a, b, style, share) : linear;
    for (std::size_t k = 0; k < latent; ++k) {
      const Weights& w = k < style ? of_style : linear;
      way(i, k) = static_cast<Scalar>(w.from * a[k] + w.to * b[k]);
    }
  }
  return way;
}

namespace {

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c));
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A parser of latent arithmetic, from left to right.
class ArithmeticReader {
 public:
  explicit ArithmeticReader(const std::string& text) : text_(text) {}

  std::vector<LatentTerm> terms() {
    std::vector<LatentTerm> terms;
    skip_spaces();
    do {
      const double sign = read_sign(terms.empty());
      terms.push_back(read_term(sign));
    } while (at_ < text_.size());
    return terms;
  }

 private:
  [[noreturn]] void fail(const std::string& wanted) const {
    throw ConfigError(
        fmt::format("'{}': {} is wanted where '{}' stands; latent arithmetic reads like '12 - "
                    "class:1 + class:7'",
                    text_, wanted, at_ < text_.size() ? text_.substr(at_) : "the end"));
  }
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  double read_sign(bool first) {
    const char c = at_ < text_.size() ? text_[at_] : ' ';
    if (c != '+' && c != '-') {
      if (first) return 1;
      fail("+ or -");
    }
    ++at_;
    skip_spaces();
    return c == '+' ? 1 : -1;
  }
  LatentTerm read_term(double sign) {
    constexpr std::string_view of_class = "class:";
    constexpr std::size_t most_digits = 9;
    const std::size_t begin = at_;
    LatentTerm term{.sign = sign, .text = {}};
    if (text_.compare(at_, of_class.size(), of_class) == 0) {
      at_ += of_class.size();
      while (at_ < text_.size() && !is_space(text_[at_])) term.label += text_[at_++];
      if (term.label.empty()) fail("a class");
    } else {
      while (at_ < text_.size() && is_digit(text_[at_]))
        term.example = 10 * term.example + std::size_t(text_[at_++] - '0');
      const std::size_t digits = at_ - begin;
      if (digits == 0 || digits > most_digits) {
        at_ = begin;
        fail("the number of an example or class:NAME");
      }
    }
    term.text = text_.substr(begin, at_ - begin);
    skip_spaces();
    return term;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

/// The examples whose codes a term is the mean of.
std::vector<std::size_t> rows_of(const LatentTerm& term, const Dataset& data) {
  if (term.label.empty()) {
    if (term.example >= data.size())
      throw ConfigError(fmt::format("{} has no example {}: it has examples 0 to {}", data.name(),
                                    term.example, data.size() - 1));
    return {term.example};
  }
  if (!data.has_labels())
    throw ConfigError(
        fmt::format("{}: {} has no labels, so that no class has a mean", term.text, data.name()));
  const std::uint8_t label = label_number(term.label, data.label_names());
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < data.size(); ++i)
    if (data.label(i) == label) rows.push_back(i);
  if (rows.empty())
    throw ConfigError(fmt::format("{} has no examples of class {}", data.name(), term.label));
  return rows;
}

/// Marks the examples that are not terms; all of them if each one is.
std::vector<bool> without_terms(const std::vector<LatentTerm>& terms, std::size_t size) {
  std::vector<bool> candidates(size, true);
  for (const LatentTerm& term : terms)
    if (term.label.empty()) candidates[term.example] = false;
  const bool any = std::find(candidates.begin(), candidates.end(), true) != candidates.end();
  return any ? candidates : std::vector<bool>(size, true);
}

/// The most probable class, from the class probabilities with which a code ends.
std::size_t class_of(const Scalar* code, std::size_t latent, std::size_t classes) {
  const Scalar* shares = code + (latent - classes);
  return static_cast<std::size_t>(std::max_element(shares, shares + classes) - shares);
}

/// Keeps only candidates of this class, by their labels or else by their codes, if there are any.
void keep_class(std::size_t label, const Tensor& codes, std::size_t classes, const Dataset& data,
                std::vector<bool>& candidates) {
  std::vector<bool> kept = candidates;
  const std::size_t latent = codes.shape()[1];
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t own =
        data.has_labels() ? data.label(i) : class_of(codes.data() + i * latent, latent, classes);
    if (own != label) kept[i] = false;
  }
  if (std::find(kept.begin(), kept.end(), true) != kept.end()) candidates = kept;
}

double squared_distance(const Scalar* a, const Scalar* b, std::size_t count) {
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += (double(a[k]) - b[k]) * (double(a[k]) - b[k]);
  return sum;
}

/// The candidate with the least distance(i), the first of equal ones.
template <class Distance>
std::size_t least(const std::vector<bool>& candidates, const Distance& distance) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (candidates[i])
      if (const double own = distance(i); own < least) best = i, least = own;
  return best;
}

std::size_t nearest_among(const Tensor& code, const Tensor& codes,
                          const std::vector<bool>& candidates) {
  const std::size_t latent = codes.shape()[1];
  return least(candidates, [&](std::size_t i) {
    return squared_distance(code.data(), codes.data() + i * latent, latent);
  });
}

std::size_t most_similar(const Tensor& example, const Dataset& data,
                         const std::vector<bool>& candidates) {
  std::vector<Scalar> other(data.features());
  return least(candidates, [&](std::size_t i) {
    data.read_example(i, other.data());
    return squared_distance(example.data(), other.data(), other.size());
  });
}

}  // namespace

std::vector<LatentTerm> parse_latent_arithmetic(const std::string& text) {
  return ArithmeticReader(text).terms();
}

LatentSum latent_arithmetic(Autoencoder& model, const Dataset& data,
                            const std::vector<LatentTerm>& terms) {
  std::vector<std::vector<std::size_t>> rows;  // all found before any work is done
  for (const LatentTerm& term : terms) rows.push_back(rows_of(term, data));
  const Tensor codes = encode_all(model, data);
  const std::size_t latent = codes.shape()[1];
  LatentSum result{filled({terms.size(), latent}), filled({1, latent})};
  for (std::size_t t = 0; t < terms.size(); ++t) {
    std::vector<double> mean(latent);
    for (std::size_t i : rows[t])
      for (std::size_t k = 0; k < latent; ++k)
        mean[k] += double(codes(i, k)) / double(rows[t].size());
    for (std::size_t k = 0; k < latent; ++k) {
      result.terms(t, k) = static_cast<Scalar>(mean[k]);
      result.sum(0, k) += static_cast<Scalar>(terms[t].sign * mean[k]);
    }
  }
  std::vector<bool> candidates = without_terms(terms, data.size());
  result.most_similar = most_similar(decode_all(model, result.sum), data, candidates);
  if (model.classes() > 0) {
    result.label = class_of(result.sum.data(), latent, model.classes());
    keep_class(*result.label, codes, model.classes(), data, candidates);
  }
  result.nearest = nearest_among(result.sum, codes, candidates);
  return result;
}

}}  // namespace hourglass
