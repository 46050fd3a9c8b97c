#include "im2col_order.hpp"

#include "course/checks.hpp"

namespace {

/// Memory behind a small cache: 16 lines of eight numbers, each line at the one place that its
/// address gives it. It counts how often a line had to be fetched.
class Memory {
 public:
  explicit Memory(std::size_t size) : numbers_(size), held_(16, nothing) {}
  Memory(const Memory&) = delete;
  double read(std::size_t place) {
    fetch(place / 8);
    return numbers_.at(place);
  }
  void write(std::size_t place, double number) {
    fetch(place / 8);
    numbers_.at(place) = number;
  }
  std::size_t fetched() const { return fetched_; }

 private:
  static constexpr std::size_t nothing = static_cast<std::size_t>(-1);
  void fetch(std::size_t line) {
    std::size_t& there = held_[line % held_.size()];
    fetched_ += there != line;
    there = line;
  }
  std::vector<double> numbers_;
  std::vector<std::size_t> held_;
  std::size_t fetched_ = 0;
};

constexpr std::size_t channels = 3, height = 20, width = 22, kernel = 3, oh = 18, ow = 20;
constexpr std::size_t rows = channels * kernel * kernel;

struct Run {
  Memory x{channels * height * width}, columns{rows * oh * ow};
  Run() {
    const Array numbers = random_array({channels * height * width}, 1);
    for (std::size_t i = 0; i < numbers.size(); ++i) x.write(i, numbers[i]);
    before = x.fetched();
    im2col(x, columns, channels, height, width, kernel);
    fetched = x.fetched() - before + columns.fetched();
  }
  std::size_t before = 0, fetched = 0;
};

}  // namespace

CASE("the columns are what the kernel sees") {
  Run run;
  Array got({rows, oh * ow}), expected({rows, oh * ow});
  for (std::size_t i = 0; i < got.size(); ++i) {
    got[i] = run.columns.read(i);
    const std::size_t row = i / (oh * ow), oy = i % (oh * ow) / ow, ox = i % ow;
    expected[i] = run.x.read((row / 9 * height + oy + row / 3 % 3) * width + ox + row % 3);
  }
  check_close("the columns", got, expected, "3 channels of 20 × 22, kernel 3",
              "Which number goes where must not change, only when.");
}

CASE("hardly any line is fetched more than once per row") {
  // Each row of the columns is oh · ow / 8 lines, and is read from as many: twice 27 · 45 = 2,430.
  Run run;
  check_at_most(
      "lines fetched", static_cast<double>(run.fetched), 4000, "3 channels of 20 × 22, kernel 3",
      "The innermost loop jumps from line to line: in the columns, in the image, or in both.");
}
