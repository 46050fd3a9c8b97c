// mutate SOURCE LIST OUT: writes a copy of one of the engine's sources in which every edit of the
// list is present, and the original too:
//     { if (active == mutants + 3) { new text } else { old text } }
// A list is made of blocks with blank lines between them, and may begin with lines that start in #:
//
//     conv2d in add_weight_gradient: forgets to add the gradients of the images up
//     - whole statements as they stand in that function;
//     + what takes their place;
//
// "in …" is there where the text stands in a helper of the operation. Where overloads have the same
// text, the name may be followed by the first parameters: "operator*(Var x: …". Blanks, line breaks
// and comments do not count when the old text is looked for, and it has to be there exactly once.

#include <algorithm>
#include <cctype>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using std::size_t, std::string;

struct Edit {
  size_t line = 0;  // of the list
  string operation, function, title, old_text, new_text;
  size_t begin = 0, end = 0;  // of the old text in the source
};

string read(const string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_of_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The text with comments as blanks and, where asked, what stands in quotes as dots.
string masked(string text, bool quotes) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text.compare(i, 2, "//") == 0) {
      for (; i < text.size() && text[i] != '\n'; ++i) text[i] = ' ';
    } else if (text.compare(i, 2, "/*") == 0) {
      const size_t end = text.find("*/", i);
      for (; i < std::min(end + 2, text.size()); ++i) text[i] = ' ';
      --i;
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !is_of_a_name(text[i - 1])))) {
      const char quote = text[i];
      for (++i; i < text.size() && text[i] != quote; ++i) {
        const size_t length = text[i] == '\\' ? 2 : 1;
        if (quotes) text.replace(i, length, length, '.');
        i += length - 1;
      }
    }
  }
  return text;
}

/// The text without blanks, and where each of its characters stood.
struct Dense {
  explicit Dense(const string& text, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      if (!is_blank(text[i])) {
        characters += text[i];
        at.push_back(i);
      }
  }
  explicit Dense(const string& text) : Dense(text, 0, text.size()) {}
  string characters;
  std::vector<size_t> at;
};

size_t skip_blanks(const string& text, size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// The place behind the bracket that closes the one at `at`.
size_t behind_bracket(const string& text, size_t at) {
  const char open = text[at], close = open == '(' ? ')' : open == '[' ? ']' : '}';
  for (int depth = 0; at < text.size(); ++at) {
    depth += text[at] == open ? 1 : text[at] == close ? -1 : 0;
    if (depth == 0) return at + 1;
  }
  return at;
}

/// Where the body of a function begins whose parameters end at `at`; npos where this is no
/// definition.
size_t body_behind(const string& text, size_t at) {
  for (at = skip_blanks(text, at); at < text.size(); ++at) {
    if (text[at] == '{') return at;
    if (text[at] == '(') at = behind_bracket(text, at) - 1;  // of a constructor's initialisers
    // Between: const, -> Type, or : member(value), other(value)
    else if (!is_of_a_name(text[at]) && !is_blank(text[at]) && !strchr(":->,", text[at]))
      break;
  }
  return string::npos;
}

/// The bodies of the functions, or lambdas with a name, that `function` names.
std::vector<std::pair<size_t, size_t>> bodies(const string& text, const string& function) {
  const string name = function.substr(0, function.find('('));
  const string signature = Dense(function).characters;
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t at = text.find(name); at != string::npos; at = text.find(name, at + 1)) {
    if (at > 0 && is_of_a_name(text[at - 1])) continue;
    size_t parameters = skip_blanks(text, at + name.size());
    if (text[parameters] == '=') {
      const size_t capture = skip_blanks(text, parameters + 1);
      if (text[capture] != '[') continue;
      parameters = skip_blanks(text, behind_bracket(text, capture));
    }
    if (text[parameters] != '(') continue;
    const size_t behind = behind_bracket(text, parameters);
    const size_t body = body_behind(text, behind);
    if (body == string::npos) continue;
    if (Dense(text, at, behind).characters.compare(0, signature.size(), signature) == 0)
      found.emplace_back(body, behind_bracket(text, body));
  }
  return found;
}

bool begins_a_statement(const string& dense, size_t at) {
  return at == 0 || string(";{})").find(dense[at - 1]) != string::npos ||
         (at >= 4 && dense.compare(at - 4, 4, "else") == 0);
}

/// Finds the old text; says how often it is there.
size_t locate(Edit& edit, const string& source, const string& structure) {
  const string wanted = Dense(masked(edit.old_text, false)).characters;
  const string text = masked(source, false);
  size_t count = 0;
  for (const auto& [begin, end] : bodies(structure, edit.function)) {
    const Dense body(text, begin + 1, end);
    for (size_t at = body.characters.find(wanted); at != string::npos;
         at = body.characters.find(wanted, at + 1)) {
      if (!begins_a_statement(body.characters, at)) continue;
      edit.begin = body.at[at];
      edit.end = body.at[at + wanted.size() - 1] + 1;
      ++count;
    }
  }
  return count;
}

