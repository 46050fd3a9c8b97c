#include "models/registry.hpp"

#include <fmt/format.h>

#include "autograd/base/advice.hpp"
#include "autograd/base/error.hpp"
#include "models/adversarial.hpp"
#include "models/beta_tc_vae.hpp"
#include "models/beta_vae.hpp"
#include "models/conditional_vae.hpp"
#include "models/contractive.hpp"
#include "models/convolutional.hpp"
#include "models/deep.hpp"
#include "models/denoising.hpp"
#include "models/info_vae.hpp"
#include "models/iwae.hpp"
#include "models/k_sparse.hpp"
#include "models/kl_sparse.hpp"
#include "models/ladder_vae.hpp"
#include "models/linear.hpp"
#include "models/masked.hpp"
#include "models/rae.hpp"
#include "models/sparse.hpp"
#include "models/stacked.hpp"
#include "models/vae.hpp"
#include "models/vae_gan.hpp"
#include "models/vamp_vae.hpp"
#include "models/vanilla.hpp"
#include "models/vq_vae.hpp"
#include "models/wae.hpp"
#include "models/winner_take_all.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

const std::vector<ModelInfo>& model_registry() {
  // clang-format off
  static const std::vector<ModelInfo> models = {
      Vanilla::info(),
      Deep::info(),
      LinearAutoencoder::info(),
      Convolutional::info(),
      Denoising::info(),
      Stacked::info(),
      Sparse::info(),
      KlSparse::info(),
      KSparse::info(),
      WinnerTakeAll::info(),
      Contractive::info(),
      Vae::info(),
      BetaVae::info(),
      BetaTcVae::info(),
      ConditionalVae::info(),
      Iwae::info(),
      LadderVae::info(),
      Wae::info(),
      InfoVae::info(),
      VampVae::info(),
      VqVae::info(),
      Adversarial::info(),
      VaeGan::info(),
      Rae::info(),
      Masked::info(),
  };
  // clang-format on
  return models;
}

const ModelInfo& find_model(const std::string& name) {
  std::vector<std::string> names;
  for (const ModelInfo& model : model_registry()) {
    if (model.name == name) return model;
    names.push_back(model.name);
  }
  throw ConfigError(fmt::format("'{}' is no model; {}", name, advice(name, names)));
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
