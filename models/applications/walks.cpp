#include "models/applications/walks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

#include "autograd/error.hpp"
#include "models/applications/judge.hpp"
#include "models/codes.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// What two codes weigh at a share of the way from the one to the other.
struct Weights {
  double from, to;
};

Weights straight(double share) {
  return {1 - share, share};
}

/// Weights of the great circle. Two codes of one direction, of opposite ones, or one that is 0
/// leave no circle to go along, or too many, and the way is straight.
Weights arc(const Scalar* a, const Scalar* b, std::size_t numbers, double share) {
  double product = 0, of_a = 0, of_b = 0;
  for (std::size_t k = 0; k < numbers; ++k) {
    product += double(a[k]) * b[k];
    of_a += double(a[k]) * a[k];
    of_b += double(b[k]) * b[k];
  }
  const double lengths = std::sqrt(of_a * of_b);
  if (!(lengths > 0)) return straight(share);
  const double angle = std::acos(std::clamp(product / lengths, -1.0, 1.0));
  constexpr double least_sine = 1e-3;
  if (std::sin(angle) < least_sine) return straight(share);
  return {std::sin((1 - share) * angle) / std::sin(angle),
          std::sin(share * angle) / std::sin(angle)};
}

}  // namespace

Tensor walk(const Tensor& places, std::size_t style, const WalkOptions& options) {
  const std::size_t count = places.shape()[0], latent = places.shape()[1];
  if (count < 2 || options.steps < 2)
    throw ConfigError("a walk has two places at least, and two steps from one to the next");
  const std::size_t legs = options.closed ? count : count - 1, strides = options.steps - 1;
  Tensor codes = filled({legs * strides + (options.closed ? 0 : 1), latent});
  for (std::size_t i = 0; i < codes.shape()[0]; ++i) {
    const std::size_t leg = std::min(i / strides, legs - 1);  // the last place ends the last leg
    double share = double(i - leg * strides) / double(strides);
    if (options.eased) share = 0.5 - 0.5 * std::cos(std::numbers::pi * share);
    const Scalar* a = places.data() + leg * latent;
    const Scalar* b = places.data() + (leg + 1) % count * latent;
    const Weights line = straight(share);
    const Weights bow = options.path == Path::arc ? arc(a, b, style, share) : line;
    for (std::size_t k = 0; k < latent; ++k) {
      const Weights& w = k < style ? bow : line;
      codes(i, k) = static_cast<Scalar>(w.from * a[k] + w.to * b[k]);
    }
  }
  return codes;
}

namespace {

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c));
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads a sum from left to right.
class SumReader {
 public:
  explicit SumReader(const std::string& text) : text_(text) {}

  std::vector<CodeTerm> terms() {
    std::vector<CodeTerm> terms;
    skip_spaces();
    do {
      const double sign = read_sign(terms.empty());
      terms.push_back(read_term(sign));
    } while (at_ < text_.size());
    return terms;
  }

 private:
  [[noreturn]] void fail(const std::string& wanted) const {
    throw ConfigError(fmt::format(
        "'{}': {} is wanted where '{}' stands; a sum of codes reads like '12 - class:1 + class:7'",
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
  CodeTerm read_term(double sign) {
    constexpr std::string_view of_class = "class:";
    constexpr std::size_t most_digits = 9;
    const std::size_t begin = at_;
    CodeTerm term{.sign = sign, .text = {}};
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

/// The rows of `codes` that a term is the mean of.
std::vector<std::size_t> rows_of(const CodeTerm& term, const Dataset& data) {
  if (term.label.empty()) {
    if (term.example >= data.size())
      throw ConfigError(fmt::format("{} has no example {}: it has examples 0 to {}", data.name(),
                                    term.example, data.size() - 1));
    return {term.example};
  }
  if (!data.has_labels())
    throw ConfigError(
        fmt::format("{}: {} has no labels, so that no class has a mean", term.text, data.name()));
  const std::uint8_t label = label_number(
      term.label, data.is_table() ? data.table().label_names : std::vector<std::string>{});
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < data.size(); ++i)
    if (data.label(i) == label) rows.push_back(i);
  if (rows.empty())
    throw ConfigError(fmt::format("{} has no examples of class {}", data.name(), term.label));
  return rows;
}

}  // namespace

std::vector<CodeTerm> parse_code_sum(const std::string& text) {
  return SumReader(text).terms();
}

CodeSum add_codes(Autoencoder& model, const Dataset& data, const std::vector<CodeTerm>& terms) {
  std::vector<std::vector<std::size_t>> rows;  // all found before any work is done
  for (const CodeTerm& term : terms) rows.push_back(rows_of(term, data));
  const Tensor codes = encode_all(model, data);
  const std::size_t latent = codes.shape()[1];
  CodeSum result{filled({terms.size(), latent}), filled({1, latent})};
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
  const auto is_term = [&](std::size_t i) {
    return std::any_of(terms.begin(), terms.end(), [&](const CodeTerm& term) {
      return term.label.empty() && term.example == i;
    });
  };
  for (std::size_t kth = 1; kth <= std::min(codes.shape()[0], terms.size() + 1); ++kth) {
    result.nearest = nearest_rows(result.sum, codes, kth)[0].index;
    if (!is_term(result.nearest)) break;
  }
  return result;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
