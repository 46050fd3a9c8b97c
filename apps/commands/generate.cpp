#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/figure_text.hpp"
#include "apps/evaluation/training_data.hpp"
#include "apps/reports/poster.hpp"
#include "apps/reports/verdict.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/png_chunks.hpp"
#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/sample_quality.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out, npy, labels, judge, poster, paper = "a3";
  bool nearest = false, with_data = false, dark = false;
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
  if (options.with_data && (options.data.empty() || options.npy.empty()))
    throw ConfigError("--with-data puts the examples of --data into --npy FILE: give both");
  if (!options.data.empty() && by_prior && !options.with_data)
    throw ConfigError("--data are examples to fit to: give --sampler gmm or gaussian with it");
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

/// The training example nearest to each sample, in pixels, so that copies would be seen.
Tensor nearest_training_examples(const Tensor& samples, const Dataset& train) {
  Tensor known;
  train.read_rows(0, train.size(), known);
  Tensor found = filled(samples.shape());
  const std::vector<Nearest> nearest = nearest_rows(samples, known);
  for (std::size_t i = 0; i < nearest.size(); ++i)
    std::copy_n(known.data() + nearest[i].index * known.shape()[1], known.shape()[1],
                found.data() + i * known.shape()[1]);
  return found;
}

/// The examples to whose codes a distribution is fitted: those of --data, or the run's own.
Dataset examples_to_fit(const Options& options, const TrainedModel& trained) {
  if (!options.data.empty()) return load_data_for(trained, options.data, Split::train);
  return options.sampling.sampler == "prior"
             ? Dataset("", {1}, {})
             : training_data_for("--sampler " + options.sampling.sampler + " without --data",
                                 trained)
                   .train;
}

/// The examples of `data` and after them the samples, with the labels of both.
Samples with_data(const Dataset& data, const Samples& samples) {
  Tensor known;
  data.read_rows(0, data.size(), known);
  Samples all{filled({data.size() + samples.examples.shape()[0], data.features()}), samples.labels};
  std::copy_n(known.data(), known.size(), all.examples.data());
  std::copy_n(samples.examples.data(), samples.examples.size(), all.examples.data() + known.size());
  const std::vector<std::uint8_t> labels = data.labels(0, data.size());
  if (!samples.labels.empty()) all.labels.insert(all.labels.begin(), labels.begin(), labels.end());
  return all;
}

std::string name_of(const SamplerOptions& sampling) {
  if (sampling.sampler == "prior") return "its prior";
  if (sampling.sampler == "gaussian") return "a normal distribution fitted to the training codes";
  if (sampling.sampler == "kernel") return "the neighbourhood of single training codes";
  return fmt::format("a mixture of {} normal distributions fitted to the training codes",
                     sampling.components);
}

void write_poster(const Options& options, const TrainedModel& trained) {
  if (options.out.empty() || !options.npy.empty() || !options.labels.empty())
    throw ConfigError("--poster is a picture: give --out FILE.png, and neither --npy nor --labels");
  const Dataset data = load_data_for(trained, "", Split::test).slice(0, GalleryView::most_examples);
  GalleryView view{*trained.model, data, options.rng(), encode_all(*trained.model, data),
                   dynamic_cast<Variational*>(trained.model.get())};
  view.classes = classes_shown(*trained.model, trained.run);
  const Picture page =
      draw_poster(view, {options.poster, Paper::named(options.paper), options.dark});
  const std::string png = encode_png({page.width, page.height, page.channels, page.pixels});
  write_atomically(options.out, with_resolution(png, Paper::pixels_per_inch));
  options.print(fmt::format("{}: a poster of {}, {} × {} pixels, to print on {} paper", options.out,
                            options.poster, thousands(page.width), thousands(page.height),
                            options.paper));
  options.write_json({{"poster", options.poster},
                      {"files", {options.out}},
                      {"width", page.width},
                      {"height", page.height},
                      {"pixels_per_inch", Paper::pixels_per_inch}});
}

