#include "datasets/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "autograd/advice.hpp"
#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

void fail(const Description& description, const std::string& fault) {
  throw ConfigError(fmt::format("dataset '{}': {}", description.whole, fault));
}

void fail_unknown(const Description& description, std::string_view kind, const std::string& given,
                  const std::vector<std::string>& known) {
  fail(description, fmt::format("unknown {} '{}'; {}", kind, given, advice(given, known)));
}

std::vector<std::string> split_at(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

namespace {

std::size_t parse_number(const Description& description, const std::string& key,
                         const std::string& text, std::size_t least, std::size_t most) {
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most)
    fail(description,
         fmt::format("{} '{}' is no whole number from {} to {}", key, text, least, most));
  return number;
}

void parse_option(Description& description, const std::string& option) {
  const std::vector<std::string> keys = {"labels", "limit", "classes", "label",
                                         "target", "seed",  "size",    "tiles"};
  const std::size_t equals = option.find('=');
  const std::string key = option.substr(0, equals);
  if (std::find(keys.begin(), keys.end(), key) == keys.end())
    fail_unknown(description, "key", key, keys);
  if (equals == std::string::npos)
    fail(description, fmt::format("'{0}' has no value; write {0}=VALUE", key));
  const std::string value = option.substr(equals + 1);
  const auto once = [&](bool is_set) {
    if (is_set) fail(description, fmt::format("'{}' is given twice", key));
  };
  const auto text = [&](std::string& field, const char* wanted) {
    once(!field.empty());
    if (value.empty()) fail(description, fmt::format("'{}' wants {}", key, wanted));
    field = value;
  };
  const auto number = [&](std::optional<std::size_t>& field, std::size_t least) {
    once(field.has_value());
    field = parse_number(description, key, value, least, 0xffffffff);
  };
  if (key == "classes") text(description.classes, "the path of an NPY file");
  if (key == "label") text(description.label, "the name of a column");
  if (key == "target") text(description.target, "the name of a column");
  if (key == "size") text(description.size, "WIDTHxHEIGHT, such as size=28x28");
  if (key == "tiles") text(description.tiles, "WIDTHxHEIGHT, such as tiles=16x16");
  if (key == "limit") number(description.limit, 1);
  if (key == "seed") number(description.seed, 0);
  if (key == "labels") {
    once(!description.labels.empty());
    description.labels = split_at(value, ',');
  }
}

Split parse_split(const Description& description, const std::string& text) {
  if (text == "train") return Split::train;
  if (text == "test") return Split::test;
  if (text == "all") return Split::all;
  fail_unknown(description, "split", text, {"train", "test", "all"});
}

}  // namespace

Description parse_description(const std::string& text) {
  Description description;
  description.whole = text;
  const std::size_t question = text.rfind('?');
  description.name = text.substr(0, question);
  if (question != std::string::npos)
    for (const std::string& option : split_at(text.substr(question + 1), '&'))
      parse_option(description, option);
  const std::size_t at = description.name.rfind('@');
  const bool names_split =
      at != std::string::npos && description.name.find('/', at) == std::string::npos;
  if (names_split) {  // an @ in a folder's name is none of ours
    description.split = parse_split(description, description.name.substr(at + 1));
    description.name.resize(at);
  }
  return description;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
