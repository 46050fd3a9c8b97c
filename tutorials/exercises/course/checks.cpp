#include "checks.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <utility>

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size ? size : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

Array::Array(std::vector<std::size_t> shape_) : shape(std::move(shape_)) {
  std::size_t size = 1;
  for (std::size_t n : shape) size *= n;
  data.assign(size, 0.0);
}

Array::Array(std::vector<std::size_t> shape_, std::vector<double> data_)
    : shape(std::move(shape_)), data(std::move(data_)) {}

namespace {

struct Case {
  const char* name;
  void (*body)();
};

std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

struct Failure {
  std::string text;
};

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", x);
  return text;
}

// For the eye: few of them, and few digits.
std::string brief(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", x);
  return text;
}

std::string list(const std::vector<double>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size() && i < 8; ++i)
    text += (i ? ", " : "") + brief(values[i]);
  return text + (values.size() > 8 ? ", …]" : "]");
}

std::string list(const std::vector<std::size_t>& values, std::size_t most = 24) {
  std::string text = "(";
  for (std::size_t i = 0; i < values.size() && i < most; ++i)
    text += (i ? ", " : "") + std::to_string(values[i]);
  return text + (values.size() > most ? ", …)" : ")");
}

// Where a grader asks for it (COURSE_TRANSCRIPT names a descriptor), every value that a check saw
// is written down. The grader compares them with those of the reference solution in a process of
// its own, so that what this process says of itself counts for nothing. What was expected is not
// said then.
const char* const descriptor = std::getenv("COURSE_TRANSCRIPT");

void transcribe(const std::string& what, const std::string& got, double tolerance = 0) {
  if (!descriptor) return;
  char allowed[32];
  std::snprintf(allowed, sizeof allowed, "%g", tolerance);
  const std::string line = what + "\t" + allowed + "\t" + got + "\n";
  if (write(std::atoi(descriptor), line.data(), line.size()) < 0) std::_Exit(3);
}

[[noreturn]] void fail(const std::string& what, const std::string& input,
                       const std::string& expected, const std::string& got,
                       const std::string& advice) {
  std::string text = "  " + what + "\n";
  if (descriptor) throw Failure{text};
  if (!input.empty()) text += "    input     " + input + "\n";
  text += "    expected  " + expected + "\n    got       " + got + "\n";
  if (!advice.empty()) text += "    " + advice + "\n";
  throw Failure{text};
}

bool close(double got, double expected, double tolerance) {
  return std::abs(got - expected) <= tolerance * (1 + std::abs(expected)) || got == expected;
}

std::string all(const std::vector<double>& values) {
  std::string text;
  for (double x : values) text += number(x) + " ";
  return text;
}

}  // namespace

namespace course {
Registered::Registered(const char* name, void (*body)()) {
  cases().push_back({name, body});
}
}  // namespace course

std::string to_string(const Array& a) {
  return list(a.shape) + " " + list(a.data);
}

void check_close(const std::string& what, double got, double expected, const std::string& input,
                 const std::string& advice, double tolerance) {
  transcribe(what, number(got), tolerance);
  if (!close(got, expected, tolerance)) fail(what, input, number(expected), number(got), advice);
}

void check_close(const std::string& what, const std::vector<double>& got,
                 const std::vector<double>& expected, const std::string& input,
                 const std::string& advice, double tolerance) {
  check_close(what, Array({got.size()}, got), Array({expected.size()}, expected), input, advice,
              tolerance);
}

void check_close(const std::string& what, const Array& got, const Array& expected,
                 const std::string& input, const std::string& advice, double tolerance) {
  transcribe(what, list(got.shape) + " " + all(got.data), tolerance);
  if (got.shape != expected.shape || got.size() != expected.size())
    fail(what + ": the shape", input, list(expected.shape), list(got.shape), advice);
  std::size_t first = 0, wrong = 0;
  for (std::size_t i = got.size(); i-- > 0;)
    if (!close(got[i], expected[i], tolerance)) first = i, ++wrong;
  if (!wrong) return;
  fail(what + ", entry " + std::to_string(first) + " (" + std::to_string(wrong) + " of " +
           std::to_string(got.size()) + " differ)",
       input, number(expected[first]) + "   of " + to_string(expected),
       number(got[first]) + "   of " + to_string(got), advice);
}

