#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/catalog.hpp"

// What catalog.cpp reads from a dataset's description.

namespace hourglass::inline HOURGLASS_PRECISION {

/// A description taken apart, each part as it was written.
struct Description {
  std::string whole, name;
  std::optional<Split> split;
  std::vector<std::string> labels;  // empty: all
  std::optional<std::size_t> limit, seed;
  std::string classes;        // a file; empty: none
  std::string label, target;  // columns; empty: none
  std::string size, tiles;    // WIDTHxHEIGHT; empty: as it is, uncut
};

/// Throws ConfigError, which quotes the description, for what means nothing.
Description parse_description(const std::string& text);

std::vector<std::string> split_at(std::string_view text, char separator);

/// ConfigErrors about a description.
[[noreturn]] void fail(const Description& description, const std::string& fault);
[[noreturn]] void fail_unknown(const Description& description, std::string_view kind,
                               const std::string& given, const std::vector<std::string>& known);

}  // namespace hourglass::inline HOURGLASS_PRECISION
