#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hourglass/autograd/tape.hpp"
#include "hourglass/autograd/tools/watch.hpp"

// What is on a tape, to look at: each operation with its module, shape, memory and time.
//
//     watch(tape, {.measure_time = true});
//     ... a step: reset, loss, backward ...
//     std::puts(to_table(inspect(tape)).c_str());

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The program of one step, as a tape recorded it.
struct Step {
  enum class Kind { parameter, constant, operation };

  /// One value, and the operation that made it.
  struct Entry {
    std::size_t number = 0;  ///< on the tape
    Kind kind = Kind::operation;
    std::string operation;  ///< "linear"; "parameter" and "constant" for those
    std::string module;     ///< "encoder.0"; "" outside all modules
    std::string parameter;  ///< "encoder.0.weight"
    Shape shape;
    /// Memory that an earlier entry holds already (a parameter in its second use) counts as 0.
    std::size_t value_bytes = 0, gradient_bytes = 0;
    bool needs_grad = false;
    std::vector<std::size_t> inputs;  ///< their numbers
    double forward_ms = 0, backward_ms = 0;

    std::size_t bytes() const { return value_bytes + gradient_bytes; }
    double milliseconds() const { return forward_ms + backward_ms; }
    /// Where it stands in the network: its parameter's or else its module's path.
    const std::string& path() const { return parameter.empty() ? module : parameter; }
  };

  /// The sums over several entries.
  struct Total {
    std::string operation;  ///< whose; "" for the whole step
    std::size_t count = 0, value_bytes = 0, gradient_bytes = 0;
    double forward_ms = 0, backward_ms = 0;

    std::size_t bytes() const { return value_bytes + gradient_bytes; }
    double milliseconds() const { return forward_ms + backward_ms; }
    void add(const Entry& entry);
  };

  std::vector<Entry> entries;

  Total total() const;
  /// One for each operation, those that take longest first.
  std::vector<Total> by_operation() const;
  /// `milliseconds` as a part of the whole step's: 0..1, and 0 where no time was measured.
  double share(double milliseconds) const;
};

/// What the tape holds now: the values of its program and, after backward, their gradients. Times
/// are those of the last backward and of the program itself, where `watch` measured time.
Step inspect(const Tape& tape);

/// The same step measured several times: for each entry the medians of its times. Throws Error
/// where the steps are not the same program.
Step median_of(const std::vector<Step>& steps);

/// For a terminal: one line per entry, then the sums by operation.
std::string to_table(const Step& step);

/// For Graphviz (`dot -Tsvg`): the graph, in a box for each module, the operations that take long
/// in stronger colour.
std::string to_dot(const Step& step);

/// "401 kB"
std::string bytes_text(std::size_t bytes);

}}  // namespace hourglass
