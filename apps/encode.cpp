#include <fmt/format.h>

#include <memory>

#include "apps/command.hpp"
#include "autograd/error.hpp"
#include "datasets/npy.hpp"
#include "models/codes.hpp"
#include "nn/atomic_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

struct Options : CommonOptions {
  std::string run, data, out, labels;
};

void encode_examples(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Dataset data = load_data_for(trained, options.data, Split::test);
  if (!options.labels.empty() && !data.has_labels())
    throw ConfigError(fmt::format("{} has no labels to write: leave --labels out", data.name()));

  const Tensor codes = encode_all(*trained.model, data);
  write_atomically(options.out, to_npy(codes));
  if (!options.labels.empty())
    write_atomically(options.labels, to_npy(data.labels(0, data.size())));

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
  options->add_to(*command, "hourglass encode runs/first --data mnist@train --out codes.npy");
  command->callback([options] { encode_examples(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
