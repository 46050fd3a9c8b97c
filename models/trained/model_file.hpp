#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/files/config.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The settings of a training run other than those of its model and its training.
struct RunOptions {
  std::string model = "vanilla";
  std::string data = "mnist";
  std::string test = "";  ///< the test set, if it is not part of `data`
  std::size_t limit = 0;
  std::size_t hold_out = 0;
  std::size_t seed = 1;
  std::vector<std::size_t> example_shape = {};
  std::string scale = "";  ///< of a table's columns: TableDetails::scale
  /// The labels that occur in the training examples; empty if they have none or the file is older.
  std::vector<std::size_t> labels = {};

  /// Of the examples that it was trained on and those held out from them (apps/evaluation): tells
  /// whether the files still hold them. Empty in an older file.
  std::string fingerprint = "";

  /// Not a setting: whether the held-out examples are always the last ones, as in earlier versions.
  bool last_are_held_out = false;

  void describe(Settings& settings);
};

/// The table [run] of a config. Earlier versions did not split npy:, idx: and images:; a config
/// from then, which has no `test`, was trained on all of them, so its data get split=none.
RunOptions read_run(const Config& config);

/// What is computed once from a trained model and its training examples, by name, such as the plane
/// in which its codes are drawn (code_plane.hpp). It is stored in the model's file beside the
/// weights, where its names begin with "derived.".
using Derived = std::map<std::string, Tensor>;

/// Saves a trained model as one file: its weights under PyTorch's names, what is derived from them
/// and, in the file's metadata, the whole config (tables [run], [model], [training]) from which the
/// model is rebuilt.
void save_model(const std::filesystem::path& file, const Autoencoder& model, const Config& config,
                const Derived& derived = {});

struct TrainedModel {
  Config config;
  RunOptions run;
  std::unique_ptr<Autoencoder> model;
  Derived derived = {};  ///< empty in an older file, or if the weights have changed since
};

/// The classes that a conditional model was trained on; all that it has if an older file does not
/// say, none for a model that is not conditional.
std::vector<std::size_t> classes_shown(const Autoencoder& model, const RunOptions& run);

/// The names of label 0, 1, … in the table that it was trained on; none if labels are numbers.
std::vector<std::string> label_names(const RunOptions& run);

/// The file itself, or model.safetensors in a training run's folder.
std::filesystem::path model_path(const std::filesystem::path& run_or_file);

/// Reads a model from its file, or from a training run's folder (its model.safetensors), in
/// evaluation mode. What is derived carries the fingerprint of the weights and the config that it
/// was computed from, and is dropped if they differ. Throws DataError for a file that is missing,
/// damaged or not a model.
TrainedModel load_model(const std::filesystem::path& run_or_file);

/// The config of a file with the options that it lacks if an earlier version wrote it
/// (ModelInfo::older).
Config completed(const Config& config);

/// The metadata that holds the config of a model or a checkpoint.
std::map<std::string, std::string> config_metadata(const Config& config);
/// The config in the metadata of `origin`. Throws DataError if there is none that can be read.
Config config_from(const std::map<std::string, std::string>& metadata, const std::string& origin);

/// The model that a config describes, with fresh weights drawn from `rng`.
std::unique_ptr<Autoencoder> make_model(const Config& config, Rng& rng);

}}  // namespace hourglass
