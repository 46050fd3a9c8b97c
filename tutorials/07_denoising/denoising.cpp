// Chapter 7: noise as a teacher: what a denoiser learns, where it does harm, and its arrows.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "spiral.hpp"

using namespace hourglass;

namespace {

// [damage]
using Damage = std::function<Var(Var x, Rng& rng)>;

/// Adds noise of this deviation, or up to `more` above it, drawn anew for each batch.
Damage gaussian(double deviation, double more = 0) {
  return [=](Var x, Rng& rng) {
    return clamp(gaussian_noise(x, Scalar(deviation + more * rng.uniform()), rng), 0, 1);
  };
}
/// Half of the pixels become 0.
const Damage masking = [](Var x, Rng& rng) { return masking_noise(x, Scalar(0.5), rng); };
// [/damage]

Tensor damaged(const Tensor& images, const Damage& damage, Rng rng) {
  Tape tape;
  return damage(tape.constant(images), rng).value();
}

// [denoiser]
/// A dense autoencoder, 784 to 512 and back, that sees damaged images and has to return clean ones.
std::unique_ptr<Vanilla> denoiser(const Dataset& train, std::size_t epochs, const Damage& damage) {
  Rng rng(1);
  auto model = std::make_unique<Vanilla>(
      train.example_shape(), VanillaOptions{.network = {.latent = 0, .hidden = {512}}}, rng);
  const auto loss = [&](Tape& tape, const Batch& batch, Rng& noise) {
    const Var x = tape.constant(batch.x);
    const Var logits = model->decoder(model->encode(damage(x, noise)));
    return Loss("reconstruction", per_example(binary_cross_entropy(logits, x)));
  };
  Batches batches(train, 64, Rng(2));
  Trainer trainer(*model, loss, {.epochs = epochs, .batch = 64, .lr = 2e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  return model;
}
// [/denoiser]

/// Each pixel becomes the median of the nine around it.
Tensor median(const Tensor& images) {
  Tensor out = images;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const int y = int(i % 784) / 28, x = int(i % 28);
    std::array<Scalar, 9> nine;
    for (int k = 0; k < 9; ++k)
      nine[k] =
          images(i / 784, std::clamp(y + k / 3 - 1, 0, 27) * 28 + std::clamp(x + k % 3 - 1, 0, 27));
    std::nth_element(nine.begin(), nine.begin() + 4, nine.end());
    out.data()[i] = nine[4];
  }
  return out;
}

double error(const Tensor& rebuilt, const Tensor& clean) {  // per pixel, in thousandths
  return 1000 * xt::mean(xt::square(rebuilt - clean))();
}

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t epochs = chapter.quick() ? 1 : 6;
  const Dataset train = load_dataset("mnist", Split::train).slice(0, 2000 * epochs);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, 1000);
  const Tensor clean = to_tensor(test), few = to_tensor(test.slice(0, 12));

  chapter.part("levels");
  // [levels]
  std::map<std::string, Damage> damages{{"masking", masking}};
  for (const char* level : {"0", "0.25", "0.5", "1"}) damages[level] = gaussian(std::stod(level));
  fmt::print("tested with          0   0.25    0.5      1  masking\n");
  const auto test_all = [&](const std::string& name, auto restore) {
    fmt::print("{:15}", name);
    for (const auto& [noise, damage] : damages) {
      const double left = error(restore(damaged(clean, damage, Rng(4))), clean);
      fmt::print("{:7.1f}", left);
      std::string key = name + "_" + noise;
      std::replace_if(key.begin(), key.end(), [](char c) { return !std::isalnum(c); }, '_');
      chapter.figure(key, left, left < 30 ? "{:.1f}" : "{:.0f}");
    }
    fmt::print("\n");
  };
  test_all("nothing", [](const Tensor& x) { return x; });
  test_all("median", median);
  std::vector<std::unique_ptr<Vanilla>> models;
  const auto teach = [&](const std::string& name, const Damage& damage) {
    models.push_back(denoiser(train, epochs, damage));
    test_all(name, [&](const Tensor& x) { return reconstruct(*models.back(), x); });
  };
  for (const auto& [noise, damage] : damages) teach("taught " + noise, damage);
  teach("taught 0 to 1", gaussian(0, 1));
  // [/levels]
  Vanilla& strong = *models[2];
  const Tensor noisy = damaged(few, gaussian(0.5), Rng(4)), smooth = median(noisy),
               rebuilt = reconstruct(strong, noisy), harmed = reconstruct(strong, few),
               unharmed = reconstruct(*models.back(), few);
  std::ofstream(chapter.picture("rows.png"), std::ios::binary) << to_png(
      draw_rows({&few, &noisy, &smooth, &rebuilt, &harmed, &unharmed}, test.example_shape()));

