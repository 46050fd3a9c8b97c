#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/evaluation_set.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/enlarge.hpp"
#include "hourglass/drawing/equation.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/png_chunks.hpp"
#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/applications/latent_paths.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out, animation, arithmetic, path = "auto";
  std::optional<std::size_t> from, to;
  std::vector<std::size_t> via;
  std::size_t steps = 10;

  /// The examples that the interpolation passes through, in order.
  std::vector<std::size_t> places() const {
    std::vector<std::size_t> places = {*from};
    places.insert(places.end(), via.begin(), via.end());
    places.push_back(*to);
    return places;
  }
};

/// Refuses options that do not go together, before any work is done.
void check(const Options& options) {
  const bool interpolates = options.from || options.to || !options.via.empty();
  if (options.arithmetic.empty() && !(options.from && options.to))
    throw ConfigError(
        "interpolate needs --from and --to, the numbers of two examples, or --arithmetic");
  if (!options.arithmetic.empty() && (interpolates || !options.animation.empty()))
    throw ConfigError(
        "--arithmetic adds codes and does not interpolate: leave out --from, --to, --via and "
        "--animation");
  if (options.out.empty() && options.animation.empty())
    throw ConfigError(
        "interpolate has nowhere to write to: give --out FILE.png, --animation FILE.png or both");
}

/// Spherical if codes are trained to be N(0, 1), linear otherwise, unless --path says which. The
/// random variables of a model with a codebook are not normal.
LatentPath interpolation_of(const Options& options, Autoencoder& model) {
  const bool normal = model.variational() && model.codebook_size() == 0;
  const bool spherical = options.path == "arc" || options.path == "slerp";
  return spherical || (options.path == "auto" && normal) ? LatentPath::slerp : LatentPath::lerp;
}

/// These examples as rows: (K, F)
Tensor read_examples(const Dataset& data, const std::vector<std::size_t>& numbers) {
  Tensor rows = filled({numbers.size(), data.features()});
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    if (numbers[n] >= data.size())
      throw ConfigError(fmt::format("{} has no example {}: it has examples 0 to {}", data.name(),
                                    numbers[n], data.size() - 1));
    data.read_example(numbers[n], rows.data() + n * data.features());
  }
  return rows;
}

Tensor encode_rows(Autoencoder& model, const Tensor& rows) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  Tape tape(Tape::Gradients::off);
  return model.encode(tape.constant(rows)).value();
}

/// The interpolation as a strip, which begins and ends with the examples themselves.
Picture draw_strip(const Tensor& examples, const Tensor& decoded, const Shape& shape) {
  const std::size_t features = decoded.shape()[1], last = examples.shape()[0] - 1;
  Tensor images = filled({decoded.shape()[0] + 2, features});
  std::copy_n(examples.data(), features, images.data());
  std::copy_n(decoded.data(), decoded.size(), images.data() + features);
  std::copy_n(examples.data() + last * features, features,
              images.data() + features + decoded.size());
  return draw_rows({&images}, shape, readable_scale(shape));
}

/// An animation: a little over a second from each code to the next, and back to the first.
std::string animate(Autoencoder& model, const Tensor& codes, std::size_t style, LatentPath by,
                    const Shape& shape) {
  constexpr std::size_t steps = 32, side = 280;
  constexpr std::uint16_t milliseconds = 40;
  const Tensor images = decode_all(
      model, interpolate(codes, style, {.steps = steps, .by = by, .closed = true, .eased = true}));
  expect_finite(images, "the picture", "the interpolation, number");
  const std::size_t width = std::max<std::size_t>(side * shape[2] / shape[1], 1);
  std::vector<Picture> pictures;
  for (std::size_t i = 0; i < images.shape()[0]; ++i)
    pictures.push_back(enlarge(images.data() + i * images.shape()[1], shape, width, side));
  return to_animated_png(pictures, milliseconds);
}

void draw_interpolation(const Options& options, const TrainedModel& trained, const Dataset& data) {
  Autoencoder& model = *trained.model;
  const std::vector<std::size_t> numbers = options.places();
  const Tensor examples = read_examples(data, numbers), codes = encode_rows(model, examples);
  const LatentPath by = interpolation_of(options, model);
  const std::size_t style = model.latent() - model.classes();
  std::vector<std::string> written;
  const auto write = [&](const std::string& file, const std::string& bytes) {
    write_atomically(file, bytes);
    written.push_back(file);
  };
  if (!options.out.empty()) {
    const Tensor decoded =
        decode_all(model, interpolate(codes, style, {.steps = options.steps, .by = by}));
    expect_finite(decoded, "the picture", data.name() + ", number of the interpolation");
    write(options.out, to_png(draw_strip(examples, decoded, data.example_shape())));
  }
  if (!options.animation.empty())
    write(options.animation, animate(model, codes, style, by, data.example_shape()));
  const char* name = by == LatentPath::slerp ? "arc" : "straight";
  options.print(fmt::format(
      "{}: an interpolation from example {} of {}, {} codes from each to the next ({})",
      fmt::join(written, ", "), fmt::join(numbers, " to "), data.name(), options.steps, name));
  options.write_json({{"from", *options.from},
                      {"to", *options.to},
                      {"via", options.via},
                      {"steps", options.steps},
                      {"path", name},
                      {"files", written}});
}

