// registry_report FILE: runs every proof on every case, then for each mutant in turn, and writes
// what came of it to FILE, failures to the output too. registry_report --complete HEADER…:
// whether the registry has what is declared there.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <span>

#include "tests/autograd/mutants/mutant.hpp"
#include "tests/autograd/registry/proofs.hpp"

namespace hourglass::testing { namespace {

std::FILE* report = stdout;

template <class... Values>
void print(fmt::string_view format, const Values&... values) {
  fmt::vprint(report, format, fmt::make_format_args(values...));
}

/// For what has failed.
template <class... Values>
void complain(fmt::string_view format, const Values&... values) {
  print(format, values...);
  if (report != stdout) fmt::vprint(format, fmt::make_format_args(values...));
}

struct Row {
  std::size_t cases = 0, failures = 0, killed = 0, mutants = 0;
  double worst = 0;
};
using Rows = std::map<std::string, Row>;

/// A proof that throws has failed.
Finding check(const Proof& proof, const Case& of) {
  try {
    return proof.check(of);
  } catch (const std::exception& error) {
    return {error.what()};
  }
}

/// Proves all; returns how many failures it printed.
std::size_t prove(Rows& rows) {
  std::size_t failures = 0;
  for (const Case& of : registry()) {
    Row& row = rows[of.operation];
    ++row.cases;
    for (const Proof& proof : proofs()) {
      const Finding found = check(proof, of);
      if (!(found.worst <= row.worst)) row.worst = found.worst;
      if (found.failure.empty()) continue;
      ++failures, ++row.failures;
      complain("FAILED {} {} on {}: {}\n", of.operation, proof.name, of.name, found.failure);
    }
  }
  return failures;
}

/// "HasTheJacobianOfCentralDifferences on a_2x3_b_3", or "": what notices the active mutant, looked
/// for among the operation's own cases, or those of the others.
std::string killer(const std::string& operation, bool own) {
  for (bool large : {false, true})
    for (const Case& of : registry()) {
      if ((of.operation == operation) != own || of.large != large) continue;
      for (const Proof& proof : proofs())
        if (!check(proof, of).failure.empty())
          return fmt::format("{} on {}{}", proof.name, own ? "" : of.operation + " ", of.name);
    }
  return "";
}

/// Activates in turn every mutant of the operations that are proven; returns how many survived.
std::size_t kill(Rows& rows) {
  std::size_t survivors = 0;
  std::string file;
  for (const mutants::Mutant* mutant : mutants::all()) {
    Row& row = rows[mutant->operation];
    ++row.mutants;
    if (row.failures > 0) continue;
    mutants::active = mutant;
    std::string by = killer(mutant->operation, true);
    if (by.empty()) by = killer(mutant->operation, false);
    mutants::active = nullptr;
    row.killed += !by.empty();
    survivors += by.empty();
    if (mutant->file != file) print("\n{}\n", file = mutant->file);
    if (by.empty()) {
      complain("FAILED {}: {} → SURVIVED, no proof notices it\n", mutant->operation, mutant->title);
    } else {
      print("  {}: {} → {}\n", mutant->operation, mutant->title, by);
    }
  }
  return survivors;
}

/// Says which operations have no cases or no mutant; returns how many.
std::size_t count_unproven(const Rows& rows) {
  std::size_t unproven = 0;
  for (const auto& [operation, row] : rows) {
    if (row.cases == 0) complain("FAILED {}: has a mutant but no cases\n", operation);
    if (row.mutants == 0) complain("FAILED {}: has no mutant\n", operation);
    unproven += row.cases == 0 || row.mutants == 0;
  }
  return unproven;
}

void print_table(const Rows& rows) {
  print("\n{:<40} {:>5} {:>12} {:>14}\n", "operation", "cases", "worst error", "mutants killed");
  Row total;
  for (const auto& [operation, row] : rows) {
    print("{:<40} {:>5} {:>12.1e} {:>14}\n", operation, row.cases, row.worst,
          fmt::format("{} of {}", row.killed, row.mutants));
    total.cases += row.cases;
    total.killed += row.killed;
    total.mutants += row.mutants;
    total.worst = std::max(total.worst, row.worst);
  }
  print("operations {}, cases {}, worst relative error {:.1e}, mutants killed {} of {}\n",
        rows.size(), total.cases, total.worst, total.killed, total.mutants);
}

int run() {
  print(
      "Worst error: the largest |got − expected| / max(1, |expected|) of all entries of the "
      "Jacobians,\nby backward and by central differences in double.\n");
  Rows rows;
  const std::size_t failures = prove(rows), survivors = kill(rows), unproven = count_unproven(rows);
  print_table(rows);
  return failures + survivors + unproven == 0 ? 0 : 1;
}

/// Whether what the headers declare and what the registry has is the same.
int check_completeness(std::span<char*> headers) {
  const std::regex declaration(R"(^Var ([^ (]+)\(.*)");
  std::set<std::string> declared, registered;
  for (const Case& of : registry()) registered.insert(of.operation);
  std::smatch match;
  for (const char* header : headers) {
    std::ifstream lines(header);
    for (std::string line; std::getline(lines, line);) {
      if (!std::regex_match(line, match, declaration) || !declared.insert(match[1]).second)
        continue;
      if (!registered.count(match[1]))
        fmt::print("{}: {} is declared but has no case in tests/autograd/registry\n", header,
                   match[1].str());
    }
  }
  for (const std::string& operation : registered)
    if (!declared.count(operation))
      fmt::print("{}: does not declare {}, which tests/autograd/registry has cases of\n",
                 fmt::join(headers, ", "), operation);
  return declared == registered ? 0 : 1;
}

}  // namespace
}  // namespace hourglass::testing

int main(int count, char** arguments) {
  if (count > 2 && std::string(arguments[1]) == "--complete")
    return hourglass::testing::check_completeness({arguments + 2, arguments + count});
  if (count == 2) hourglass::testing::report = std::fopen(arguments[1], "w");
  if (!hourglass::testing::report) return std::perror(arguments[1]), 1;
  return hourglass::testing::run();
}
