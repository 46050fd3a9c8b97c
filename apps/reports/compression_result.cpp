#include "apps/reports/compression_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "apps/evaluation/words.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

UnpackedSource::UnpackedSource(const SourceFile& source)
    : pictures_(source.kind == SourceKind::picture || source.kind == SourceKind::folder),
      bytes_(to_bytes(source)),
      file_size_(bytes_.size()),
      packed_(!pictures_ && file_size_ != source.bytes_on_disk) {
  if (pictures_) bytes_.assign(source.bytes.begin(), source.bytes.end());
}

double CompressionResult::per_pixel(double bits) const {
  const auto pixels = static_cast<double>(compressed.examples * compressed.features);
  return pixels > 0 ? bits / pixels : 0;
}

double CompressionResult::psnr() const {
  return -10 * std::log10(std::max(compressed.mse_per_pixel, 1e-10));
}

namespace {

double bits_of(std::size_t bytes) {
  return 8 * static_cast<double>(bytes);
}

double bits_with_model(const CompressionResult& result) {
  return bits_of(result.compressed.bytes.size()) + bits_of(result.model_bytes);
}

/// A cost of a lossless file on top of the model's bound.
struct Part {
  const char *key, *name;  ///< in the JSON, and for people
  double bits;
};
std::array<Part, 7> parts_of(const Compressed& compressed) {
  const BitsBackCosts& costs = *compressed.lossless;
  return {
      {{"draw", "sampling noise of the codes", costs.draw},
       {"discretisation", "codes in bins", costs.discretisation},
       {"floor", "probability floor, at most 24 bits per pixel", costs.floor},
       {"precision", "whole frequencies, the coder", costs.precision},
       {"initial", "bits to start with", costs.initial},
       {"levels", "levels of grey, their table", costs.levels},
       {"container", "header and checksums", bits_of(compressed.bytes.size()) - costs.total()}}};
}

struct OtherSize {
  const char* name;
  std::size_t bytes;
};
std::array<OtherSize, 3> sizes_of(const GeneralPurpose& others) {
  return {{{"gzip", others.gzip}, {"bzip2", others.bzip2}, {"xz", others.xz}}};
}

}  // namespace

// ---- As JSON

namespace {

using Json = nlohmann::ordered_json;

void add_parts(Json& json, const CompressionResult& result) {
  json["model_bits_per_dim"] = result.per_pixel(result.compressed.lossless->bound);
  for (const auto& [key, name, bits] : parts_of(result.compressed))
    json["parts_bits_per_dim"][key] = result.per_pixel(bits);
}

void add_loss(Json& json, const CompressionResult& result) {
  json["quality"] = *result.quality;
  // What a model of its codes, with independent dimensions, predicts for these examples.
  json["model_bits_per_dim"] = result.per_pixel(result.compressed.code_bits);
  json["mse_per_pixel"] = result.compressed.mse_per_pixel;
  json["psnr_db"] = result.psnr();
}

}  // namespace

nlohmann::ordered_json to_json(const CompressionResult& result) {
  const Compressed& compressed = result.compressed;
  Json json = {{"lossless", !result.quality},
               {"examples", compressed.examples},
               {"bytes_in", result.bytes_on_disk},
               {"bytes_out", compressed.bytes.size()},
               {"bits_per_dim", result.per_pixel(bits_of(compressed.bytes.size()))}};
  if (result.unpacked.is_pictures()) json["png_bytes"] = result.unpacked.file_size();
  if (result.unpacked.was_packed()) json["unpacked_bytes"] = result.unpacked.file_size();
  if (compressed.lossless) add_parts(json, result);
  json["model_bytes"] = result.model_bytes;
  json["bits_per_dim_with_model"] = result.per_pixel(bits_with_model(result));
  if (result.quality) add_loss(json, result);
  for (const auto& [name, bytes] : sizes_of(result.others))
    json[std::string(name) + "_bytes"] = bytes;
  if (result.rates) {
    json["rate_distortion"] = to_json(*result.rates);
    json["measured_on"] = result.rates->measured_on.to_json();
  }
  json["seconds"] = result.seconds;
  json["megabytes_per_second"] =
      static_cast<double>(result.unpacked.bytes().size()) / 1e6 / result.seconds;
  return json;
}

