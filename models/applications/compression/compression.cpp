#include "models/applications/compression/compression.hpp"

#include <fmt/format.h>

#include "autograd/error.hpp"
#include "models/applications/compression/repeatable.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

Shape example_shape_of(const TrainedModel& trained) {
  return {trained.run.example_shape.begin(), trained.run.example_shape.end()};
}

std::uint64_t fingerprint_of(const TrainedModel& trained) {
  return fingerprint_of(*trained.model, trained.config.text());
}

std::string_view view_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Vae& vae_of(const TrainedModel& trained) {
  if (auto* vae = dynamic_cast<Vae*>(trained.model.get())) return *vae;
  throw ConfigError(
      fmt::format("{} has no likelihood, so that it cannot compress without loss: give --quality",
                  trained.run.model));
}

SourceFile decode(const TrainedModel& trained, const CompressedFile& file) {
  if (file.model != fingerprint_of(trained))
    throw DataError(
        "it was compressed with another model, or with this one before it was trained "
        "again");
  const Shape shape = example_shape_of(trained);
  SourceFile source{file.source, file.shape, file.source_header, {}};
  if (source.examples_of(shape, "its header") != file.examples)
    throw DataError("its sizes and its number of examples do not fit together");
  const BitsBack codec(vae_of(trained), element_count(shape));
  if (codec.arithmetic() != file.arithmetic)
    throw DataError(fmt::format(
        "it was written with {}, where this model comes to other last digits than here with {}; "
        "decompress it there, or with those kernels (OPENBLAS_CORETYPE)",
        file.arithmetic_name, arithmetic_name()));
  source.bytes = from_examples(codec.decode(file.stream, file.examples), source, shape);
  if (crc32_of(view_of(source.bytes)) != file.contents_crc)
    throw DataError("what it decodes to is not what was compressed");
  return source;
}

}  // namespace

Compressed compress(const TrainedModel& trained, const SourceFile& source,
                    const std::string& origin) {
  const Shape shape = example_shape_of(trained);
  Compressed compressed;
  compressed.features = element_count(shape);
  compressed.examples = source.examples_of(shape, origin);
  const BitsBack codec(vae_of(trained), compressed.features);
  if (!source.as_it_was)
    throw DataError(fmt::format(
        "{}: its numbers are no bytes, which alone are compressed without loss; save them as uint8 "
        "or give --quality",
        origin));
  BitsBack::Coded coded = codec.encode(to_examples(source, shape));
  compressed.lossless = coded.costs;
  compressed.bytes = to_bytes(CompressedFile{.codec = Codec::bits_back,
                                             .source = source.kind,
                                             .model = fingerprint_of(trained),
                                             .arithmetic = codec.arithmetic(),
                                             .arithmetic_name = arithmetic_name(),
                                             .shape = source.shape,
                                             .examples = compressed.examples,
                                             .source_header = source.header,
                                             .contents_crc = crc32_of(view_of(source.bytes)),
                                             .stream = std::move(coded.stream)});
  return compressed;
}

SourceFile decompress(const TrainedModel& trained, std::string_view bytes,
                      const std::string& origin) {
  try {
    return decode(trained, read_compressed(bytes));
  } catch (const ConfigError& error) {  // a file's fault here, not that of what was asked
    throw DataError(fmt::format("{}: {}", origin, error.what()));
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", origin, error.what()));
  }
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