/// Refuses a class that a conditional model was never shown: its code means nothing.
void check_classes(const std::vector<LatentTerm>& terms, const TrainedModel& trained,
                   const Dataset& data) {
  const std::vector<std::string>& names = data.label_names();
  for (const LatentTerm& term : terms)
    if (!term.label.empty())
      expect_known_class(classes_shown(*trained.model, trained.run),
                         label_number(term.label, names), names);
}

nlohmann::ordered_json to_json(const LatentSum& sum, const std::vector<LatentTerm>& terms,
                               const Dataset& data) {
  nlohmann::ordered_json listed = nlohmann::ordered_json::array();
  for (const LatentTerm& term : terms)
    listed.push_back({{"sign", static_cast<int>(term.sign)}, {"term", term.text}});
  nlohmann::ordered_json json = {{"terms", listed}, {"nearest_example", sum.nearest}};
  if (data.has_labels()) json["nearest_label"] = data.label(sum.nearest);
  json["most_alike_example"] = sum.most_similar;
  if (data.has_labels()) json["most_alike_label"] = data.label(sum.most_similar);
  if (sum.label) json["drawn_class"] = *sum.label;
  json["code"] = std::vector<double>(sum.sum.begin(), sum.sum.end());
  return json;
}

/// "in the codes of mnist; most like the picture is example 7, of class 3; …"
std::string describe(const LatentSum& sum, const Dataset& data) {
  const auto example = [&](std::size_t i) {
    return fmt::format("example {}{}", i,
                       data.has_labels() ? ", of class " + data.label_name(data.label(i)) : "");
  };
  const std::string drawn_as =
      sum.label ? ", drawn as class " + data.label_name(static_cast<std::uint8_t>(*sum.label)) : "";
  return fmt::format(
      "in the codes of {}{}; the picture looks most like {}; the code nearest to the sum is that "
      "of {}",
      data.name(), drawn_as, example(sum.most_similar), example(sum.nearest));
}

/// The decoded terms with their signs, and the decoded sum.
Picture draw_sum(Autoencoder& model, const LatentSum& sum, const std::vector<LatentTerm>& terms,
                 const std::string& text, const Shape& shape) {
  Tensor codes = filled({terms.size() + 1, model.latent()});
  std::copy_n(sum.terms.data(), sum.terms.size(), codes.data());
  std::copy_n(sum.sum.data(), sum.sum.size(), codes.data() + sum.terms.size());
  const Tensor images = decode_all(model, codes);
  expect_finite(images, "the picture", text + ", term");
  std::vector<double> signs;
  signs.reserve(terms.size());
  for (const LatentTerm& term : terms) signs.push_back(term.sign);
  return draw_equation(images, signs, shape);
}

void add_up(const Options& options, const TrainedModel& trained, const Dataset& data) {
  const std::vector<LatentTerm> terms = parse_latent_arithmetic(options.arithmetic);
  check_classes(terms, trained, data);
  const LatentSum sum = latent_arithmetic(*trained.model, data, terms);
  const nlohmann::ordered_json json = to_json(sum, terms, data);
  expect_finite(json, data.name());
  const Picture picture =
      draw_sum(*trained.model, sum, terms, options.arithmetic, data.example_shape());
  write_atomically(options.out, to_png(picture));
  options.print(fmt::format("{}: {} {}", options.out, options.arithmetic, describe(sum, data)));
  options.write_json(json);
}

void run_interpolate(const Options& options) {
  check(options);
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Dataset data = load_data_for(trained, options.data, Split::test);
  if (!is_picture(data.example_shape()))
    throw ConfigError(fmt::format("{} has examples of {}, which are not images", data.name(),
                                  to_text(data.example_shape())));
  if (options.arithmetic.empty())
    draw_interpolation(options, trained, data);
  else
    add_up(options, trained, data);
}

void add_interpolation_options(CLI::App& command, Options& options) {
  const auto example = CLI::Range(0, 1'000'000'000);
  command.add_option("--from", options.from, "number of the first example, counted from 0")
      ->check(example)
      ->type_name("I");
  command.add_option("--to", options.to, "number of the last example")
      ->check(example)
      ->type_name("J");
  command.add_option("--via", options.via, "examples to pass on the way")
      ->delimiter(',')
      ->check(example)
      ->type_name("K,L,…");
  command
      .add_option("--steps", options.steps,
                  "images from one example to the next, including both; 10 unless given")
      ->check(CLI::Range(2, 1000))
      ->type_name("N");
  command
      .add_option(
          "--path", options.path,
          "straight, or along an arc around the middle of the codes, which suits codes that are "
          "normally distributed; arc for variational models unless given")
      ->check(CLI::IsMember({"auto", "straight", "arc"}))
      ->type_name("NAME");
  options.add_output(
      command, "--animation", options.animation,
      "the interpolation, and back to where it began, as an animated PNG, which browsers show",
      ".png");
}

}  // namespace

void add_interpolate_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "interpolate", "a picture of the interpolation between examples' codes, or of their sums");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data);
  options->add_output(*command, "--out", options->out, "the picture to write", ".png");
  add_interpolation_options(*command, *options);
  command
      ->add_option("--arithmetic", options->arithmetic,
                   "add and subtract codes of examples and means of classes, such as "
                   "'12 - class:1 + class:7', and draw the result")
      ->type_name("SUM");
  options->add_to(*command,
                  "hourglass interpolate runs/first --from 0 --via 5,7 --to 1 --out walk.png "
                  "--animation walk-moving.png");
  command->callback([options] { run_interpolate(*options); });
}

}}  // namespace hourglass
