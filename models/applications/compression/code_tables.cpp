#include "hourglass/models/applications/compression/code_tables.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/compressed_file.hpp"
#include "hourglass/models/applications/compression/repeatable.hpp"
#include "hourglass/models/core/fingerprint.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "hourglass/nn/files/weights.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t cuts = 128;              // a table has the quantiles 0/128 … 128/128
constexpr std::size_t most_examples = 10'000;  // that tables are fitted to
constexpr std::size_t probes = 8;              // examples on which the sensitivity is measured
constexpr std::size_t most_numbers = 8192;     // of the widest code for which tables are kept
constexpr unsigned table_bits = 16;
constexpr std::int32_t most_symbols = 4096, largest = 1 << 30;

/// The codes of the first examples of a dataset: (N, L)
Tensor codes_of(const CodePath& path, const Dataset& data, std::size_t count) {
  Tensor codes = filled({count, path.numbers});
  const auto encode = [&](const InferenceBatch& batch) {
    const Tensor some = run_repeatably(path.encode, batch.batch.x);
    std::copy_n(some.data(), some.size(), codes.data() + batch.first * path.numbers);
  };
  infer_in_order(data.slice(0, count), encode, repeatable_batch);
  return codes;
}

/// A shift of one latent dimension.
struct Move {
  std::size_t number;
  double shift;
};

/// Measures how far images move per unit of a shift, as the root of the mean squared distance. As
/// many moves are decoded at once as fit into a batch.
void measure_sensitivity(const CodePath& path, const Tensor& codes, const Tensor& decoded,
                         std::span<const Move> moves, Tensor& sensitivity) {
  const std::size_t rows = codes.shape()[0], at_once = repeatable_batch / rows;
  for (; !moves.empty(); moves = moves.subspan(std::min(at_once, moves.size()))) {
    const std::size_t count = std::min(at_once, moves.size());
    Tensor moved = filled({count * rows, codes.shape()[1]});
    for (std::size_t m = 0; m < count; ++m) {
      std::copy_n(codes.data(), codes.size(), moved.data() + m * codes.size());
      for (std::size_t i = 0; i < rows; ++i)
        moved(m * rows + i, moves[m].number) += static_cast<Scalar>(moves[m].shift);
    }
    const Tensor images = run_repeatably(path.decode, moved);
    for (std::size_t m = 0; m < count; ++m) {
      double sum = 0;
      for (std::size_t i = 0; i < decoded.size(); ++i) {
        const double change =
            static_cast<double>(images.data()[m * decoded.size() + i]) - decoded.data()[i];
        sum += change * change;
      }
      sensitivity(moves[m].number) =
          static_cast<Scalar>(std::sqrt(sum / static_cast<double>(rows)) / moves[m].shift);
    }
  }
}

}  // namespace

CodePath code_path(Autoencoder& model) {
  if (model.is_autoregressive())
    throw ConfigError(
        "this model's code is the example itself, so that it cannot compress with loss: a model "
        "with latent dimensions can");
  if (model.codebook_size() > 0)
    return {[&model](Var x) { return model.code_indices(x); },
            [&model](Var k) { return model.decode_indices(k); }, model.code_positions(),
            model.codebook_size(), model.code_stages()};
  return {[&model](Var x) { return model.encode(x); }, [&model](Var z) { return model.decode(z); },
          model.latent()};
}

