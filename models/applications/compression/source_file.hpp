#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/readers/picture_folder.hpp"
#include "hourglass/models/applications/compression/compressed_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A file or a folder of images as bytes, and what is needed to write it again.
struct SourceFile {
  SourceKind kind = SourceKind::idx;
  std::vector<std::uint64_t> shape = {};  ///< of the array; of a picture (height, width, channels)
                                          ///< and of a folder's before these how many
  std::string header = {};                ///< of an NPY file; an IDX file's follows from its shape;
                                          ///< of a folder its pictures' names, a line each
  std::vector<std::uint8_t> bytes = {};
  std::string loss = {};  ///< why the bytes are not all that the file says, and what would do
  PictureLossCount losses = {};   ///< the same of pictures, for who may lose something
  std::size_t bytes_on_disk = 0;  ///< of the file, or of a folder's pictures together

  /// How many examples of this shape it holds, 0 or more. Throws DataError where its sizes do not
  /// fit; `origin` is its name.
  std::size_t examples_of(const Shape& example_shape, const std::string& origin) const;
};

/// Reads an IDX file (.gz too), an NPY file, or a PNG or JPEG picture, told by its first bytes, or
/// a folder of equally large pictures. Throws DataError.
SourceFile read_source(const std::filesystem::path& file);

/// The file's own bytes again: of a gzipped file those that were packed, of a picture a PNG file,
/// of a folder its PNG files one after the other.
std::string to_bytes(const SourceFile& source);

/// Writes the source as it was: one file, or a folder of PNG files, which must not be there yet or
/// be empty. All is there or nothing. Throws ConfigError, and DataError where the names of its
/// pictures lead out of the folder.
void write_source(const std::filesystem::path& place, const SourceFile& source);

/// The examples of a source one after the other, as a model wants them. A picture becomes the tiles
/// that it is made of, from left to right and from top to bottom.
std::vector<std::uint8_t> to_examples(const SourceFile& source, const Shape& example_shape);
/// The source's bytes, from its examples.
std::vector<std::uint8_t> from_examples(const std::vector<std::uint8_t>& examples,
                                        const SourceFile& source, const Shape& example_shape);

}}  // namespace hourglass
