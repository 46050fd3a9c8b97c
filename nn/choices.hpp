#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The names that an enumerated setting can have, each with its meaning in a few words.
class ChoiceNames {
 public:
  struct Entry {
    std::string name, meaning;
  };

  /// `kind` is what messages call one of them: "likelihood".
  ChoiceNames(std::string kind, std::vector<Entry> entries)
      : kind_(std::move(kind)), entries_(std::move(entries)) {}

  const std::vector<Entry>& entries() const { return entries_; }
  std::vector<std::string> names() const;

  /// The index of `name`. Throws ConfigError, which lists all names, if it is not one of them.
  std::size_t index_of(const std::string& name) const;

  /// "a, b or c"
  std::string listed() const;

 private:
  std::string kind_;
  std::vector<Entry> entries_;
};

/// One value of an enumerated setting.
template <class T>
struct Choice {
  std::string name;
  T value;
  std::string meaning = {};
};

/// The one table of an enumerated setting: its names in a config, their values in the program, and
/// what they mean. Reading a config, error messages and lists of settings all use it.
///
///     const Choices<Pooling>& poolings() {
///       static const Choices<Pooling> all("pooling", {{"max", Pooling::max, "the largest"},
///                                                     {"mean", Pooling::mean, "the mean"}});
///       return all;
///     }
///     Pooling pooling = poolings()[options.pooling];
template <class T>
class Choices : public ChoiceNames {
 public:
  Choices(std::string kind, std::initializer_list<Choice<T>> choices)
      : ChoiceNames(std::move(kind), entries_of(choices)) {
    for (const Choice<T>& choice : choices) values_.push_back(choice.value);
  }

  /// The value of `name`. Throws ConfigError, which lists all names, if it is not one of them.
  const T& operator[](const std::string& name) const { return values_[index_of(name)]; }

 private:
  static std::vector<Entry> entries_of(std::initializer_list<Choice<T>> choices) {
    std::vector<Entry> entries;
    for (const Choice<T>& choice : choices) entries.push_back({choice.name, choice.meaning});
    return entries;
  }

  std::vector<T> values_;
};

}}  // namespace hourglass
