#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "autograd/gradient_check.hpp"
#include "tests/autograd/gradients/cases.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing {
namespace {

/// A case with its inputs as parameters.
class Checked {
 public:
  explicit Checked(const GradientCase& of) : case_(of) {
    for (const Tensor& input : case_.inputs) {
      parameters.emplace_back(input.shape()).value = input;
      parameters.back().name = std::string(1, static_cast<char>('a' + parameters.size() - 1));
    }
  }

  /// The operation on the tape, its inputs parameters or, but for number `only`, constants.
  Var compute(Tape& tape, std::size_t only = all_inputs) {
    std::vector<Var> vars;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      vars.push_back(only == all_inputs || only == i ? tape.parameter(parameters[i])
                                                     : tape.constant(parameters[i].value));
    return case_.compute(vars);
  }

  /// Backward from a seed of numbers that all differ.
  void backward(std::size_t only = all_inputs) {
    Tape tape;
    Var y = compute(tape, only);
    tape.backward(y, random_tensor(y.shape(), 7, 0.5, 2));
  }

  static constexpr std::size_t all_inputs = -1;
  std::deque<Parameter> parameters;

 private:
  const GradientCase& case_;
};

class EveryOperation : public ::testing::TestWithParam<std::string> {
 protected:
  template <class Check>
  void for_each_case(const Check& check) {
    for (const GradientCase& of : gradient_cases()) {
      if (of.operation != GetParam()) continue;
      SCOPED_TRACE(of.operation + " " + of.name);
      Checked checked(of);
      check(checked);
    }
  }
};

TEST_P(EveryOperation, HasTheJacobianOfCentralDifferences) {
  for_each_case([](Checked& checked) {
    std::vector<Parameter*> inputs;
    std::size_t entries = 0;
    for (Parameter& parameter : checked.parameters) {
      inputs.push_back(&parameter);
      entries += parameter.value.size();
    }
    const auto result = check_gradient(
        GetParam(), [&](Tape& tape) { return checked.compute(tape); }, inputs, 1e-6, 1e-8);
    EXPECT_EQ(result.failure, "");
    Tape tape(Tape::Gradients::off);
    EXPECT_EQ(result.entries, entries * checked.compute(tape).value().size());
  });
}

// The tolerance is that of adding up in another order: some ten roundings of 2⁻⁵³.
TEST_P(EveryOperation, AddsToTheGradientThatIsThere) {
  for_each_case([](Checked& checked) {
    checked.backward();
    std::vector<Tensor> once;
    for (const Parameter& parameter : checked.parameters) once.push_back(parameter.grad);
    checked.backward();
    for (std::size_t i = 0; i < once.size(); ++i)
      EXPECT_TRUE(is_near(checked.parameters[i].grad, 2 * once[i], 1e-14)) << "input " << i;
  });
}

TEST_P(EveryOperation, GivesTheSameGradientBesideConstants) {
  for_each_case([](Checked& checked) {
    checked.backward();
    std::vector<Tensor> together;
    for (Parameter& parameter : checked.parameters) together.push_back(parameter.grad);
    for (std::size_t i = 0; i < together.size(); ++i) {
      for (Parameter& parameter : checked.parameters) parameter.zero_grad();
      checked.backward(i);
      for (std::size_t j = 0; j < together.size(); ++j)
        EXPECT_EQ(checked.parameters[j].has_grad, i == j) << "input " << j;
      EXPECT_TRUE(is_same(checked.parameters[i].grad, together[i])) << "input " << i;
    }
  });
}

std::set<std::string> operations() {
  std::set<std::string> names;
  for (const GradientCase& of : gradient_cases()) names.insert(of.operation);
  return names;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  static const std::map<std::string, std::string> operators = {{"operator+", "operator_plus"},
                                                               {"operator-", "operator_minus"},
                                                               {"operator*", "operator_times"},
                                                               {"operator/", "operator_by"}};
  const auto found = operators.find(info.param);
  return found == operators.end() ? info.param : found->second;
}

INSTANTIATE_TEST_SUITE_P(Gradient, EveryOperation, ::testing::ValuesIn(operations()), test_name);

TEST(GradientCases, CoverEveryOperationThatIsDeclared) {
  std::ifstream header(HOURGLASS_SOURCE_DIR "/autograd/operations.hpp");
  const std::regex declaration(R"(^(inline )?Var ([^ (]+)\(.*)");
  std::set<std::string> declared;
  std::smatch match;
  for (std::string line; std::getline(header, line);)
    if (std::regex_match(line, match, declaration)) declared.insert(match[2]);
  EXPECT_EQ(operations(), declared);
}

}  // namespace
}  // namespace hourglass::testing
