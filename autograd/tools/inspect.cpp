#include "hourglass/autograd/tools/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tools/watch.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

Step::Kind kind_of(const TapeEntry& entry) {
  if (entry.parameter) return Step::Kind::parameter;
  return entry.operation == std::string_view("constant") ? Step::Kind::constant
                                                         : Step::Kind::operation;
}

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

}  // namespace

Step inspect(const Tape& tape) {
  Step step;
  std::set<const Scalar*> seen;
  const auto bytes = [&seen](const Tensor* tensor) {
    const bool counts = tensor && tensor->size() > 0 && seen.insert(tensor->data()).second;
    return counts ? tensor->size() * sizeof(Scalar) : 0;
  };
  for (std::size_t number = 0; number < tape.size(); ++number) {
    const TapeEntry entry = tape.entry(number);
    const OperationTimes times = times_of(tape, number);
    step.entries.push_back({.number = number,
                            .kind = kind_of(entry),
                            .operation = entry.operation,
                            .module = entry.module ? *entry.module : "",
                            .parameter = entry.parameter ? entry.parameter->name : "",
                            .shape = entry.value->shape(),
                            .value_bytes = bytes(entry.value),
                            .gradient_bytes = bytes(entry.grad),
                            .needs_grad = entry.needs_grad,
                            .inputs = {entry.inputs.begin(), entry.inputs.end()},
                            .forward_ms = 1000 * times.forward,
                            .backward_ms = 1000 * times.backward});
  }
  return step;
}

Step median_of(const std::vector<Step>& steps) {
  if (steps.empty()) throw Error("median_of: there are no steps");
  Step result = steps[0];
  std::vector<double> forward(steps.size()), backward(steps.size());
  for (Step::Entry& entry : result.entries) {
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const auto& others = steps[s].entries;
      if (others.size() != result.entries.size() ||
          others[entry.number].operation != entry.operation)
        throw Error(fmt::format("median_of: the steps are not the same program from value {} on",
                                entry.number));
      forward[s] = others[entry.number].forward_ms;
      backward[s] = others[entry.number].backward_ms;
    }
    entry.forward_ms = median(forward);
    entry.backward_ms = median(backward);
  }
  return result;
}

void Step::Total::add(const Entry& entry) {
  ++count;
  value_bytes += entry.value_bytes;
  gradient_bytes += entry.gradient_bytes;
  forward_ms += entry.forward_ms;
  backward_ms += entry.backward_ms;
}

Step::Total Step::total() const {
  Total total;
  for (const Entry& entry : entries) total.add(entry);
  return total;
}

std::vector<Step::Total> Step::by_operation() const {
  std::vector<Total> totals;
  for (const Entry& entry : entries) {
    auto known = std::find_if(totals.begin(), totals.end(), [&entry](const Total& total) {
      return total.operation == entry.operation;
    });
    if (known == totals.end()) {
      totals.emplace_back().operation = entry.operation;
      known = totals.end() - 1;
    }
    known->add(entry);
  }
  std::stable_sort(totals.begin(), totals.end(), [](const Total& a, const Total& b) {
    return a.milliseconds() > b.milliseconds();
  });
  return totals;
}

double Step::share(double milliseconds) const {
  const double whole = total().milliseconds();
  return whole > 0 ? milliseconds / whole : 0;
}

std::string bytes_text(std::size_t bytes) {
  const auto number = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.{}f} kB", number / 1e3, bytes < 10'000 ? 1 : 0);
  return fmt::format("{:.1f} MB", number / 1e6);
}