void check_equal(const std::string& what, long long got, long long expected,
                 const std::string& input, const std::string& advice) {
  transcribe(what, std::to_string(got));
  if (got != expected) fail(what, input, std::to_string(expected), std::to_string(got), advice);
}

void check_equal(const std::string& what, const std::string& got, const std::string& expected,
                 const std::string& input, const std::string& advice) {
  transcribe(what, got);
  if (got != expected) fail(what, input, expected, got, advice);
}

void check_equal(const std::string& what, const std::vector<std::size_t>& got,
                 const std::vector<std::size_t>& expected, const std::string& input,
                 const std::string& advice) {
  transcribe(what, list(got, got.size()));
  if (got != expected) fail(what, input, list(expected), list(got), advice);
}

void check_true(const std::string& what, bool got, const std::string& input,
                const std::string& advice) {
  transcribe(what, got ? "true" : "false");
  if (!got) fail(what, input, "true", "false", advice);
}

void check_at_most(const std::string& what, double got, double most, const std::string& input,
                   const std::string& advice) {
  transcribe(what, got <= most ? "few enough" : "too many");
  if (!(got <= most)) fail(what, input, "at most " + number(most), number(got), advice);
}

void check_throws(const std::string& what, const std::function<void()>& call,
                  const std::string& says, const std::string& input, const std::string& advice) {
  std::string got = "no exception";
  try {
    call();
  } catch (const std::exception& error) {
    got = error.what();
  } catch (...) {
    got = "something thrown that is no std::exception; write: throw std::invalid_argument(\"why\")";
  }
  const bool right = got != "no exception" && got.find(says) != std::string::npos;
  transcribe(what, right ? "throws" : got);
  if (!right) fail(what, input, "an exception that says '" + says + "'", got, advice);
}

void check_jacobian(const std::string& what, const std::function<Array(const Array&)>& forward,
                    const std::function<Array(const Array&, const Array&)>& backward,
                    const Array& x, const std::string& advice, double tolerance) {
  const Array y = forward(x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    Array dy(y.shape);
    dy[i] = 1;
    const Array dx = backward(x, dy);
    transcribe(what, list(dx.shape) + " " + all(dx.data), tolerance);
    if (dx.shape != x.shape)
      fail(what + ": the shape of the gradient", "x = " + to_string(x), list(x.shape),
           list(dx.shape), advice);
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double h = 1e-5 * (1 + std::abs(x[j]));
      Array up = x, down = x;
      up[j] += h, down[j] -= h;
      const double expected = (forward(up)[i] - forward(down)[i]) / (up[j] - down[j]);
      if (!close(dx[j], expected, tolerance))
        fail(what + ", entry d y[" + std::to_string(i) + "] / d x[" + std::to_string(j) + "]",
             "x = " + to_string(x), number(expected) + "   (central differences of your forward)",
             number(dx[j]), advice);
    }
  }
}

Array random_array(std::vector<std::size_t> shape, unsigned series, double low, double high) {
  static const char* chosen = std::getenv("COURSE_SEED");
  unsigned long long state =
      0x9e3779b97f4a7c15ull * (series + 1) +
      (chosen ? std::strtoull(chosen, nullptr, 10) : 0) * 0xbf58476d1ce4e5b9ull;
  Array a(std::move(shape));
  for (double& x : a.data) {  // splitmix64 (Steele, Lea & Flood 2014)
    unsigned long long z = state += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    x = low + (high - low) * (static_cast<double>((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
  }
  return a;
}

std::size_t count_allocations(const std::function<void()>& call) {
  const std::size_t before = allocations;
  call();
  return allocations - before;
}

/// Runs every case; 0 where all pass, 1 where one fails.
int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);  // a crash takes no line along
  std::size_t failed = 0;
  for (const Case& each : cases()) {
    transcribe("CASE", each.name);
    std::string text;
    try {
      each.body();
      transcribe("END", each.name);
    } catch (const Failure& failure) {
      text = failure.text;
    } catch (const std::exception& error) {
      text = std::string("  it throws: ") + error.what() + "\n";
    } catch (...) {
      text = "  it throws what is no exception; write: throw std::invalid_argument(\"why\")\n";
    }
    std::printf("%s  %s\n%s", text.empty() ? "pass" : "FAIL", each.name, text.c_str());
    failed += !text.empty();
  }
  std::printf("%zu passed, %zu failed\n", cases().size() - failed, failed);
  return failed ? 1 : 0;
}
