#include "apps/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "apps/evaluation/figure_text.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string positive(const std::string& text) {
  return std::strtod(text.c_str(), nullptr) > 0 ? "" : text + " must be greater than 0";
}

std::string not_negative(const std::string& text) {
  return text.starts_with('-') ? text + " must not be below 0" : "";
}

namespace {

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

void CommonOptions::add_to(CLI::App& command, const std::string& example) {
  command.add_option("--threads", threads, "threads to use; all that the machine has unless given")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  command.add_option("--seed", seed, "of all randomness; 1 unless given")
      ->check(not_negative)
      ->type_name("N");
  command.add_flag("--deterministic", deterministic,
                   "the same figures to the last digit for any number of threads; a little slower");
  command.add_flag("--quiet", quiet, "print nothing but errors");
  add_output(command, "--json", json, "write the figures as JSON to FILE, - for standard output")
      ->type_name("FILE");
  command.footer("Example:\n  " + example);
}

CLI::Option* CommonOptions::add_output(CLI::App& command, const std::string& name,
                                       std::string& place, const std::string& help,
                                       Output::Kind kind) {
  outputs_.push_back({name.starts_with("--") ? name : upper_case(name), &place, kind});
  return command.add_option(name, place, help);
}

void CommonOptions::apply() const {
  for (const auto& [name, place, kind] : outputs_)
    if (!place->empty() && !(place == &json && json == "-"))
      declare_outputs({{name, *place, kind}});
  if (threads > 0) set_threads(static_cast<int>(threads));
  set_deterministic(deterministic);
  if (quiet) on_notice = nullptr;
}

void CommonOptions::print(const std::string& text) const {
  if (!quiet && json != "-") fmt::print("{}\n", text);
}

void CommonOptions::warn(const std::vector<std::string>& warnings) const {
  Progress lines(progress());
  for (const std::string& warning : warnings) lines.note("warning: " + warning);
}

void CommonOptions::write_json(const nlohmann::ordered_json& figures) const {
  expect_finite(figures, "");
  if (json.empty()) return;
  const std::string text = figures.dump(2) + "\n";
  if (json == "-") {
    fmt::print("{}", text);
  } else {
    write_atomically(json, text);
  }
}

nlohmann::ordered_json to_json(const Metrics& figures) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : figures) json[name] = value;
  return json;
}

void check_report(const std::string& file) {
  if (file.empty()) return;
  if (!file.ends_with(".html"))
    throw ConfigError("--report: it is a web page: give it a name that ends in .html");
  if (std::filesystem::is_directory(file))
    throw ConfigError(fmt::format("--report: {} is a folder: name a file", file));
}

double pca_baseline(const Dataset& train, const Dataset& test, std::size_t latent) {
  if (latent >= train.features()) return 0;  // all components together rebuild everything
  return squared_error_per_example(fit_pca(train, latent), test);
}

namespace {

/// With five digits behind the point, or where these would be zeros with three that count, as for
/// the rows of some tables. Less than a millionth is rounding: PCA with as many components as there
/// are columns rebuilds everything.
std::string error_text(double error, int digits) {
  if (error < 1e-6) return "0";
  return error < 10 * std::pow(10.0, -digits) ? fmt::format("{:.3g}", error)
                                              : fmt::format("{:.{}f}", error, digits);
}

}  // namespace

std::vector<ReportFigure> figure_rows(const Metrics& figures,
                                      std::optional<double> pca_squared_error,
                                      const EvaluationSet& set) {
  const std::size_t features = set.data.features();
  const bool table = set.data.is_table() && !is_picture(set.data.example_shape());
  const std::string of = set.measured_on.adjective();
  const std::string one = table ? "row" : "image", part = table ? "number" : "pixel";
  const auto pca_text = [&](double factor, int digits) {
    return pca_squared_error ? error_text(*pca_squared_error * factor, digits) : "";
  };
  std::vector<ReportFigure> rows = {
      {"squared error per " + part, error_text(figure(figures, "mse_per_pixel"), 5),
       pca_text(1 / static_cast<double>(features), 5), part + "², 0..1",
       fmt::format("mean over {}{}s and {}s of (x − x̂)²", of, one, part)},
      {"squared error per " + one, error_text(figure(figures, "squared_error_per_image"), 3),
       pca_text(1, 3), "summed over the " + one,
       fmt::format("mean over {}{}s of ‖x − x̂‖²", of, one)},
  };
  const auto add = [&](const char* name, const char* label, const char* format, const char* unit,
                       const std::string& meaning) {
    for (const auto& [known, value] : figures)
      if (known == name)
        rows.push_back({label, fmt::format(fmt::runtime(format), value), "", unit, meaning});
  };
  add("denoising_mse_per_pixel", "without the noise", "{:.5f}", (part + "², 0..1").c_str(),
      fmt::format("mean over {}{}s of (x − x̂)², x̂ rebuilt from a noisy x", of, part));
  add("linear_denoising_mse_per_pixel", "by linear regression", "{:.5f}",
      (part + "², from noisy to clean").c_str(),
      fmt::format("the same of the best linear map from noisy to clean {}s", one));
  add("active_units", "active units", "{:.0f}", "numbers of the code",
      "those whose mean varies by more than 0.01 from example to example");
  add("codes_used", "code vectors in use", "{:.0f}", "of the codebook",
      fmt::format("those that stand in the code of any {}example", of));
  add("perplexity", "perplexity", "{:.1f}", "code vectors",
      "as many, used equally often, would tell as much");
  return rows;
}

std::string to_table(const std::vector<ReportFigure>& rows, std::size_t latent,
                     const MeasuredOn& measured_on) {
  constexpr std::size_t widest = 26;
  std::string where = measured_on.on(), table;
  if (where.size() > widest) table = std::exchange(where, "") + "\n";
  table +=
      fmt::format("{:<26}{:>12}{:>12}   {}", where, "ours", fmt::format("PCA-{}", latent), "unit");
  for (const ReportFigure& row : rows)
    table += fmt::format("\n{:<26}{:>12}{:>12}   {}", row.name, row.value, row.baseline, row.unit);
  return table;
}

}}  // namespace hourglass
