#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/applications/compression/frequencies.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A mapping from examples to codes and back: an autoencoder's, or that of PCA.
struct CodePath {
  std::function<Var(Var)> encode, decode;  ///< (B, F) → (B, L) → (B, F)
  std::size_t numbers;                     ///< L
  std::size_t choices = 0;                 ///< for codes of integers: all are below this
  std::size_t stages = 1;  ///< of equal length: the first ones are a coarser code by themselves
};
/// That of a model: its codes or, if it has a codebook, the indices of the chosen code vectors.
CodePath code_path(Autoencoder& model);

/// The distribution of each latent dimension over the training examples, and its effect on an
/// image: all that a quantiser needs. Fitted after training and stored in the model's file, so that
/// whoever has the model has them.
struct CodeTables {
  Tensor quantiles;    ///< (L, 129): the least, 127 between them, the largest
  Tensor sensitivity;  ///< (L): ‖∂x̂ / ∂z_j‖, how far the image moves with dimension j
  Tensor counts = {};  ///< (L, choices): how often each dimension is each choice; else empty, (0)

  static CodeTables fit(const CodePath& path, const Dataset& train);
};

/// The tables in a model's file; none in a file of an older Hourglass. Throws DataError.
std::optional<CodeTables> stored_code_tables(const TrainedModel& trained);
/// Fits tables to a trained model's training examples and adds them to what is derived from it.
/// Does nothing if codes are not finite, or have more than 8,192 dimensions: such a code is larger
/// than its example, and its tables would take longer than the training.
void keep_fitted_code_tables(Autoencoder& model, const Dataset& train, Derived& derived);
/// Reads the tables of an older Hourglass, which kept them beside the model as codes.safetensors.
/// Throws DataError.
CodeTables read_code_tables(const std::filesystem::path& file, const CodePath& path);
/// A checksum of the tables.
std::uint32_t fingerprint_of(const CodeTables& tables);

/// Quantises each latent dimension to integer multiples k of a step, with the frequency of each k.
/// Dimensions count by their effect on the image: the step of dimension j is `step` / sensitivity,
/// so that one step moves the image by `step`, whatever the scale that the encoder gave to
/// dimension j. If errors add up, as for PCA, equal steps lose least for their bits (reverse
/// water-filling; Cover & Thomas, "Elements of Information Theory", 10.3).
class Quantiser {
 public:
  /// Of the first `numbers` dimensions.
  Quantiser(const CodeTables& tables, double step, std::size_t numbers);

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
    FrequencyTable table;  ///< its last symbol: an escape for other k, which follow in full
  };
  std::vector<Number> numbers_;
};

}}  // namespace hourglass
