#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <future>
#include <memory>
#include <optional>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/training_data.hpp"
#include "apps/evaluation/words.hpp"
#include "apps/reports/rate_comparison.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/compression.hpp"
#include "hourglass/models/applications/compression/general_purpose.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, in, out;
  std::optional<int> quality;
  bool binarize = false;
  std::string rate_distortion;
};

double bits_of(std::size_t bytes) {
  return 8 * static_cast<double>(bytes);
}

/// A length in bytes, per pixel in bits.
std::string row(const std::string& name, double bits, double pixels) {
  return fmt::format("\n  {:<42}{:>12}{:>12.4f}", name,
                     thousands(static_cast<std::size_t>(bits / 8 + 0.5)),
                     pixels > 0 ? bits / pixels : 0);
}

/// A part of the length, which may be below zero.
std::string part(const std::string& name, double bits, double pixels) {
  return fmt::format("\n    {:<40}{:>12.0f}{:>12.4f}", name, bits / 8,
                     pixels > 0 ? bits / pixels : 0);
}

/// Black or white in place of each pixel, which is its probability of white: the data that binary
/// models are compared on.
void binarize(SourceFile& source, Rng rng) {
  for (std::uint8_t& byte : source.bytes) byte = rng.below(255) < byte ? 255 : 0;
}

CodeTables tables_of(const TrainedModel& trained) {
  if (std::optional<CodeTables> kept = kept_code_tables(trained)) return std::move(*kept);
  return refitted_code_tables(trained);
}

bool is_made_of_pictures(const SourceFile& source) {
  return source.kind == SourceKind::picture || source.kind == SourceKind::folder;
}

/// What stands beside the file on disk: the same as nothing but bytes. Pictures have been packed
/// already, as PNG or JPEG, and what packs bytes is given their pixels.
class Yardstick {
 public:
  explicit Yardstick(const SourceFile& source)
      : pictures_(is_made_of_pictures(source)),
        file_(to_bytes(source)),
        packed_(!pictures_ && file_.size() != source.bytes_on_disk) {
    size_ = file_.size();
    if (pictures_) file_.assign(source.bytes.begin(), source.bytes.end());
  }
  std::string_view bytes() const { return file_; }
  std::size_t size() const { return size_; }
  /// What the size is called in JSON; nothing where it is the file's own.
  std::string key() const { return pictures_ ? "png_bytes" : packed_ ? "unpacked_bytes" : ""; }
  std::string row(double pixels) const {
    if (key().empty()) return "";
    return hourglass::row(pictures_ ? "its pixels as PNG" : "unpacked", bits_of(size_), pixels);
  }
  const char* of_what() const { return pictures_ ? ", of its pixels" : ""; }

 private:
  bool pictures_;
  std::string file_;
  bool packed_;
  std::size_t size_ = 0;
};

/// What `decompress` makes of a file that was compressed without loss.
std::string what_comes_back(const SourceFile& source, bool binarized) {
  if (binarized) return "without loss once zeros and ones were drawn";
  if (is_made_of_pictures(source))
    return "without loss: the pixels come back, as PNG; metadata does not";
  return to_bytes(source).size() == source.bytes_on_disk ? "without loss: the same file comes back"
                                                         : "without loss: unpacked it comes back";
}

/// Bits, per pixel of all examples.
class PerPixel {
 public:
  explicit PerPixel(const Compressed& compressed)
      : pixels(static_cast<double>(compressed.examples * compressed.features)) {}
  double operator()(double bits) const { return pixels > 0 ? bits / pixels : 0; }
  const double pixels;
};

/// Where the bits of a file without loss go, for people and as JSON.
std::string describe_parts(const Compressed& compressed, nlohmann::ordered_json& json) {
  const PerPixel per_pixel(compressed);
  const BitsBackCosts& costs = *compressed.lossless;
  const struct {
    const char *key, *name;
    double bits;
  } parts[] = {
      {"draw", "the codes that were drawn (luck)", costs.draw},
      {"discretisation", "codes in bins", costs.discretisation},
      {"floor", "surprises, 24 bits a pixel at most", costs.floor},
      {"precision", "whole frequencies, the coder", costs.precision},
      {"initial", "bits to start with", costs.initial},
      {"levels", "levels of grey, their table", costs.levels},
      {"container", "header and checksums", bits_of(compressed.bytes.size()) - costs.total()},
  };
  std::string table = part("the model's bound, −ELBO", costs.bound, per_pixel.pixels);
  json["model_bits_per_dim"] = per_pixel(costs.bound);
  for (const auto& [key, name, bits] : parts) {
    table += part(name, bits, per_pixel.pixels);
    json["parts_bits_per_dim"][key] = per_pixel(bits);
  }
  return table;
}

