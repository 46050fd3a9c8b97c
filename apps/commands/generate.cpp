#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/evaluation_set.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/training_data.hpp"
#include "apps/evaluation/words.hpp"
#include "apps/reports/poster.hpp"
#include "apps/reports/sample_evaluation.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/png_chunks.hpp"
#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/nearest_neighbours.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out, npy, labels, judge, poster, paper = "a3", label;
  bool nearest = false, with_data = false, dark = false;
  SamplerOptions sampling;
  std::optional<std::size_t> components;
  std::size_t count = 100;
};

/// Refuses what this model cannot do, before any work is done.
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
    throw ConfigError(
        fmt::format("the prior of {} has no classes, so there are no labels to write: leave "
                    "out --labels, or let --sampler gmm fit a distribution to each class",
                    trained.run.model));
  if (options.components && options.sampling.sampler != "gmm")
    throw ConfigError("--components are those of a mixture: give --sampler gmm with it");
  if (options.with_data && (options.data.empty() || options.npy.empty()))
    throw ConfigError("--with-data puts the examples of --data into --npy FILE: give both");
  if (!options.data.empty() && by_prior && !options.with_data)
    throw ConfigError("--data names examples to fit to: give --sampler gmm or gaussian with it");
  if (!options.out.empty() && !is_picture(example_shape))
    throw ConfigError(
        fmt::format("{} was trained on examples of {}, which are not images: use "
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
  expect_complete(train, "--nearest");
  Tensor known;
  train.read_rows(0, train.size(), known);
  Tensor found = filled(samples.shape());
  const auto nearest = nearest_neighbours(known, samples, 1);
  for (std::size_t i = 0; i < nearest.size(); ++i)
    std::copy_n(known.data() + nearest[i][0].row * known.shape()[1], known.shape()[1],
                found.data() + i * known.shape()[1]);
  return found;
}

/// The examples whose codes a distribution is fitted to: those of --data, or the run's own.
Dataset examples_to_fit(const Options& options, const TrainedModel& trained) {
  if (!options.data.empty()) return load_data_for(trained, options.data, Split::train);
  return options.sampling.sampler == "prior"
             ? Dataset("", {1}, {})
             : training_data_for("--sampler " + options.sampling.sampler + " without --data",
                                 trained)
                   .train;
}

/// The examples of `data` followed by the samples, with the labels of both.
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

/// The names of the classes: of the examples that a distribution is fitted to, or of those that the
/// model was trained on.
std::vector<std::string> class_names(const Dataset& train, const TrainedModel& trained) {
  return train.has_labels() ? train.label_names() : label_names(trained.run);
}

/// The class that --class names.
std::optional<std::size_t> class_of(const Options& options, const std::vector<std::string>& names) {
  if (options.label.empty()) return {};
  try {
    return label_number(options.label, names);
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("--class: {}", error.what()));
  }
}

