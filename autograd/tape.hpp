#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/base/tensor.hpp"

// The tape records a program of tensor operations while it runs forward, and runs it backward to
// get the gradient of one scalar with respect to every parameter: reverse-mode automatic
// differentiation. Nodes are recorded in the order in which they are computed, so each one comes
// after its inputs, and backward is one loop from the last node to the first.

namespace hourglass::inline HOURGLASS_PRECISION {

class GradSum;
class Rng;
class Tape;

/// A tensor that training changes, and the sum of the gradients that reached it.
struct Parameter {
  explicit Parameter(const Shape& shape) : value(filled(shape)), grad(filled(shape)) {}
  Parameter(const Parameter&) = delete;  // a tape refers to it by its address
  Parameter& operator=(const Parameter&) = delete;

  /// Forgets the gradient. Until the next backward, `grad`'s numbers mean nothing.
  void zero_grad() { has_grad = false; }

  Tensor value;
  Tensor grad;
  bool has_grad = false;  ///< whether a backward has reached it since zero_grad
  std::string name;       ///< "encoder.0.weight", once a module has registered it
};

/// A handle to one value on a tape: 16 bytes, copied freely. Valid until the tape's next reset;
/// every access after that throws TapeError.
class Var {
 public:
  Var() = default;

  const Tensor& value() const;
  const Shape& shape() const;
  std::size_t dimension() const { return shape().size(); }
  /// The one number of a value that has one element. Throws ShapeError for any other.
  Scalar item() const;

  /// Whether any parameter stands behind this value, so that backward has to visit it.
  bool needs_grad() const;
  /// d loss / d value, once backward has run. Throws TapeError where none arrived.
  const Tensor& grad() const;

  Tape& tape() const;

  // For those who write an operation (see operation.hpp):
  Tensor& output() const;      ///< the value, to be computed by the operation that makes it
  GradSum grad_sum() const;    ///< where the operations that use it add their share of the gradient
  std::size_t inputs() const;  ///< how many values it was computed from
  Var input(std::size_t number) const;  ///< one of them, in the operation's order

 private:
  friend class Tape;
  Var(Tape* tape, std::uint32_t index, std::uint32_t pass)
      : tape_(tape), index_(index), pass_(pass) {}

  Tape* tape_ = nullptr;
  std::uint32_t index_ = 0;
  std::uint32_t pass_ = 0;  // which of the tape's programs it belongs to; reset starts the next one
};

/// What an operation does in backward: a function with what it captured, stored inline. It may
/// capture handles and numbers only, so that recording one costs no memory and forgetting it no
/// work.
class Backward {
 public:
  Backward() = default;
  template <class F>
  Backward(F function)
      : call_([](const std::byte* state) { (*reinterpret_cast<const F*>(state))(); }) {
    static_assert(std::is_trivially_copyable_v<F> && std::is_trivially_destructible_v<F>,
                  "a backward captures Vars and numbers by value; tensors belong to the tape");
    static_assert(sizeof(F) <= capacity && alignof(F) <= alignof(std::max_align_t));
    std::memcpy(state_.data(), static_cast<const void*>(&function), sizeof(F));
  }

  explicit operator bool() const { return call_ != nullptr; }
  void operator()() const { call_(state_.data()); }

 private:
  static constexpr std::size_t capacity = 96;
  alignas(std::max_align_t) std::array<std::byte, capacity> state_{};
  void (*call_)(const std::byte*) = nullptr;
};

/// The recorded program. One training step is: reset, compute a loss, backward.
///
///     Tape tape;
///     for (...) {
///       tape.reset();
///       Var loss = ...;
///       tape.backward(loss);
///     }
///
/// Reset forgets the program and keeps its memory, so that a step of the same shapes as an earlier
/// one allocates nothing.
class Tape {
 public:
  /// `on`: backward adds to the parameters' own gradients.
  /// `off`: nothing is recorded for backward, for using a trained model.
  /// `apart`: backward adds to gradients of the tape's own, so that several threads, each with a
  /// tape and a share of the batch, can run backward at once; `add_gradients` then hands them over.
  enum class Gradients { on, off, apart };

  explicit Tape(Gradients gradients = Gradients::on) : gradients_(gradients) {}
  Tape(const Tape&) = delete;  // Vars refer to it by its address
  Tape& operator=(const Tape&) = delete;

  /// A value that refers to the parameter's own tensor and, in backward, adds to its gradient.
  Var parameter(Parameter& parameter);
  /// A value that refers to `tensor`, which must stay as it is until the next reset.
  Var constant(const Tensor& tensor);
  Var constant(Tensor&& tensor);  ///< takes the tensor over

  /// Adds weight · d loss / d p to the gradient of every parameter p that the loss depends on.
  /// Throws TapeError where the loss is no scalar or depends on no parameter.
  void backward(Var loss, Scalar weight = 1);
  /// The same from d … / d y = `seed`, a tensor of y's shape: a row of the Jacobian is backward
  /// from a seed of one 1.
  void backward(Var y, const Tensor& seed);

