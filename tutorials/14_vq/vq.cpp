// Chapter 14: a code of whole numbers, how it learns, and what follows what in it.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"

using namespace hourglass;

namespace {

// [nearest]
std::size_t nearest(const std::vector<double>& codebook, double z) {
  const auto closer = [&](double a, double b) { return std::abs(a - z) < std::abs(b - z); };
  return std::min_element(codebook.begin(), codebook.end(), closer) - codebook.begin();
}

/// How many vectors are used after each has moved to the mean of its own z, 20 times.
std::size_t used_after(std::vector<double> codebook, const std::vector<double>& z) {
  std::vector<double> sums, counts;
  for (int round = 0; round < 20; ++round) {
    sums.assign(codebook.size(), 0), counts = sums;
    for (const double each : z) {
      const std::size_t k = nearest(codebook, each);
      sums[k] += each, counts[k] += 1;
    }
    for (std::size_t k = 0; k < codebook.size(); ++k)
      if (counts[k] > 0) codebook[k] = sums[k] / counts[k];
  }
  return counts.size() - std::count(counts.begin(), counts.end(), 0);
}
// [/nearest]

// [relax]
/// The loss of a choice y between three values, as a one-hot vector or something between.
Var loss_of(Var y) {
  Var values = new_constant("values", y.tape(), {3});
  std::copy_n(std::begin({0, 1, -1}), 3, values.output().data());
  return square(2 - exp(sum(y * values, {1})));
}

/// The gradients of many draws by the logits of the three values, one in each row.
Tensor gradients(const Tensor& logits, double temperature, bool straight, std::size_t draws) {
  Parameter all({draws, 3});
  for (std::size_t i = 0; i < all.value.size(); ++i) all.value.data()[i] = logits.data()[i % 3];
  Tape tape;
  Rng rng(7);
  Var u = new_constant("uniform", tape, {draws, 3});
  rng.fill_uniform(u.output(), 0, 1);
  Var noisy = log_softmax(tape.parameter(all)) - log(-log(u));  // its largest: a draw
  Var soft = softmax(noisy / static_cast<Scalar>(temperature));
  Var y = straight ? straight_through(soft, top_k_mask(noisy, 1)) : soft;
  tape.backward(sum(loss_of(y)));
  return all.grad;
}

/// The gradient of the expected loss, Σ_k π_k loss(k).
Tensor exact(const Tensor& logits) {
  Tensor each = filled({3, 3});
  for (std::size_t k = 0; k < 3; ++k) each(k, k) = 1;
  Parameter p({1, 3});
  p.value = logits;
  Tape tape;
  tape.backward(sum(softmax(tape.parameter(p)) * loss_of(tape.constant(each))));
  return p.grad;
}
// [/relax]

/// How far the mean of the rows is from the exact gradient, and how far a row from their mean.
struct Quality {
  double bias = 0, deviation = 0;

  Quality(const Tensor& rows, const Tensor& exact) {
    const auto count = static_cast<double>(rows.shape()[0]);
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0, squares = 0;
      for (std::size_t i = 0; i < rows.shape()[0]; ++i) {
        sum += rows(i, j);
        squares += double(rows(i, j)) * rows(i, j);
      }
      bias += std::pow(sum / count - exact(0, j), 2);
      deviation += squares / count - std::pow(sum / count, 2);
    }
    bias = std::sqrt(bias);
    deviation = std::sqrt(deviation);
  }
};

