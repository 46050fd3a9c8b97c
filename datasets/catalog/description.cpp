#include "hourglass/datasets/catalog/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "hourglass/autograd/base/advice.hpp"
#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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

// ---- Words

const std::vector<std::string>& keys() {
  static const std::vector<std::string> all = {"labels", "limit",   "classes", "label",
                                               "target", "seed",    "size",    "tiles",
                                               "ignore", "missing", "layout",  "split"};
  return all;
}

bool is_list(std::string_view key) {
  return key == "labels" || key == "ignore";
}

bool is_key(std::string_view word) {
  return std::find(keys().begin(), keys().end(), word) != keys().end();
}

std::optional<Split> split_called(std::string_view word) {
  if (word == "train") return Split::train;
  if (word == "test") return Split::test;
  if (word == "all") return Split::all;
  return {};
}

const char* name_of(Split split) {
  return split == Split::train ? "train" : split == Split::test ? "test" : "all";
}

const std::vector<std::string>& prefixes() {
  static const std::vector<std::string> all = {"idx:", "npy:", "csv:", "images:"};
  return all;
}

/// The prefix, such as "csv:", of a name that says how a file is read, or nothing.
std::string_view prefix_of(std::string_view name) {
  for (const std::string& prefix : prefixes())
    if (name.starts_with(prefix)) return prefix;
  return {};
}

/// The letters at the start of a text: what a key is made of.
std::string_view word_at(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() &&
         (std::isalpha(static_cast<unsigned char>(text[length])) || text[length] == '_'))
    ++length;
  return text.substr(0, length);
}

enum class Strictness { any_word, key };

/// Whether an option starts here: a word (or one of the keys) and =, or a key that lacks its value.
bool starts_option(std::string_view text, Strictness strictness) {
  const std::string_view word = word_at(text), rest = text.substr(word.size());
  if (rest.starts_with('='))
    return strictness == Strictness::any_word ? !word.empty() : is_key(word);
  return is_key(word) && (rest.empty() || rest.starts_with('&'));
}

// ---- Reading

/// A share above 0 and below 1; 0 for "none".
double parse_share(const Description& description, const std::string& text) {
  if (text == "none") return 0;
  double share = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, share);
  if (error != std::errc() || stop != end || !(share > 0 && share < 1))
    fail(description,
         fmt::format("split '{}' is neither the share of the examples that is held out as the test "
                     "split, above 0 and below 1, nor 'none'",
                     text));
  return share;
}

/// Reads a description from its start to its end.
class Reader {
 public:
  explicit Reader(Description& description) : description_(description), text_(description.whole) {}

  void read() {
    const std::string_view prefix = prefix_of(text_);
    at_ = prefix.size();
    description_.name = prefix;
    if (!prefix.empty() && next_is('"')) {
      description_.name += quoted();
      if (next_is('@')) read_split(text_.find('?', at_));
      if (at_ < text_.size() && !next_is('?')) fail_after_quote();
    } else {
      expect_known_prefix(prefix);
      const std::size_t end = options_start(!prefix.empty());
      description_.name += text_.substr(at_, end - at_);
      at_ = std::min(end, text_.size());
      take_split(!prefix.empty());
    }
    while (at_ < text_.size()) {
      ++at_;  // the ? or &
      read_option();
    }
  }

 private:
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  [[noreturn]] void fail_after_quote() const {
    fail(description_, fmt::format("'{}' follows a closing quote; inside quotes a quote is \\\"",
                                   text_.substr(at_)));
  }

  /// No name has a colon, other than after one of the prefixes.
  void expect_known_prefix(std::string_view prefix) const {
    const std::size_t colon = text_.find(':');
    if (prefix.empty() && colon < text_.find('?'))
      fail_unknown(description_, "prefix", std::string(text_.substr(0, colon + 1)), prefixes());
  }

  /// The first ? that ends the name. A file's name may contain others.
  std::size_t options_start(bool is_file) const {
    if (!is_file) return text_.find('?');
    for (Strictness strictness : {Strictness::key, Strictness::any_word})
      for (std::size_t i = text_.find('?'); i != text_.npos; i = text_.find('?', i + 1))
        if (starts_option(text_.substr(i + 1), strictness)) return i;
    return text_.npos;
  }

