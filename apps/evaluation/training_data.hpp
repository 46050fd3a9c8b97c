#pragma once

#include <string>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/applications/compression/code_tables.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// A model's file is all that most commands need of it. What some need besides is in the data that
// it was trained on, which may be elsewhere by now.

/// The training examples of a model, for `user` ("detect", "--sampler gmm"). Throws DataError that
/// says who needs them where they cannot be read.
TrainingData training_data_for(const std::string& user, const TrainedModel& trained);

/// The tables of a model's codes, fitted to its training examples once more: for a model's file of
/// an older Hourglass, which holds none. Throws DataError where the examples cannot be read.
CodeTables refitted_code_tables(const TrainedModel& trained);

}}  // namespace hourglass
