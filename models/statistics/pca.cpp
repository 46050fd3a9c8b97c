#include "hourglass/models/statistics/pca.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <xtensor-blas/xlinalg.hpp>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/broadcasting.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Calls use(rows) with the centred rows of `data`, a thousand at a time: (n, F).
template <class Use>
void for_each_centred_chunk(const Dataset& data, const Tensor& mean, const Use& use) {
  constexpr std::size_t chunk = 1000;
  Tensor rows;
  for (std::size_t first = 0; first < data.size(); first += chunk) {
    data.read_rows(first, std::min(chunk, data.size() - first), rows);
    rows -= mean;
    use(rows);
  }
}

Tensor mean_of(const Dataset& data) {
  Tensor sum = filled({data.features()});
  for_each_centred_chunk(data, filled({1}), [&](const Tensor& rows) {
    reduce_to(rows, sum, {1, data.features()}, Sum::accumulate);
  });
  sum /= static_cast<Scalar>(data.size());
  return sum;
}

/// Σ (x − μ)(x − μ)ᵀ: (F, F)
Tensor scatter_of(const Dataset& data, const Tensor& mean) {
  Tensor scatter = filled({data.features(), data.features()});
  for_each_centred_chunk(data, mean, [&](const Tensor& rows) {
    gemm(transposed(rows), rows, scatter, Sum::accumulate);
  });
  return scatter;
}

/// The eigenvectors of a symmetric matrix with the largest eigenvalues, as columns.
Tensor leading_eigenvectors(const Tensor& symmetric, std::size_t count) {
  // In double, and as a fixed-rank tensor, which is what the eigenvalue solver takes.
  const xt::xtensor<double, 2> matrix = xt::cast<double>(symmetric);
  guard_blas_kernels();
  const auto solved = xt::linalg::eigh(matrix);
  const auto& vectors = std::get<1>(solved);  // as columns, by rising eigenvalue
  const std::size_t features = matrix.shape()[0];
  Tensor leading = filled({features, count});
  for (std::size_t i = 0; i < features; ++i)
    for (std::size_t k = 0; k < count; ++k)
      leading(i, k) = static_cast<Scalar>(vectors(i, features - 1 - k));
  return leading;
}

/// a aᵀ
Tensor gram(const Factor& a) {
  Tensor product = filled({a.rows(), a.rows()});
  gemm(a, transposed(a), product);
  return product;
}

/// The components if x has fewer rows than columns, from the smaller of the two products: if
/// x xᵀ u = λ u, then xᵀ x (xᵀ u) = λ (xᵀ u). Those beyond the rank of x are zero.
Tensor components_by_rows(const Tensor& x, std::size_t components) {
  const std::size_t count = x.shape()[0], features = x.shape()[1];
  const Tensor vectors = leading_eigenvectors(gram(x), std::min(components, count));
  Tensor found = filled({features, vectors.shape()[1]});
  gemm(transposed(x), vectors, found);
  Tensor all = filled({features, components});
  double largest = 0;
  for (std::size_t k = 0; k < vectors.shape()[1]; ++k) {
    double squares = 0;
    for (std::size_t i = 0; i < features; ++i) squares += double(found(i, k)) * found(i, k);
    largest = std::max(largest, squares);
    if (squares <= 1e-8 * largest) break;
    for (std::size_t i = 0; i < features; ++i)
      all(i, k) = static_cast<Scalar>(found(i, k) / std::sqrt(squares));
  }
  return all;
}

void check_components(std::size_t components, std::size_t features) {
  if (components == 0 || components > features)
    throw ConfigError(fmt::format("PCA with {} components: examples of {} values allow 1 to {}",
                                  components, features, features));
}

}  // namespace

Pca fit_pca(const Dataset& data, std::size_t components) {
  expect_complete(data, "PCA");
  check_components(components, data.features());
  const Tensor mean = mean_of(data);
  return {mean, leading_eigenvectors(scatter_of(data, mean), components)};
}

Pca fit_pca(const Tensor& rows, std::size_t components) {
  const std::size_t count = rows.shape()[0], features = rows.shape()[1];
  check_components(components, features);
  if (count == 0) throw ConfigError("PCA: there are no rows");
  Tensor mean = filled({features});
  reduce_to(rows, mean, {1, features}, Sum::replace);
  mean /= static_cast<Scalar>(count);
  Tensor centred = rows;
  centred -= mean;
  return {mean, count < features ? components_by_rows(centred, components)
                                 : leading_eigenvectors(gram(transposed(centred)), components)};
}

Tensor project(const Pca& pca, const Tensor& rows) {
  Tensor centred = rows;
  centred -= pca.mean;
  Tensor code = filled({rows.shape()[0], pca.components.shape()[1]});
  gemm(centred, pca.components, code);
  return code;
}

double squared_error_per_example(const Pca& pca, const Dataset& data) {
  expect_complete(data, "PCA");
  double total = 0;
  for_each_centred_chunk(data, pca.mean, [&](Tensor& rows) {
    Tensor code = filled({rows.shape()[0], pca.components.shape()[1]});
    gemm(rows, pca.components, code);
    Tensor rebuilt = filled(rows.shape());
    gemm(code, transposed(pca.components), rebuilt);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double difference = static_cast<double>(rows.data()[i]) - rebuilt.data()[i];
      total += difference * difference;
    }
  });
  return total / static_cast<double>(data.size());
}

}}  // namespace hourglass
