#include <libexif/exif-data.h>

#include <memory>

#include "hourglass/datasets/readers/picture_formats.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

int exif_orientation(std::string_view exif) {
  constexpr std::string_view start("Exif\0\0", 6);
  std::string block(exif.starts_with(start) ? "" : start);  // libexif needs it, PNG leaves it out
  block += exif;
  const std::unique_ptr<ExifData, void (*)(ExifData*)> data(exif_data_new(), exif_data_unref);
  if (!data) return 1;
  // Following the specification would make up values that the file does not have.
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(data.get(), reinterpret_cast<const unsigned char*>(block.data()),
                      static_cast<unsigned>(block.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (!entry || entry->components < 1) return 1;
  const ExifByteOrder order = exif_data_get_byte_order(data.get());
  if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
    return exif_get_short(entry->data, order);
  if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4)
    return static_cast<int>(exif_get_long(entry->data, order) & 0xff);
  return 1;
}

}}  // namespace hourglass
