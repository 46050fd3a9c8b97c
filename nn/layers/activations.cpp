#include "hourglass/nn/layers/activations.hpp"

#include <fmt/format.h>

#include <vector>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

template <class Activation>
std::unique_ptr<Module> made() {
  return std::make_unique<Activation>();
}

struct NamedActivation {
  const char* name;
  std::unique_ptr<Module> (*make)();
};
constexpr NamedActivation activations[] = {{"relu", made<ReLU>},
                                           {"leaky_relu", made<LeakyReLU>},
                                           {"elu", made<ELU>},
                                           {"selu", made<SELU>},
                                           {"gelu", made<GELU>},
                                           {"silu", made<SiLU>},
                                           {"softplus", made<Softplus>},
                                           {"sigmoid", made<Sigmoid>},
                                           {"tanh", made<Tanh>},
                                           {"hardshrink", made<Hardshrink>},
                                           {"softshrink", made<Softshrink>}};

}  // namespace

std::unique_ptr<Module> make_activation(const std::string& name) {
  std::vector<std::string> names;
  for (const NamedActivation& activation : activations) {
    if (name == activation.name) return activation.make();
    names.push_back(activation.name);
  }
  throw ConfigError(fmt::format("'{}' is no activation; {}", name, advice(name, names)));
}

}}  // namespace hourglass
