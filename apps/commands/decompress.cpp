#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/training_data.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/models/applications/compression/compression.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, in, out;
};

std::string read_bytes(const std::string& file) {
  note_in_use(file);
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (in.peek() != std::ifstream::traits_type::eof()) bytes << in.rdbuf();
  if (!in || in.bad()) throw DataError(fmt::format("{}: cannot be read, or is empty", file));
  return std::move(bytes).str();
}

/// Where the tables of a model's codes are, if they are not in its file: an older Hourglass kept them
/// beside it.
std::vector<TablesSource> older_tables(const Options& options, const TrainedModel& trained) {
  const auto file = model_path(options.run).parent_path() / "codes.safetensors";
  std::vector<TablesSource> sources;
  if (std::filesystem::exists(file))
    sources.push_back(
        [&trained, file] { return read_code_tables(file, code_path(*trained.model)); });
  if (!stored_code_tables(trained))
    sources.push_back([&trained] { return refitted_code_tables(trained); });
  return sources;
}

/// Refuses a place that does not suit the kind of source, before anything is decoded. What is wrong
/// with a damaged file is for `decompress` to say.
void check_place(const Options& options, const std::string& bytes) {
  SourceKind kind;
  try {
    kind = read_compressed(bytes).source;
  } catch (const DataError&) {
    return;
  }
  if (kind == SourceKind::folder) return expect_new_folder("OUT", options.out);
  const char* suffix = kind == SourceKind::idx ? ".idx" : kind == SourceKind::npy ? ".npy" : ".png";
  expect_format({"OUT", options.out, Output::Kind::file, suffix});
}

void decompress_file(const Options& options) {
  using Clock = std::chrono::steady_clock;
  options.apply();
  const std::string bytes = read_bytes(options.in);
  const TrainedModel trained = load_model(options.run);
  check_place(options, bytes);
  const auto started = Clock::now();
  const SourceFile source = decompress(trained, bytes, options.in, older_tables(options, trained));
  const std::string file = to_bytes(source);
  const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
  write_source(options.out, source);
  options.print(fmt::format("{}: {} bytes from {}", options.out, thousands(file.size()),
                            thousands(bytes.size())));
  options.write_json({{"bytes_in", bytes.size()},
                      {"bytes_out", file.size()},
                      {"seconds", seconds},
                      {"megabytes_per_second", static_cast<double>(file.size()) / 1e6 / seconds}});
}

}  // namespace

void add_decompress_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("decompress", "restores what was compressed, with the same model");
  command->add_option("run", options->run, "the run it was compressed with")
      ->required()
      ->type_name("RUN");
  command->add_option("in", options->in, "the compressed file")->required()->type_name("IN");
  options
      ->add_output(
          *command, "out", options->out,
          "what to write: IDX, NPY, PNG or a folder of PNG, as it was; NPY with loss as uint8",
          Output::Kind::either)
      ->required()
      ->type_name("OUT");
  options->add_to(*command, "hourglass decompress runs/vae digits.hgz t10k-images-idx3-ubyte");
  command->callback([options] { decompress_file(*options); });
}

}}  // namespace hourglass