std::vector<Edit> parse(const string& list, const string& path) {
  std::istringstream lines(list);
  std::vector<Edit> edits;
  bool in_block = false;
  size_t number = 0;
  for (string line; std::getline(lines, line);) {
    ++number;
    const auto fail = [&](const string& what) {
      throw std::runtime_error(path + ":" + std::to_string(number) + ": " + what);
    };
    if (line.empty()) {
      in_block = false;
    } else if (line[0] == '#' && !in_block) {
      continue;
    } else if (!in_block) {
      in_block = true;
      Edit& edit = edits.emplace_back();
      const size_t colon = line.find(": "), in = line.substr(0, colon).find(" in ");
      if (colon == string::npos) fail("a block begins with 'operation: what is wrong'");
      edit.line = number;
      edit.title = line.substr(colon + 2);
      edit.function =
          in == string::npos ? line.substr(0, colon) : line.substr(in + 4, colon - in - 4);
      edit.operation = line.substr(0, std::min({colon, in, line.find('(')}));
    } else if (line[0] == '-') {
      edits.back().old_text += line.substr(1) + "\n";
    } else if (line[0] == '+') {
      edits.back().new_text += line.substr(1) + "\n";
    } else {
      fail("a line of an edit begins with - or +");
    }
  }
  return edits;
}

void check(Edit& edit, const string& source, const string& structure, const string& list,
           const string& path) {
  const auto fail = [&](const string& what) {
    throw std::runtime_error(list + ":" + std::to_string(edit.line) + ": " + edit.operation + ": " +
                             what);
  };
  const string old_text = Dense(edit.old_text).characters;
  if (old_text.empty() || edit.new_text.empty()) fail("an edit has a - and a +");
  if (old_text.back() != ';' && old_text.back() != '}')
    fail("the old text does not end a statement");
  const size_t count = locate(edit, source, structure);
  if (count != 1)
    fail("the old text is there " + std::to_string(count) + " times, not once, in the function " +
         edit.function + " of " + path);
}

string in_quotes(const string& text) {
  string quoted = "\"";
  for (char c : text) quoted += c == '"' || c == '\\' ? string("\\") + c : string(1, c);
  return quoted + "\"";
}

/// The source with all edits. Those that overlap share one choice, between copies of all that they
/// cover with one of them applied, and the original.
string mutated(const string& source, const std::vector<Edit>& edits) {
  string text;
  size_t done = 0;
  std::vector<bool> is_done(edits.size());
  for (;;) {
    size_t begin = string::npos, end = 0;
    for (size_t i = 0; i < edits.size(); ++i)
      if (!is_done[i] && edits[i].begin < begin)
        std::tie(begin, end) = std::pair(edits[i].begin, edits[i].end);
    if (begin == string::npos) return text + source.substr(done);
    std::vector<size_t> together;
    for (bool grown = true; grown;) {
      grown = false;
      for (size_t i = 0; i < edits.size(); ++i)
        if (!is_done[i] && edits[i].begin < end) {
          end = std::max(end, edits[i].end);
          together.push_back(i);
          is_done[i] = grown = true;
        }
    }
    text += source.substr(done, begin - done) + "{ ";
    for (size_t i : together)
      text += "if (hourglass::mutants::active == seeded_faults + " + std::to_string(i) + ") {\n" +
              source.substr(begin, edits[i].begin - begin) + edits[i].new_text +
              source.substr(edits[i].end, end - edits[i].end) + "\n} else ";
    text += "{\n" + source.substr(begin, end - begin) + "\n} }";
    done = end;
  }
}

void run(const string& source_path, const string& list_path, const string& out_path) {
  const string source = read(source_path), structure = masked(source, true);
  const string file = source_path.substr(source_path.find_last_of('/') + 1);
  std::vector<Edit> edits = parse(read(list_path), list_path);
  if (edits.empty()) throw std::runtime_error(list_path + ": has no mutants");
  string table;
  for (Edit& edit : edits) {
    check(edit, source, structure, list_path, source_path);
    table += "  {" + in_quotes(edit.operation) + ", " + in_quotes(file) + ", " +
             in_quotes(edit.title) + "},\n";
  }
  std::ofstream out(out_path);
  out << "#include \"tests/autograd/mutants/mutant.hpp\"\n\n"
      << "static const hourglass::mutants::Mutant seeded_faults[] = {\n"
      << table << "};\n"
      << "static const hourglass::mutants::Entry entry_of_seeded_faults(seeded_faults);\n\n"
      << mutated(source, edits);
  if (!out.flush()) throw std::runtime_error(out_path + ": cannot be written");
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 4) throw std::runtime_error("mutate SOURCE LIST OUT");
    run(arguments[1], arguments[2], arguments[3]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
