#include <fmt/format.h>

#include "apps/evaluation/evaluation_set.hpp"
#include "apps/evaluation/words.hpp"
#include "hourglass/datasets/duplicates.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

MeasuredOn MeasuredOn::test(const Dataset& data, const Dataset& trained) {
  MeasuredOn measured(Set::test, data);
  measured.equal_ = count_duplicates(data, trained);
  measured.split_ = Split::test;
  return measured;
}

MeasuredOn MeasuredOn::validation(const Dataset& data, const Dataset& trained) {
  MeasuredOn measured(Set::validation, data);
  measured.equal_ = count_duplicates(data, trained);
  return measured;
}

MeasuredOn MeasuredOn::training(const Dataset& data) {
  MeasuredOn measured(Set::training, data);
  measured.equal_ = data.size();
  measured.split_ = Split::train;
  return measured;
}

MeasuredOn MeasuredOn::changed(const Dataset& data, Split split) {
  MeasuredOn measured(Set::other, data);
  measured.changed_ = true;
  measured.split_ = split;
  return measured;
}

MeasuredOn MeasuredOn::other(const Dataset& data, const Dataset* trained, bool own, Split split) {
  MeasuredOn measured(Set::other, data);
  if (trained) measured.equal_ = count_duplicates(data, *trained);
  measured.own_ = own;
  measured.split_ = split;
  if (own && measured.equal_ == data.size()) measured.set_ = Set::training;
  return measured;
}

bool MeasuredOn::may_be_trained_on() const {
  return set_ == Set::training || (set_ == Set::other && equal_ != 0);
}

namespace {

/// ", 3 of whose 120 examples equal a training example"
std::string leak(std::size_t equal, std::size_t examples) {
  return equal == 0
             ? ""
             : fmt::format(", {} of whose {} examples {} a training example", thousands(equal),
                           thousands(examples), equal == 1 ? "equals" : "equal");
}

}  // namespace

std::string MeasuredOn::on() const {
  if (set_ == Set::test) return "on the test set" + leak(*equal_, examples_);
  if (set_ == Set::validation)
    return "on the held-out validation examples" + leak(*equal_, examples_);
  if (set_ == Set::training) return "on the training data";
  const std::string some = fmt::format("on {} of {}", counted(examples_, "example"), data_);
  if (changed_) return some + ", which has changed since the run was trained on it";
  if (equal_ == examples_)
    return some + (examples_ == 1 ? ", which was trained on" : ", all of which were trained on");
  if (equal_.value_or(0) > 0)
    return fmt::format("{}, {} of which {} trained on", some, thousands(*equal_),
                       *equal_ == 1 ? "was" : "were");
  if (own_ && equal_) return some + ", none of which was trained on";
  return split_ == Split::test ? "on the test set of " + data_ : "on " + data_;
}

std::string MeasuredOn::on_examples() const {
  const std::string words = on();
  const bool has_count =
      set_ == Set::other && words.find(counted(examples_, "example")) != std::string::npos;
  return has_count ? words
                   : fmt::format("{}: {} of {}", words, counted(examples_, "example"), data_);
}

std::string MeasuredOn::of() const {
  switch (set_) {
    case Set::test:
      return "of the test set" +
             (*equal_ == 0 ? ", none of which was trained on" : leak(*equal_, examples_));
    case Set::validation:
      return "of the held-out validation examples" +
             (*equal_ == 0 ? ", none of which was trained on" : leak(*equal_, examples_));
    case Set::training:
      return "of the training data, which the model has learnt from";
    default:
      return "of" + on().substr(2);
  }
}

std::string MeasuredOn::adjective() const {
  if (set_ == Set::test) return "test ";
  if (set_ == Set::validation) return "validation ";
  return set_ == Set::training ? "training " : "";
}

nlohmann::ordered_json MeasuredOn::to_json() const {
  const char* names[] = {"train", "test", "all"};
  nlohmann::ordered_json json = {{"data", data_}, {"split", names[static_cast<int>(split_)]}};
  if (set_ == Set::validation) json["split"] = "validation";
  json["examples"] = examples_;
  const bool other_rows = set_ == Set::test || set_ == Set::validation;
  json["trained_on"] = nullptr;
  if (equal_) json["trained_on"] = other_rows ? 0 : *equal_;
  json["equal_to_trained"] = nullptr;
  if (equal_) json["equal_to_trained"] = *equal_;
  return json;
}

}}  // namespace hourglass
