#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// Σ_k x_ik w_kj for each pair of the matrices that broadcasting puts together.
Tensor naive_product(const Tensor& x, const Tensor& w) {
  const bool one_x = x.dimension() == 2, one_w = w.dimension() == 2;
  Shape shape = one_x ? w.shape() : x.shape();
  const std::size_t rows = x.shape()[x.dimension() - 2], inner = x.shape().back(),
                    columns = w.shape().back();
  shape[shape.size() - 2] = rows;
  shape.back() = columns;
  Tensor y = filled(shape);
  for (std::size_t number = 0; number < y.size(); ++number) {
    const std::size_t matrix = number / (rows * columns), i = number / columns % rows,
                      j = number % columns;
    for (std::size_t k = 0; k < inner; ++k)
      y.data()[number] += x.data()[((one_x ? 0 : matrix) * rows + i) * inner + k] *
                          w.data()[((one_w ? 0 : matrix) * inner + k) * columns + j];
  }
  return y;
}

/// Σ_k x_ik w_jk + b_j
Tensor naive_linear(const Tensors& x) {
  const std::size_t inner = x[0].shape()[1];
  const Tensor& w = x[1];
  Tensor y = filled({x[0].shape()[0], w.shape()[0]});
  for (std::size_t i = 0; i < y.shape()[0]; ++i)
    for (std::size_t j = 0; j < y.shape()[1]; ++j) {
      if (x.size() == 3) y(i, j) = x[2](j);
      for (std::size_t k = 0; k < inner; ++k) y(i, j) += x[0](i, k) * w(j, k);
    }
  return y;
}

void add_matmuls(Cases& cases) {
  const auto add = [&](const Shape& x, const Shape& w, bool large = false) {
    cases.push_back({.operation = "matmul",
                     .name = shape_name(x) + "_by_" + shape_name(w),
                     .inputs = {away_from_zero(x, 1), away_from_zero(w, 2)},
                     .compute = [](const Vars& v) { return matmul(v[0], v[1]); },
                     .naive = [](const Tensors& t) { return naive_product(t[0], t[1]); },
                     .torch = "torch.matmul(a, b)",
                     .large = large});
  };
  add({2, 3, 4}, {2, 4, 3});
  add({3, 1, 2}, {3, 2, 1});
  add({2, 3, 4}, {4, 2});
  add({2, 3}, {3, 3, 2});
  add({2, 1, 2, 3}, {2, 1, 3, 2});
  add({1, 2, 3}, {1, 3, 2});
  add({2, 2, 1, 3}, {3, 2});
  add({2, 3}, {2, 2, 3, 1});
  add({0, 2, 3}, {0, 3, 2});
  add({0, 2, 3}, {3, 2});
  add({2, 3}, {0, 3, 2});
  add({2, 0, 3}, {2, 3, 2});
  add({2, 2, 0}, {2, 0, 3});
  add({2, 0}, {2, 0, 3});
  add({70, 33}, {33, 65}, true);
  add({9, 40, 33}, {9, 33, 41}, true);  // shared among threads
  add({9, 40, 33}, {33, 41}, true);
  add({40, 33}, {9, 33, 41}, true);
  for (const Shape& shape : {Shape{3, 3}, Shape{2, 3, 3}})
    cases.push_back({.operation = "matmul",
                     .name = shape_name(shape) + "_with_itself",
                     .inputs = {away_from_zero(shape)},
                     .compute = [](const Vars& v) { return matmul(v[0], v[0]); },
                     .naive = [](const Tensors& t) { return naive_product(t[0], t[0]); },
                     .torch = "torch.matmul(a, a)"});
}

struct Sizes {
  std::size_t B, N, M;

  std::string name() const {
    return "B" + std::to_string(B) + "_N" + std::to_string(N) + "_M" + std::to_string(M);
  }
  bool large() const { return B * N * M > 1000; }
};

const std::vector<Sizes>& all_sizes() {
  static const std::vector<Sizes> all = {{2, 3, 4}, {1, 1, 1}, {1, 3, 1}, {4, 1, 3},   {3, 2, 1},
                                         {0, 3, 2}, {2, 0, 3}, {2, 3, 0}, {70, 33, 65}};
  return all;
}

void add_linears(Cases& cases) {
  const auto add = [&](const std::string& name, const Tensors& inputs, bool large = false) {
    const bool itself = name.starts_with("of_a_value_with_itself");
    const bool biased = inputs.size() == (itself ? 2 : 3);
    cases.push_back({.operation = "linear",
                     .name = name,
                     .inputs = inputs,
                     .compute =
                         [=](const Vars& v) {
                           Var w = itself ? v[0] : v[1];
                           return biased ? linear(v[0], w, v.back()) : linear(v[0], w);
                         },
                     .naive =
                         [=](Tensors t) {
                           if (itself) t.insert(t.begin(), t[0]);
                           return naive_linear(t);
                         },
                     .torch = std::string("F.linear(a, ") + (itself ? "a" : "b") +
                              (biased ? (itself ? ", b)" : ", c)") : ")"),
                     .large = large});
  };
  for (const Sizes& sizes : all_sizes()) {
    const auto& [B, N, M] = sizes;
    const Tensor x = away_from_zero({B, N}, 1), w = away_from_zero({M, N}, 2);
    add(sizes.name(), {x, w}, sizes.large());
    add(sizes.name() + "_bias", {x, w, away_from_zero({M}, 3)}, sizes.large());
    cases.push_back({.operation = "matmul",
                     .name = sizes.name(),
                     .inputs = {x, away_from_zero({N, M}, 2)},
                     .compute = [](const Vars& v) { return matmul(v[0], v[1]); },
                     .naive = [](const Tensors& t) { return naive_product(t[0], t[1]); },
                     .torch = "a @ b",
                     .large = sizes.large()});
  }
  add("of_a_value_with_itself", {away_from_zero({2, 3})});
  add("of_a_value_with_itself_bias", {away_from_zero({2, 3}), away_from_zero({2}, 2)});
}

}  // namespace

void add_products(Cases& cases) {
  add_matmuls(cases);
  add_linears(cases);
}

}  // namespace hourglass::testing