void train(Autoencoder& model, const Dataset& data, std::size_t epochs) {
  Batches batches(data, 64, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .batch = 64, .lr = 3e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  model.train(false);
}

// [prior]
constexpr std::size_t size = 16;  // of the codebook

/// How often index k stands at a position where index j stands at another, its parent.
struct Position {
  std::size_t parent = 0, own = 0;
  Tensor p = filled({size, size}, 0.1);  // (j, k), as if each had been seen a little

  Scalar* row(const Scalar* code) {
    return &p(parent == own ? 0 : static_cast<std::size_t>(code[parent]), 0);
  }
  Position(const Tensor& codes, std::size_t parent, std::size_t own) : parent(parent), own(own) {
    for (std::size_t n = 0; n < codes.shape()[0]; ++n)
      row(&codes(n, 0))[static_cast<std::size_t>(codes(n, own))] += 1;
    for (std::size_t j = 0; j < size; ++j) {
      const Scalar sum = std::accumulate(&p(j, 0), &p(j, 0) + size, Scalar(0));
      for (std::size_t k = 0; k < size; ++k) p(j, k) /= sum;
    }
  }
  double bits(const Tensor& codes) {
    double sum = 0;
    for (std::size_t n = 0; n < codes.shape()[0]; ++n)
      sum -= std::log2(row(&codes(n, 0))[static_cast<std::size_t>(codes(n, own))]);
    return sum / static_cast<double>(codes.shape()[0]);
  }
};

/// The earlier position that tells most; none without `looks_back`.
Position fit(const Tensor& codes, std::size_t i, bool looks_back) {
  Position best(codes, i, i);
  for (std::size_t earlier = 0; looks_back && earlier < i; ++earlier)
    if (Position other(codes, earlier, i); other.bits(codes) < best.bits(codes)) best = other;
  return best;
}
// [/prior]

}  // namespace
int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const Dataset data = load_dataset("mnist", Split::train).slice(0, chapter.quick() ? 2000 : 10000);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, chapter.quick() ? 500 : 2000);
  const std::size_t epochs = chapter.quick() ? 2 : 5;

  chapter.part("slope");
  // [slope]
  const std::vector<double> four{0, 1, 2, 3};  // code vectors of one number each
  for (const double z : {0.6, 0.7}) fmt::print("z = {} becomes {}\n", z, four[nearest(four, z)]);
  Parameter z({1, 1});
  Tape tape;
  Var code = straight_through(tape.parameter(z), tape.constant(filled({1, 1}, 1)));
  tape.backward(per_example(squared_error(code, tape.constant(filled({1, 1}, 2)))));
  fmt::print("straight through, the gradient of z: {}\n", z.grad(0, 0));
  // [/slope]

  chapter.part("relax");
  Tensor logits = filled({1, 3});
  logits(0, 1) = 0.5, logits(0, 2) = -0.5;
  const Tensor slope = exact(logits);
  fmt::print("exact gradient {:.3f} {:.3f} {:.3f}\n", slope(0, 0), slope(0, 1), slope(0, 2));
  fmt::print("temperature     relaxed: bias  deviation     straight through: bias  deviation\n");
  for (const double temperature : {4.0, 2.0, 1.0, 0.5, 0.25}) {
    const Quality soft(gradients(logits, temperature, false, 100'000), slope);
    const Quality hard(gradients(logits, temperature, true, 100'000), slope);
    fmt::print("{:11} {:17.2f} {:10.1f} {:26.2f} {:10.1f}\n", temperature, soft.bias,
               soft.deviation, hard.bias, hard.deviation);
  }
  chapter.part("size");
  // [size]
  const NetworkOptions network{.latent = 64, .hidden = {256}, .normalization = "batch"};
  for (const std::size_t k : {2, 4, 16, 64, 256}) {
    Rng rng(1);
    VqVae model(data.example_shape(), {.network = network, .positions = 16, .codebook = k}, rng);
    train(model, data, epochs);
    const Metrics f = evaluate(model, test, Rng(4));
    const double error = metric(f, "squared_error_per_image");
    fmt::print("{:3} vectors  {:3.0f} bits  error {:4.1f}  perplexity {:5.1f}\n", k,
               16 * std::log2(k), error, metric(f, "perplexity"));
    chapter.figure(fmt::format("error_{}", k), error, "{:.1f}");
  }
  // [/size]
  chapter.part("collapse");
  Rng places(6);
  std::vector<double> cloud(2000), elsewhere(64);
  for (double& each : cloud) each = 3 + places.uniform();
  for (double& each : elsewhere) each = places.uniform();
  fmt::print("of 64 vectors that begin elsewhere {} are used, of 64 that begin on data {}\n",
             used_after(elsewhere, cloud), used_after({cloud.begin(), cloud.begin() + 64}, cloud));
  chapter.part("grid");
  // [grid]
  for (const std::size_t numbers : {2, 4}) {  // of a point, each of four values
    NetworkOptions narrow = network;
    narrow.latent = 16 * numbers;
    const std::vector<std::size_t> levels(numbers, 4);
    Rng rng(1);
    Fsq model(data.example_shape(), {.network = narrow, .levels = levels}, rng);
    train(model, data, epochs);
    const std::size_t k = model.codebook_size();
    const Metrics f = evaluate(model, test, Rng(4));
    const double error = metric(f, "squared_error_per_image");
    fmt::print("{:3} points  {:3.0f} bits  error {:4.1f}  perplexity {:5.1f}\n", k,
               16 * std::log2(k), error, metric(f, "perplexity"));
    chapter.figure(fmt::format("grid_{}", k), error, "{:.1f}");
  }
  // [/grid]
  chapter.part("stages");
  // [stages]
  Tape plain(Tape::Gradients::off);
  Var images = plain.constant(to_tensor(test));
  Rng rng(1);
  ResidualVq staged(data.example_shape(),
                    {.base = {.network = network, .positions = 16, .codebook = 16}}, rng);
  train(staged, data, epochs);
  Var indices = staged.code_indices(images);
  for (std::size_t n = 1; n <= 4; ++n) {
    Var rebuilt = staged.decode_indices(slice(indices, 1, 0, 16 * n));
    const double error = per_example(squared_error(rebuilt, images)).item();
    fmt::print("{} of 4 stages  {:3} bits  error {:4.1f}\n", n, 64 * n, error);
    chapter.figure(fmt::format("stages_{}", n), error, "{:.1f}");
  }
  // [/stages]
  chapter.part("prior");
  rng = Rng(1);
  VqVae model(data.example_shape(), {.network = network, .positions = 16, .codebook = size}, rng);
  train(model, data, epochs);
  const Tensor codes = model.code_indices(plain.constant(to_tensor(data))).value();
  const Tensor unseen = model.code_indices(images).value();
  Tensor sheet = filled({60, 784});
  for (const bool looks_back : {false, true}) {
    Rng draw(5);
    double bits = 0;
    Tensor drawn = filled({20, 16});
    for (std::size_t i = 0; i < 16; ++i) {
      Position position = fit(codes, i, looks_back);
      bits += position.bits(unseen);
      for (std::size_t n = 0; n < 20; ++n) {
        const Scalar* row = position.row(&drawn(n, 0));
        double left = draw.uniform() - row[0];
        std::size_t k = 0;
        while (k + 1 < size && left >= 0) left -= row[++k];
        drawn(n, i) = static_cast<Scalar>(k);
      }
    }
    fmt::print("{:12}{:.1f} bits a test image, of 64\n", looks_back ? "looks back" : "alone", bits);
    chapter.figure(looks_back ? "bits_back" : "bits_alone", bits, "{:.1f}");
    const Tensor& images = model.decode_indices(plain.constant(drawn)).value();
    std::copy(images.begin(), images.end(), sheet.data() + (looks_back ? 20 * 784 : 0));
  }
  // [made]
  CodePrior all(16, size, rng);
  all.fit(codes, {.epochs = 20, .batch = 100, .lr = 2e-3}, Rng(7));
  const Var nats = -mean(all.log_likelihood(plain.constant(unseen)));
  const double bits = nats.item() / std::log(2.0);
  fmt::print("all earlier {:.1f} bits a test image, of 64\n", bits);
  // [/made]
  chapter.figure("bits_all", bits, "{:.1f}");
  const Tensor& drawn = model.decode_indices(plain.constant(all.draw(20, rng))).value();
  std::copy(drawn.begin(), drawn.end(), sheet.data() + 40 * 784);
  std::ofstream(chapter.picture("samples.png"), std::ios::binary)
      << to_png(draw_sheet(sheet, data.example_shape(), 10, 2, 2));
}
