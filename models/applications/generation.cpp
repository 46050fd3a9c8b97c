#include "hourglass/models/applications/generation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/codes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<Sampler>& samplers() {
  static const Choices<Sampler> all(
      "sampler",
      {{"prior", Sampler::prior, "its prior"},
       {"gaussian", Sampler::gaussian, "a normal distribution fitted to the training codes"},
       {"gmm", Sampler::gmm, "a mixture of normal distributions fitted to the training codes"},
       {"flow", Sampler::flow, "noise, moved by a flow to where the training codes are"},
       {"kernel", Sampler::kernel, "the neighbourhood of single training codes"}});
  return all;
}

namespace {

/// The widest code that gets a full covariance; for wider ones only variances are fitted.
constexpr std::size_t widest_full = 200;

/// The first `columns` elements of each row.
Tensor first_columns(const Tensor& rows, std::size_t columns) {
  Tensor some = filled({rows.shape()[0], columns});
  for (std::size_t i = 0; i < rows.shape()[0]; ++i)
    std::copy_n(rows.data() + i * rows.shape()[1], columns, some.data() + i * columns);
  return some;
}

/// Codes from kernels: one of `known`, plus noise with the scaled covariance of the codes `around`.
Tensor kernel_codes(const Tensor& known, const Tensor& around, double temperature,
                    std::size_t count, Rng& rng) {
  const std::size_t latent = known.shape()[1], rows = known.shape()[0];
  const double width = std::pow(4.0 / (double(latent + 2) * double(rows)), 1 / double(latent + 4));
  const Mixture scatter =
      Mixture::fit(around, {.components = 1, .full = latent <= widest_full}, rng.fork(0));
  Tensor codes = scatter.draw(count, rng, width * temperature);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = rng.below(static_cast<std::uint32_t>(rows));
    for (std::size_t k = 0; k < latent; ++k) codes(i, k) += known(from, k) - scatter.means()(0, k);
  }
  return codes;
}

/// Codes from a distribution that is fitted to those of `examples`, which are some or all of
/// `train`. The class probabilities at the end of a conditional model's code are not drawn, but set
/// to `label`.
Tensor fitted_codes(Autoencoder& model, const SamplerOptions& options, const Dataset& examples,
                    const Dataset& train, std::size_t count, std::size_t label, Rng& rng) {
  const std::size_t latent = model.latent();
  if (latent <= model.classes()) throw ConfigError("the code is the class and nothing besides");
  const std::size_t drawn = latent - model.classes();
  const Tensor known = first_columns(encode_all(model, examples), drawn);
  Tensor codes;
  const Sampler sampler = samplers()[options.sampler];
  if (sampler == Sampler::kernel) {
    const Tensor around = first_columns(encode_all(model, train), drawn);
    codes = kernel_codes(known, around, options.temperature, count, rng);
  } else if (sampler == Sampler::flow) {
    codes = FlowMatching(known, options.flow, rng.fork(0)).draw(count, rng, options.temperature);
  } else {
    const std::size_t components = sampler == Sampler::gaussian ? 1 : options.components;
    if (known.shape()[0] < components)
      throw ConfigError(
          fmt::format("a mixture of {} components needs as many examples, but {} has {}: "
                      "--components asks for fewer",
                      components, examples.name(), known.shape()[0]));
    const Mixture mixture =
        Mixture::fit(known, {.components = components, .full = drawn <= widest_full}, rng.fork(0));
    codes = mixture.draw(count, rng, options.temperature);
  }
  if (drawn == latent) return codes;
  Tensor whole = filled({count, latent});
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(codes.data() + i * drawn, drawn, whole.data() + i * latent);
    whole(i, drawn + label) = 1;
  }
  return whole;
}

/// Codes from the prior, of one class if one is given, scaled by the temperature around their mean.
Tensor prior_codes(Autoencoder& model, double temperature, std::size_t count,
                   std::optional<std::size_t> label, Rng& rng) {
  const auto draw = [&](std::size_t n) {
    return label ? model.sample_codes(n, *label, rng) : model.sample_codes(n, rng);
  };
  Tensor codes = draw(count);
  if (temperature == 1) return codes;
  constexpr std::size_t many = 4096;  // enough for the mean to within 1/64 of the deviation
  const std::size_t latent = model.latent();
  std::vector<double> mean(latent);
  const Tensor more = draw(many);
  for (std::size_t n = 0; n < more.size(); ++n) mean[n % latent] += more.data()[n] / double{many};
  for (std::size_t n = 0; n < codes.size(); ++n) {
    const double centre = mean[n % latent];
    codes.data()[n] = static_cast<Scalar>(centre + temperature * (codes.data()[n] - centre));
  }
  return codes;
}

