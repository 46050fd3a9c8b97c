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
  std::vector<std::uint64_t> shape = {};  ///< of the array; of a picture (height, width, channels),
                                          ///< preceded by the number of pictures for a folder
  std::string header = {};                ///< of an NPY file; an IDX file's follows from its shape;
                                          ///< of a folder its pictures' names, one per line
  std::vector<std::uint8_t> bytes = {};
  std::string loss = {};  ///< why the bytes are not all that the file holds, and what would help
  PictureLossCount losses = {};         ///< the same for pictures, for callers that accept losses
  std::vector<std::string> notes = {};  ///< … and for an NPY file: what its numbers are taken for
  std::size_t bytes_on_disk = 0;        ///< of the file, or of a folder's pictures together

  /// The number of examples of this shape that it holds, 0 or more. Throws DataError if its sizes
  /// do not fit; `origin` is its name.
  std::size_t examples_of(const Shape& example_shape, const std::string& origin) const;
};

/// Reads an IDX file (.gz too), an NPY file, or a PNG or JPEG picture, recognised by its first
/// bytes, or a folder of pictures of equal size. Throws DataError.
SourceFile read_source(const std::filesystem::path& file);

/// The bytes of the file: uncompressed if it was gzipped, as a PNG file for a picture, as its PNG
/// files one after another for a folder.
std::string to_bytes(const SourceFile& source);

/// The source as it comes back from compression with loss: an NPY file's pixels as bytes, whatever
/// type they had, since a decoded pixel may be any of the 256 levels.
SourceFile as_bytes(SourceFile source);

/// Writes the source as it was: one file, or a folder of PNG files, which must not exist yet or be
/// empty. Writes all of it or nothing. Throws ConfigError, and DataError if the names of its
/// pictures lead out of the folder.
void write_source(const std::filesystem::path& place, const SourceFile& source);

/// The examples of a source, concatenated, in the layout that a model takes. A picture is cut into
/// its tiles, from left to right and from top to bottom.
std::vector<std::uint8_t> to_examples(const SourceFile& source, const Shape& example_shape);
/// The source's bytes, from its examples.
std::vector<std::uint8_t> from_examples(const std::vector<std::uint8_t>& examples,
                                        const SourceFile& source, const Shape& example_shape);

}}  // namespace hourglass
