#include "hourglass/autograd/kernels/gemm.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

#ifdef HOURGLASS_F64
constexpr auto blas_gemm = cblas_dgemm;
#else
constexpr auto blas_gemm = cblas_sgemm;
#endif

std::string describe(const Factor& factor) {
  return to_text({factor.stored_rows, factor.stored_columns}) +
         (factor.transposed ? " transposed" : "");
}

void check_inner_sizes(const Factor& a, const Factor& b) {
  if (a.columns() != b.rows())
    throw ShapeError(fmt::format("gemm: a is {} but b is {}: inner sizes {} and {} differ",
                                 describe(a), describe(b), a.columns(), b.rows()));
}

/// The rows first, …, first + rows − 1 of c = a b.
void product(Factor a, Factor b, Scalar* c, Sum sum, std::size_t first, std::size_t rows) {
  const auto size = [](std::size_t n) { return static_cast<blasint>(n); };
  blas_gemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
            b.transposed ? CblasTrans : CblasNoTrans, size(rows), size(b.columns()),
            size(a.columns()), 1, a.data + first * (a.transposed ? 1 : a.stored_columns),
            size(a.stored_columns), b.data, size(b.stored_columns), sum == Sum::accumulate ? 1 : 0,
            c + first * b.columns(), size(b.columns()));
}

/// OpenBLAS's AVX-512 kernels for small products allocate where neither factor is transposed.
bool allocates(const Factor& a, const Factor& b) {
  static const std::string core = blas_core();
  return core != "Haswell" && core != "Zen" && !a.transposed && !b.transposed &&
         a.rows() * a.columns() * b.columns() <= 1'000'000;
}

/// The same factor as the transpose of a copy, in memory that each thread keeps.
Factor copied_transposed(const Factor& a) {
  thread_local std::vector<Scalar> memory;
  memory.resize(std::max(memory.size(), a.rows() * a.columns()));
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t k = 0; k < a.columns(); ++k)
      memory[k * a.rows() + i] = a.data[i * a.columns() + k];
  return Factor(memory.data(), a.columns(), a.rows(), true);
}

}  // namespace

Factor::Factor(const Tensor& matrix, bool transposed)
    : data(matrix.data()), transposed(transposed) {
  if (matrix.dimension() != 2)
    throw ShapeError(
        fmt::format("gemm: a factor is {}: it must have two axes", to_text(matrix.shape())));
  stored_rows = matrix.shape()[0];
  stored_columns = matrix.shape()[1];
}

void gemm(Factor a, Factor b, Tensor& c, Sum sum) {
  check_inner_sizes(a, b);
  if (c.dimension() != 2 || c.shape()[0] != a.rows() || c.shape()[1] != b.columns())
    throw ShapeError(fmt::format("gemm: a is {} and b is {}: c must be ({}, {}) but is {}",
                                 describe(a), describe(b), a.rows(), b.columns(),
                                 to_text(c.shape())));
  gemm(a, b, c.data(), sum);
}

void gemm(Factor a, Factor b, Scalar* c, Sum sum) {
  check_inner_sizes(a, b);
  if (a.rows() == 0 || b.columns() == 0) return;
  if (a.columns() == 0) {  // an empty sum; BLAS refuses a leading dimension of 0
    if (sum == Sum::replace) std::fill_n(c, a.rows() * b.columns(), Scalar(0));
    return;
  }
  guard_blas_kernels();
  if (allocates(a, b)) {
    Factor& smaller = a.rows() <= b.columns() ? a : b;
    smaller = copied_transposed(smaller);
  }
  if (!deterministic() || in_parallel_work()) return product(a, b, c, sum, 0, a.rows());
  // OpenBLAS cuts a product by the number of threads, and so changes its roundings. These parts are
  // the same for any number, and each is computed by one thread.
  const std::size_t parts = std::min(deterministic_parts, a.rows());
  run_in_parallel(parts, [&](std::size_t part) {
    const Range rows = split_range(a.rows(), part, parts);
    product(a, b, c, sum, rows.begin, rows.end - rows.begin);
  });
}

}}  // namespace hourglass
