#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A tensor of a module that is state but no parameter: running statistics.
struct Buffer {
  std::string name;  ///< "encoder.1.running_mean"
  Tensor* value;
};

/// A part of a network: parameters, and how a value passes through. Parameters, buffers and child
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

  /// forward(x), while errors and tape entries name this module.
  Var operator()(Var x);

  /// This module's parameters and those of its children, in the order of registration, each one's
  /// `name` its path from here.
  std::vector<Parameter*> parameters() const;

  /// How many numbers the parameters hold in all.
  std::size_t parameter_count() const;

  /// This module's buffers and those of its children, named by their paths. Parameters and buffers
  /// together are all that a module remembers.
  std::vector<Buffer> buffers() const;

  /// Puts this module and all its children into the mode for training, in which noise is drawn and
  /// statistics are the batch's, or out of it. Modules start in training; Trainer, `evaluate`,
  /// `reconstruct` and `load_model` set the mode that they need themselves.
  void train(bool on = true);
  void eval() { train(false); }
  bool training() const { return training_; }

  /// Whether in training what becomes of one example depends on the others of its batch (batch
  /// norm), so that the batch must not be cut into shards: true where it is for any child. An
  /// override adds to that: `return … || Module::couples_examples()`.
  virtual bool couples_examples() const;

  /// Told by the trainer before step `step` of `steps`, for what changes in the course of training
  /// (see annealed_weight in nn/training/schedules.hpp).
  virtual void before_step(std::size_t /*step*/, std::size_t /*steps*/) {}

  /// Where this module is in the one that holds it all: "encoder.0"; "" for the outermost.
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

/// While it lives, a module and all its children are in training or out of it; then, whatever
/// happened, they are in the mode that the module was in before.
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
