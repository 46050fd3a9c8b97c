#include "hourglass/nn/choices.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::size_t ChoiceNames::index_of(const std::string& name) const {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].name == name) return i;
  throw ConfigError(fmt::format("unknown {} '{}'; {}", kind_, name, advice(name, names())));
}

std::vector<std::string> ChoiceNames::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

std::string ChoiceNames::listed() const {
  std::string text;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (i > 0) text += i + 1 < entries_.size() ? ", " : " or ";
    text += entries_[i].name;
  }
  return text;
}

}}  // namespace hourglass
