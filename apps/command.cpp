#include "apps/command.hpp"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "apps/evaluation/metric_text.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string positive(const std::string& text) {
  return std::strtod(text.c_str(), nullptr) > 0 ? "" : text + " must be greater than 0";
}

std::string not_negative(const std::string& text) {
  if (text.starts_with('-')) return text + " must not be below 0";
  std::int64_t number = 0;  // that of a config's whole numbers
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc::result_out_of_range ? text + " is too large a number" : "";
}

namespace {

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

void CommonOptions::add_to(CLI::App& command, const std::string& example) {
  command
      .add_option("--threads", threads, "threads to use; as many as the machine has unless given")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  command.add_option("--seed", seed, "seed of all random numbers; 1 unless given")
      ->check(not_negative)
      ->type_name("N");
  command.add_flag(
      "--deterministic", deterministic,
      "the same numbers to the last digit whatever the number of threads; a little slower");
  command.add_flag("--quiet", quiet, "print nothing but errors");
  add_output(command, "--json", json, "write the metrics as JSON to FILE, - for standard output",
             ".json")
      ->type_name("FILE");
  command.footer("Example:\n  " + example);
}

CLI::Option* CommonOptions::add_output(CLI::App& command, const std::string& name,
                                       std::string& place, const std::string& help,
                                       const std::string& suffix) {
  CLI::Option* option = add_output(command, name, place, help, Output::Kind::file);
  outputs_.back().suffix = suffix;
  return option->type_name("FILE" + suffix);
}

CLI::Option* CommonOptions::add_output(CLI::App& command, const std::string& name,
                                       std::string& place, const std::string& help,
                                       Output::Kind kind) {
  outputs_.push_back({name.starts_with("--") ? name : upper_case(name), &place, kind});
  return command.add_option(name, place, help);
}

void CommonOptions::apply() const {
  for (const auto& [name, place, kind, suffix] : outputs_)
    if (!place->empty() && !(place == &json && json == "-"))
      declare_outputs({{name, *place, kind, suffix}});
  if (threads > 0) set_threads(static_cast<int>(threads));
  set_deterministic(deterministic);
  if (quiet) on_notice = nullptr;
}

void CommonOptions::print(const std::string& text) const {
  if (quiet || json == "-") return;
  std::istringstream lines(text);  // of which one may hold the name of somebody's file
  for (std::string line; std::getline(lines, line);) fmt::print("{}\n", printable(line));
}

void CommonOptions::warn(const std::vector<std::string>& warnings) const {
  Progress lines(progress());
  for (const std::string& warning : warnings) lines.note("warning: " + printable(warning));
}

void CommonOptions::write_json(const nlohmann::ordered_json& metrics) const {
  expect_finite(metrics, "");
  if (json.empty()) return;
  const std::string text = metrics.dump(2) + "\n";
  if (json == "-") {
    fmt::print("{}", text);
  } else {
    write_atomically(json, text);
  }
}

void CommonOptions::add_report(CLI::App& command, std::string& file, const std::string& help) {
  add_output(command, "--report", file, help, ".html");
}

void add_run_option(CLI::App& command, std::string& run) {
  command.add_option("run", run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
}

void add_data_option(CLI::App& command, std::string& data, const std::string& help) {
  command.add_option("--data", data, help)->type_name("DATA");
}

}}  // namespace hourglass
