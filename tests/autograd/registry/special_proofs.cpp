#include "tests/autograd/registry/special_proofs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "tests/autograd/registry/trial.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

using Limits = std::numeric_limits<Scalar>;

/// What is allowed is some rounding; a NaN agrees with a NaN, an infinity with itself.
bool agrees(double got, double expected) {
  if (std::isnan(expected)) return std::isnan(got);
  if (std::isinf(expected) || std::isinf(got)) return got == expected;
  return std::abs(got - expected) <= 100 * double(Limits::epsilon()) * (1 + std::abs(expected));
}

std::string difference(const std::string& what, const Tensor& got, const Tensor& expected) {
  if (got.shape() != expected.shape())
    return fmt::format("the shape of {} is {}, not {}", what, to_text(got.shape()),
                       to_text(expected.shape()));
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!agrees(got.data()[i], expected.data()[i]))
      return fmt::format("element {} of {} is {}, not {}", i, what, got.data()[i],
                         expected.data()[i]);
  return "";
}

/// "a = 0, b = nan at element 3"
std::string inputs_at(const Case& of, std::size_t i) {
  std::string text;
  for (const Tensor& input : of.inputs)
    text += fmt::format("{} ", i < input.size() ? input.data()[i] : Scalar(0));
  return text;
}

std::string failure_of(const Case& of) {
  Trial trial(of);
  const Tensor value = trial.backward();
  const std::string wrong = difference("the value", value, of.naive(of.inputs));
  if (!wrong.empty()) return wrong;
  const Tensors gradients = trial.gradients(),
                expected = of.gradients(of.inputs, Trial::seed(value.shape()));
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    const std::string wrong_gradient =
        difference(fmt::format("the gradient of input {}", k), gradients[k], expected[k]);
    if (!wrong_gradient.empty()) return wrong_gradient;
  }
  return "";
}

/// Operations with special cases of their own.
std::set<std::string> with_own_cases() {
  std::set<std::string> names;
  for (const Case& of : special_cases()) names.insert(of.operation);
  return names;
}

/// Where a NaN or an infinity may reach more than depends on it, since 0 times it is NaN: zeros of
/// a convolution's padding and beside the rows that its kernels compute with, the slope of the
/// batch's statistics that evaluation has none of, the one class that there is.
const std::set<std::string> multiplies_zeros = {"conv2d", "conv_transpose2d", "batch_norm",
                                                "cross_entropy"};
/// Where the gradient goes to the elements that are chosen, also where they are NaN.
const std::set<std::string> chooses = {"max_pool2d", "top_k_mask", "sort", "salt_and_pepper_noise"};
/// Where the difference of two infinities is NaN: a + s (b − a).
const std::set<std::string> takes_differences = {"upsample_bilinear"};

Case with(const Case& of, std::size_t input, std::size_t element, double number) {
  Case changed = of;
  changed.inputs[input].data()[element] = static_cast<Scalar>(number);
  return changed;
}

std::string value_failure(const Case& of) {
  Tape tape(Tape::Gradients::off);
  Trial trial(of);
  Tensor value = trial.compute(tape).value();
  const Tensor expected = of.naive(of.inputs);
  for (std::size_t i = 0; i < std::min(value.size(), expected.size()); ++i)
    if (std::isnan(value.data()[i]) &&
        (multiplies_zeros.contains(of.operation) ||
         (takes_differences.contains(of.operation) && !std::isfinite(expected.data()[i]))))
      value.data()[i] = expected.data()[i];
  return difference("the value", value, expected);
}

Tensors gradients_of(const Case& of) {
  Trial trial(of);
  trial.backward();
  return trial.gradients();
}

/// Whether a NaN in one element reaches those numbers of the gradients that depend on it, as other
/// numbers in its place show, and no others.
std::string reach_failure(const Case& of, std::size_t input, std::size_t element) {
  const Tensors ordinary = gradients_of(of),
                with_nan = gradients_of(with(of, input, element, Limits::quiet_NaN()));
  std::vector<Tensors> others;
  for (double number : {-0.3, 0.85})
    others.push_back(gradients_of(with(of, input, element, number)));
  for (std::size_t k = 0; k < ordinary.size(); ++k)
    for (std::size_t i = 0; i < ordinary[k].size(); ++i) {
      bool depends = false;
      for (const Tensors& other : others) depends |= other[k].data()[i] != ordinary[k].data()[i];
      const bool is_nan = std::isnan(with_nan[k].data()[i]);
      if (depends ? !is_nan : is_nan && !multiplies_zeros.contains(of.operation))
        return fmt::format(
            "element {} of the gradient of input {} {}", i, k,
            depends ? "loses a NaN" : "is reached by a NaN that it does not depend on");
    }
  return "";
}

/// Special numbers in each element of each input of an ordinary case.
std::string carrying_failure(const Case& of) {
  for (std::size_t k = 0; k < of.inputs.size(); ++k)
    for (std::size_t i = 0; i < of.inputs[k].size(); ++i) {
      const auto where = [&] { return fmt::format(" with element {} of input {} ", i, k); };
      for (double number : {0.0, double(Limits::denorm_min()), double(Limits::infinity()),
                            -double(Limits::infinity()), double(Limits::quiet_NaN())}) {
        const std::string wrong = value_failure(with(of, k, i, number));
        if (!wrong.empty()) return wrong + where() + fmt::format("{}", number);
      }
      if (chooses.contains(of.operation)) continue;
      const std::string wrong = reach_failure(of, k, i);
      if (!wrong.empty()) return wrong + where() + "nan";
    }
  return "";
}

}  // namespace

std::vector<SpecialFinding> special_findings() {
  std::vector<SpecialFinding> findings;
  for (const Case& of : special_cases()) {
    std::string failure = failure_of(of);
    if (!failure.empty()) failure = fmt::format("{}: {} [{}]", of.name, failure, inputs_at(of, 0));
    findings.push_back({of.operation, failure});
  }
  const std::set<std::string> own = with_own_cases();
  for (const Case& of : registry()) {
    if (own.contains(of.operation) || of.large) continue;
    std::string failure = carrying_failure(of);
    if (!failure.empty()) failure = of.name + ": " + failure;
    findings.push_back({of.operation, failure});
  }
  return findings;
}

}  // namespace hourglass::testing
