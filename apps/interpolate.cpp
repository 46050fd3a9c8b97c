#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "apps/command.hpp"
#include "apps/pictures.hpp"
#include "autograd/error.hpp"
#include "models/codes.hpp"
#include "nn/atomic_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out;
  std::size_t from = 0, to = 1, steps = 10;
};

/// Examples number `from` and `to`: (2, F)
Tensor read_ends(const Options& options, const Dataset& data) {
  Tensor ends = filled({2, data.features()});
  for (std::size_t i : {options.from, options.to})
    if (i >= data.size())
      throw ConfigError(fmt::format("{} has no example {}: it has examples 0 to {}", data.name(), i,
                                    data.size() - 1));
  data.read_example(options.from, ends.data());
  data.read_example(options.to, ends.data() + data.features());
  return ends;
}

void draw_interpolation(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Dataset data = load_data_for(trained, options.data, Split::test);
  if (!is_picture(data.example_shape()))
    throw ConfigError(fmt::format("{} has examples of {}, which are no images", data.name(),
                                  to_text(data.example_shape())));
  const Tensor ends = read_ends(options, data);
  const Tensor walk = interpolate(*trained.model, ends, options.steps);

  const std::size_t features = data.features();
  Tensor images = filled({options.steps + 2, features});
  std::copy_n(ends.data(), features, images.data());
  std::copy_n(walk.data(), walk.size(), images.data() + features);
  std::copy_n(ends.data() + features, features, images.data() + walk.size() + features);
  write_atomically(options.out, to_png(draw_rows({&images}, data.example_shape(),
                                                 readable_scale(data.example_shape()))));

  options.print(fmt::format(
      "{}: example {} of {}, {} steps from its code to that of example {}, and that example",
      options.out, options.from, data.name(), options.steps, options.to));
  options.write_json({{"from", options.from}, {"to", options.to}, {"steps", options.steps}});
}

}  // namespace

void add_interpolate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "interpolate", "a picture of the way from one example to another through their codes");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data, "other data than the run's own (its test split)");
  command->add_option("--from", options->from, "number of the first example, counted from 0")
      ->required()
      ->check(CLI::Range(0, 1'000'000'000))
      ->type_name("I");
  command->add_option("--to", options->to, "number of the last example")
      ->required()
      ->check(CLI::Range(0, 1'000'000'000))
      ->type_name("J");
  command->add_option("--out", options->out, "the picture to write")
      ->required()
      ->type_name("FILE.png");
  command->add_option("--steps", options->steps, "images between the two; 10 unless given")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  options->add_to(*command, "hourglass interpolate runs/first --from 0 --to 1 --out walk.png");
  command->callback([options] { draw_interpolation(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