void compress_file(const Options& options) {
  using Clock = std::chrono::steady_clock;
  options.apply();
  if (!options.rate_distortion.empty() && !options.rate_distortion.ends_with(".svg"))
    throw ConfigError(
        "--rate-distortion: the drawing is an SVG file: give it a name that ends in .svg");
  const TrainedModel trained = load_model(options.run);
  SourceFile source = read_source(options.in);
  source.examples_of({trained.run.example_shape.begin(), trained.run.example_shape.end()},
                     options.in);  // before much is computed
  if (options.binarize) binarize(source, options.rng());
  const Yardstick yardstick(source);
  auto others = std::async(std::launch::async, general_purpose_sizes, yardstick.bytes());
  std::optional<CodeTables> tables;
  if (options.quality) tables = tables_of(trained);
  const auto started = Clock::now();
  const Compressed compressed =
      tables ? compress_with_loss(trained, *tables, source, options.in, *options.quality)
             : compress(trained, source, options.in);
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  write_atomically(options.out, compressed.bytes);
  const GeneralPurpose sizes = others.get();

  const PerPixel per_pixel(compressed);
  const double out_bits = bits_of(compressed.bytes.size());
  nlohmann::ordered_json json = {{"lossless", !options.quality},
                                 {"examples", compressed.examples},
                                 {"bytes_in", source.bytes_on_disk},
                                 {"bytes_out", compressed.bytes.size()},
                                 {"bits_per_dim", per_pixel(out_bits)}};
  std::string table = fmt::format("{}: {} of {} pixels, {}\n\n  {:<42}{:>12}{:>12}", options.out,
                                  counted(compressed.examples, "example"), compressed.features,
                                  options.quality ? fmt::format("quality {}", *options.quality)
                                                  : what_comes_back(source, options.binarize),
                                  "", "bytes", "bits/pixel");
  table += row(source.kind == SourceKind::folder ? "the files as they are" : "the file as it is",
               bits_of(source.bytes_on_disk), per_pixel.pixels);
  table += yardstick.row(per_pixel.pixels);
  if (!yardstick.key().empty()) json[yardstick.key()] = yardstick.size();
  table += row("compressed", out_bits, per_pixel.pixels);
  if (compressed.lossless) table += describe_parts(compressed, json);
  // Whoever unpacks the file needs the model too, and once for all files.
  const auto model_bytes = std::filesystem::file_size(model_path(options.run));
  const double bits_with_model = out_bits + bits_of(model_bytes);
  json["model_bytes"] = model_bytes;
  json["bits_per_dim_with_model"] = per_pixel(bits_with_model);
  if (options.quality) {
    // What a model of its codes, as independent numbers, promises for these examples.
    json["quality"] = *options.quality;
    json["model_bits_per_dim"] = per_pixel(compressed.code_bits);
    json["mse_per_pixel"] = compressed.mse_per_pixel;
    json["psnr_db"] = -10 * std::log10(std::max(compressed.mse_per_pixel, 1e-10));
    table += part("the codes by their frequencies", compressed.code_bits, per_pixel.pixels);
    table += part("header, coder, checksums", out_bits - compressed.code_bits, per_pixel.pixels);
  }
  for (const auto& [name, bytes] :
       {std::pair{"gzip", sizes.gzip}, {"bzip2", sizes.bzip2}, {"xz", sizes.xz}}) {
    table += row(
        fmt::format("{}{}{}", name, yardstick.of_what(), options.quality ? ", without loss" : ""),
        bits_of(bytes), per_pixel.pixels);
    json[std::string(name) + "_bytes"] = bytes;
  }
  table += row("compressed, and the model's own file", bits_with_model, per_pixel.pixels);
  if (options.quality)
    table += fmt::format("\n\n  squared error per pixel {:.5f} ({:.1f} dB)",
                         compressed.mse_per_pixel, double(json["psnr_db"]));
  if (!options.rate_distortion.empty()) {
    const RateComparison comparison = compare_rates(trained, *tables, source, options.in);
    write_atomically(options.rate_distortion, comparison.drawing);
    json["rate_distortion"] = comparison.points;
    json["measured_on"] = comparison.measured_on.to_json();
    table += comparison.table;
  }
  json["seconds"] = seconds;
  json["megabytes_per_second"] = static_cast<double>(yardstick.bytes().size()) / 1e6 / seconds;
  options.print(table);
  options.write_json(json);
}

}  // namespace

void add_compress_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "compress", "a file of images, smaller: without loss by a VAE, with --quality by any model");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command
      ->add_option("in", options->in,
                   "an IDX file (.gz too), an NPY file, a picture (PNG, JPEG) or a folder of them")
      ->required()
      ->type_name("IN");
  options->add_output(*command, "out", options->out, "the compressed file to write")
      ->required()
      ->type_name("OUT");
  CLI::Option* quality =
      command
          ->add_option("--quality", options->quality,
                       "with loss: how finely the codes are kept, 16 more halve the steps")
          ->check(CLI::Range(1, 100))
          ->type_name("1..100");
  options
      ->add_output(*command, "--rate-distortion", options->rate_distortion,
                   "draw error by bits per pixel, over all qualities, beside PCA and JPEG")
      ->needs(quality)
      ->type_name("FILE.svg");
  command->add_flag(
      "--binarize", options->binarize,
      "compress zeros and ones drawn with the pixels as probabilities, in their place");
  options->add_to(*command, "hourglass compress runs/vae t10k-images-idx3-ubyte.gz digits.hgz");
  command->callback([options] { compress_file(*options); });
}

}}  // namespace hourglass
