#include <fmt/format.h>

#include <chrono>
#include <future>
#include <memory>

#include "apps/command.hpp"
#include "autograd/error.hpp"
#include "models/applications/compression/compression.hpp"
#include "models/applications/compression/general_purpose.hpp"
#include "nn/atomic_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, in, out;
};

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

void compress_file(const Options& options) {
  using Clock = std::chrono::steady_clock;
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const SourceFile source = read_source(options.in);
  const std::string plain = to_bytes(source);
  auto others = std::async(std::launch::async, general_purpose_sizes, std::string_view(plain));
  const auto started = Clock::now();
  const Compressed compressed = compress(trained, source, options.in);
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  write_atomically(options.out, compressed.bytes);
  const GeneralPurpose sizes = others.get();

  const double pixels = static_cast<double>(compressed.examples * compressed.features);
  const double out_bits = 8 * static_cast<double>(compressed.bytes.size());
  const auto per_pixel = [&](double bits) { return pixels > 0 ? bits / pixels : 0; };
  const auto bits_of = [](std::size_t bytes) { return 8 * static_cast<double>(bytes); };
  const BitsBackCosts& costs = *compressed.lossless;
  const double container = out_bits - costs.total();

  std::string table =
      fmt::format("{}: {} examples of {} pixels, without loss\n\n  {:<42}{:>12}{:>12}", options.out,
                  thousands(compressed.examples), compressed.features, "", "bytes", "bits/pixel");
  table += row("the file as it is", bits_of(plain.size()), pixels);
  table += row("compressed", out_bits, pixels);
  table += part("the model's bound, −ELBO", costs.bound, pixels);
  table += part("the codes that were drawn (luck)", costs.draw, pixels);
  table += part("codes in bins", costs.discretisation, pixels);
  table += part("whole frequencies, the coder", costs.precision, pixels);
  table += part("bits to start with", costs.initial, pixels);
  table += part("levels of grey, their table", costs.levels, pixels);
  table += part("header and checksums", container, pixels);
  table += row("gzip", bits_of(sizes.gzip), pixels) + row("bzip2", bits_of(sizes.bzip2), pixels) +
           row("xz", bits_of(sizes.xz), pixels);
  options.print(table);
  options.write_json({{"lossless", true},
                      {"examples", compressed.examples},
                      {"bytes_in", plain.size()},
                      {"bytes_out", compressed.bytes.size()},
                      {"bits_per_dim", per_pixel(out_bits)},
                      {"model_bits_per_dim", per_pixel(costs.bound)},
                      {"parts_bits_per_dim",
                       {{"draw", per_pixel(costs.draw)},
                        {"discretisation", per_pixel(costs.discretisation)},
                        {"precision", per_pixel(costs.precision)},
                        {"initial", per_pixel(costs.initial)},
                        {"levels", per_pixel(costs.levels)},
                        {"container", per_pixel(container)}}},
                      {"gzip_bytes", sizes.gzip},
                      {"bzip2_bytes", sizes.bzip2},
                      {"xz_bytes", sizes.xz},
                      {"seconds", seconds},
                      {"megabytes_per_second", static_cast<double>(plain.size()) / 1e6 / seconds}});
}

}  // namespace

void add_compress_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "compress", "a file of images, smaller: without loss by a VAE, with --quality by any model");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("in", options->in, "an IDX file (.gz too), an NPY file or a picture")
      ->required()
      ->type_name("IN");
  command->add_option("out", options->out, "the compressed file to write")
      ->required()
      ->type_name("OUT");
  options->add_to(*command, "hourglass compress runs/vae t10k-images-idx3-ubyte.gz digits.hgz");
  command->callback([options] { compress_file(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
