#include "hourglass/autograd/tools/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/evaluation_set.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/tools/inspect_html.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/nn/files/atomic_file.hpp"
#include "hourglass/nn/training/trainer.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

constexpr int warm_up_steps = 5, measured_steps = 25;

struct Options : CommonOptions {
  std::string run, data, out;
  std::optional<std::size_t> batch;
};

/// The loss of the batch and its gradients, on one tape, measured. No parameter changes.
Step measure(Autoencoder& model, const Tensor& batch, const Rng& rng) {
  const ModeGuard mode = ModeGuard::training(model);
  Tape tape;
  watch(tape, {.measure_time = true});
  std::vector<Step> steps;
  for (int i = 0; i < warm_up_steps + measured_steps; ++i) {
    for (Parameter* parameter : model.parameters()) parameter->zero_grad();
    Rng noise = rng;
    tape.reset();
    tape.context().draw_from(noise);
    tape.backward(model.loss(tape, batch, noise).total);
    if (i >= warm_up_steps) steps.push_back(inspect(tape));
  }
  return median_of(steps);
}

nlohmann::ordered_json to_json(const Step::Entry& entry) {
  return {{"number", entry.number},
          {"operation", entry.operation},
          {"module", entry.module},
          {"parameter", entry.parameter},
          {"shape", std::vector<std::size_t>(entry.shape.begin(), entry.shape.end())},
          {"inputs", entry.inputs},
          {"value_bytes", entry.value_bytes},
          {"gradient_bytes", entry.gradient_bytes},
          {"forward_milliseconds", entry.forward_ms},
          {"backward_milliseconds", entry.backward_ms}};
}

nlohmann::ordered_json to_json(const Step& step) {
  const Step::Total total = step.total();
  auto entries = nlohmann::ordered_json::array();
  for (const Step::Entry& entry : step.entries) entries.push_back(to_json(entry));
  return {{"nodes", total.count},
          {"bytes", total.bytes()},
          {"milliseconds", total.milliseconds()},
          {"forward_milliseconds", total.forward_ms},
          {"backward_milliseconds", total.backward_ms},
          {"entries", entries}};
}

/// Where the pages go: the folder asked for, or else the run's own.
fs::path folder_of(const Options& options) {
  if (!options.out.empty()) return options.out;
  return fs::is_directory(options.run) ? fs::path(options.run)
                                       : fs::path(options.run).parent_path();
}

void inspect_run(const Options& options) {
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const fs::path folder = folder_of(options);
  const bool pages = !options.out.empty() || can_be_written(folder);
  if (pages)
    declare_outputs({{"--out", folder / "inspect.html"}, {"--out", folder / "inspect.dot"}});
  const Dataset data = load_data_for(trained, options.data, Split::train);
  const std::size_t wanted =
      options.batch.value_or(read_options<TrainingOptions>(trained.config, "training").batch);
  Tensor batch;
  data.read_rows(0, std::min(wanted, data.size()), batch);
  const std::size_t rows = batch.shape()[0];
  const Step step = measure(*trained.model, batch, options.rng());

  const std::string title = fmt::format("{} on {}", trained.run.model, data.name());
  const std::string note = fmt::format(
      "The loss of {} examples and its gradients, on one tape, with {} {} and OpenBLAS’s {} "
      "kernels. Each time is the median of {} steps after {} to warm up.",
      rows, threads(), threads() == 1 ? "thread" : "threads", blas_core(), measured_steps,
      warm_up_steps);
  std::string where =
      fmt::format("no page: {} cannot be written to; --out FOLDER names another", folder.string());
  if (pages) {
    write_atomically(folder / "inspect.html", to_html(step, title, note));
    write_atomically(folder / "inspect.dot", to_dot(step));
    where = fmt::format("page: {}\ngraph: {} (dot -Tsvg draws it)",
                        (folder / "inspect.html").string(), (folder / "inspect.dot").string());
  }
  options.print(fmt::format("{}\n{}\n\n{}\n{}", title, note, to_table(step), where));
  nlohmann::ordered_json json = {
      {"model", trained.run.model}, {"data", data.name()},      {"batch", rows},
      {"threads", threads()},       {"blas_core", blas_core()}, {"steps", measured_steps}};
  json.update(to_json(step));
  options.write_json(json);
}

}  // namespace

void add_inspect_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "inspect", "one training step's tape: operations, shapes, memory and time");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data, "other data than the run's own (its training split)");
  command->add_option("--batch", options->batch, "examples in the step; the run's unless given")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  command
      ->add_option("--out", options->out,
                   "where to write inspect.html and inspect.dot; the run's folder unless given")
      ->type_name("FOLDER");
  options->add_to(*command, "hourglass inspect runs/first");
  command->callback([options] { inspect_run(*options); });
}

}}  // namespace hourglass
