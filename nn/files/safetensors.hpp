#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Named tensors and named texts in one file, in the safetensors format
/// (https://github.com/huggingface/safetensors): the header's length as 8 little-endian bytes, the
/// header in JSON (for each tensor its type, shape and place; `__metadata__` for texts), then the
/// numbers, little-endian and row-major. PyTorch, JAX and NumPy read the same files.
struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// A tensor to be written, with its name; not copied.
struct NamedTensor {
  std::string name;
  const Tensor* tensor;
};

/// Writes the file completely or not at all (see write_atomically). Throws Error.
void write_safetensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata);

/// Reads F32, F64 and I64 tensors (PyTorch counts batches in I64), converted to `Scalar`. Nothing
/// in the file is trusted: the header's length (within the file and at most 100 MB, the format's
/// own limit), its JSON, each type, each tensor's size against its place, places that overlap or
/// leave gaps, and the exact end. Throws DataError naming the file, the tensor and the rule
/// broken.
TensorFile read_safetensors(const std::filesystem::path& file);

}}  // namespace hourglass
