#include "hourglass/datasets/table_labels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_labels = 256;

/// The texts of label 0, 1, … of a model; those of labels that are numbers are their digits.
std::vector<std::string> texts_of(const KnownLabels& known) {
  if (!known.names.empty()) return known.names;
  std::vector<std::string> texts;
  for (unsigned i = 0; i <= *std::ranges::max_element(known.numbers); ++i)
    texts.push_back(std::to_string(i));
  return texts;
}

}  // namespace

NumberedLabels numbered_as(const KnownLabels& known, NumberedLabels own,
                           const std::string& source) {
  const bool numbers = known.names.empty() && own.names.empty();
  if (known.empty() || numbers || own.labels.empty() || known.names == own.names) return own;
  NumberedLabels result{{}, texts_of(known)};
  std::vector<std::size_t> number_of(most_labels, most_labels);  // of the source's own numbers
  for (const std::uint8_t label : own.labels) {
    std::size_t& number = number_of[label];
    if (number == most_labels) {
      const std::string text = own.names.empty() ? std::to_string(label) : own.names[label];
      const auto found = std::ranges::find(result.names, value_key(text), value_key);
      number = static_cast<std::size_t>(found - result.names.begin());
      if (number == most_labels)
        throw DataError(
            fmt::format("{}: has more labels that the model was not trained on than "
                        "can be told apart: {} is the limit",
                        source, most_labels));
      if (found == result.names.end()) result.names.push_back(text);
    }
    result.labels.push_back(static_cast<std::uint8_t>(number));
  }
  return result;
}

}}  // namespace hourglass
