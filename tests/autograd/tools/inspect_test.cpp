#include "hourglass/autograd/tools/inspect.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// A small step, with a module inside another, a parameter used twice and times of its own.
struct Inspect : ::testing::Test {
  Inspect() {
    weight.name = "encoder.0.weight";
    bias.name = "a<b&\"c\\d";
    watch(tape, {.measure_time = true});
    Var x = tape.constant(random_tensor({4, 3}, 1)), code;
    {
      ModuleScope scope(tape.context(), inner);
      Var w = tape.parameter(weight);
      code = linear(x, w, tape.parameter(bias));
    }
    {
      ModuleScope scope(tape.context(), outer);
      code = matmul(code, tape.parameter(weight));
    }
    tape.backward(sum(square(code - x)));
    step = inspect(tape);
  }

  const std::string inner = "encoder.0", outer = "decoder";
  Parameter weight{{2, 3}}, bias{{2}};
  Tape tape;
  Step step;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_F(Inspect, TellsOfEachValueWhatTheTapeKnows) {
  ASSERT_EQ(step.entries.size(), 9u);
  const Step::Entry &x = step.entries[0], &w = step.entries[1], &code = step.entries[3];
  EXPECT_EQ(x.kind, Step::Kind::constant);
  EXPECT_EQ(x.path(), "");
  EXPECT_FALSE(x.needs_grad);
  EXPECT_EQ(w.kind, Step::Kind::parameter);
  EXPECT_EQ(w.path(), "encoder.0.weight");
  EXPECT_EQ(code.kind, Step::Kind::operation);
  EXPECT_EQ(code.operation, "linear");
  EXPECT_EQ(code.path(), "encoder.0");
  EXPECT_EQ(code.shape, (Shape{4, 2}));
  EXPECT_EQ(code.inputs, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_TRUE(code.needs_grad);
  EXPECT_EQ(step.entries[5].module, "decoder");
}

TEST_F(Inspect, CountsMemoryOnce) {
  const auto bytes = [&](std::size_t number) {
    const Step::Entry& entry = step.entries[number];
    return std::pair(entry.value_bytes / sizeof(Scalar), entry.gradient_bytes / sizeof(Scalar));
  };
  EXPECT_EQ(bytes(0), std::pair(12ul, 0ul));  // a constant has no gradient
  EXPECT_EQ(bytes(1), std::pair(6ul, 6ul));
  EXPECT_EQ(bytes(3), std::pair(8ul, 8ul));
  EXPECT_EQ(bytes(4), std::pair(0ul, 0ul));  // the weight again
}

TEST_F(Inspect, SumsAddUp) {
  const Step::Total whole = step.total();
  Step::Total by_entry, by_operation;
  double shares = 0;
  for (const Step::Entry& entry : step.entries) {
    by_entry.add(entry);
    shares += step.share(entry.milliseconds());
  }
  const auto totals = step.by_operation();
  for (const Step::Total& total : totals) {
    by_operation.count += total.count;
    by_operation.value_bytes += total.value_bytes;
    by_operation.gradient_bytes += total.gradient_bytes;
    by_operation.forward_ms += total.forward_ms;
    by_operation.backward_ms += total.backward_ms;
  }
  EXPECT_EQ(whole.count, 9u);
  for (const Step::Total& sum : {by_entry, by_operation}) {
    EXPECT_EQ(sum.count, whole.count);
    EXPECT_EQ(sum.bytes(), whole.bytes());
    EXPECT_NEAR(sum.milliseconds(), whole.milliseconds(), 1e-9);
  }
  EXPECT_NEAR(shares, 1, 1e-9);
  EXPECT_TRUE(std::is_sorted(totals.begin(), totals.end(), [](const auto& a, const auto& b) {
    return a.milliseconds() > b.milliseconds();
  }));
  EXPECT_EQ(std::find_if(totals.begin(), totals.end(),
                         [](const auto& total) { return total.operation == "parameter"; })
                ->count,
            3u);
}

TEST_F(Inspect, MeasuresForwardAndBackwardWhereAskedTo) {
  for (const Step::Entry& entry : step.entries) {
    EXPECT_GT(entry.forward_ms, 0) << entry.number;
    if (entry.kind == Step::Kind::operation) {
      EXPECT_GT(entry.backward_ms, 0) << entry.number;
    } else {
      EXPECT_EQ(entry.backward_ms, 0) << entry.number;
    }
  }
  watch(tape, {.measure_time = false});
  EXPECT_EQ(inspect(tape).total().milliseconds(), 0);
  EXPECT_EQ(inspect(tape).share(0), 0);
}

TEST_F(Inspect, ForgetsTheTimesOfAnEarlierProgram) {
  tape.reset();
  Var y = square(tape.parameter(weight));
  EXPECT_EQ(inspect(tape).entries[1].forward_ms, 0) << "it is not complete yet";
  tape.end_forward();
  EXPECT_GT(inspect(tape).entries[1].forward_ms, 0);
  EXPECT_EQ(inspect(tape).total().backward_ms, 0);
  tape.backward(sum(y));
  EXPECT_EQ(inspect(tape).entries.size(), 3u);
  EXPECT_GT(inspect(tape).total().backward_ms, 0);
}

TEST_F(Inspect, TakesTheMedianOfSeveralSteps) {
  std::vector<Step> steps(3, step);
  for (std::size_t s = 0; s < 3; ++s) {
    steps[s].entries[3].forward_ms = std::vector<double>{9, 1, 2}[s];
    steps[s].entries[3].backward_ms = std::vector<double>{3, 5, 4}[s];
  }
  EXPECT_EQ(median_of(steps).entries[3].forward_ms, 2);
  EXPECT_EQ(median_of(steps).entries[3].backward_ms, 4);
  steps[1].entries[5].operation = "mul";
  EXPECT_EQ(message_of<Error>([&] { median_of(steps); }),
            "median_of: the steps are not the same program from value 5 on");
  EXPECT_EQ(message_of<Error>([&] { median_of({}); }), "median_of: there are no steps");
}

TEST(BytesText, KeepsTwoOrThreeDigits) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(4096), "4.1 kB");
  EXPECT_EQ(bytes_text(401408), "401 kB");
  EXPECT_EQ(bytes_text(3211264), "3.2 MB");
}

