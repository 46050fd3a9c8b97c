#pragma once

#include <cstddef>
#include <initializer_list>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Fills a weight of `fan_in` inputs with draws uniform in ±gain √(3 / fan_in), so that the
/// variance of its product with inputs of variance 1 is gain² (He et al. 2015; gain √2 before a
/// ReLU).
void kaiming_uniform(Tensor& weight, std::size_t fan_in, Scalar gain, Rng& rng);

/// Fills a weight with draws uniform in ±√(6 / (fan_in + fan_out)) (Glorot & Bengio 2010).
void xavier_uniform(Tensor& weight, std::size_t fan_in, std::size_t fan_out, Rng& rng);

/// PyTorch's default for its layers: uniform in ±1/√fan_in (kaiming_uniform with the slope √5).
void layer_uniform(Tensor& weight, std::size_t fan_in, Rng& rng);

/// The most elements that a layer's weight or an example may have, 2³⁰: anything larger is a
/// mistake or a damaged file, to be reported in one line rather than by running out of memory.
constexpr std::size_t most_elements = std::size_t{1} << 30;

/// Whether the product of these sizes is at most `most_elements`, computed without overflow.
bool is_sane(const Shape& shape);

/// These sizes as the shape of a weight of `layer`. Throws ConfigError if it would be too large.
Shape weight_shape(const char* layer, std::initializer_list<std::size_t> sizes);

}}  // namespace hourglass
