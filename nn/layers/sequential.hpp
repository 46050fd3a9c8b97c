#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Layers one after the other, named "0", "1", …
///
///     Sequential encoder;
///     encoder.add<Linear>(784, 256, rng);
///     encoder.add<ReLU>();
class Sequential : public Module {
 public:
  template <class Layer, class... Arguments>
  Layer& add(Arguments&&... arguments) {
    auto layer = std::make_unique<Layer>(std::forward<Arguments>(arguments)...);
    Layer& added = *layer;
    add(std::move(layer));
    return added;
  }
  void add(std::unique_ptr<Module> layer);

  Var forward(Var x) override;

 private:
  std::vector<std::unique_ptr<Module>> layers_;
};

/// Linear layers of these sizes with the activation between them, none after the last:
/// {784, 256, 32} is Linear(784, 256), activation, Linear(256, 32).
void add_dense_layers(Sequential& network, const std::vector<std::size_t>& sizes,
                      const std::string& activation, Rng& rng);

}}  // namespace hourglass
