#pragma once

#include <string>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// A model that has learnt nothing and needs nothing: its code is the example, of two numbers in
/// 0..1, and so is what it decodes. Others say what new codes are.
class Mirror : public Autoencoder {
 public:
  Var encode(Var x) override { return x; }
  Var decode(Var code) override { return code * 1; }
  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    return Loss("nothing", mean(tape.constant(batch.x)));
  }
  std::string loss_unit() const override { return ""; }
  std::size_t latent() const override { return 2; }
  bool can_sample() const override { return true; }
  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, 2});
    rng.fill_uniform(codes, 0, 1);
    return codes;
  }
};

/// Class 0 around (0.2, 0.2), class 1 around (0.8, 0.6), one after the other.
inline Dataset two_classes(bool labelled = true) {
  std::vector<std::uint8_t> bytes, labels;
  for (int i = 0; i < 400; ++i) {
    bytes.push_back(static_cast<std::uint8_t>((i % 2 ? 204 : 51) + i % 7 - 3));
    bytes.push_back(static_cast<std::uint8_t>((i % 2 ? 153 : 51) + i % 11 - 5));
    labels.push_back(static_cast<std::uint8_t>(i % 2));
  }
  return {"two", {2}, bytes, labelled ? labels : std::vector<std::uint8_t>{}};
}

}  // namespace hourglass::testing
