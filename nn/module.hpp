#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A tensor that is part of a module's state but not a parameter: running statistics.
struct Buffer {
  std::string name;  ///< "encoder.1.running_mean"
  Tensor* value;
};

/// A part of a network: its parameters, and how it transforms its input. Parameters, buffers and child
/// modules register under a name, so that each parameter has a path, `encoder.0.weight`, which files,
/// optimisers and error messages use. Modules are neither copied nor moved: parents and tapes refer
/// to them.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module() = default;

  /// What this module computes. To use a module, call it: `layer(x)`.
  virtual Var forward(Var x) = 0;

  /// forward(x), with errors and tape entries naming this module.
  Var operator()(Var x);

  /// This module's parameters and those of its children, in the order of registration, with each
  /// `name` being the path from here.
  std::vector<Parameter*> parameters() const;

  /// The total number of elements of all parameters.
  std::size_t parameter_count() const;

  /// This module's buffers and those of its children, named by their paths. Parameters and buffers
  /// together are all of a module's state.
  std::vector<Buffer> buffers() const;

  /// Puts this module and all its children into training mode, in which noise is drawn and batch
  /// statistics are used, or into evaluation mode. Modules start in training mode; Trainer,
  /// `evaluate`, `reconstruct` and `load_model` set the mode that they need.
  void train(bool on = true);
  void eval() { train(false); }
  bool training() const { return training_; }

  /// Whether in training the result for one example depends on the others of its batch (batch
  /// norm), so that the batch must not be cut into shards: true if it is for any child. An
  /// override adds to that: `return … || Module::couples_examples()`.
  virtual bool couples_examples() const;

  /// Called by the trainer before step `step` of `steps`, for what changes in the course of training
  /// (see annealed_weight in nn/training/schedules.hpp).
  virtual void before_step(std::size_t /*step*/, std::size_t /*steps*/) {}

  /// This module's path from the outermost one: "encoder.0"; "" for the outermost.
  const std::string& path() const { return path_; }

 protected:
  /// To be called in the constructor, once for each parameter, buffer and child module that is a member.
  void register_parameter(const std::string& name, Parameter& parameter);
  void register_buffer(const std::string& name, Tensor& buffer);
  void register_module(const std::string& name, Module& child);

 private:
  void set_path(const std::string& path);
  std::string path_of(const std::string& name) const;

  std::string path_;
  bool training_ = true;
  std::vector<std::pair<std::string, Parameter*>> own_parameters_;
  std::vector<std::pair<std::string, Tensor*>> own_buffers_;
  std::vector<std::pair<std::string, Module*>> children_;
};

/// While it lives, a module and all its children are in training or evaluation mode; afterwards,
/// even after an exception, they are in the mode that the module was in before.
class ModeGuard {
 public:
  static ModeGuard training(Module& module) { return ModeGuard(module, true); }
  static ModeGuard evaluation(Module& module) { return ModeGuard(module, false); }
  ~ModeGuard() { module_.train(before_); }
  ModeGuard(const ModeGuard&) = delete;
  ModeGuard& operator=(const ModeGuard&) = delete;

 private:
  ModeGuard(Module& module, bool on) : module_(module), before_(module.training()) {
    module_.train(on);
  }
  Module& module_;
  bool before_;
};

}}  // namespace hourglass
