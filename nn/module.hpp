#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/tape.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A part of a network: parameters, and how a value passes through. Parameters and parts register
/// under a name, so that each parameter has a path, `encoder.0.weight`, which files, optimisers and
/// error messages use. Modules are neither copied nor moved: parents and tapes refer to them.
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

  /// This module's parameters and those of its parts, in the order of registration, each one's
  /// `name` its path from here.
  std::vector<Parameter*> parameters() const;

  /// How many numbers the parameters hold in all.
  std::size_t parameter_count() const;

  /// Where this module is in the one that holds it all: "encoder.0"; "" for the outermost.
  const std::string& path() const { return path_; }

 protected:
  /// To be called in the constructor, once for each parameter and part that is a member.
  void register_parameter(const std::string& name, Parameter& parameter);
  void register_module(const std::string& name, Module& part);

 private:
  void set_path(const std::string& path);
  std::string path_of(const std::string& name) const;

  std::string path_;
  std::vector<std::pair<std::string, Parameter*>> own_parameters_;
  std::vector<std::pair<std::string, Module*>> parts_;
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
