#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/evaluation_set.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/words.hpp"
#include "apps/restore.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, in, out;
  double noise = 0;
  std::size_t count = 16;
};

/// The examples of the picture: originals, their noisy versions, reconstructions.
struct Shown {
  Tensor clean, noisy, rebuilt;
};

/// The mean squared error per pixel of all reconstructions against their clean originals; the first
/// `options.count` go into `shown`.
double reconstruct_all(const Options& options, Autoencoder& model, const Dataset& data,
                       Shown& shown) {
  Rng rng = options.rng();
  double sum = 0;
  const auto rebuild = [&](const InferenceBatch& batch) {
    Shown some{batch.batch.x, batch.batch.x, {}};
    if (options.noise > 0) some.noisy = with_noise(some.clean, options.noise, rng);
    some.rebuilt = model(batch.tape.constant(some.noisy)).value();
    for (std::size_t i = 0; i < some.clean.size(); ++i) {
      const double difference = static_cast<double>(some.clean.data()[i]) - some.rebuilt.data()[i];
      sum += difference * difference;
    }
    if (batch.first == 0) shown = std::move(some);
  };
  infer_in_order(model, data, rebuild, options.count);
  return sum / static_cast<double>(data.size() * data.features());
}

/// Restores pictures of any size, each to a file of its own.
void restore(const Options& options, const TrainedModel& trained) {
  if (!options.data.empty())
    throw ConfigError("--in and --data both say what to reconstruct: give one of them");
  const Restored restored =
      restore_pictures(trained, {options.in, options.out, options.noise}, options.rng());
  std::string text = fmt::format("{}: {} of {}\nsquared error per pixel: {:.5f}", options.out,
                                 counted(restored.pictures, "picture"), options.in, restored.error);
  if (options.noise > 0)
    text += fmt::format(", of the noisy pictures {:.5f}", restored.noise_error);
  options.print(text);
  nlohmann::ordered_json json = {{"mse_per_pixel", restored.error},
                                 {"examples", restored.pictures}};
  if (options.noise > 0) json["noisy_mse_per_pixel"] = restored.noise_error;
  options.write_json(json);
}

void reconstruct_examples(const Options& options) {
  if (options.in.empty() && std::filesystem::is_directory(options.out))
    throw ConfigError(fmt::format(
        "--out {} is a folder: name a file, or what to put there with --in", options.out));
  options.apply();
  if (options.in.empty()) expect_format({"--out", options.out, Output::Kind::file, ".png"});
  const TrainedModel trained = load_model(options.run);
  if (!options.in.empty()) return restore(options, trained);
  const EvaluationSet set = load_evaluation_set(trained, options.data);
  const Dataset& data = set.data;
  if (!is_picture(data.example_shape()))
    throw ConfigError(fmt::format("{} has examples of {}, which are not images", data.name(),
                                  to_text(data.example_shape())));
  Shown shown;
  const double error = reconstruct_all(options, *trained.model, data, shown);

  expect_finite({{"mse_per_pixel", error}}, data.name());

  std::vector<const Tensor*> rows = {&shown.clean};
  if (options.noise > 0) rows.push_back(&shown.noisy);
  rows.push_back(&shown.rebuilt);
  write_atomically(options.out, to_png(draw_rows(rows, data.example_shape(),
                                                 readable_scale(data.example_shape()))));

  options.print(fmt::format("{}: {} of {}\nsquared error per pixel, over all {}: {:.5f} ({})",
                            options.out, counted(shown.clean.shape()[0], "example"), data.name(),
                            thousands(data.size()), error, set.measured_on.on()));
  options.write_json({{"mse_per_pixel", error},
                      {"examples", data.size()},
                      {"measured_on", set.measured_on.to_json()}});
}

}  // namespace

void add_reconstruct_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("reconstruct", "a picture of originals over their reconstructions");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data);
  command
      ->add_option("--in", options->in,
                   "a picture, or a folder of pictures, of any size, to take through the model "
                   "tile by tile; a denoising model removes their noise")
      ->type_name("DIR");
  options
      ->add_output(*command, "--out", options->out, "the picture to write, or with --in the folder",
                   Output::Kind::either)
      ->required()
      ->type_name("FILE.png");
  command->add_option("--noise", options->noise, "deviation of normal noise added before encoding")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--count", options->count, "how many examples the picture shows")
      ->check(CLI::Range(1, 10000));
  options->add_to(*command, "hourglass reconstruct runs/first --out digits.png");
  command->callback([options] { reconstruct_examples(*options); });
}

}}  // namespace hourglass
