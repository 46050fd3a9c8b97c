#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/catalog.hpp"

// What catalog.cpp reads from a dataset's description.

namespace hourglass::inline HOURGLASS_PRECISION {

/// A description taken apart, without its quotes.
struct Description {
  std::string whole;  ///< as it was written
  std::string name;   ///< "mnist", "csv:/data/my table.csv"
  std::optional<Split> split = {};
  std::vector<std::string> labels = {};  ///< empty: all
  std::optional<std::size_t> limit = {}, seed = {};
  std::string classes = {};             ///< a file; empty: none
  std::string label = {}, target = {};  ///< columns; empty: none
  std::string size = {}, tiles = {};    ///< WIDTHxHEIGHT; empty: as it is, uncut

  /// The description again, in quotes what needs them: parse_description reads the same from it.
  std::string text() const;
};

/// Reads `NAME[@SPLIT][?KEY=VALUE&KEY=VALUE…]`. A path, a value and each part of a list may stand
/// in double quotes (\" is a quote in them, \\ a backslash), and must where they hold what would
/// end them: `csv:"what?limit=1.csv"?label="R&D"&labels="a,b",c`. Without quotes a ? or an & ends
/// what stands before it only where a key and = follow, so that `csv:my.csv?label=Fraud?` needs
/// none; of a file's path an @ belongs to it unless train, test or all follow.
/// Throws ConfigError, which quotes the description, for what means nothing.
Description parse_description(const std::string& text);

std::vector<std::string> split_at(std::string_view text, char separator);

/// ConfigErrors about a description.
[[noreturn]] void fail(const Description& description, const std::string& fault);
[[noreturn]] void fail_unknown(const Description& description, std::string_view kind,
                               const std::string& given, const std::vector<std::string>& known);

}  // namespace hourglass::inline HOURGLASS_PRECISION
