#include <gtest/gtest.h>

#include <cctype>
#include <deque>
#include <fstream>
#include <regex>
#include <set>

#include "autograd/gradient_check.hpp"
#include "autograd/operations.hpp"
#include "tests/autograd/gradients/cases.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing {

void PrintTo(const GradientCase& checked, std::ostream* out) {
  *out << checked.operation << " " << checked.name;
}

namespace {

class EveryOperation : public ::testing::TestWithParam<GradientCase> {
 protected:
  EveryOperation() {
    for (const Tensor& input : GetParam().inputs) {
      parameters_.emplace_back(input.shape()).value = input;
      parameters_.back().name = std::string(1, static_cast<char>('a' + pointers_.size()));
      pointers_.push_back(&parameters_.back());
    }
  }

  /// The operation on the tape, its inputs parameters or, but for number `only`, constants.
  Var compute(Tape& tape, std::size_t only = all_inputs) {
    std::vector<Var> vars;
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      vars.push_back(only == all_inputs || only == i ? tape.parameter(parameters_[i])
                                                     : tape.constant(parameters_[i].value));
    return GetParam().compute(vars);
  }

  /// Backward from a seed of numbers that all differ.
  void backward(std::size_t only = all_inputs) {
    Tape tape;
    Var y = compute(tape, only);
    tape.backward(y, random_tensor(y.shape(), 7, 0.5, 2));
  }

  static constexpr std::size_t all_inputs = -1;
  std::deque<Parameter> parameters_;
  std::vector<Parameter*> pointers_;
};

TEST_P(EveryOperation, HasTheJacobianOfCentralDifferences) {
  const auto checked = check_gradient(
      GetParam().operation, [this](Tape& tape) { return compute(tape); }, pointers_, 1e-6, 1e-8);
  EXPECT_EQ(checked.failure, "");
  Tape tape(Tape::Gradients::off);
  std::size_t entries = 0;
  for (const Parameter& parameter : parameters_) entries += parameter.value.size();
  EXPECT_EQ(checked.entries, entries * compute(tape).value().size());
}

// The tolerance is that of adding up in another order: some ten roundings of 2⁻⁵³.
TEST_P(EveryOperation, AddsToTheGradientThatIsThere) {
  backward();
  std::vector<Tensor> once;
  for (const Parameter& parameter : parameters_) once.push_back(parameter.grad);
  backward();
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    EXPECT_TRUE(is_near(parameters_[i].grad, 2 * once[i], 1e-14)) << "input " << i;
}

TEST_P(EveryOperation, GivesTheSameGradientBesideConstants) {
  backward();
  std::vector<Tensor> together;
  for (Parameter& parameter : parameters_) {
    together.push_back(parameter.grad);
    parameter.zero_grad();
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    backward(i);
    EXPECT_TRUE(is_same(parameters_[i].grad, together[i])) << "input " << i;
    for (std::size_t j = i + 1; j < parameters_.size(); ++j)
      EXPECT_FALSE(parameters_[j].has_grad) << "a constant got a gradient: input " << j;
  }
}

std::string test_name(const ::testing::TestParamInfo<GradientCase>& info) {
  static const std::map<std::string, std::string> operators = {{"operator+", "plus"},
                                                               {"operator-", "minus"},
                                                               {"operator*", "times"},
                                                               {"operator/", "by"}};
  const auto found = operators.find(info.param.operation);
  return (found == operators.end() ? info.param.operation : found->second) + "_" +
         info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Gradient, EveryOperation, ::testing::ValuesIn(gradient_cases()),
                         test_name);

TEST(GradientCases, CoverEveryOperationThatIsDeclared) {
  std::set<std::string> covered;
  for (const GradientCase& checked : gradient_cases()) covered.insert(checked.operation);
  std::ifstream header(HOURGLASS_SOURCE_DIR "/autograd/operations.hpp");
  const std::regex declaration(R"(^(inline )?Var ([^ (]+)\(.*)");
  std::set<std::string> declared;
  std::smatch match;
  for (std::string line; std::getline(header, line);)
    if (std::regex_match(line, match, declaration)) declared.insert(match[2]);
  EXPECT_EQ(declared, covered);
}

}  // namespace
}  // namespace hourglass::testing
