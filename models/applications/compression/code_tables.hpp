#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/applications/compression/frequencies.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A way from examples to codes and back: an autoencoder's, or that of PCA.
struct CodePath {
  std::function<Var(Var)> encode, decode;  ///< (B, F) → (B, L) → (B, F)
  std::size_t numbers;                     ///< L
  std::size_t choices = 0;                 ///< where numbers are whole already: they are below this
};
/// That of a model: its codes, or where it has a codebook the numbers of the chosen vectors.
CodePath code_path(Autoencoder& model);

/// How the numbers of a code are distributed over the training examples, and what they do to an
/// image: all that a quantiser has to know. It is fitted when training has ended and lies in the
/// model's file, so that whoever has the model has it.
struct CodeTables {
  Tensor quantiles;    ///< (L, 129): the least, 127 between them, the largest
  Tensor sensitivity;  ///< (L): ‖∂x̂ / ∂z_j‖, how far the image moves as number j does
  Tensor counts = {};  ///< (L, choices): how often each number is each choice; else empty, (0)

  static CodeTables fit(const CodePath& path, const Dataset& train);
};

/// The tables that lie in a model's file, none in one of an older Hourglass. Throws DataError.
std::optional<CodeTables> kept_code_tables(const TrainedModel& trained);
/// Fits them to a trained model's training examples and puts them with what is derived from it;
/// nothing for a model whose codes are no finite numbers, or are more than 8,192 of them: such a code
/// is larger than what it is of, and its tables would take longer than the training.
void keep_fitted_code_tables(Autoencoder& model, const Dataset& train, Derived& derived);
/// Those of an older Hourglass, which kept them beside the model as codes.safetensors. Throws
/// DataError.
CodeTables read_code_tables(const std::filesystem::path& file, const CodePath& path);
/// Another for every other table.
std::uint32_t fingerprint_of(const CodeTables& tables);

/// Whole multiples k of a step in place of each number of a code, with the frequency of each k.
/// Numbers count by what they do to the image: the step of number j is `step` / sensitivity, so
/// that one of it moves the image by `step`, whatever the scale that the encoder gave to number j.
/// Where errors add up, as for PCA, equal steps lose least for their bits (reverse water-filling;
/// Cover & Thomas, "Elements of Information Theory", 10.3).
class Quantiser {
 public:
  Quantiser(const CodeTables& tables, double step);

  std::size_t numbers() const { return numbers_.size(); }
  std::int32_t to_whole(std::size_t j, double z) const;
  double to_real(std::size_t j, std::int32_t k) const {
    return numbers_[j].origin + k * numbers_[j].step;
  }
  void push(AnsStack& stack, std::size_t j, std::int32_t k) const;
  std::int32_t pop(AnsStack& stack, std::size_t j) const;

 private:
  struct Number {
    double origin, step;   ///< the median, at which k = 0
    std::int32_t least;    ///< k of the table's symbol 0
    FrequencyTable table;  ///< its last symbol: a k that is not in it, which follows in full
  };
  std::vector<Number> numbers_;
};

}}  // namespace hourglass
