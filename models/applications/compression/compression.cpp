#include "hourglass/models/applications/compression/compression.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/models/applications/compression/bytes.hpp"
#include "hourglass/models/applications/compression/repeatable.hpp"
#include "hourglass/models/core/fingerprint.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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

Variational& variational_of(const TrainedModel& trained) {
  if (Variational* variational = trained.model->variational()) return *variational;
  if (trained.model->is_autoregressive())
    throw ConfigError(
        fmt::format("{} has no latent variables, which compression without loss needs: train a vae",
                    trained.run.model));
  throw ConfigError(
      fmt::format("{} has no likelihood, so that it cannot compress without loss: give --quality",
                  trained.run.model));
}

std::uint64_t fingerprint_of(const TrainedModel& trained, const CodeTables& tables) {
  return fingerprint_of(trained) ^ fingerprint_of(tables);
}

void check_model(const CompressedFile& file, std::uint64_t fingerprint) {
  if (file.model != fingerprint)
    throw DataError(
        "it was compressed with another model, or with this one before it was trained "
        "again");
}

/// The tables that the file was compressed with.
CodeTables tables_for(const TrainedModel& trained, const CompressedFile& file,
                      const std::vector<TablesSource>& elsewhere) {
  std::optional<CodeTables> tables = stored_code_tables(trained);
  const auto fits = [&] { return tables && fingerprint_of(trained, *tables) == file.model; };
  std::string fault;
  for (std::size_t i = 0; i < elsewhere.size() && !fits(); ++i) try {
      tables = elsewhere[i]();
    } catch (const DataError& error) {
      fault = error.what();
    }
  if (!tables)
    throw DataError(
        "the model's file, of an older Hourglass, holds no tables of its codes, and they "
        "are nowhere else" +
        (fault.empty() ? fault : ": " + fault));
  check_model(file, fingerprint_of(trained, *tables));
  return *tables;
}

/// The quality precedes the codec's stream, since the quantiser's step follows from it.
std::vector<std::uint8_t> decode_with_loss(const TrainedModel& trained, const CompressedFile& file,
                                           const std::vector<TablesSource>& elsewhere) {
  const CodePath path = code_path(*trained.model);
  const CodeTables tables = tables_for(trained, file, elsewhere);
  ByteReader in(file.stream);
  const int quality = in.number<std::uint8_t>();
  if (quality < 1 || quality > 100) throw DataError("its quality is not from 1 to 100");
  const ModeGuard mode = ModeGuard::evaluation(*trained.model);
  return LossyCodec(path_of_quality(path, quality), tables, step_of_quality(quality))
      .decode(in.text(in.left()), file.examples);
}

SourceFile decode(const TrainedModel& trained, const CompressedFile& file,
                  const std::vector<TablesSource>& elsewhere) {
  const Shape shape = example_shape_of(trained);
  SourceFile source{file.source, file.shape, file.source_header, {}};
  if (source.examples_of(shape, "its header") != file.examples)
    throw DataError("its sizes and its number of examples do not fit together");
  if (file.codec == Codec::quantised) {
    source.bytes = from_examples(decode_with_loss(trained, file, elsewhere), source, shape);
    return source;
  }
  check_model(file, fingerprint_of(trained));
  const BitsBack codec(variational_of(trained), element_count(shape));
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
  const BitsBack codec(variational_of(trained), compressed.features);
  if (!source.loss.empty())
    throw DataError(
        fmt::format("{}: {}, or give --quality, which compresses with loss", origin, source.loss));
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

Compressed compress_with_loss(const TrainedModel& trained, const CodeTables& tables,
                              const SourceFile& source, const std::string& origin, int quality) {
  const Shape shape = example_shape_of(trained);
  Compressed compressed;
  compressed.features = element_count(shape);
  compressed.examples = source.examples_of(shape, origin);
  source.losses.tell(origin);
  for (const std::string& note : source.notes) notice(fmt::format("{}: {}", origin, note));
  const std::vector<std::uint8_t> examples = to_examples(source, shape);
  const CodePath path = code_path(*trained.model);
  const ModeGuard mode = ModeGuard::evaluation(*trained.model);
  const LossyCodec codec(path_of_quality(path, quality), tables, step_of_quality(quality));
  const auto [stream, bits] = codec.encode(examples, compressed.features);
  compressed.code_bits = bits;
  compressed.mse_per_pixel = error_of(examples, codec.decode(stream, compressed.examples));
  compressed.bytes = to_bytes(CompressedFile{.codec = Codec::quantised,
                                             .source = source.kind,
                                             .model = fingerprint_of(trained, tables),
                                             .shape = source.shape,
                                             .examples = compressed.examples,
                                             .source_header = as_bytes(source).header,
                                             .stream = static_cast<char>(quality) + stream});
  return compressed;
}

double error_of(const std::vector<std::uint8_t>& examples,
                const std::vector<std::uint8_t>& rebuilt) {
  double sum = 0;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const double lost = (static_cast<double>(examples[i]) - rebuilt[i]) / 255;
    sum += lost * lost;
  }
  return examples.empty() ? 0 : sum / static_cast<double>(examples.size());
}

SourceFile decompress(const TrainedModel& trained, std::string_view bytes,
                      const std::string& origin, const std::vector<TablesSource>& elsewhere) {
  try {
    return decode(trained, read_compressed(bytes), elsewhere);
  } catch (const Error& error) {  // of whatever kind: here the file is at fault
    throw DataError(fmt::format("{}: {}", origin, error.what()));
  }
}

}}  // namespace hourglass