  chapter.part("why");
  // [why]
  Tensor brighter = filled({1000, 784});
  for (int i = 0; i < 50; ++i) brighter += damaged(clean, gaussian(0.5), Rng(100 + i)) / 50;
  const double left = error(reconstruct(strong, brighter), clean);
  fmt::print("taught 0.5, brighter by what noise adds in the mean: {:.1f}\n", left);
  chapter.figure("brighter", left, "{:.1f}");
  // [/why]

  chapter.part("arrows");
  // [arrows]
  Rng rng(6);
  Sequential network;
  add_dense_layers(network, {2, 128, 128, 2}, "silu", rng);
  Adam adam(network.parameters());
  const int steps = chapter.quick() ? 300 : 4000;
  for (int step = 0; step < steps; ++step) {
    Tape tape;
    const Var x = tape.constant(draw_points(256, rng));
    adam.zero_grad();
    tape.backward(mean(square(network(gaussian_noise(x, Scalar(sigma), rng)) - x)));
    adam.lr = 3e-3 * (1 - double(step) / steps);
    adam.step();
  }
  // [/arrows]
  Tensor points = grid_points(), rebuilt_points;
  for (int step = 0; step <= 30; ++step) {
    rebuilt_points = network(Tape().constant(points)).value();
    const Distances mean = measure(points, rebuilt_points);
    if (step == 0) {
      fmt::print("exact arrows: {:.2f} sigma; the network's: {:.2f} off\n", mean.arrow, mean.off);
      std::ofstream(chapter.picture("arrows.svg")) << draw_arrows(points, rebuilt_points);
      chapter.part("walk");
    }
    if (step < 4 || step % 10 == 0)
      fmt::print("after {:2} steps: {:.2f} sigma from the spiral\n", step, mean.spiral);
    points = rebuilt_points;
  }

  chapter.part("patches");
  const Tensor mean_digit = xt::mean(to_tensor(train), {0});
  const double by_mean = xt::sum(xt::square(clean - mean_digit))() / 1000 * 37 / 49;
  fmt::print("mean digit   {:5.1f}\n", by_mean);
  chapter.figure("patches_mean", by_mean, "{:.1f}");
  // [patches]
  const auto guess = [&](Autoencoder& model, const std::string& name) {
    Batches batches(train, 64, Rng(2));
    Progress quiet(Progress::Show::nothing);
    Trainer(model, {.epochs = epochs, .batch = 64, .lr = 2e-3}, Rng(3)).fit(batches, quiet);
    const double left = metric(evaluate(model, test, Rng(4)), "masked_error");
    fmt::print("{:12} {:5.1f}\n", name, left);
    chapter.figure("patches_" + name, left, "{:.1f}");
  };
  Rng weights(7);
  Masked dense(train.example_shape(), {}, weights);
  MaskedTransformer transformer(train.example_shape(), {}, weights);
  guess(dense, "dense");
  guess(transformer, "transformer");
  // [/patches]
  Tape tape(Tape::Gradients::off);
  Rng hiding(8);
  const Var seen = transformer.corrupt(tape.constant(few), hiding);
  const Tensor guessed = transformer.repair(seen).value();
  std::ofstream(chapter.picture("patches.png"), std::ios::binary)
      << to_png(draw_rows({&few, &seen.value(), &guessed}, test.example_shape()));
}
