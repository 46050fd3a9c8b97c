#include "hourglass/nn/layers/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/nn/layers/sequential.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(NoiseLayers, LetEverythingPassOutOfTraining) {
  Sequential network;
  network.add<Dropout>();
  network.add<GaussianNoise>(0.5);
  network.add<MaskingNoise>(0.5);
  network.add<SaltAndPepperNoise>(0.5);
  network.eval();
  Tape tape;  // without a generator
  Var x = tape.constant(random_tensor({4, 5}, 1));
  EXPECT_TRUE(is_same(network(x).value(), x.value()));
}

TEST(NoiseLayers, AreTheirOperationsInTraining) {
  Dropout dropped(0.3);
  GaussianNoise shaken(0.2);
  MaskingNoise masked(0.4);
  SaltAndPepperNoise salted(0.6);
  Tape tape;
  Var x = tape.constant(random_tensor({20, 30}, 1));
  const auto of_layer = [&](Module& layer) {
    Rng rng(7);
    tape.context().draw_from(rng);
    return layer(x).value();
  };
  Rng a(7), b(7), c(7), d(7);
  EXPECT_TRUE(is_same(of_layer(dropped), dropout(x, Scalar(0.3), a).value()));
  EXPECT_TRUE(is_same(of_layer(shaken), gaussian_noise(x, Scalar(0.2), b).value()));
  EXPECT_TRUE(is_same(of_layer(masked), masking_noise(x, Scalar(0.4), c).value()));
  EXPECT_TRUE(is_same(of_layer(salted), salt_and_pepper_noise(x, Scalar(0.6), d).value()));
  EXPECT_FALSE(is_same(of_layer(dropped), x.value()));
}

TEST(NoiseLayers, SayWhatTheyNeedWhereTheTapeHasNoGenerator) {
  Sequential network;
  network.add<Dropout>();
  Tape tape;
  EXPECT_EQ(message_of<TapeError>([&] { network(tape.constant(filled({2}))); }),
            "a layer draws noise, but the tape has no generator: call "
            "tape.context().draw_from(rng) first, "
            "or model.eval() (in 0)");
}

TEST(NoiseLayers, RefuseStrengthsThatMakeNoSense) {
  EXPECT_EQ(message_of<ConfigError>([] { Dropout(1.5); }), "Dropout: 1.5 is not a rate");
  EXPECT_EQ(message_of<ConfigError>([] { Dropout(1); }), "Dropout: a rate of 1 leaves nothing");
  EXPECT_EQ(message_of<ConfigError>([] { MaskingNoise(-0.5); }),
            "MaskingNoise: -0.5 is not a rate");
  EXPECT_EQ(message_of<ConfigError>([] { SaltAndPepperNoise(NAN); }),
            "SaltAndPepperNoise: nan is not a rate");
  EXPECT_EQ(message_of<ConfigError>([] { GaussianNoise(-1); }),
            "GaussianNoise: -1 is not a deviation");
}

}  // namespace
}  // namespace hourglass::testing