// ---- For people

namespace {

/// A row with a length in bytes, and in bits per pixel.
std::string row(const CompressionResult& result, const std::string& name, double bits) {
  return fmt::format("\n  {:<42}{:>12}{:>12.4f}", name,
                     thousands(static_cast<std::size_t>(std::lround(bits / 8))),
                     result.per_pixel(bits));
}

/// A part of the length, which may be below zero.
std::string part_row(const CompressionResult& result, const std::string& name, double bits) {
  const double bytes = std::round(bits / 8) + 0.0;  // a part of less than half a byte is 0, not -0
  return fmt::format("\n    {:<40}{:>12.0f}{:>12.4f}", name, bytes, result.per_pixel(bits));
}

/// What `decompress` will make of the file.
std::string what_comes_back(const CompressionResult& result) {
  if (result.quality) return fmt::format("quality {}", *result.quality);
  if (result.binarized) return "without loss, after binarisation";
  if (result.unpacked.is_pictures())
    return "without loss: the pixels come back, as PNG; metadata does not";
  return result.unpacked.was_packed() ? "without loss: it comes back unpacked"
                                      : "without loss: the same file comes back";
}

std::string source_rows(const CompressionResult& result) {
  std::string table = row(result, result.is_folder ? "the files as they are" : "the file as it is",
                          bits_of(result.bytes_on_disk));
  const double unpacked_bits = bits_of(result.unpacked.file_size());
  if (result.unpacked.is_pictures()) table += row(result, "its pixels as PNG", unpacked_bits);
  if (result.unpacked.was_packed()) table += row(result, "unpacked", unpacked_bits);
  return table;
}

std::string lossless_rows(const CompressionResult& result) {
  std::string table =
      part_row(result, "the model's bound, −ELBO", result.compressed.lossless->bound);
  for (const auto& [key, name, bits] : parts_of(result.compressed))
    table += part_row(result, name, bits);
  return table;
}

std::string lossy_rows(const CompressionResult& result) {
  const double code_bits = result.compressed.code_bits;
  return part_row(result, "the codes by their frequencies", code_bits) +
         part_row(result, "header, coder, checksums",
                  bits_of(result.compressed.bytes.size()) - code_bits);
}

std::string other_rows(const CompressionResult& result) {
  std::string table;
  for (const auto& [name, bytes] : sizes_of(result.others))
    table += row(result,
                 fmt::format("{}{}{}", name, result.unpacked.is_pictures() ? ", of its pixels" : "",
                             result.quality ? ", without loss" : ""),
                 bits_of(bytes));
  return table;
}

}  // namespace

std::string to_table(const CompressionResult& result) {
  const Compressed& compressed = result.compressed;
  std::string table = fmt::format("{}: {} of {} pixels, {}\n\n  {:<42}{:>12}{:>12}", result.out,
                                  counted(compressed.examples, "example"), compressed.features,
                                  what_comes_back(result), "", "bytes", "bits/pixel");
  table += source_rows(result);
  table += row(result, "compressed", bits_of(compressed.bytes.size()));
  if (compressed.lossless) table += lossless_rows(result);
  if (result.quality) table += lossy_rows(result);
  table += other_rows(result);
  table += row(result, "compressed, and the model's own file", bits_with_model(result));
  if (result.quality)
    table += fmt::format("\n\n  squared error per pixel {:.5f} ({:.1f} dB)",
                         compressed.mse_per_pixel, result.psnr());
  if (result.rates) table += to_table(*result.rates);
  return table;
}

}}  // namespace hourglass