std::vector<std::size_t> classes_of(const Autoencoder& model, const Dataset& train,
                                    const SamplerOptions& options) {
  if (model.classes() > 0 && !options.classes.empty()) return options.classes;
  std::set<std::size_t> classes;
  for (std::size_t k = 0; k < model.classes(); ++k) classes.insert(k);
  if (model.classes() == 0)
    for (std::size_t i = 0; i < train.size(); ++i) classes.insert(train.label(i));
  return {classes.begin(), classes.end()};
}

/// The examples of a class. Throws ConfigError if there are none.
Dataset examples_of(const Dataset& train, std::size_t label,
                    const std::vector<std::string>& names) {
  if (!train.has_labels())
    throw ConfigError(train.name() + ": has no labels, so there are no classes to draw");
  Dataset examples =
      label < 256 ? train.with_labels({static_cast<std::uint8_t>(label)}) : train.slice(0, 0);
  if (examples.size() == 0)
    throw ConfigError(
        fmt::format("{}: has no examples of class {}", train.name(), class_name(label, names)));
  return examples;
}

}  // namespace

std::string class_name(std::size_t label, const std::vector<std::string>& names) {
  return label < names.size() ? names[label] : std::to_string(label);
}

void expect_known_class(const std::vector<std::size_t>& shown, std::size_t label,
                        const std::vector<std::string>& names) {
  if (shown.empty() || std::find(shown.begin(), shown.end(), label) != shown.end()) return;
  std::vector<std::string> known;
  for (std::size_t k : shown) known.push_back(class_name(k, names));
  throw ConfigError(fmt::format(
      "the model was trained on examples of class {} and of no other, so class {} means "
      "nothing to it: choose one of these",
      fmt::join(known, ", "), class_name(label, names)));
}

Samples draw_samples(Autoencoder& model, const SamplerOptions& options, const Dataset& train,
                     std::size_t count, std::optional<std::size_t> label, bool by_class, Rng& rng) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  const bool fitted = samplers()[options.sampler] != Sampler::prior;
  if (label && model.classes() > 0 && *label >= model.classes())
    throw ConfigError(fmt::format("there is no class {}: the model knows classes 0 to {}", *label,
                                  model.classes() - 1));
  if (label && model.classes() > 0)
    expect_known_class(options.classes, *label, options.class_names);
  if (!label && !by_class && model.classes() == 0)
    return {decode_all(model, fitted ? fitted_codes(model, options, train, train, count, 0, rng)
                                     : prior_codes(model, options.temperature, count, {}, rng))};
  if (!label && !train.has_labels() && model.classes() == 0)
    throw ConfigError(train.name() + ": has no labels, so there are no classes to draw");
  const std::vector<std::size_t> classes =
      label ? std::vector<std::size_t>{*label} : classes_of(model, train, options);
  Tensor codes = filled({count, model.latent()});
  std::vector<std::uint8_t> labels;
  for (std::size_t n = 0; n < classes.size(); ++n) {
    const std::size_t k = classes[n], share = count / classes.size() + (n < count % classes.size());
    if (share == 0) continue;
    const Tensor some =
        fitted ? fitted_codes(model, options, examples_of(train, k, options.class_names), train,
                              share, k, rng)
               : prior_codes(model, options.temperature, share, k, rng);
    std::copy_n(some.data(), some.size(), codes.data() + labels.size() * model.latent());
    labels.insert(labels.end(), share, static_cast<std::uint8_t>(k));
  }
  return {decode_all(model, codes), labels};
}

Samples draw_samples(Autoencoder& model, std::size_t count, std::optional<std::size_t> label,
                     Rng& rng) {
  return draw_samples(model, {}, Dataset("none", {1}, {}), count, label, false, rng);
}

}}  // namespace hourglass