void generate(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  if (!options.judge.empty()) note_in_use(model_path(options.judge));  // loaded when all is drawn
  if (!options.poster.empty()) return write_poster(options, trained);
  const auto& shape = trained.run.example_shape;
  const Shape example_shape(shape.begin(), shape.end());
  check(options, trained, example_shape);

  Rng rng = options.rng();
  const Dataset train = examples_to_fit(options, trained);
  if (options.with_data && !options.labels.empty() && !train.has_labels())
    throw ConfigError(train.name() + " has no labels to write beside those of the new examples");
  SamplerOptions sampling = options.sampling;
  sampling.classes = classes_shown(*trained.model, trained.run);
  const Samples samples = draw_samples(*trained.model, sampling, train, options.count,
                                       options.label, !options.labels.empty(), rng);
  expect_finite(samples.examples, "the new examples", "the samples, number");
  // Before anything is written, since what these need may be missing.
  const Verdict verdict =
      options.judge.empty() ? Verdict() : judge(options.judge, trained, samples);
  const Dataset neighbours =
      options.nearest ? training_data_for("--nearest", trained).train : Dataset("", {1}, {});
  const Samples kept = options.with_data ? with_data(train, samples) : samples;
  std::vector<std::string> written;
  const auto write = [&](const std::string& file, const std::string& bytes) {
    write_atomically(file, bytes);
    written.push_back(file);
  };
  if (!options.npy.empty()) {
    Tensor images = kept.examples;
    Shape all = example_shape;
    all.insert(all.begin(), images.shape()[0]);
    images.reshape(all);
    write(options.npy, to_npy(images));
  }
  if (!options.labels.empty()) write(options.labels, to_npy(kept.labels));
  if (!options.out.empty() && options.nearest) {
    const Tensor known = nearest_training_examples(samples.examples, neighbours);
    write(options.out, to_png(draw_rows({&samples.examples, &known}, example_shape,
                                        readable_scale(example_shape))));
  } else if (!options.out.empty()) {
    write(options.out, to_png(draw(samples.examples, example_shape)));
  }

  options.print(fmt::format("{}: {} new examples by {}, codes from {}", fmt::join(written, ", "),
                            thousands(options.count), trained.run.model,
                            name_of(options.sampling)) +
                verdict.table);
  nlohmann::ordered_json json = {{"count", options.count},
                                 {"files", written},
                                 {"sampler", options.sampling.sampler},
                                 {"temperature", options.sampling.temperature}};
  json.update(verdict.json);
  if (trained.model->classes() > 0) {
    json["classes"] = trained.model->classes();
    json["classes_shown"] = sampling.classes;
  }
  options.write_json(json);
}

void add_poster_options(CLI::App& command, Options& options) {
  command
      .add_option("--poster", options.poster,
                  "write a page to print: manifold, every code of two numbers, or classes, a "
                  "column for each class of a conditional model and a row for each style")
      ->check(CLI::IsMember({"manifold", "classes"}))
      ->type_name("NAME");
  command
      .add_option("--paper", options.paper, "of a poster, upright: a2, a3, a4, a5; a3 unless given")
      ->check(CLI::IsMember({"a2", "a3", "a4", "a5"}))
      ->type_name("SIZE");
  command.add_flag("--dark", options.dark,
                   "a poster of white strokes on black, instead of ink on paper");
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
  command
      ->add_option("--data", options->data,
                   "examples to whose codes gaussian or gmm is fitted, such as the few that have "
                   "labels; the training examples unless given")
      ->type_name("DATA");
  command->add_flag("--with-data", options->with_data,
                    "put these examples in front of the new ones, in --npy and --labels");
  options->add_output(*command, "--out", options->out, "the picture to write")
      ->type_name("FILE.png");
  options
      ->add_output(*command, "--npy", options->npy,
                   "the numbers to write: (count, channels, height, width)")
      ->type_name("FILE.npy");
  options
      ->add_output(*command, "--labels", options->labels,
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
          "the training codes, of any model; kernel goes a step away from one of them")
      ->check(CLI::IsMember({"prior", "gaussian", "gmm", "kernel"}))
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
  command->add_flag("--nearest", options->nearest,
                    "below each image of the picture the nearest training image: copies are seen");
  command
      ->add_option(
          "--judge", options->judge,
          "a classifier's run (stacked with fine_tune=labels): Fréchet distance, precision "
          "and recall in its features, and how many are seen as their class")
      ->type_name("RUN");
  add_poster_options(*command, *options);
  options->add_to(*command, "hourglass generate runs/vae --count 100 --out new.png");
  command->callback([options] { generate(*options); });
}

}}  // namespace hourglass
