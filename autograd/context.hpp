#pragma once

#include <string>
#include <utility>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What holds for the values that a tape records next: which module makes them, whether parameters
/// count as constants, and where noise is drawn from.
class Context {
 public:
  /// "encoder.0", as a ModuleScope says; nullptr outside all modules.
  const std::string* module() const { return module_; }
  /// " (in encoder.0)", or "" outside all modules: the end of an error message.
  std::string where() const;

  /// Whether a FrozenParameters lives.
  bool is_frozen() const { return frozen_; }

  /// Where layers with noise (dropout) draw from; it must live as long as it is used. Training
  /// gives each shard of a batch one of its own.
  void draw_from(Rng& rng) { rng_ = &rng; }
  /// Throws TapeError where none was given.
  Rng& rng() const;

 private:
  friend class ModuleScope;
  friend class FrozenParameters;

  const std::string* module_ = nullptr;
  bool frozen_ = false;
  Rng* rng_ = nullptr;
};

/// While it lives, values are recorded as made by the module at `path`, which error messages name.
class ModuleScope {
 public:
  ModuleScope(Context& context, const std::string& path)
      : context_(context), outer_(std::exchange(context.module_, &path)) {}
  ~ModuleScope() { context_.module_ = outer_; }
  ModuleScope(const ModuleScope&) = delete;
  ModuleScope& operator=(const ModuleScope&) = delete;

 private:
  Context& context_;
  const std::string* outer_;
};

/// While it lives, parameters count as constants: what is recorded passes gradients on to its
/// inputs and leaves the parameters that it uses as they are. So a generator's loss can pass
/// through a discriminator without training it.
class FrozenParameters {
 public:
  explicit FrozenParameters(Context& context)
      : context_(context), outer_(std::exchange(context.frozen_, true)) {}
  ~FrozenParameters() { context_.frozen_ = outer_; }
  FrozenParameters(const FrozenParameters&) = delete;
  FrozenParameters& operator=(const FrozenParameters&) = delete;

 private:
  Context& context_;
  bool outer_;
};

}}  // namespace hourglass