CodeTables CodeTables::fit(const CodePath& path, const Dataset& train) {
  const OneThread one_thread;
  const std::size_t count = std::min(train.size(), most_examples), numbers = path.numbers;
  const Tensor codes = codes_of(path, train, count);
  CodeTables tables{filled({numbers, cuts + 1}), filled({numbers}), filled({0})};
  if (path.choices > 0) {
    tables.counts = filled({numbers, path.choices});
    for (std::size_t i = 0; i < codes.size(); ++i)
      tables.counts(i % numbers, static_cast<std::size_t>(codes.data()[i])) += 1;
    return tables;
  }
  Tensor some = filled({std::min(probes, count), numbers});
  std::copy_n(codes.data(), some.size(), some.data());
  const Tensor decoded = run_repeatably(path.decode, some);
  std::vector<Scalar> sorted(count);
  std::vector<Move> moves;
  for (std::size_t j = 0; j < numbers; ++j) {
    for (std::size_t i = 0; i < count; ++i) sorted[i] = codes(i, j);
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t c = 0; c <= cuts; ++c) tables.quantiles(j, c) = sorted[(count - 1) * c / cuts];
    // A twentieth of the range; if all values are equal, there is nothing to move.
    const double range = tables.quantiles(j, cuts) - tables.quantiles(j, 0);
    if (range > 0) moves.push_back({j, range / 20});
  }
  measure_sensitivity(path, some, decoded, moves, tables.sensitivity);
  return tables;
}

namespace {

/// The tables among the tensors of a file, with their values checked.
CodeTables tables_of(const TensorFile& read, const std::string& origin, const std::string& prefix,
                     const CodePath& path) {
  const std::size_t numbers = path.numbers;
  CodeTables tables{filled({numbers, cuts + 1}), filled({numbers}), filled({0})};
  if (path.choices > 0) tables.counts = filled({numbers, path.choices});
  load_tensor(read, origin, prefix + "counts", tables.counts);
  load_tensor(read, origin, prefix + "quantiles", tables.quantiles);
  load_tensor(read, origin, prefix + "sensitivity", tables.sensitivity);
  const auto finite = [](Scalar x) { return std::isfinite(x); };
  bool sane = std::all_of(tables.quantiles.begin(), tables.quantiles.end(), finite) &&
              std::all_of(tables.counts.begin(), tables.counts.end(),
                          [&](Scalar c) { return finite(c) && c >= 0; }) &&
              std::all_of(tables.sensitivity.begin(), tables.sensitivity.end(),
                          [&](Scalar s) { return finite(s) && s >= 0; });
  for (std::size_t j = 0; j < numbers; ++j)
    for (std::size_t c = 0; c < cuts; ++c)
      sane = sane && tables.quantiles(j, c) <= tables.quantiles(j, c + 1);
  if (!sane) throw DataError(origin + ": its numbers are not quantiles of codes");
  return tables;
}

constexpr const char* kept_prefix = "code_tables.";

}  // namespace

std::optional<CodeTables> stored_code_tables(const TrainedModel& trained) {
  if (!trained.derived.contains(std::string(kept_prefix) + "quantiles")) return {};
  return tables_of({trained.derived, {}}, "the model's tables of its codes", kept_prefix,
                   code_path(*trained.model));
}

void keep_fitted_code_tables(Autoencoder& model, const Dataset& train, Derived& derived) try {
  if (model.is_autoregressive() || model.latent() > most_numbers) return;
  const ModeGuard mode = ModeGuard::evaluation(model);
  const CodeTables tables = CodeTables::fit(code_path(model), train);
  derived[std::string(kept_prefix) + "quantiles"] = tables.quantiles;
  derived[std::string(kept_prefix) + "sensitivity"] = tables.sensitivity;
  derived[std::string(kept_prefix) + "counts"] = tables.counts;
} catch (const DataError&) {  // NOLINT(bugprone-empty-catch): training itself warns of such a model
}

CodeTables read_code_tables(const std::filesystem::path& file, const CodePath& path) {
  return tables_of(read_safetensors(file), file.string(), "", path);
}

std::uint32_t fingerprint_of(const CodeTables& tables) {
  std::uint32_t crc = 0;
  for (const Tensor* tensor : {&tables.quantiles, &tables.sensitivity, &tables.counts})
    crc = crc32_of({reinterpret_cast<const char*>(tensor->data()), tensor->size() * sizeof(Scalar)},
                   crc);
  return crc;
}

