// registry_export FILE.json: writes what every case that PyTorch has too comes to, in double.

#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/autograd/registry/evaluate.hpp"

namespace hourglass { namespace {

using nlohmann::json;

/// JSON has no NaN and no infinities, so these are "nan", "inf" and "-inf".
json to_json(double number) {
  if (std::isfinite(number)) return number;
  return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
}

json to_json(const NumbersOf& tensor) {
  json numbers = json::array();
  for (double number : tensor.numbers) numbers.push_back(to_json(number));
  return {{"shape", tensor.shape}, {"numbers", numbers}};
}

json to_json(const std::vector<NumbersOf>& tensors) {
  json all = json::array();
  for (const NumbersOf& tensor : tensors) all.push_back(to_json(tensor));
  return all;
}

json to_json(const Outcome& of) {
  return {
      {"operation", of.operation},         {"name", of.name},          {"torch", of.torch},
      {"inputs", to_json(of.inputs)},      {"seed", to_json(of.seed)}, {"value", to_json(of.value)},
      {"gradients", to_json(of.gradients)}};
}

bool write(const char* path) {
  json cases = json::array();
  for (const auto& outcomes : {testing::evaluate_registry(), testing::evaluate_special_cases()})
    for (const Outcome& of : outcomes)
      if (!of.torch.empty()) cases.push_back(to_json(of));
  std::ofstream file(path);
  file << cases;
  return static_cast<bool>(file.flush());
}

}  // namespace
}  // namespace hourglass

int main(int count, char** arguments) {
  if (count == 2 && hourglass::write(arguments[1])) return 0;
  std::cerr << (count == 2 ? std::string(arguments[1]) + ": cannot be written\n"
                           : "registry_export FILE.json\n");
  return 1;
}
