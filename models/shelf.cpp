#include "models/shelf.hpp"

#include <fmt/format.h>

#include "autograd/advice.hpp"
#include "autograd/error.hpp"
#include "models/vanilla.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// Completes an entry whose texts are given with what follows from the model's types.
template <class Model, class Options>
ModelInfo entry(ModelInfo info) {
  Settings listing = Settings::listing(info.settings);
  Options().describe(listing);
  info.write_defaults = [](Config& config) { write_options(config, "model", Options()); };
  info.make = [](const Config& config, const Shape& example_shape, Rng& rng) {
    const auto options = read_options<Options>(config, "model");
    return std::make_unique<Model>(element_count(example_shape), options, rng);
  };
  return info;
}

}  // namespace

const std::vector<ModelInfo>& shelf() {
  static const std::vector<ModelInfo> models = {
      entry<Vanilla, VanillaOptions>({
          .name = "vanilla",
          .summary = "dense layers down to a narrow code and back",
          .objective = "minimise ‖x − x̂‖² with x̂ = σ(g(f(x)))",
          .paper =
              "Hinton & Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, "
              "Science 2006",
      }),
  };
  return models;
}

const ModelInfo& find_model(const std::string& name) {
  std::vector<std::string> names;
  for (const ModelInfo& model : shelf()) {
    if (model.name == name) return model;
    names.push_back(model.name);
  }
  throw ConfigError(fmt::format("'{}' is no model; {}", name, advice(name, names)));
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
