#pragma once

#include <string>
#include <vector>

#include "hourglass/nn/files/safetensors.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The values of all parameters and buffers of a module by name, to be written to a file.
std::vector<NamedTensor> named_weights(const Module& module);

/// Copies the tensor `name` of `file` into `into`. Throws DataError, which begins with `origin`
/// (the file's name), if there is none or its shape differs.
void load_tensor(const TensorFile& file, const std::string& origin, const std::string& name,
                 Tensor& into);

/// Copies a tensor of the file into every parameter and buffer of a module; other tensors are
/// ignored. Throws DataError as load_tensor does, before anything is copied.
void load_weights(const TensorFile& file, const std::string& origin, const Module& module);

}}  // namespace hourglass
