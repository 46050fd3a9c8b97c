#pragma once

#include <filesystem>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Trains each benchmark model for 50 steps of Adam, and writes its first weights, the batches, the
/// noise and the losses to a safetensors file, for PyTorch to do the same (`peer.py curves`).
void write_curves(const std::filesystem::path& file);

}}  // namespace hourglass