TEST_F(Inspect, WritesATableWithALineAValueInColumns) {
  for (Step::Entry& entry : step.entries) entry.forward_ms = entry.backward_ms = 0;
  step.entries[3].forward_ms = 1.5;
  step.entries[3].backward_ms = 0.25;
  step.entries[5].backward_ms = 1.75;
  const auto lines = lines_of(to_table(step));
  ASSERT_GE(lines.size(), 12u);
  EXPECT_EQ(lines[0].find("operation"), lines[4].find("linear"));
  EXPECT_EQ(lines[0].find("shape"), lines[4].find("(4, 2)"));
  EXPECT_EQ(lines[0].find("from"), lines[4].find("0 1 2"));
  EXPECT_TRUE(std::regex_search(lines[4], std::regex("1\\.500 +0\\.250  50\\.0 %$"))) << lines[4];
  EXPECT_TRUE(std::regex_search(lines[1], std::regex("- +- +-$"))) << lines[1];
  EXPECT_EQ(lines[10], "");
  EXPECT_TRUE(lines[11].starts_with("operation")) << lines[11];
  EXPECT_TRUE(
      std::regex_search(lines.back(), std::regex("^whole step +9 .* 1\\.500 +2\\.000  100\\.0 %$")))
      << lines.back();
}

TEST_F(Inspect, WritesDotWhoseEdgesJoinNodesThatThereAre) {
  const std::string dot = to_dot(step);
  std::set<std::string> nodes;
  std::size_t edges = 0;
  int depth = 0;
  const std::regex node(R"re( *(n\d+) \[label="([^"\\]|\\.)*", shape=[a-z]+, style=.*\];)re"),
      edge(R"( *(n\d+) -> (n\d+)( \[style=dashed\])?;)");
  for (const std::string& line : lines_of(dot)) {
    std::smatch match;
    if (std::regex_match(line, match, edge)) {
      ++edges;
      EXPECT_TRUE(nodes.contains(match[1])) << line;
      EXPECT_TRUE(nodes.contains(match[2])) << line;
      EXPECT_EQ(match[3].matched, match[1] == "n0") << line;  // no gradient flows to a constant
    } else if (std::regex_match(line, match, node)) {
      EXPECT_TRUE(nodes.insert(match[1]).second) << line;
    }
    depth += static_cast<int>(line.ends_with("{")) - static_cast<int>(line.ends_with("}"));
  }
  EXPECT_EQ(nodes.size(), step.entries.size());
  EXPECT_EQ(edges, 3u + 2u + 2u + 1u + 1u);
  EXPECT_EQ(depth, 0);
  for (const char* box : {"subgraph \"cluster_encoder\" {", "subgraph \"cluster_encoder.0\" {",
                          "label=\"encoder.0\"", R"(a<b&\"c\\d\n(2))"})
    EXPECT_PRED2(contains, dot, box);
}

}  // namespace
}  // namespace hourglass::testing
