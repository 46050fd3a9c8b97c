#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/evaluation_set.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/words.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/synthetic/shapes.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/models/trained/code_plane.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out, labels, factors, picture;
};

/// The plane onto which codes of more than two dimensions are projected, and a note if it is not the
/// one in the model's file.
struct Plane {
  std::optional<Pca> pca;
  std::string origin, note;  ///< origin: for the JSON
};

/// An older file holds no plane; it is fitted to the training examples again, if they are available.
Plane plane_of(const TrainedModel& trained, const Tensor& codes) {
  if (const std::optional<Pca> kept = stored_code_plane(trained)) return {kept, "model", ""};
  try {
    return {fit_code_plane(*trained.model, load_training_data(trained.run).train),
            "training examples",
            "The model's file holds no plane to draw its codes in: it was "
            "fitted to the training examples again."};
  } catch (const Error& error) {
    return {fit_code_plane(codes), "these codes",
            fmt::format("The model's file holds no plane to draw its codes in, and the training "
                        "examples are not there ({}): it was fitted to the codes drawn, so other "
                        "pictures of this model have other axes.",
                        error.what())};
  }
}

/// Each code as a point, coloured by its label. Two-dimensional codes are drawn as they are; larger
/// ones are projected onto `plane`, as the axes then say.
std::string scatter_of(const Tensor& codes, const Dataset& data, const std::optional<Pca>& plane) {
  constexpr std::size_t most = 5000;  // points: more would hide each other and make the file slow
  const bool projected = codes.shape()[1] > 2;
  const ConfigError nothing("--picture: none of the codes is a finite number");
  if (projected && !plane) throw nothing;
  const Tensor places = projected ? project(*plane, codes) : codes;
  Scatter scatter;
  scatter.x_name =
      projected ? fmt::format("first principal component of codes of {} numbers", codes.shape()[1])
                : "first latent dimension";
  scatter.y_name = projected ? "second principal component" : "second latent dimension";
  const std::size_t count = std::min(most, data.size());
  for (std::size_t i = 0; i < count; ++i)
    scatter.points.push_back({double(places(i, 0)), double(places(i, 1))});
  scatter.labels = data.labels(0, count);
  scatter.class_names = data.label_names();
  const PlotSize size = {.height = 560};
  const std::string drawing = plot_scatter(scatter, size);
  if (drawing.empty()) throw nothing;
  return svg_file(drawing, size);
}

void check_picture(const Options& options, std::size_t latent) {
  if (options.picture.empty()) return;
  if (latent < 2)
    throw ConfigError("--picture: a code of a single dimension cannot be drawn in a plane");
}

/// The factors' values, one row for each example: (N, K)
Tensor to_rows(const std::vector<KnownFactor>& factors) {
  Tensor rows = filled({factors.at(0).values.size(), factors.size()});
  for (std::size_t i = 0; i < rows.shape()[0]; ++i)
    for (std::size_t k = 0; k < factors.size(); ++k) rows(i, k) = factors[k].values[i];
  return rows;
}

/// "\nf.npy holds the factors shape, size, …"; empty if there are none.
std::string meaning_of_factors(const std::string& file, const std::vector<KnownFactor>& factors) {
  std::vector<std::string> names;
  for (const KnownFactor& factor : factors) names.push_back(factor.name);
  return names.empty() ? ""
                       : fmt::format("\n{} holds the factors {}", file, fmt::join(names, ", "));
}

void encode_examples(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const EvaluationSet set = load_evaluation_set(trained, options.data);
  const Dataset& data = set.data;
  if (!options.labels.empty() && !data.has_labels())
    throw ConfigError(fmt::format("{} has no labels to write: leave out --labels", data.name()));

  const std::vector<KnownFactor> factors =
      options.factors.empty() ? std::vector<KnownFactor>() : shape_factors(data);
  if (!options.factors.empty() && factors.empty())
    throw ConfigError(fmt::format(
        "the factors that {} was generated from are not known: leave out --factors", data.name()));
  check_picture(options, trained.model->latent());

  const Tensor codes = encode_all(*trained.model, data);
  expect_finite(codes, "the code", data.name() + ", example");
  const bool in_plane = !options.picture.empty() && trained.model->latent() > 2;
  const Plane plane = in_plane ? plane_of(trained, codes) : Plane();
  const std::string picture = options.picture.empty() ? "" : scatter_of(codes, data, plane.pca);
  write_atomically(options.out, to_npy(codes));
  if (!options.labels.empty())
    write_atomically(options.labels, to_npy(data.labels(0, data.size())));
  if (!options.factors.empty()) write_atomically(options.factors, to_npy(to_rows(factors)));
  if (!options.picture.empty()) write_atomically(options.picture, picture);

  const bool named = !options.labels.empty() && !data.label_names().empty();
  const std::string meaning = named ? meaning_of_labels(options.labels, data.label_names()) : "";
  options.print(fmt::format(
      "{}: the codes of {} of {}, {} each{}{}{}{}", options.out, counted(data.size(), "example"),
      data.name(), counted(trained.model->latent(), "number"), meaning,
      meaning_of_factors(options.factors, factors), plane.note.empty() ? "" : "\n", plane.note));
  nlohmann::ordered_json json = {{"shape", {data.size(), trained.model->latent()}},
                                 {"data", data.name()},
                                 {"measured_on", set.measured_on.to_json()}};
  if (named) json["label_names"] = data.label_names();
  for (const KnownFactor& factor : factors) json["factors"].push_back(factor.name);
  if (in_plane) json["plane_of"] = plane.origin;
  options.write_json(json);
}

}  // namespace

void add_encode_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("encode", "the codes of a dataset as a NumPy file");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data);
  options
      ->add_output(*command, "--out", options->out,
                   "the codes to write: (examples, latent dimensions)", ".npy")
      ->required();
  options->add_output(*command, "--labels", options->labels, "write the class of each example, too",
                      ".npy");
  options->add_output(*command, "--factors", options->factors,
                      "write what each example was generated from, where that is known (shapes): "
                      "(examples, factors)",
                      ".npy");
  options->add_output(
      *command, "--picture", options->picture,
      "draw the codes as points, coloured by class: those of more than two numbers by "
      "their first two principal components",
      ".svg");
  options->add_to(*command, "hourglass encode runs/first --data mnist@train --out codes.npy");
  command->callback([options] { encode_examples(*options); });
}

}}  // namespace hourglass
