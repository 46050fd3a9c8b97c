#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/nn/files/config.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a training run was asked for besides the options of its model and its training.
struct RunOptions {
  std::string model = "vanilla";
  std::string data = "mnist";
  std::string test = "";  ///< the test set, where it is none of `data`
  std::size_t limit = 0;
  std::size_t hold_out = 0;
  std::size_t seed = 1;
  std::vector<std::size_t> example_shape = {};
  std::string scale = "";  ///< of a table's columns: TableDetails::scale
  /// The labels that the training examples have; none where they have none, or the file is older.
  std::vector<std::size_t> labels = {};

  /// No setting: whether the held-out examples are the last ones in any case, as they once were.
  bool last_are_held_out = false;

  void describe(Settings& settings);
};

/// The table [run] of a config. Once npy:, idx: and images: were not split: a config from then,
/// which is silent about `test`, has trained on all of them, and its data get the split=none that
/// it had.
RunOptions read_run(const Config& config);

/// What is worked out once from a trained model and the examples that it learnt from, by name, such
/// as the plane in which its codes are drawn (code_plane.hpp). It lies in the model's file beside
/// the weights, where its names begin with "derived.".
using Derived = std::map<std::string, Tensor>;

/// A trained model is one file: its weights under PyTorch's names, what is derived from them, and
/// in the file's metadata the whole config (tables [run], [model], [training]) from which the model
/// is made again.
void save_model(const std::filesystem::path& file, const Autoencoder& model, const Config& config,
                const Derived& derived = {});

struct TrainedModel {
  Config config;
  RunOptions run;
  std::unique_ptr<Autoencoder> model;
  Derived derived = {};  ///< none in an older file, and none where the weights are others by now
};

/// The classes of which a conditional model was shown examples in training; all that it has where
/// an older file does not say, none for a model that knows nothing of classes.
std::vector<std::size_t> classes_shown(const Autoencoder& model, const RunOptions& run);

/// The file itself, or model.safetensors in a training run's folder.
std::filesystem::path model_path(const std::filesystem::path& run_or_file);

/// Reads a model from its file, or from a training run's folder (its model.safetensors), and takes
/// it out of training. What is derived carries the fingerprint of the weights and the config that
/// it was worked out from, and is left out where that differs. Throws DataError for a file that is
/// missing, damaged or no such model.
TrainedModel load_model(const std::filesystem::path& run_or_file);

/// The metadata with which both a model and a checkpoint carry their config.
std::map<std::string, std::string> config_metadata(const Config& config);
/// Throws DataError where the metadata of `origin` holds no config that can be read.
Config config_from(const std::map<std::string, std::string>& metadata, const std::string& origin);

/// The model that a config describes, with fresh weights drawn from `rng`.
std::unique_ptr<Autoencoder> make_model(const Config& config, Rng& rng);

}}  // namespace hourglass