void write_poster(const Options& options, const TrainedModel& trained) {
  if (options.out.empty() || !options.npy.empty() || !options.labels.empty())
    throw ConfigError("--poster is a picture: give --out FILE.png, and neither --npy nor --labels");
  const Dataset data = load_data_for(trained, "", Split::test).slice(0, GalleryView::most_examples);
  GalleryView view{*trained.model, data, options.rng(), encode_all(*trained.model, data),
                   trained.model->variational()};
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

/// What `generate` made: its line and its JSON are written from this.
struct Generation {
  std::string model_name;
  std::string fitted_to;  ///< other data than the training examples
  SamplerOptions sampling;
  std::size_t count, classes;  ///< classes: those that the model knows, 0 if none
  std::string labels;          ///< the file of the labels
  std::vector<std::string> files;
  std::optional<SampleEvaluation> evaluation;  ///< if --judge asked for it
};

nlohmann::ordered_json to_json(const Generation& generation) {
  nlohmann::ordered_json json = {{"count", generation.count},
                                 {"files", generation.files},
                                 {"sampler", generation.sampling.sampler},
                                 {"temperature", generation.sampling.temperature}};
  if (generation.evaluation) json.update(to_json(*generation.evaluation));
  if (generation.classes > 0) {
    json["classes"] = generation.classes;
    json["classes_shown"] = generation.sampling.classes;
  }
  if (!generation.sampling.class_names.empty())
    json["class_names"] = generation.sampling.class_names;
  return json;
}

/// "a normal distribution fitted to the training codes"
std::string name_of(const Generation& generation) {
  const SamplerOptions& sampling = generation.sampling;
  const std::string codes = "training codes";
  std::string name =
      samplers()[sampling.sampler] == Sampler::gmm
          ? fmt::format("a mixture of {} normal distributions fitted to the training codes",
                        sampling.components)
          : samplers().entries()[samplers().index_of(sampling.sampler)].meaning;
  if (const auto at = name.find(codes); !generation.fitted_to.empty() && at != std::string::npos)
    name.replace(at, codes.size(), "codes of " + generation.fitted_to);
  return name;
}

std::string to_text(const Generation& generation) {
  return fmt::format("{}: {} new examples by {}, codes from {}", fmt::join(generation.files, ", "),
                     thousands(generation.count), generation.model_name, name_of(generation)) +
         (generation.labels.empty()
              ? ""
              : meaning_of_labels(generation.labels, generation.sampling.class_names)) +
         (generation.evaluation ? to_table(*generation.evaluation) : "");
}

/// (count, channels, height, width). A pixel is from 0 to 1, as readers want it, where a linear
/// decoder may go beyond; numbers of a table stay as they are.
std::string npy_of(Tensor examples, Shape shape) {
  if (is_picture(shape))
    std::ranges::transform(examples, examples.begin(),
                           [](Scalar pixel) { return std::clamp<Scalar>(pixel, 0, 1); });
  shape.insert(shape.begin(), examples.shape()[0]);
  examples.reshape(shape);
  return to_npy(examples);
}

/// The samples as a picture, with the nearest training examples below them if these are wanted.
std::string png_of(const Samples& samples, const std::optional<Dataset>& training,
                   const Shape& shape) {
  if (!training) return to_png(draw(samples.examples, shape));
  const Tensor known = nearest_training_examples(samples.examples, *training);
  return to_png(draw_rows({&samples.examples, &known}, shape, readable_scale(shape)));
}

void run_generate(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  if (!options.judge.empty()) note_in_use(model_path(options.judge));  // loaded after drawing
  if (!options.poster.empty()) return write_poster(options, trained);
  const Shape shape(trained.run.example_shape.begin(), trained.run.example_shape.end());
  check(options, trained, shape);

  Rng rng = options.rng();
  const Dataset train = examples_to_fit(options, trained);
  if (options.with_data && !options.labels.empty() && !train.has_labels())
    throw ConfigError(train.name() + " has no labels to write beside those of the new examples");
  Generation generation{.model_name = trained.run.model,
                        .fitted_to = options.data,
                        .sampling = options.sampling,
                        .count = options.count,
                        .classes = trained.model->classes(),
                        .labels = options.labels,
                        .files = {},
                        .evaluation = {}};
  SamplerOptions& sampling = generation.sampling;
  sampling.components = options.components.value_or(sampling.components);
  sampling.classes = classes_shown(*trained.model, trained.run);
  sampling.class_names = class_names(train, trained);
  const std::optional<std::size_t> label = class_of(options, sampling.class_names);
  const Samples samples = draw_samples(*trained.model, sampling, train, options.count, label,
                                       !options.labels.empty(), rng);
  expect_finite(samples.examples, "the new examples", "the samples, number");
  // Before anything is written, since what these need may be missing.
  if (!options.judge.empty())
    generation.evaluation = evaluate_samples(options.judge, trained, samples);
  std::optional<Dataset> training;
  if (options.nearest) training = training_data_for("--nearest", trained).train;

  const Samples kept = options.with_data ? with_data(train, samples) : samples;
  const auto write = [&](const std::string& file, const std::string& bytes) {
    write_atomically(file, bytes);
    generation.files.push_back(file);
  };
  if (!options.npy.empty()) write(options.npy, npy_of(kept.examples, shape));
  if (!options.labels.empty()) write(options.labels, to_npy(kept.labels));
  if (!options.out.empty()) write(options.out, png_of(samples, training, shape));
  options.print(to_text(generation));
  options.write_json(to_json(generation));
}

void add_poster_options(CLI::App& command, Options& options) {
  CLI::Option* poster =
      command
          .add_option("--poster", options.poster,
                      "write a page to print: manifold, with every code of two dimensions, or "
                      "classes, with a column for each class of a conditional model and a row for "
                      "each style")
          ->check(CLI::IsMember({"manifold", "classes"}))
          ->type_name("NAME");
  command
      .add_option("--paper", options.paper,
                  "size of a poster, upright: a2, a3, a4, a5; a3 unless given")
      ->check(CLI::IsMember({"a2", "a3", "a4", "a5"}))
      ->needs(poster)
      ->type_name("SIZE");
  command
      .add_flag("--dark", options.dark,
                "draw the poster in white strokes on black instead of ink on paper")
      ->needs(poster);
}

/// A poster has a layout of its own, and draws nothing at random but the styles of its rows.
void expect_alone(const CLI::App& command) {
  for (const char* other : {"--count", "--data", "--class", "--sampler", "--components",
                            "--temperature", "--with-data", "--nearest", "--judge"})
    if (command.count(other) > 0)
      throw ConfigError(
          fmt::format("a poster takes no {}: leave it out, or leave out --poster", other));
}

void add_sampler_options(CLI::App& command, Options& options) {
  SamplerOptions& sampling = options.sampling;
  command
      .add_option("--class", options.label,
                  "all of this class, a name or a number: by a conditional model, or by a fitted "
                  "sampler from the codes of the training examples of this class; of all classes "
                  "unless given")
      ->type_name("CLASS");
  command
      .add_option("--sampler", sampling.sampler,
                  "where codes are drawn from. prior: the model's own, unless told otherwise; "
                  "gaussian or gmm: a normal distribution or a mixture of them, fitted to the "
                  "training codes of any model; flow: noise, moved to where these codes are by a "
                  "network that learns it first; kernel: a step away from one of these codes")
      ->check(CLI::IsMember(samplers().names()))
      ->type_name("NAME");
  command
      .add_option("--components", options.components,
                  "normal distributions in a gmm; 20 unless given")
      ->check(CLI::Range(1, 1000))
      ->type_name("K");
  command
      .add_option("--temperature", sampling.temperature,
                  "below 1 for more typical, above 1 for more varied examples; 1 unless given")
      ->check(CLI::Range(0.0, 10.0))
      ->type_name("T");
}

void add_output_options(CLI::App& command, Options& options) {
  command.add_flag("--with-data", options.with_data,
                   "put the examples of --data in front of the new ones, in --npy and --labels");
  CLI::Option* out =
      options.add_output(command, "--out", options.out, "the picture to write", ".png");
  options.add_output(command, "--npy", options.npy,
                     "the numbers to write: (count, channels, height, width)", ".npy");
  options.add_output(command, "--labels", options.labels,
                     "write the class of each: of a conditional model, or a mixture for each class",
                     ".npy");
  command
      .add_flag("--nearest", options.nearest,
                "put the nearest training image below each image of the picture, so that copies "
                "are seen")
      ->needs(out);
  command
      .add_option("--judge", options.judge,
                  "the run of a classifier (stacked with fine_tune=labels) that evaluates the new "
                  "examples: Fréchet distance, precision and recall in its features, and how many "
                  "it puts into their class")
      ->type_name("RUN");
}

}  // namespace

void add_generate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("generate", "new examples, as a picture or a NumPy file");
  add_run_option(*command, options->run);
  command->add_option("--count", options->count, "how many; 100 unless given")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  add_data_option(*command, options->data,
                  "examples to whose codes a sampler is fitted, such as the few that have "
                  "labels; the training examples unless given");
  add_sampler_options(*command, *options);
  add_output_options(*command, *options);
  add_poster_options(*command, *options);
  options->add_to(*command, "hourglass generate runs/vae --count 100 --out new.png");
  command->callback([options, command] {
    if (!options->poster.empty()) expect_alone(*command);
    run_generate(*options);
  });
}

}}  // namespace hourglass