  void read_split(std::size_t end) {
    const std::string word(text_.substr(at_ + 1, std::min(end, text_.size()) - at_ - 1));
    description_.split = split_called(word);
    if (!description_.split) fail_unknown(description_, "split", word, {"train", "test", "all"});
    at_ = std::min(end, text_.size());
  }

  /// Takes the split off the end of the name; any other @ in a path is part of it.
  void take_split(bool is_file) {
    const std::size_t place = description_.name.rfind('@');
    if (place == std::string::npos) return;
    const std::string word = description_.name.substr(place + 1);
    description_.split = split_called(word);
    if (description_.split)
      description_.name.resize(place);
    else if (!is_file || is_path_before(place))
      fail_unknown(description_, "split", word, {"train", "test", "all"});
  }

  /// Whether nothing has this path as it is, but something has what is before its last @.
  bool is_path_before(std::size_t at) const {
    const std::size_t start = prefix_of(description_.name).size();
    const std::string path = description_.name.substr(start);
    std::error_code ignored;
    return !std::filesystem::exists(path, ignored) &&
           std::filesystem::exists(path.substr(0, at - start), ignored);
  }

  /// The text in the double quotes that open here.
  std::string quoted() {
    std::string result;
    for (++at_; !next_is('"'); ++at_) {
      if (at_ >= text_.size()) fail(description_, "a double quote is not closed");
      const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      at_ += escapes;
      result += text_[at_];
    }
    ++at_;
    return result;
  }

  bool at_end_of_option() const {
    return at_ >= text_.size() ||
           (text_[at_] == '&' && starts_option(text_.substr(at_ + 1), Strictness::any_word));
  }

  std::vector<std::string> read_values(bool list) {
    std::vector<std::string> values(1);
    while (!at_end_of_option()) {
      if (list && next_is(',')) {
        values.emplace_back();
        ++at_;
      } else if (values.back().empty() && next_is('"')) {
        values.back() = quoted();
        if (!at_end_of_option() && !(list && next_is(','))) fail_after_quote();
      } else {
        values.back() += text_[at_++];
      }
    }
    return values;
  }

  void read_option() {
    const std::size_t end = std::min(text_.find_first_of("=&", at_), text_.size());
    const std::string key(text_.substr(at_, end - at_));
    if (!is_key(key)) fail_unknown(description_, "key", key, keys());
    at_ = end;
    if (!next_is('=')) fail(description_, fmt::format("'{0}' has no value; write {0}=VALUE", key));
    ++at_;
    set(key, read_values(is_list(key)));
  }

  void once(const std::string& key, bool is_set) const {
    if (is_set) fail(description_, fmt::format("'{}' is given twice", key));
  }

  void set(const std::string& key, std::vector<std::string> values) {
    const auto text = [&](std::string& field, const char* wanted) {
      once(key, !field.empty());
      if (values[0].empty()) fail(description_, fmt::format("'{}' needs {}", key, wanted));
      field = values[0];
    };
    const auto number = [&](std::optional<std::size_t>& field, std::size_t least) {
      once(key, field.has_value());
      field = to_number(key, values[0], least, 0xffffffff);
    };
    if (key == "classes") text(description_.classes, "the path of an NPY file");
    if (key == "label") text(description_.label, "the name of a column");
    if (key == "target") text(description_.target, "the name of a column");
    if (key == "size") text(description_.size, "WIDTHxHEIGHT, such as size=28x28");
    if (key == "tiles") text(description_.tiles, "WIDTHxHEIGHT, such as tiles=16x16");
    if (key == "split") {
      once(key, description_.test_share.has_value());
      description_.test_share = parse_share(description_, values[0]);
    }
    if (key == "limit") number(description_.limit, 1);
    if (key == "seed") number(description_.seed, 0);
    const auto choice = [&](std::string& field, const std::vector<std::string>& known) {
      text(field, "a value");
      if (std::find(known.begin(), known.end(), field) == known.end())
        fail_unknown(description_, key, field, known);
    };
    if (key == "missing") choice(description_.missing, {"drop", "keep", "refuse"});
    if (key == "layout") choice(description_.layout, {"nchw", "nhwc"});
    if (key == "ignore") {
      once(key, !description_.ignore.empty());
      description_.ignore = std::move(values);
    } else if (key == "labels") {
      once(key, !description_.labels.empty());
      description_.labels = std::move(values);
    }
  }

