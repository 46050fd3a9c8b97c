#include "autograd/gemm.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include "autograd/blas.hpp"
#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

#ifdef HOURGLASS_F64
constexpr auto blas_gemm = cblas_dgemm;
#else
constexpr auto blas_gemm = cblas_sgemm;
#endif

std::string describe(const Factor& factor) {
  return to_text(factor.matrix.shape()) + (factor.transposed ? " transposed" : "");
}

void check_shapes(const Factor& a, const Factor& b, const Tensor& c) {
  if (a.matrix.dimension() != 2 || b.matrix.dimension() != 2 || c.dimension() != 2)
    throw ShapeError(fmt::format("gemm: a is {}, b is {} and c is {}: each must have two axes",
                                 describe(a), describe(b), to_text(c.shape())));
  if (a.columns() != b.rows())
    throw ShapeError(fmt::format("gemm: a is {} but b is {}: inner sizes {} and {} differ",
                                 describe(a), describe(b), a.columns(), b.rows()));
  if (c.shape()[0] != a.rows() || c.shape()[1] != b.columns())
    throw ShapeError(fmt::format("gemm: a is {} and b is {}: c must be ({}, {}) but is {}",
                                 describe(a), describe(b), a.rows(), b.columns(),
                                 to_text(c.shape())));
}

}  // namespace

void gemm(Factor a, Factor b, Tensor& c, Sum sum) {
  check_shapes(a, b, c);
  if (c.size() == 0) return;
  if (a.columns() == 0) {  // an empty sum; BLAS refuses a leading dimension of 0
    if (sum == Sum::replace) c.fill(0);
    return;
  }
  guard_blas_kernels();
  const auto size = [](std::size_t n) { return static_cast<blasint>(n); };
  blas_gemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
            b.transposed ? CblasTrans : CblasNoTrans, size(a.rows()), size(b.columns()),
            size(a.columns()), 1, a.matrix.data(), size(a.matrix.shape()[1]), b.matrix.data(),
            size(b.matrix.shape()[1]), sum == Sum::accumulate ? 1 : 0, c.data(),
            size(c.shape()[1]));
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