  /// Adds the gradients that this tape kept apart to those of the parameters, and forgets them.
  void add_gradients();

  /// Forgets all values, keeps their memory.
  void reset();

  /// How many values are recorded.
  std::size_t size() const { return size_; }

  /// For finding faults: from now on the first operation that makes a NaN or an infinity, forward
  /// or backward, is named in a NonFiniteError, with the module and the element. A value is looked
  /// at when the next one is recorded, or when backward begins.
  void check_finite(bool on);
  /// For seeing: from now on notes how long each operation takes, forward and backward.
  void measure_time(bool on);
  /// Ends the newest value's time and looks at it, where nothing follows it, not even backward.
  void end_forward();

  /// One of the recorded values, for tools that show the program.
  struct Entry {
    const char* operation;
    std::string module;          ///< "encoder.0"; "" outside all modules
    const Parameter* parameter;  ///< where it refers to one
    const Tensor* value;
    const Tensor* grad;  ///< nullptr where none has arrived
    bool needs_grad;
    std::span<const std::uint32_t> inputs;     ///< their numbers on the tape
    double forward_seconds, backward_seconds;  ///< 0 where they were not measured
  };
  Entry entry(std::size_t number) const;

  /// While it lives, values are recorded as made by the module at `path`, which error messages
  /// name.
  class Scope {
   public:
    Scope(Tape& tape, const std::string& path) : tape_(tape), outer_(tape.module_) {
      tape.module_ = &path;
    }
    ~Scope() { tape_.module_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Tape& tape_;
    const std::string* outer_;
  };
  /// While it lives, parameters count as constants: what is recorded passes gradients on to its
  /// inputs and leaves the parameters that it uses as they are. So an
  /// adversary's judgement teaches the one it judges.
  class Frozen {
   public:
    explicit Frozen(Tape& tape) : tape_(tape), outer_(std::exchange(tape.frozen_, true)) {}
    ~Frozen() { tape_.frozen_ = outer_; }
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

   private:
    Tape& tape_;
    bool outer_;
  };
  /// " (in encoder.0)", or "" outside all modules: the end of an error message.
  std::string where() const;

  /// Where layers with noise (dropout) draw from; it must live as long as it is used. Training
  /// gives each shard of a batch one of its own.
  void draw_from(Rng& rng) { rng_ = &rng; }
  /// Throws TapeError where none was given.
  Rng& rng() const;

  // For those who write an operation (see operation.hpp):
  Var record(const char* operation, const Shape& shape, std::initializer_list<Var> inputs);
  void on_backward(Var y, const Backward& backward);
  /// A tensor for results in between, valid until the next call with the same `which` (0, 1
  /// or 2).
  Tensor& scratch(std::size_t which, const Shape& shape);

 private:
  friend class Var;
  friend class GradSum;

  struct Node {
    const char* operation = "";
    const std::string* module = nullptr;
    const Tensor* value = nullptr;  // own_value, or what a parameter or constant refers to
    Tensor* grad = nullptr;         // own_grad, or a parameter's
    const Parameter* parameter = nullptr;
    bool* has_grad = nullptr;
    Tensor own_value, own_grad;
    bool own_has_grad = false;
    bool needs_grad = false;
    std::uint32_t first_input = 0, inputs = 0;  // which of inputs_ are its
    Backward backward;
  };

  /// The gradient of a parameter, kept apart from those on other tapes.
  struct Apart {
    Parameter* parameter;
    Tensor grad;
    bool has_grad = false;
  };

  struct Times {
    double forward = 0, backward = 0;
  };

  Apart& apart(Parameter& parameter);
  Node& new_node(const char* operation);
  Node& node(Var var);
  Var newest();
  void expect_gradients(Var y, const char* name) const;
  void begin_backward();
  void run_backward(Var y, const Tensor& seed);
  void watch_on(bool on);
  void watch_backward(std::size_t number);
  void check_value(std::size_t number) const;
  void check_gradients_of_inputs(std::size_t number) const;
  void check_earlier_gradients() const;
  void check_seed(const Tensor& seed) const;
  std::string place(std::size_t number) const;
  std::string describe_inputs(const Node& node) const;
  void reshape(Tensor& tensor, const Shape& shape);

  std::deque<Node> nodes_;  // a deque, so that references stay valid while it grows
  std::size_t size_ = 0;
  std::vector<std::uint32_t> inputs_;  // of all nodes, one after the other
  std::uint32_t pass_ = 0;
  Gradients gradients_;
  const std::string* module_ = nullptr;
  bool frozen_ = false;
  Rng* rng_ = nullptr;
  std::array<Tensor, 3> scratch_;
  std::deque<Apart> apart_;
  std::vector<Tensor> spare_;  // memory of other sizes, for when they come again
  // For check_finite and measure_time:
  bool watched_ = false, checks_ = false, measures_ = false;
  std::size_t complete_ = 0;  // how many values have been looked at
  double began_ = 0;          // when the newest value was recorded
  std::vector<Times> times_;
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