  std::size_t to_number(const std::string& key, const std::string& text, std::size_t least,
                        std::size_t most) const {
    std::size_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < least || number > most)
      fail(description_,
           fmt::format("{} '{}' is not a whole number from {} to {}", key, text, least, most));
    return number;
  }

  Description& description_;
  std::string_view text_;
  std::size_t at_ = 0;
};

// ---- Writing

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string path_text(std::string_view path) {
  const std::size_t place = path.rfind('@');
  const bool ends_as_split = place != path.npos && split_called(path.substr(place + 1));
  const bool plain = path.find_first_of("?\"") == path.npos && !ends_as_split;
  return plain ? std::string(path) : in_quotes(path);
}

std::string value_text(std::string_view value, bool list) {
  const bool plain = value.find_first_of(list ? "&?\"," : "&?\"") == value.npos;
  return plain ? std::string(value) : in_quotes(value);
}

}  // namespace

std::string Description::text() const {
  const std::string_view prefix = prefix_of(name);
  std::string result = prefix.empty() ? name
                                      : std::string(prefix) +
                                            path_text(std::string_view(name).substr(prefix.size()));
  if (split) result += fmt::format("@{}", name_of(*split));
  char separator = '?';
  const auto add = [&](const char* key, const std::string& value) {
    result += fmt::format("{}{}={}", separator, key, value);
    separator = '&';
  };
  const auto add_text = [&](const char* key, const std::string& value) {
    if (!value.empty()) add(key, value_text(value, false));
  };
  const auto add_list = [&](const char* key, const std::vector<std::string>& values) {
    std::string list;
    for (const std::string& value : values) {
      if (!list.empty()) list += ',';
      list += value_text(value, true);
    }
    if (!values.empty()) add(key, list);
  };
  add_text("classes", classes);
  add_text("label", label);
  add_text("target", target);
  add_list("ignore", ignore);
  add_text("missing", missing);
  add_text("layout", layout);
  add_text("size", size);
  add_text("tiles", tiles);
  if (seed) add("seed", std::to_string(*seed));
  if (test_share) add("split", *test_share == 0 ? "none" : fmt::format("{}", *test_share));
  add_list("labels", labels);
  if (limit) add("limit", std::to_string(*limit));
  return result;
}

Description parse_description(const std::string& text) {
  Description description{.whole = text, .name = {}};
  Reader(description).read();
  return description;
}

// ---- Comparing

bool has_test_set(const Description& description) {
  return description.name == "mnist" || description.name == "fashion-mnist";
}

namespace {

/// Whether two texts are the same, or two paths of the same file.
bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code missing;
  return a == b || (!a.empty() && !b.empty() && std::filesystem::equivalent(a, b, missing));
}

}  // namespace

bool is_same_source(const Description& a, const Description& b) {
  const bool made = a.name == "transactions" || a.name == "swiss-roll";
  if (made) return a.name == b.name && a.seed.value_or(1) == b.seed.value_or(1);
  if (a.name == b.name) return true;
  const std::size_t colon = a.name.find(':') + 1;
  return colon > 0 && b.name.substr(0, colon) == a.name.substr(0, colon) &&
         is_same_file(a.name.substr(colon), b.name.substr(colon));
}

bool has_same_splits(const Description& a, const Description& b) {
  return is_same_source(a, b) && a.seed.value_or(1) == b.seed.value_or(1) &&
         a.test_share.value_or(usual_test_share) == b.test_share.value_or(usual_test_share) &&
         a.label == b.label && a.target == b.target && a.missing == b.missing &&
         (a.missing.empty() || a.ignore == b.ignore) && is_same_file(a.classes, b.classes) &&
         a.size == b.size && a.tiles == b.tiles;
}

}}  // namespace hourglass
