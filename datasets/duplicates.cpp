#include "hourglass/datasets/duplicates.hpp"

#include <functional>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Calls use(hash) for each example: of its bytes, or of its numbers if `as_numbers`.
template <class Use>
void for_each_hash(const Dataset& data, bool as_numbers, const Use& use) {
  std::vector<Scalar> numbers(data.features());
  const std::hash<std::string_view> hash;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (as_numbers) {
      data.read_example(i, numbers.data());
      use(hash({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Scalar)}));
    } else {
      use(hash({reinterpret_cast<const char*>(data.example(i)), data.features()}));
    }
  }
}

}  // namespace

std::size_t count_duplicates(const Dataset& examples, const Dataset& known) {
  if (examples.features() != known.features()) return 0;
  const bool as_numbers = examples.is_table() || known.is_table();
  std::unordered_set<std::size_t> hashes;
  hashes.reserve(known.size());
  for_each_hash(known, as_numbers, [&](std::size_t hash) { hashes.insert(hash); });
  std::size_t count = 0;
  for_each_hash(examples, as_numbers, [&](std::size_t hash) { count += hashes.contains(hash); });
  return count;
}

}}  // namespace hourglass
