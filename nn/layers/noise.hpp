#pragma once

#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/module.hpp"

// Layers that add noise to their input in training and otherwise pass it through unchanged. They draw
// tape's generator, which Trainer sets; elsewhere call tape.context().draw_from(rng) first.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A layer with noise of one strength: the rate of a mask, or the deviation of additive noise.
class Noise : public Module {
 public:
  Var forward(Var x) override { return training() ? disturb(x, x.tape().context().rng()) : x; }

 protected:
  /// Throws ConfigError, naming the layer, for a strength that is not in 0..most.
  Noise(const char* name, double strength, double most);
  virtual Var disturb(Var x, Rng& rng) = 0;
  const Scalar strength_;
};

/// 0 with probability `rate`, else x / (1 − rate) (Srivastava et al., JMLR 2014).
class Dropout : public Noise {
 public:
  explicit Dropout(double rate = 0.5);

 private:
  Var disturb(Var x, Rng& rng) override { return dropout(x, strength_, rng); }
};

/// x + deviation n, n ~ N(0, 1).
class GaussianNoise : public Noise {
 public:
  explicit GaussianNoise(double deviation);

 private:
  Var disturb(Var x, Rng& rng) override { return gaussian_noise(x, strength_, rng); }
};

/// 0 with probability `rate`, else x (Vincent et al., JMLR 2010).
class MaskingNoise : public Noise {
 public:
  explicit MaskingNoise(double rate);

 private:
  Var disturb(Var x, Rng& rng) override { return masking_noise(x, strength_, rng); }
};

/// 0 or 1, each with probability rate / 2, else x (Vincent et al., JMLR 2010).
class SaltAndPepperNoise : public Noise {
 public:
  explicit SaltAndPepperNoise(double rate);

 private:
  Var disturb(Var x, Rng& rng) override { return salt_and_pepper_noise(x, strength_, rng); }
};

}}  // namespace hourglass
