#include "chapter.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "hourglass/autograd/kernels/threads.hpp"

Chapter::Chapter(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--quick")
      quick_ = true;
    else if (argument == "--out" && i + 1 < argc)
      out_ = argv[++i];
    else {
      fmt::print(stderr, "{}: '{}' is not known; there are --quick and --out DIR\n", argv[0],
                 argument);
      std::exit(2);
    }
  }
  if (out_.empty()) out_ = std::filesystem::temp_directory_path() / "hourglass-chapter";
  std::filesystem::create_directories(out_);
  hourglass::set_deterministic(true);  // the same figures on any number of cores
}

Chapter::~Chapter() {
  std::ofstream(out_ / "figures.json") << nlohmann::json(figures_).dump(2) << "\n";
}

void Chapter::part(const std::string& name) const {
  fmt::print("--- {}\n", name);
  std::fflush(stdout);
}

void Chapter::figure(const std::string& name, double value, const std::string& format) {
  figures_[name] = fmt::format(fmt::runtime(format), value);
}
