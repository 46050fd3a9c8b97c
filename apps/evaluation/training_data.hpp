#pragma once

#include <string>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/applications/compression/code_tables.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Most commands need only a model's file. Some also need the data that it was trained on, which may
// be elsewhere by now.

/// The training examples of a model, for `user` ("detect", "--sampler gmm"). Throws DataError, which
/// says who needs them, if they cannot be read.
TrainingData training_data_for(const std::string& user, const TrainedModel& trained);

/// The tables of a model's codes, fitted to its training examples once more: for a file from an
/// older Hourglass, which holds none. Throws DataError if the examples cannot be read.
CodeTables refitted_code_tables(const TrainedModel& trained);

}}  // namespace hourglass
