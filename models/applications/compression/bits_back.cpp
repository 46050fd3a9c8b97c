#include "hourglass/models/applications/compression/bits_back.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/compression/latent_bins.hpp"
#include "hourglass/models/applications/compression/pixel_coder.hpp"
#include "hourglass/models/applications/compression/repeatable.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The words that an empty stack lends.
Rng initial_words() {
  return Rng(2019);
}

const LatentBins& bins() {
  static const LatentBins bins;
  return bins;
}

/// q(z_j | x), from a row of the encoder's outputs: the means, then the logarithms of the
/// variances.
LatentBins::Normal posterior(const Scalar* row, std::size_t numbers, std::size_t j) {
  const double log_variance = row[numbers + j];
  return {row[j], std::exp(std::clamp(log_variance, -40.0, 40.0) / 2)};
}

double square(double x) {
  return x * x;
}

/// The images in reverse order.
std::vector<std::uint8_t> in_reverse(const std::vector<std::uint8_t>& bytes, std::size_t features) {
  std::vector<std::uint8_t> images(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += features)
    std::copy_n(bytes.data() + at, features, images.data() + bytes.size() - at - features);
  return images;
}

/// The images first, …, first + count − 1 that are coded together.
struct Part {
  std::size_t first, count;
};

/// A chunk is an eighth of what was coded before it: those images have put enough bits on the stack
/// to pop the chunk's z, even if a code takes five times as many bits as an image.
std::vector<Part> parts_of(std::size_t examples) {
  std::vector<Part> parts;
  for (std::size_t done = 0; done < examples;) {
    const std::size_t most = std::min(repeatable_batch, examples - done);
    parts.push_back({done, std::clamp<std::size_t>(done / 8, 1, most)});
    done += parts.back().count;
  }
  return parts;
}

}  // namespace

namespace {

VaeNetworks networks_of(Variational& model) {
  if (const std::optional<VaeNetworks> networks = model.networks_for_bits_back()) return *networks;
  throw ConfigError(
      "bits back needs a model whose code z is N(0, 1) and all that its decoder is told, such as "
      "vae or beta-vae; this one is lossy only: give --quality");
}

}  // namespace

BitsBack::BitsBack(Variational& model, std::size_t features)
    : model_(model), networks_(networks_of(model)), features_(features) {}

Tensor BitsBack::posteriors(const Tensor& x) const {
  return run_repeatably([this](Var x) { return networks_.encoder(x); }, x);
}
Tensor BitsBack::pixel_outputs(const Tensor& z) const {
  return run_repeatably([this](Var z) { return networks_.decoder(z); }, z);
}

std::uint64_t BitsBack::arithmetic() const {
  const OneThread one_thread;
  const ModeGuard mode = ModeGuard::evaluation(model_);
  return arithmetic_of([this](Var x) { return networks_.encoder(x); }, features_,
                       [this](Var z) { return networks_.decoder(z); }, model_.latent());
}

/// The images of a part, their posteriors and their codes, for both directions: encoding knows x
/// first, decoding k.
struct BitsBack::Chunk {
  Chunk(const BitsBack& codec, const PixelCoder& pixels, Part part)
      : codec(codec),
        pixels(pixels),
        part(part),
        numbers(codec.model_.latent()),
        features(codec.features_),
        k(part.count * numbers) {}

  /// Runs the encoder on these images.
  void look_at(std::span<const std::uint8_t> bytes) {
    x = filled({part.count, features});
    for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = pixels.observe(bytes[i]);
    posteriors = codec.posteriors(x);
  }
  /// Runs the decoder on the codes.
  void decode_codes() {
    Tensor z = filled({part.count, numbers});
    for (std::size_t i = 0; i < k.size(); ++i)
      z.data()[i] = static_cast<Scalar>(bins().centre(k[i]));
    outputs = codec.pixel_outputs(z);
  }
  LatentBins::Normal q(std::size_t i) const {
    return posterior(posteriors.data() + i / numbers * 2 * numbers, numbers, i % numbers);
  }
  const Scalar* outputs_of(std::size_t image) const {
    return outputs.data() + image * outputs.shape()[1];
  }

  const BitsBack& codec;
  const PixelCoder& pixels;
  Part part;
  std::size_t numbers, features;
  std::vector<std::uint32_t> k;  ///< (count, numbers)
  Tensor x, posteriors, outputs;
};

