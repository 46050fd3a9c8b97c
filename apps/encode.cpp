#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "apps/command.hpp"
#include "apps/plot.hpp"
#include "autograd/error.hpp"
#include "datasets/npy.hpp"
#include "models/codes.hpp"
#include "models/pca.hpp"
#include "nn/atomic_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out, labels, picture;
};

/// Each code a point, coloured by its label. Codes of two numbers stand where they are; wider ones
/// are projected onto the two directions in which they vary most, as the axes then say.
std::string scatter_of(const Tensor& codes, const Dataset& data) {
  constexpr std::size_t most = 5000;  // points: more hide each other, and make the file slow
  const bool projected = codes.shape()[1] > 2;
  const Tensor places = projected ? project(fit_pca(codes, 2), codes) : codes;
  Scatter scatter;
  scatter.x_name =
      projected ? fmt::format("first principal component of codes of {} numbers", codes.shape()[1])
                : "first number of the code";
  scatter.y_name = projected ? "second principal component" : "second number of the code";
  const std::size_t count = std::min(most, data.size());
  for (std::size_t i = 0; i < count; ++i)
    scatter.points.push_back({double(places(i, 0)), double(places(i, 1))});
  scatter.labels = data.labels(0, count);
  const PlotSize size = {.height = 560};
  const std::string drawing = plot_scatter(scatter, size);
  if (drawing.empty()) throw ConfigError("--picture: none of the codes is a finite number");
  return svg_file(drawing, size);
}

void check_picture(const Options& options, std::size_t latent) {
  if (options.picture.empty()) return;
  if (!options.picture.ends_with(".svg"))
    throw ConfigError("--picture: the drawing is an SVG file: give it a name that ends in .svg");
  if (latent < 2)
    throw ConfigError("--picture: a code of a single number has no place in the plane");
}

void encode_examples(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Dataset data = load_data_for(trained, options.data, Split::test);
  if (!options.labels.empty() && !data.has_labels())
    throw ConfigError(fmt::format("{} has no labels to write: leave --labels out", data.name()));

  check_picture(options, trained.model->latent());

  const Tensor codes = encode_all(*trained.model, data);
  write_atomically(options.out, to_npy(codes));
  if (!options.labels.empty())
    write_atomically(options.labels, to_npy(data.labels(0, data.size())));

  if (!options.picture.empty()) write_atomically(options.picture, scatter_of(codes, data));

  options.print(fmt::format("{}: the codes of {} examples of {}, {} numbers each", options.out,
                            thousands(data.size()), data.name(), trained.model->latent()));
  options.write_json({{"shape", {data.size(), trained.model->latent()}}, {"data", data.name()}});
}

}  // namespace

void add_encode_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("encode", "the codes of a dataset as a NumPy file");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data, "other data than the run's own (its test split)");
  command->add_option("--out", options->out, "the codes to write: (examples, numbers in a code)")
      ->required()
      ->type_name("FILE.npy");
  command->add_option("--labels", options->labels, "write the class of each example, too")
      ->type_name("FILE.npy");
  command
      ->add_option("--picture", options->picture,
                   "draw the codes as points, coloured by class: those of more than two numbers by "
                   "their first two principal components")
      ->type_name("FILE.svg");
  options->add_to(*command, "hourglass encode runs/first --data mnist@train --out codes.npy");
  command->callback([options] { encode_examples(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
