#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// NumPy's file format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a
// header with the type and the shape of an array, then its numbers in row-major order. It is
// written by npy.cpp and read by npy_reader.cpp.

/// The tensor as the bytes of an NPY file of little-endian float32 (float64 in the double build).
std::string to_npy(const Tensor& tensor);

/// Bytes, such as labels, as the bytes of an NPY file of uint8 with one axis.
std::string to_npy(std::span<const std::uint8_t> bytes);

/// The header of an NPY file of uint8 for an array of this shape.
std::string npy_header(const std::vector<std::size_t>& shape);

/// The contents of an NPY file as bytes.
struct NpyArray {
  std::vector<std::size_t> shape = {};
  std::vector<std::uint8_t> bytes = {};
  std::vector<std::string> notes =
      {};  ///< how its numbers were interpreted, if that is not obvious
  std::vector<std::string> label_names = {};  ///< of label 0, 1, …, if they are texts
};

/// What the bytes are: pixels, of which 255 stands for 1, or labels.
///
/// Pixels: whole numbers are the bytes, true is 1. Floating-point numbers are in 0..1 and are
/// rounded to the nearest of the 256 levels, so that a rounding error beyond 0 or 1 does no harm.
/// If they are in 0..255 and exceed 128, they are grey levels; if they are in −1..1 and come
/// near both, −1 is black: then the notes say so.
///
/// Labels: whole numbers from 0 to 255, of any type; or texts, which get numbers in alphabetical
/// order; or (N, K) one-hot rows, where the place of the one is the label.
enum class NpyBytes { pixels, labels };

/// Reads an NPY file of one to four axes: bool, integers, float16, float32 or float64 of either
/// byte order, in row-major or column-major order. Nothing in the file is trusted: its header is
/// parsed, its shape must ask for exactly the bytes that are there before anything is allocated,
/// every number must have a byte. Throws DataError, which names the file, the place, the rule that
/// it breaks and what would be right.
NpyArray read_npy(const std::filesystem::path& file, NpyBytes as);

}}  // namespace hourglass
