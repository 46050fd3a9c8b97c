#include "tests/autograd/registry/special.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

using Limits = std::numeric_limits<Scalar>;

constexpr double infinity = std::numeric_limits<double>::infinity(), nan = Limits::quiet_NaN();
constexpr double denormal = 3. * Limits::denorm_min(), smallest = Limits::min(),
                 large = Limits::max() / 8;
/// More than two registers of 16 numbers, and a rest.
constexpr std::size_t length = 35;

bool is_unlike_torch(const SpecialPoints& of, const std::vector<Numbers>& points) {
  if (!of.unlike_torch) return false;
  for (const Numbers& point : points)
    if (std::any_of(point.begin(), point.end(), of.unlike_torch)) return true;
  return false;
}

Numbers at(const Tensors& x, std::size_t i) {
  Numbers numbers;
  for (const Tensor& input : x) numbers.push_back(input.data()[i]);
  return numbers;
}

/// Σ over each row of `columns` of x's elements; the shape of y says how many rows there are.
Tensor sums_of_terms(const SpecialPoints& of, const Tensors& x, const Shape& shape) {
  Tensor y = filled(shape);
  const std::size_t columns = x[0].size() / y.size();
  for (std::size_t b = 0; b < y.size(); ++b) {
    double sum = 0;
    for (std::size_t j = 0; j < columns; ++j) sum += of.value(at(x, b * columns + j));
    y.data()[b] = static_cast<Scalar>(sum);
  }
  return y;
}

Tensors rates_of_terms(const SpecialPoints& of, const Tensors& x, const Tensor& seed) {
  Tensors gradients = x;
  const std::size_t columns = x[0].size() / seed.size();
  for (std::size_t i = 0; i < x[0].size(); ++i) {
    const Numbers rates = of.rates(at(x, i));
    for (std::size_t k = 0; k < x.size(); ++k)
      gradients[k].data()[i] = static_cast<Scalar>(rates[k] * seed.data()[i / columns]);
  }
  return gradients;
}

/// One case of these points, as inputs of this shape and with a value of that one.
Case special(const SpecialPoints& of, const std::string& name, const std::vector<Numbers>& points,
             const Shape& shape, const Shape& value_shape) {
  Case one{
      .operation = of.operation,
      .name = of.name + name,
      .compute = of.compute,
      .naive = [of, value_shape](const Tensors& x) { return sums_of_terms(of, x, value_shape); },
      .torch = is_unlike_torch(of, points) ? "" : of.torch,
      .gradients = [of](const Tensors& x,
                        const Tensor& seed) { return rates_of_terms(of, x, seed); }};
  for (std::size_t k = 0; k < points[0].size(); ++k) {
    Numbers numbers;
    for (const Numbers& point : points) numbers.push_back(point[k]);
    one.inputs.push_back(tensor(shape, numbers));
  }
  return one;
}

}  // namespace

const Numbers& special_numbers() {
  static const Numbers all = {0,   -0.0, denormal, -denormal, smallest, -smallest, 0.5, -0.5,
                              1,   -1,   3,        -3,        20,       -20,       85,  -85,
                              1e3, -1e3, large,    -large,    infinity, -infinity, nan};
  return all;
}

std::vector<Numbers> special_pairs() {
  std::vector<Numbers> pairs;
  for (double a : {0.0, -0.0, denormal, 1.0, -2.0, large, infinity, -infinity, nan})
    for (double b : {0.0, -0.0, denormal, 1.0, -2.0, large, infinity, -infinity, nan})
      pairs.push_back({a, b});
  return pairs;
}

void add_special_points(Cases& cases, const SpecialPoints& of) {
  const auto add = [&](const std::string& name, const std::vector<Numbers>& points) {
    cases.push_back(special(of, name, points, {length}, {length}));
  };
  for (std::size_t turn = 0; turn < of.points.size(); ++turn) {
    std::vector<Numbers> mixed;
    for (std::size_t i = 0; i < length; ++i)
      mixed.push_back(of.points[(i + turn) % of.points.size()]);
    add(fmt::format("_special_turned_by_{}", turn), mixed);
    add(fmt::format("_special_all_of_{}", turn), std::vector<Numbers>(length, of.points[turn]));
  }
}

