#include "hourglass/nn/files/weights.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Parameters and buffers.
std::vector<Buffer> state_of(const Module& module) {
  std::vector<Buffer> state;
  for (Parameter* parameter : module.parameters())
    state.push_back({parameter->name, &parameter->value});
  for (Buffer& buffer : module.buffers()) state.push_back(std::move(buffer));
  return state;
}

const Tensor& find_tensor(const TensorFile& file, const std::string& origin,
                          const std::string& name, const Shape& shape) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end())
    throw DataError(
        fmt::format("{}: holds no '{}', so it was written by another model", origin, name));
  if (found->second.shape() != shape)
    throw DataError(
        fmt::format("{}: '{}' is {} but the model's is {}, so it was written by another model",
                    origin, name, to_text(found->second.shape()), to_text(shape)));
  return found->second;
}

}  // namespace

std::vector<NamedTensor> named_weights(const Module& module) {
  std::vector<NamedTensor> weights;
  for (const Buffer& tensor : state_of(module)) weights.push_back({tensor.name, tensor.value});
  return weights;
}

void load_tensor(const TensorFile& file, const std::string& origin, const std::string& name,
                 Tensor& into) {
  into = find_tensor(file, origin, name, into.shape());
}

void load_weights(const TensorFile& file, const std::string& origin, const Module& module) {
  const std::vector<Buffer> state = state_of(module);
  for (const auto& [name, tensor] : state) find_tensor(file, origin, name, tensor->shape());
  for (const auto& [name, tensor] : state) load_tensor(file, origin, name, *tensor);
}

}}  // namespace hourglass
