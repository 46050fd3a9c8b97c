#include "apps/evaluation/training_data.hpp"

#include <fmt/format.h>

#include "apps/evaluation/evaluation_set.hpp"
#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

TrainingData training_data_for(const std::string& user, const TrainedModel& trained) try {
  return load_training_data(trained.run);
} catch (const Error& error) {
  throw DataError(
      fmt::format("{} needs the examples that the model was trained on: {}", user, error.what()));
}

CodeTables refitted_code_tables(const TrainedModel& trained) {
  const Dataset train =
      training_data_for("a model of an older Hourglass, without the tables of its codes,", trained)
          .train;
  const ModeGuard mode = ModeGuard::evaluation(*trained.model);
  return CodeTables::fit(code_path(*trained.model), train);
}

}}  // namespace hourglass