void add_special_rows(Cases& cases, const SpecialPoints& of, bool is_one_row) {
  constexpr std::size_t columns = 19;
  for (std::size_t number = 0; number < of.points.size(); ++number)
    for (std::size_t place : {0, 7, 15, 16, 18}) {
      std::vector<Numbers> points(columns, of.points[0]);
      points[place] = of.points[number];
      cases.push_back(special(of, fmt::format("_special_{}_at_{}", number, place), points,
                              is_one_row ? Shape{columns} : Shape{1, columns},
                              is_one_row ? Shape{} : Shape{1}));
    }
}

namespace {

/// What is reduced: special numbers among ordinary ones.
std::vector<Numbers> special_lines() {
  const std::vector<Numbers> specials = {{0, 0},
                                         {0, -0.0},
                                         {denormal, 0},
                                         {1, 1},
                                         {2, 2, -1},
                                         {1e6, 1e6},
                                         {1e30, 1e30},
                                         {-1000, -1000},
                                         {1000, 1000},
                                         {infinity, 1},
                                         {-infinity, 1},
                                         {infinity, infinity},
                                         {-infinity, -infinity},
                                         {infinity, -infinity},
                                         {nan, 1},
                                         {1, nan},
                                         {nan, infinity},
                                         {nan},
                                         {5},
                                         {infinity},
                                         {-infinity},
                                         {large}};
  std::vector<Numbers> lines = specials;
  for (const Numbers& special : specials)
    for (std::size_t place : {0, 14, 33}) {
      Numbers line;
      for (std::size_t i = 0; i < length + 1; ++i) line.push_back(-0.25 * double(i % 5));
      std::copy(special.begin(), special.end(), line.begin() + static_cast<long>(place));
      lines.push_back(line);
    }
  return lines;
}

/// A line as a column of three, where the others are ordinary numbers.
Tensor beside_others(const Numbers& line) {
  Tensor x = filled({line.size(), 3}, 0.5);
  for (std::size_t i = 0; i < line.size(); ++i) x(i, 1) = static_cast<Scalar>(line[i]);
  return x;
}

Numbers column(const Tensor& x, std::size_t columns, std::size_t number) {
  Numbers line;
  for (std::size_t i = number; i < x.size(); i += columns) line.push_back(x.data()[i]);
  return line;
}

void set_column(Tensor& x, std::size_t columns, std::size_t number, const Numbers& line) {
  for (std::size_t i = 0; i < line.size(); ++i)
    x.data()[i * columns + number] = static_cast<Scalar>(line[i]);
}

/// Whether ln n is lost beside a number: then PyTorch's gradient of logsumexp adds up to more
/// than 1.
bool is_past_rounding(const Tensor& x) {
  return std::any_of(x.begin(), x.end(), [](double number) {
    return std::abs(number) > 1e16 && std::isfinite(number);
  });
}

}  // namespace

void add_special_lines(Cases& cases, const SpecialLines& of) {
  const auto add = [&](const std::string& name, const Tensor& x, std::size_t columns) {
    cases.push_back({.operation = of.operation,
                     .name = name,
                     .inputs = {x},
                     .compute = [f = of.compute](const Vars& v) { return f(v[0], 0); },
                     .naive =
                         [of, columns](const Tensors& x) {
                           const Shape reduced(x[0].shape().begin() + 1, x[0].shape().end());
                           Tensor y = filled(of.keeps_lines ? x[0].shape() : reduced);
                           for (std::size_t j = 0; j < columns; ++j)
                             set_column(y, columns, j, of.value(column(x[0], columns, j)));
                           return y;
                         },
                     .torch = is_past_rounding(x) && of.operation == "logsumexp"
                                  ? ""
                                  : fmt::format(fmt::runtime(of.torch), 0),
                     .gradients =
                         [f = of.gradient, columns](const Tensors& x, const Tensor& seed) {
                           Tensor dx = x[0];
                           for (std::size_t j = 0; j < columns; ++j)
                             set_column(dx, columns, j,
                                        f(column(x[0], columns, j), column(seed, columns, j)));
                           return Tensors{dx};
                         }});
  };
  std::size_t number = 0;
  for (const Numbers& line : special_lines()) {
    add(fmt::format("special_line_{}", number), tensor({line.size()}, line), 1);
    add(fmt::format("special_column_{}", number++), beside_others(line), 3);
  }
}

}  // namespace hourglass::testing
