#include "hourglass/nn/batch.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/constants.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void expect_labels(const Batch& batch, std::size_t classes) {
  if (batch.labels.size() != batch.size())
    throw ConfigError("this model learns from labels, and the data have none");
  for (std::uint8_t label : batch.labels)
    if (label >= classes)
      throw ConfigError(fmt::format(
          "there is a label {}, but the model has {} classes, from 0: set model.classes to {}",
          label, classes, label + 1));
}

}  // namespace

Var label_numbers(Tape& tape, const Batch& batch, std::size_t classes) {
  expect_labels(batch, classes);
  Var numbers = new_constant("labels", tape, {batch.size()});
  for (std::size_t i = 0; i < batch.size(); ++i) numbers.output().data()[i] = batch.labels[i];
  return numbers;
}

Var one_hot(Tape& tape, const Batch& batch, std::size_t classes) {
  expect_labels(batch, classes);
  Var rows = filled(tape, {batch.size(), classes}, 0);
  for (std::size_t i = 0; i < batch.size(); ++i)
    rows.output().data()[i * classes + batch.labels[i]] = 1;
  return rows;
}

}}  // namespace hourglass
