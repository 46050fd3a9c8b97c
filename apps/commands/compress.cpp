#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/training_data.hpp"
#include "apps/reports/compression_result.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/compression.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, in, out;
  std::optional<int> quality;
  bool binarize = false;
  std::string rate_distortion;
};

/// Replaces each pixel with black or white, drawn with the pixel as the probability of white: the
/// data that binary models are compared on.
void binarize(SourceFile& source, Rng rng) {
  for (std::uint8_t& byte : source.bytes) byte = rng.below(255) < byte ? 255 : 0;
}

CodeTables tables_of(const TrainedModel& trained) {
  if (std::optional<CodeTables> kept = stored_code_tables(trained)) return std::move(*kept);
  return refitted_code_tables(trained);
}

SourceFile load_source(const Options& options, const TrainedModel& trained) {
  SourceFile source = read_source(options.in);
  source.examples_of({trained.run.example_shape.begin(), trained.run.example_shape.end()},
                     options.in);  // throws before much is computed
  if (options.binarize) binarize(source, options.rng());
  return source;
}

/// Compresses the source, and writes the file.
CompressionResult compress_source(const Options& options, const TrainedModel& trained,
                                  const SourceFile& source, const CodeTables* tables) {
  using Clock = std::chrono::steady_clock;
  UnpackedSource unpacked(source);
  auto others = std::async(std::launch::async, general_purpose_sizes, unpacked.bytes());
  const auto started = Clock::now();
  Compressed compressed =
      tables ? compress_with_loss(trained, *tables, source, options.in, *options.quality)
             : compress(trained, source, options.in);
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  write_atomically(options.out, compressed.bytes);
  const GeneralPurpose other_sizes = others.get();
  return {.out = options.out,
          .quality = options.quality,
          .binarized = options.binarize,
          .is_folder = source.kind == SourceKind::folder,
          .bytes_on_disk = source.bytes_on_disk,
          .unpacked = std::move(unpacked),
          .compressed = std::move(compressed),
          .others = other_sizes,
          .model_bytes = std::filesystem::file_size(model_path(options.run)),
          .seconds = seconds};
}

void run_compress(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const SourceFile source = load_source(options, trained);
  std::optional<CodeTables> tables;
  if (options.quality) tables = tables_of(trained);
  CompressionResult result = compress_source(options, trained, source, tables ? &*tables : nullptr);
  if (!options.rate_distortion.empty()) {
    result.rates = compare_rates(trained, *tables, source, options.in);
    write_atomically(options.rate_distortion, draw_curves(*result.rates));
  }
  options.print(to_table(result));
  options.write_json(to_json(result));
}

}  // namespace

void add_compress_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "compress", "makes a file of images smaller: without loss by a VAE, with loss by any model");
  add_run_option(*command, options->run);
  command
      ->add_option("in", options->in,
                   "an IDX file (.gz too), an NPY file, a picture (PNG, JPEG) or a folder of them")
      ->required()
      ->type_name("IN");
  options->add_output(*command, "out", options->out, "the compressed file to write", ".hgz")
      ->required()
      ->type_name("OUT");
  CLI::Option* quality =
      command
          ->add_option(
              "--quality", options->quality,
              "with loss: how finely the codes are kept; 16 more halve the steps; of a code "
              "in stages (residual-vq), how many of them")
          ->check(CLI::Range(1, 100))
          ->type_name("1..100");
  options
      ->add_output(
          *command, "--rate-distortion", options->rate_distortion,
          "draw the error against the bits per pixel, over all qualities, beside PCA and JPEG",
          ".svg")
      ->needs(quality);
  command->add_flag(
      "--binarize", options->binarize,
      "draw zeros and ones with the pixels as probabilities, and compress those instead");
  options->add_to(*command, "hourglass compress runs/vae t10k-images-idx3-ubyte.gz digits.hgz");
  command->callback([options] { run_compress(*options); });
}

}}  // namespace hourglass
