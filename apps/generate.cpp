#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/command.hpp"
#include "apps/pictures.hpp"
#include "autograd/error.hpp"
#include "datasets/npy.hpp"
#include "models/applications/generation.hpp"
#include "nn/atomic_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, out, npy, labels;
  SamplerOptions sampling;
  std::size_t count = 100;
  std::optional<std::size_t> label;
};

/// What was asked for that this model cannot do, said before any work is done.
void check(const Options& options, const TrainedModel& trained, const Shape& example_shape) {
  if (options.out.empty() && options.npy.empty())
    throw ConfigError("generate has nowhere to write to: give --out FILE.png, --npy FILE or both");
  const bool by_prior = options.sampling.sampler == "prior";
  if (by_prior && !trained.model->can_sample() && trained.model->classes() == 0)
    throw ConfigError(fmt::format(
        "{} does not describe how its codes are distributed: let --sampler gmm fit a distribution "
        "to those of its training examples, or train a model that does, such as vae",
        trained.run.model));
  if (by_prior && !options.labels.empty() && trained.model->classes() == 0)
    throw ConfigError(fmt::format(
        "the prior of {} knows nothing of classes, so that there are no labels to write: leave "
        "--labels out, or let --sampler gmm fit a distribution to each class",
        trained.run.model));
  if (!options.out.empty() && !is_picture(example_shape))
    throw ConfigError(
        fmt::format("{} was trained on examples of {}, which are no images: use "
                    "--npy FILE instead of --out",
                    trained.run.model, to_text(example_shape)));
}

/// A few images are enlarged as in a report; many make a square sheet.
Picture draw(const Tensor& examples, const Shape& example_shape) {
  constexpr std::size_t few = 256;
  const std::size_t count = examples.shape()[0];
  if (count <= few) return draw_rows({&examples}, example_shape, readable_scale(example_shape));
  const auto side = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  return draw_sheet(examples, example_shape, side, 1, 1);
}

std::string name_of(const SamplerOptions& sampling) {
  if (sampling.sampler == "prior") return "its prior";
  if (sampling.sampler == "gaussian") return "a normal distribution fitted to the training codes";
  return fmt::format("a mixture of {} normal distributions fitted to the training codes",
                     sampling.components);
}

void generate(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const auto& shape = trained.run.example_shape;
  const Shape example_shape(shape.begin(), shape.end());
  check(options, trained, example_shape);

  Rng rng = options.rng();
  const bool fitted = options.sampling.sampler != "prior";
  const Dataset train = fitted ? load_training_data(trained.run).train : Dataset("", {1}, {});
  const Samples samples = draw_samples(*trained.model, options.sampling, train, options.count,
                                       options.label, !options.labels.empty(), rng);
  std::vector<std::string> written;
  const auto write = [&](const std::string& file, const std::string& bytes) {
    write_atomically(file, bytes);
    written.push_back(file);
  };
  if (!options.npy.empty()) {
    Tensor images = samples.examples;
    Shape all = example_shape;
    all.insert(all.begin(), options.count);
    images.reshape(all);
    write(options.npy, to_npy(images));
  }
  if (!options.labels.empty()) write(options.labels, to_npy(samples.labels));
  if (!options.out.empty()) write(options.out, to_png(draw(samples.examples, example_shape)));

  options.print(fmt::format("{}: {} new examples by {}, codes from {}", fmt::join(written, ", "),
                            thousands(options.count), trained.run.model,
                            name_of(options.sampling)));
  nlohmann::ordered_json json = {{"count", options.count},
                                 {"files", written},
                                 {"sampler", options.sampling.sampler},
                                 {"temperature", options.sampling.temperature}};
  if (trained.model->classes() > 0) json["classes"] = trained.model->classes();
  options.write_json(json);
}

}  // namespace

void add_generate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("generate", "new examples, as a picture or a NumPy file");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--count", options->count, "how many; 100 unless given")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  command->add_option("--out", options->out, "the picture to write")->type_name("FILE.png");
  command
      ->add_option("--npy", options->npy, "the numbers to write: (count, channels, height, width)")
      ->type_name("FILE.npy");
  command
      ->add_option("--labels", options->labels,
                   "write the class of each: of a conditional model, or a mixture for each class")
      ->type_name("FILE.npy");
  command
      ->add_option(
          "--class", options->label,
          "all of this class, by a conditional model, or by gmm or gaussian from the codes "
          "of the training examples of this class; of all classes unless given")
      ->check(CLI::Range(0, 255))
      ->type_name("K");
  command
      ->add_option(
          "--sampler", options->sampling.sampler,
          "where codes are drawn from: the model's prior, which is what it does unless "
          "told; gaussian or gmm, a normal distribution or a mixture of them, is fitted to "
          "the training codes, of any model")
      ->check(CLI::IsMember({"prior", "gaussian", "gmm"}))
      ->type_name("NAME");
  command
      ->add_option("--components", options->sampling.components,
                   "normal distributions in a gmm; 20 unless given")
      ->check(CLI::Range(1, 1000))
      ->type_name("K");
  command
      ->add_option("--temperature", options->sampling.temperature,
                   "below 1 more typical, above 1 more varied; 1 unless given")
      ->check(CLI::Range(0.0, 10.0))
      ->type_name("T");
  options->add_to(*command, "hourglass generate runs/vae --count 100 --out new.png");
  command->callback([options] { generate(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
