#pragma once
#include <hourglass/autograd/base/tensor.hpp>

// Compiled for the oldest processor: what it returns and takes was made for another one.
hourglass::Tensor count_up(std::size_t n);
hourglass::Scalar total(const hourglass::Tensor& x);
