#include "hourglass/models/applications/compression/lossy.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/bytes.hpp"
#include "hourglass/models/applications/compression/compressed_file.hpp"
#include "hourglass/models/applications/compression/repeatable.hpp"
#include "hourglass/models/core/fingerprint.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// An unused supply: nothing is popped here before it was pushed, so nothing is lent.
Rng no_words() {
  return Rng(0);
}

/// A checksum of integer codes, so that it does not depend on how floating point rounds.
class Checksum {
 public:
  void add(std::int32_t k) {
    ByteWriter bytes;
    bytes.number(static_cast<std::uint32_t>(k));
    crc_ = crc32_of(bytes.bytes(), crc_);
  }
  std::uint32_t value() const { return crc_; }

 private:
  std::uint32_t crc_ = 0;
};

}  // namespace

double step_of_quality(int quality) {
  return 4 * std::exp2((1 - quality) / 16.0);
}

CodePath path_of_quality(const CodePath& path, int quality) {
  if (path.stages == 1) return path;
  CodePath some = path;
  some.stages = (static_cast<std::size_t>(quality) * path.stages + 99) / 100;
  some.numbers = path.numbers / path.stages * some.stages;
  some.encode = [encode = path.encode, numbers = some.numbers](Var x) {
    return slice(encode(x), 1, 0, numbers);
  };
  return some;
}

LossyCodec::Coded LossyCodec::encode(std::span<const std::uint8_t> bytes,
                                     std::size_t features) const {
  const OneThread one_thread;
  const std::size_t examples = bytes.size() / features, numbers = quantiser_.numbers();
  std::vector<std::int32_t> wholes;
  for (std::size_t first = 0; first < examples; first += repeatable_batch) {
    Tensor x = filled({std::min(repeatable_batch, examples - first), features});
    for (std::size_t i = 0; i < x.size(); ++i)
      x.data()[i] = bytes[first * features + i] * (Scalar{1} / 255);
    const Tensor codes = run_repeatably(path_.encode, x);
    for (std::size_t i = 0; i < codes.size(); ++i)
      wholes.push_back(quantiser_.to_whole(i % numbers, codes.data()[i]));
  }
  Checksum checksum;
  for (std::int32_t k : wholes) checksum.add(k);
  AnsStack stack(no_words());
  for (std::size_t i = wholes.size(); i-- > 0;) quantiser_.push(stack, i % numbers, wholes[i]);

  ByteWriter out;
  out.number(checksum.value());
  out.number(stack.state());
  for (std::uint32_t word : stack.words()) out.number(word);
  return {out.take(), stack.information()};
}

std::vector<std::uint8_t> LossyCodec::decode(std::string_view stream, std::size_t examples) const {
  const OneThread one_thread;
  ByteReader in(stream);
  const auto expected = in.number<std::uint32_t>();
  const auto state = in.number<std::uint64_t>();
  if (in.left() % 4 != 0) throw DataError("its stream is not a whole number of words");
  std::vector<std::uint32_t> words(in.left() / 4);
  for (std::uint32_t& word : words) word = in.number<std::uint32_t>();
  AnsStack stack(std::move(words), state);

  std::vector<std::uint8_t> bytes;
  Checksum checksum;
  for (std::size_t first = 0; first < examples; first += repeatable_batch) {
    Tensor codes = filled({std::min(repeatable_batch, examples - first), quantiser_.numbers()});
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const std::size_t j = i % quantiser_.numbers();
      const std::int32_t k = quantiser_.pop(stack, j);
      checksum.add(k);
      codes.data()[i] = static_cast<Scalar>(quantiser_.to_real(j, k));
    }
    for (Scalar pixel : run_repeatably(path_.decode, codes))
      bytes.push_back(
          static_cast<std::uint8_t>(std::lround(std::clamp<Scalar>(pixel, 0, 1) * 255)));
  }
  if (checksum.value() != expected || !stack.holds_only(no_words()))
    throw DataError("what it decodes to is not what was compressed");
  return bytes;
}

}}  // namespace hourglass
