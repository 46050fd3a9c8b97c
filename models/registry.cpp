#include "hourglass/models/registry.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/adversarial.hpp"
#include "hourglass/models/batch_top_k.hpp"
#include "hourglass/models/beta_tc_vae.hpp"
#include "hourglass/models/beta_vae.hpp"
#include "hourglass/models/conditional_vae.hpp"
#include "hourglass/models/contractive.hpp"
#include "hourglass/models/convolutional.hpp"
#include "hourglass/models/deep.hpp"
#include "hourglass/models/denoising.hpp"
#include "hourglass/models/factor_vae.hpp"
#include "hourglass/models/flow_vae.hpp"
#include "hourglass/models/fsq.hpp"
#include "hourglass/models/gumbel_vae.hpp"
#include "hourglass/models/info_vae.hpp"
#include "hourglass/models/iwae.hpp"
#include "hourglass/models/jump_relu.hpp"
#include "hourglass/models/k_sparse.hpp"
#include "hourglass/models/kl_sparse.hpp"
#include "hourglass/models/ladder_vae.hpp"
#include "hourglass/models/linear.hpp"
#include "hourglass/models/made.hpp"
#include "hourglass/models/masked.hpp"
#include "hourglass/models/masked_transformer.hpp"
#include "hourglass/models/miwae.hpp"
#include "hourglass/models/rae.hpp"
#include "hourglass/models/residual_vq.hpp"
#include "hourglass/models/sparse.hpp"
#include "hourglass/models/stacked.hpp"
#include "hourglass/models/vae.hpp"
#include "hourglass/models/vae_gan.hpp"
#include "hourglass/models/vamp_vae.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/models/vq_vae.hpp"
#include "hourglass/models/wae.hpp"
#include "hourglass/models/winner_take_all.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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
      BatchTopK::info(),
      JumpRelu::info(),
      WinnerTakeAll::info(),
      Contractive::info(),
      Vae::info(),
      BetaVae::info(),
      BetaTcVae::info(),
      FactorVae::info(),
      ConditionalVae::info(),
      Iwae::info(),
      FlowVae::info(),
      Miwae::info(),
      LadderVae::info(),
      Wae::info(),
      InfoVae::info(),
      VampVae::info(),
      VqVae::info(),
      Fsq::info(),
      ResidualVq::info(),
      Made::info(),
      GumbelVae::info(),
      Adversarial::info(),
      VaeGan::info(),
      Rae::info(),
      Masked::info(),
      MaskedTransformer::info(),
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
  throw ConfigError(fmt::format("unknown model '{}'; {}", name, advice(name, names)));
}

}}  // namespace hourglass