namespace {

/// Adds the costs of a chunk's images. `of_codes` is what the codes cost with integer frequencies,
/// `of_pixels` what the pixels did, `floored` what they would with real-valued probabilities,
/// `beyond` the part of `of_pixels` that the model does not determine.
template <class Chunk>
void add_costs(BitsBackCosts& costs, Chunk& chunk, Likelihood& likelihood, double of_codes,
               double of_pixels, double floored, double beyond) {
  double divergence = 0, drawn = 0;  // KL(q ‖ p), and ln q(z) − ln p(z) of these z; in nats
  for (std::size_t i = 0; i < chunk.k.size(); ++i) {
    const LatentBins::Normal q = chunk.q(i);
    const double z = bins().centre(chunk.k[i]), log_deviation = std::log(q.deviation);
    divergence += (square(q.mean) + square(q.deviation) - 1) / 2 - log_deviation;
    drawn += (square(z) - square((z - q.mean) / q.deviation)) / 2 - log_deviation;
  }
  double surprise = 0;  // −ln p(x | z)
  Tape tape(Tape::Gradients::off);
  for (Scalar log_p :
       likelihood.log_likelihood(tape.constant(chunk.x), tape.constant(chunk.outputs)).value())
    surprise -= static_cast<double>(log_p);
  costs.bound += (surprise + divergence) / std::numbers::ln2;
  costs.draw += (drawn - divergence) / std::numbers::ln2;
  costs.discretisation += of_codes - drawn / std::numbers::ln2;
  costs.floor += floored - surprise / std::numbers::ln2;
  costs.precision += of_pixels - beyond - floored;
  costs.levels += beyond;
}

}  // namespace

BitsBack::Coded BitsBack::encode(std::span<const std::uint8_t> bytes) const {
  const OneThread one_thread;
  const ModeGuard mode = ModeGuard::evaluation(model_);
  const auto pixels = make_pixel_coder(networks_.likelihood, bytes);
  ByteWriter out;
  pixels->write(out);

  Coded coded;
  AnsStack stack(initial_words());
  for (const Part part : parts_of(bytes.size() / features_)) {
    const auto image = [&](std::size_t i) {
      return bytes.subspan((part.first + i) * features_, features_);
    };
    Chunk chunk(*this, *pixels, part);
    chunk.look_at(bytes.subspan(part.first * features_, part.count * features_));
    const double before = stack.information();
    for (std::size_t i = 0; i < chunk.k.size(); ++i) chunk.k[i] = bins().pop(stack, chunk.q(i));
    const double popped = stack.information();
    chunk.decode_codes();
    double floored = 0, beyond = 0;
    for (std::size_t i = 0; i < part.count; ++i) {
      pixels->push(stack, image(i), chunk.outputs_of(i));
      floored += pixels->bits_with_floor(image(i), chunk.outputs_of(i));
      beyond += pixels->bits_beyond_the_model(image(i));
    }
    const double pushed = stack.information();
    for (std::uint32_t k : chunk.k) LatentBins::push_by_prior(stack, k);
    add_costs(coded.costs, chunk, networks_.likelihood,
              stack.information() - pushed + popped - before, pushed - popped, floored, beyond);
  }

  coded.costs.levels += 8 * static_cast<double>(out.bytes().size());
  coded.costs.initial = 32 * static_cast<double>(stack.lent() + 1);
  out.number(stack.state());
  for (std::uint32_t word : stack.words()) out.number(word);
  coded.stream = out.take();
  // The remainder, after all that is accounted for, is the coder's overhead.
  coded.costs.precision += 8 * static_cast<double>(coded.stream.size()) - coded.costs.total();
  return coded;
}

std::vector<std::uint8_t> BitsBack::decode(std::string_view stream, std::size_t examples) const {
  const OneThread one_thread;
  const ModeGuard mode = ModeGuard::evaluation(model_);
  ByteReader in(stream);
  const auto pixels = read_pixel_coder(networks_.likelihood, in);
  const auto state = in.number<std::uint64_t>();
  if (in.left() % 4 != 0) throw DataError("its stream is not a whole number of words");
  std::vector<std::uint32_t> words(in.left() / 4);
  for (std::uint32_t& word : words) word = in.number<std::uint32_t>();
  AnsStack stack(std::move(words), state);

  // From the last image to the first; memory grows only as images are decoded.
  std::vector<std::uint8_t> reversed, images;
  const std::vector<Part> parts = parts_of(examples);
  for (std::size_t p = parts.size(); p-- > 0;) {
    const std::size_t count = parts[p].count;
    images.resize(count * features_);
    const auto image = [&](std::size_t i) {
      return std::span(images).subspan(i * features_, features_);
    };
    Chunk chunk(*this, *pixels, parts[p]);
    for (std::size_t i = chunk.k.size(); i-- > 0;) chunk.k[i] = LatentBins::pop_by_prior(stack);
    chunk.decode_codes();
    for (std::size_t i = count; i-- > 0;) pixels->pop(stack, image(i), chunk.outputs_of(i));
    chunk.look_at(images);
    for (std::size_t i = chunk.k.size(); i-- > 0;) bins().push(stack, chunk.k[i], chunk.q(i));
    for (std::size_t i = count; i-- > 0;)
      reversed.insert(reversed.end(), image(i).begin(), image(i).end());
  }
  if (!stack.holds_only(initial_words()))
    throw DataError("its stream holds more than its images: it was written for others");
  return in_reverse(reversed, features_);
}

}}  // namespace hourglass