namespace {

using Row = std::vector<std::string>;

/// Rows of one length as columns, each as wide as its widest text. `layout` has a character a
/// column: < for texts, > for numbers.
std::string align(const std::vector<Row>& rows, const std::string& layout) {
  std::vector<std::size_t> widths(layout.size(), 0);
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += "  ";
      line += layout[i] == '<' ? fmt::format("{:<{}}", row[i], widths[i])
                               : fmt::format("{:>{}}", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string ms_text(double milliseconds) {
  return milliseconds >= 0.0005 ? fmt::format("{:.3f}", milliseconds) : "-";
}

std::string share_text(double share) {
  return share >= 0.0005 ? fmt::format("{:.1f} %", 100 * share) : "-";
}

}  // namespace

std::string to_table(const Step& step) {
  std::vector<Row> rows = {
      {"#", "operation", "in", "shape", "from", "bytes", "forward ms", "backward ms", "share"}};
  for (const Step::Entry& entry : step.entries)
    rows.push_back({std::to_string(entry.number), entry.operation, entry.path(),
                    to_text(entry.shape), fmt::format("{}", fmt::join(entry.inputs, " ")),
                    bytes_text(entry.bytes()), ms_text(entry.forward_ms),
                    ms_text(entry.backward_ms), share_text(step.share(entry.milliseconds()))});
  std::string text = align(rows, "><<<<>>>>");

  rows = {{"operation", "values", "bytes", "forward ms", "backward ms", "share"}};
  std::vector<Step::Total> totals = step.by_operation();
  totals.push_back(step.total());
  totals.back().operation = "whole step";
  for (const Step::Total& total : totals)
    rows.push_back({total.operation, std::to_string(total.count), bytes_text(total.bytes()),
                    ms_text(total.forward_ms), ms_text(total.backward_ms),
                    share_text(step.share(total.milliseconds()))});
  return text + "\n" + align(rows, "<>>>>>");
}

namespace {

/// A module of the network, with what it recorded and its parts.
struct Box {
  std::vector<const Step::Entry*> entries;
  std::map<std::string, Box> parts;
};

std::string in_quotes(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return result + "\"";
}

std::string dot_node(const Step& step, const Step::Entry& entry) {
  std::string label = entry.parameter.empty() ? entry.operation : entry.parameter, look;
  label += "\n" + to_text(entry.shape);
  if (entry.milliseconds() >= 0.0005 && entry.kind == Step::Kind::operation)
    label += fmt::format("\n{:.3f} ms", entry.milliseconds());
  switch (entry.kind) {
    case Step::Kind::parameter:
      look = "shape=box, style=\"rounded,filled\", fillcolor=\"#dcebdc\"";
      break;
    case Step::Kind::constant:
      look = "shape=ellipse, style=filled, fillcolor=\"#eeeeea\"";
      break;
    case Step::Kind::operation:  // from white to orange, by hue, saturation and value
      look = fmt::format("shape=box, style=filled, fillcolor=\"0.07 {:.3f} 1.000\"",
                         0.8 * std::min(1.0, 3 * step.share(entry.milliseconds())));
  }
  return fmt::format("n{} [label={}, {}];\n", entry.number, in_quotes(label), look);
}

void write_box(std::string& dot, const Step& step, const Box& box, const std::string& path,
               std::size_t depth) {
  const std::string indent(2 * depth, ' ');
  for (const Step::Entry* entry : box.entries)
    dot += fmt::format("{}{}", indent, dot_node(step, *entry));
  for (const auto& [name, part] : box.parts) {
    const std::string inner = path.empty() ? name : fmt::format("{}.{}", path, name);
    dot += fmt::format("{0}subgraph {1} {{\n{0}  label={2};\n", indent,
                       in_quotes("cluster_" + inner), in_quotes(inner));
    write_box(dot, step, part, inner, depth + 1);
    dot += fmt::format("{}}}\n", indent);
  }
}

/// The box of the module at `path`, its steps parted by dots.
Box& find_box(Box& outermost, const std::string& path) {
  Box* box = &outermost;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    box = &box->parts[path.substr(begin, end - begin)];
    begin = end + 1;
  }
  return *box;
}

}  // namespace

std::string to_dot(const Step& step) {
  Box outermost;
  for (const Step::Entry& entry : step.entries)
    find_box(outermost, entry.module).entries.push_back(&entry);
  std::string dot =
      "digraph step {\n"
      "  graph [fontname=\"sans-serif\", fontsize=11, color=\"#b8b8b0\", fontcolor=\"#626b75\"];\n"
      "  node [fontname=\"sans-serif\", fontsize=11, color=\"#8a8f94\"];\n"
      "  edge [color=\"#8a8f94\", arrowsize=0.6];\n";
  write_box(dot, step, outermost, "", 1);
  for (const Step::Entry& entry : step.entries)
    for (std::size_t input : entry.inputs)
      dot += fmt::format("  n{} -> n{}{};\n", input, entry.number,
                         step.entries[input].needs_grad ? "" : " [style=dashed]");
  return dot + "}\n";
}

}}  // namespace hourglass
