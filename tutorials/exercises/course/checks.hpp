#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "array.hpp"

/// What an exercise's test is written with: a test is a list of CASEs, each a sentence about
/// behaviour, and in each stand checks that say input, expected and got when they fail.
///
///   CASE("the gradient of a product is the other factor") {
///     …
///     check_close("d(ab)/da", a.grad(), 3.0, "a = 2, b = 3");
///   }
///
/// A case ends at its first check that fails; the other cases still run.
#define CASE(name) COURSE_CASE(name, __LINE__)
#define COURSE_CASE(name, line) COURSE_CASE_(name, line)
#define COURSE_CASE_(name, line)                                                  \
  static void course_case_##line();                                               \
  static const course::Registered course_registered_##line(name, course_case_##line); \
  static void course_case_##line()

namespace course {
struct Registered {
  Registered(const char* name, void (*body)());
};
}  // namespace course

/// |got − expected| ≤ tolerance (1 + |expected|). `advice` is added to the message of a failure:
/// what such a wrong answer usually comes from.
void check_close(const std::string& what, double got, double expected, const std::string& input,
                 const std::string& advice = "", double tolerance = 1e-9);

/// The same for every entry; shapes have to agree as well. The message names the first entry that
/// differs and the number of those that do.
void check_close(const std::string& what, const Array& got, const Array& expected,
                 const std::string& input, const std::string& advice = "", double tolerance = 1e-9);
void check_close(const std::string& what, const std::vector<double>& got,
                 const std::vector<double>& expected, const std::string& input,
                 const std::string& advice = "", double tolerance = 1e-9);

void check_equal(const std::string& what, long long got, long long expected, const std::string& input,
                 const std::string& advice = "");
void check_equal(const std::string& what, const std::string& got, const std::string& expected,
                 const std::string& input, const std::string& advice = "");
void check_equal(const std::string& what, const std::vector<std::size_t>& got,
                 const std::vector<std::size_t>& expected, const std::string& input,
                 const std::string& advice = "");

void check_true(const std::string& what, bool got, const std::string& input,
                const std::string& advice = "");

/// got ≤ most: for counts (allocations, cache lines, steps), never for seconds.
void check_at_most(const std::string& what, double got, double most, const std::string& input,
                   const std::string& advice = "");

/// The call throws a std::exception, whose text holds `says`.
void check_throws(const std::string& what, const std::function<void()>& call,
                  const std::string& says, const std::string& input,
                  const std::string& advice = "");

/// `backward(x, dy)` has to give dx = Jᵀ dy, where J is the Jacobian of `forward` at x. Every entry
/// is checked against central differences, one dy of a single 1 after the other; the message names
/// the entry: d y[i] / d x[j].
void check_jacobian(const std::string& what, const std::function<Array(const Array&)>& forward,
                    const std::function<Array(const Array& x, const Array& dy)>& backward,
                    const Array& x, const std::string& advice = "", double tolerance = 1e-6);

/// Numbers that look random and are the same on every machine: uniform in (low, high). A grader may
/// choose another series (COURSE_SEED), so that answers cannot be learnt by heart.
Array random_array(std::vector<std::size_t> shape, unsigned series, double low = -1, double high = 1);

/// How often `new` was called while `call` ran.
std::size_t count_allocations(const std::function<void()>& call);
