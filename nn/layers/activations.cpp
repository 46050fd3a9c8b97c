#include "hourglass/nn/layers/activations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

template <class Activation>
std::unique_ptr<Module> made() {
  return std::make_unique<Activation>();
}

}  // namespace

const Choices<ActivationMaker>& activations() {
  static const Choices<ActivationMaker> all("activation", {{"relu", made<ReLU>},
                                                           {"leaky_relu", made<LeakyReLU>},
                                                           {"elu", made<ELU>},
                                                           {"selu", made<SELU>},
                                                           {"gelu", made<GELU>},
                                                           {"silu", made<SiLU>},
                                                           {"softplus", made<Softplus>},
                                                           {"sigmoid", made<Sigmoid>},
                                                           {"tanh", made<Tanh>},
                                                           {"hardshrink", made<Hardshrink>},
                                                           {"softshrink", made<Softshrink>}});
  return all;
}

}}  // namespace hourglass
