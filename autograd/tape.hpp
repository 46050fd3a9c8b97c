#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/tensor_pool.hpp"
#include "hourglass/autograd/context.hpp"
#include "hourglass/autograd/per_thread_gradients.hpp"
#include "hourglass/autograd/tape_observer.hpp"
#include "hourglass/autograd/var.hpp"

// The tape records a program of tensor operations while it runs forward, and runs it backward to
// get the gradient of one scalar with respect to every parameter: reverse-mode automatic
// differentiation. Nodes are recorded in the order in which they are computed, so each one comes
// after its inputs, and backward is one loop from the last node to the first.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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
  /// `per_thread`: backward adds to gradients of the tape's own, so that several threads, each with
  /// a tape and a share of the batch, can run backward at once; per_thread_gradients() hands them
  /// over.
  enum class Gradients { on, off, per_thread };

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

  /// Forgets all values, keeps their memory.
  void reset();

  /// How many values are recorded.
  std::size_t size() const { return size_; }

  Context& context() { return context_; }
  TensorPool& pool() { return pool_; }
  PerThreadGradients& per_thread_gradients() { return per_thread_gradients_; }

  /// From now on tells `observer` of every step; none where it is null.
  void observe(std::unique_ptr<TapeObserver> observer) { observer_ = std::move(observer); }
  TapeObserver* observer() const { return observer_.get(); }
  /// Tells the observer that nothing follows the newest value, not even backward.
  void end_forward();

  /// Recorded value number `number`, for tools that show the program.
  TapeEntry entry(std::size_t number) const;

  // For those who write an operation (see operation.hpp):
  Var record(const char* operation, const Shape& shape, std::initializer_list<Var> inputs);
  void on_backward(Var y, const Backward& backward) { node(y).backward = backward; }

 private:
  friend class Var;
  friend class GradientAccumulator;

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

  Node& new_node(const char* operation);
  Node& node(Var var) {
    check_current(var);
    return nodes_[var.index_];
  }
  Var newest() { return Var(this, static_cast<std::uint32_t>(size_ - 1), pass_); }
  void run_backward(Var y, const Tensor& seed);

  // tape_checks.cpp: each throws where something is not as it has to be.
  void check_recorded(const char* operation, const Shape& shape,
                      std::initializer_list<Var> inputs) const;
  void check_current(Var var) const {
    if (var.pass_ != pass_ || var.index_ >= size_) [[unlikely]]
      fail_after_reset();
  }
  [[noreturn]] void fail_after_reset() const;
  void check_differentiable(Var y, const char* name, const char* variable) const;
  void check_scalar(Var loss) const;
  void check_seed(Var y, const Tensor& seed) const;

  std::deque<Node> nodes_;  // a deque, so that references stay valid while it grows
  std::size_t size_ = 0;
  std::vector<std::uint32_t> inputs_;  // of all nodes, one after the other
  std::uint32_t pass_ = 0;
  Gradients gradients_;
  Context context_;
  TensorPool pool_;
  PerThreadGradients per_thread_gradients_;
  std::unique_ptr<TapeObserver> observer_;
};

}}  // namespace hourglass
