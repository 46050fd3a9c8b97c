#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/datasets/catalog/catalog.hpp"

// What catalog.cpp reads from a dataset's description.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A parsed description, without its quotes.
struct Description {
  std::string whole;  ///< as it was written
  std::string name;   ///< "mnist", "csv:/data/my table.csv"
  std::optional<Split> split = {};
  std::vector<std::string> labels = {};  ///< empty: all
  std::optional<std::size_t> limit = {}, seed = {};
  /// the share held out as a test split, if the source has no test set; 0: none
  std::optional<double> test_share = {};
  std::string classes = {};              ///< a file; empty: none
  std::string label = {}, target = {};   ///< columns; empty: none
  std::vector<std::string> ignore = {};  ///< columns
  std::string missing = {};              ///< "drop", "keep"; empty: refused
  std::string layout = {};               ///< of an array of images, nchw or nhwc; empty: inferred
  std::string size = {}, tiles = {};     ///< WIDTHxHEIGHT; empty: as it is, uncut

  /// The description as text, quoted where needed: parse_description reads the same from it.
  std::string text() const;
};

/// Reads `NAME[@SPLIT][?KEY=VALUE&KEY=VALUE…]`. A path, a value and each part of a list may be in
/// double quotes (\" is a quote in them, \\ a backslash), and must be if they contain what would
/// end them: `csv:"what?limit=1.csv"?label="R&D"&labels="a,b",c`. Without quotes a ? or an & ends
/// what comes before it only if a key and = follow, so that `csv:my.csv?label=Fraud?` needs
/// none; an @ in a file's path belongs to it unless train, test or all follow.
/// Throws ConfigError, which quotes the description, if it makes no sense.
Description parse_description(const std::string& text);

/// Whether its examples come with a test set: then neither `seed` nor `split` may be given with
/// it.
bool has_test_set(const Description& description);
/// Whether two read the same examples: by the same name, or the same file by whatever path.
bool is_same_source(const Description& a, const Description& b);
/// Whether they divide the same examples in the same way.
bool has_same_splits(const Description& a, const Description& b);

// The functions of catalog.hpp for a description that is already parsed.
Dataset load_dataset(const Description& description, Split split, const std::string& scale = "");
TrainingData load_training(const Description& description, std::size_t limit, std::size_t hold_out,
                           const std::string& scale = "");

/// A part of a source, and which split it is.
struct LoadedPart {
  Dataset data;
  Split split;
  SplitInfo info;
};
/// The split that the description names, or else the test split if the source has one of its
/// own, or else all of it.
LoadedPart load_named_part(const Description& description, const std::string& scale);
/// What `labels` and `limit` keep of the test split: nothing if there is no such split, or
/// it has no such example.
std::optional<Dataset> load_test_split(const Description& description, const std::string& scale);

std::vector<std::string> split_at(std::string_view text, char separator);

/// ConfigErrors about a description.
[[noreturn]] void fail(const Description& description, const std::string& fault);
[[noreturn]] void fail_unknown(const Description& description, std::string_view kind,
                               const std::string& given, const std::vector<std::string>& known);

}}  // namespace hourglass