namespace {

/// The fraction of training codes below z, interpolated linearly between quantiles.
double share_below(const Scalar* quantiles, double z) {
  if (z <= quantiles[0]) return 0;
  if (z > quantiles[cuts]) return 1;
  const auto above = static_cast<std::size_t>(
      std::lower_bound(quantiles, quantiles + cuts + 1, static_cast<Scalar>(z)) - quantiles);
  const std::size_t upper = std::clamp<std::size_t>(above, 1, cuts);
  const double low = quantiles[upper - 1], high = quantiles[upper];
  const double part = high > low ? std::clamp((z - low) / (high - low), 0.0, 1.0) : 1;
  return (static_cast<double>(upper - 1) + part) / cuts;
}

std::int32_t rounded(double k) {
  return static_cast<std::int32_t>(
      std::floor(std::clamp(k, -double(largest), double(largest)) + 0.5));
}

}  // namespace

Quantiser::Quantiser(const CodeTables& tables, double step, std::size_t numbers) {
  for (std::size_t j = 0; j < numbers; ++j) {
    if (tables.counts.size() > 0) {
      const std::size_t choices = tables.counts.shape()[1];
      std::vector<std::uint64_t> weights(choices + 1);
      for (std::size_t c = 0; c < choices; ++c)
        weights[c] = static_cast<std::uint64_t>(tables.counts(j, c));
      numbers_.push_back({0, 1, 0, FrequencyTable(weights, table_bits)});
      continue;
    }
    const Scalar* quantiles = tables.quantiles.data() + j * (cuts + 1);
    const double origin = quantiles[cuts / 2], range = double(quantiles[cuts]) - quantiles[0];
    // A dimension that moves nothing needs no more than one step.
    double width = 2 * range + 1e-30;
    if (tables.sensitivity(j) > 0) width = std::min(width, step / double(tables.sensitivity(j)));
    const std::int32_t least =
        std::max(rounded((quantiles[0] - origin) / width), -most_symbols / 2);
    const std::int32_t most =
        std::min(rounded((quantiles[cuts] - origin) / width), most_symbols / 2);
    std::vector<std::uint64_t> weights;
    double below = 0;
    for (std::int32_t k = least; k <= most; ++k) {
      const double up_to = k == most ? 1 : share_below(quantiles, origin + (k + 0.5) * width);
      weights.push_back(static_cast<std::uint64_t>(std::max(up_to - below, 0.0) * 0x1p32));
      below = up_to;
    }
    weights.push_back(0);  // the escape
    numbers_.push_back({origin, width, least, FrequencyTable(weights, table_bits)});
  }
}

std::int32_t Quantiser::to_whole(std::size_t j, double z) const {
  return rounded((z - numbers_[j].origin) / numbers_[j].step);
}

void Quantiser::push(AnsStack& stack, std::size_t j, std::int32_t k) const {
  const Number& number = numbers_[j];
  const std::int64_t symbol = std::int64_t{k} - number.least;
  const std::size_t escape = number.table.symbols() - 1;
  if (symbol >= 0 && symbol < static_cast<std::int64_t>(escape)) {
    number.table.push(stack, static_cast<std::size_t>(symbol));
    return;
  }
  // 0, −1, 1, −2, … as 0, 1, 2, 3, …
  const auto wide = static_cast<std::uint32_t>(k);
  push_number(stack, k < 0 ? ~(wide << 1) : wide << 1);
  number.table.push(stack, escape);
}

std::int32_t Quantiser::pop(AnsStack& stack, std::size_t j) const {
  const Number& number = numbers_[j];
  const std::size_t symbol = number.table.pop(stack);
  if (symbol + 1 < number.table.symbols()) return number.least + static_cast<std::int32_t>(symbol);
  const std::uint32_t folded = pop_number(stack);
  const auto half = static_cast<std::int32_t>(folded >> 1);
  return folded & 1 ? ~half : half;
}

}}  // namespace hourglass
