#include "hourglass/nn/layers/sequential.hpp"

#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void Sequential::add(std::unique_ptr<Module> layer) {
  register_module(std::to_string(layers_.size()), *layer);
  layers_.push_back(std::move(layer));
}

Var Sequential::forward(Var x) {
  for (const auto& layer : layers_) x = (*layer)(x);
  return x;
}

void add_dense_layers(Sequential& network, const std::vector<std::size_t>& sizes,
                      const std::string& activation, Rng& rng) {
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    if (i > 0) network.add(activations()[activation]());
    network.add<Linear>(sizes[i], sizes[i + 1], rng);
  }
}

}}  // namespace hourglass
