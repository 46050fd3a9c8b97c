// Chapter 13: a code that is told the class, and a code that has to be cheap.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

void train(Trainer trainer, const Dataset& data) {
  Batches batches(data, 64, Rng(2));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}
void train(Autoencoder& model, const Dataset& data, std::size_t epochs) {
  train(Trainer(model, {.epochs = epochs, .batch = 64, .lr = 2e-3}, Rng(3)), data);
}

// [judge]
/// The share of images that the judge takes for what was asked for.
double obeyed(Sequential& judge, const Samples& samples) {
  Tape tape(Tape::Gradients::off);
  const Tensor& logits = judge(tape.constant(samples.examples)).value();
  double right = 0;
  for (std::size_t i = 0; i < samples.labels.size(); ++i) {
    const Scalar* row = &logits(i, 0);
    right += std::max_element(row, row + 10) - row == samples.labels[i];
  }
  return 100 * right / static_cast<double>(samples.labels.size());
}
// [/judge]

// [knows]
/// The share of test images whose class can be read off their z, in percent.
double known(Autoencoder& model, std::size_t size, const Dataset& data, const Dataset& test) {
  const auto z = [&](const Dataset& images) {
    const Tensor codes = encode_all(model, images);
    Tensor style = filled({images.size(), size});  // without y, where the code has it too
    for (std::size_t i = 0; i < images.size(); ++i) std::copy_n(&codes(i, 0), size, &style(i, 0));
    return LabeledRows{style, all_labels(images)};
  };
  return 100 * knn_accuracy(z(data), z(test), 5);
}
// [/knows]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const bool quick = chapter.quick();
  const Dataset data = load_dataset("mnist", Split::train).slice(0, quick ? 2000 : 10000);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, quick ? 500 : 2000);
  const Shape image = data.example_shape();

  chapter.part("judge");
  Rng rng(1);
  Sequential judge;
  add_dense_layers(judge, {784, 128, 10}, "relu", rng);
  const auto loss = [&](Tape& tape, const Batch& batch, Rng&) {
    return Loss("class_nats", per_example(cross_entropy(judge(tape.constant(batch.x)),
                                                        label_numbers(tape, batch, 10))));
  };
  train(Trainer(judge, loss, {.epochs = quick ? 4u : 6u, .batch = 64, .lr = 2e-3}, Rng(3)), data);
  const double trust = obeyed(judge, {to_tensor(test), all_labels(test)});
  fmt::print("the judge recognises {:.0f} % of the test digits\n", trust);
  chapter.figure("trust", trust, "{:.0f}");

  chapter.part("obey");
  // [models]
  const NetworkOptions network{.latent = 8, .hidden = {200}, .activation = "silu"};
  const std::size_t epochs = quick ? 4 : 14;
  Vae plain(image, {.network = network}, rng);
  ConditionalVae bound(
      image, {.vae = {.network = network}, .class_weight = 1, .consistency_weight = 0}, rng);
  ConditionalVae held(image, {.vae = {.network = network}}, rng);
  // [/models]
  train(plain, data, epochs);
  for (ConditionalVae* model : {&bound, &held}) {
    train(*model, data, epochs);
    Rng draw(4);
    const double share = obeyed(judge, draw_samples(*model, 1000, {}, draw));
    fmt::print("{:14}{:.0f} % of 1000 images are of the class asked for\n",
               model == &bound ? "bound alone" : "held to it", share);
    chapter.figure(model == &bound ? "obey_bound" : "obey_held", share, "{:.0f}");
  }

  // [grid]
  Rng draw(5);
  const Tensor styles = held.sample_codes(10, 0, draw);  // ten z, class 0
  Tensor grid = filled({100, held.latent()});
  for (std::size_t digit = 0; digit < 10; ++digit)
    for (std::size_t style = 0; style < 10; ++style) {
      std::copy_n(&styles(style, 0), 8, &grid(10 * digit + style, 0));
      grid(10 * digit + style, 8 + digit) = 1;
    }
  const Tensor drawn = decode_all(held, grid);
  // [/grid]
  std::ofstream(chapter.picture("grid.png"), std::ios::binary)
      << to_png(draw_sheet(drawn, image, 10, 2, 2));

  chapter.part("knows");
  const auto tell = [&](const std::string& key, const std::string& name, Variational& model) {
    const double share = known(model, 8, data, test);
    const Metrics f = evaluate(model, test, Rng(6));
    fmt::print("{:14}class from z: {:.0f} %   KL {:.1f} nats   reconstruction {:.0f} nats\n", name,
               share, metric(f, "kl_nats"), metric(f, "reconstruction_nats"));
    chapter.figure("know_" + key, share, "{:.0f}");
    chapter.figure("kl_" + key, metric(f, "kl_nats"), "{:.1f}");
    chapter.figure("rec_" + key, metric(f, "reconstruction_nats"), "{:.0f}");
  };
  tell("plain", "VAE", plain);
  tell("bound", "bound alone", bound);
  tell("held", "held to it", held);

  chapter.part("beta");
  // [beta]
  Lines plot{"rate (KL), nats", "distortion (reconstruction), nats", {{"one point a beta", {}}}};
  for (const double beta : {0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0}) {
    Rng same(7);
    BetaVae model(image, {.vae = {.network = network}, .beta = beta}, same);
    train(model, data, quick ? 2 : 5);
    const Metrics f = evaluate(model, test, Rng(6));
    const double rate = metric(f, "kl_nats"), distortion = metric(f, "reconstruction_nats");
    fmt::print("beta {:4}  rate {:6.2f}  distortion {:4.0f}  sum {:4.0f}  numbers in use {:.0f}\n",
               beta, rate, distortion, rate + distortion, metric(f, "active_units"));
    chapter.figure(fmt::format("rate_{:03.0f}", 10 * beta), rate, "{:.1f}");
    chapter.figure(fmt::format("distortion_{:03.0f}", 10 * beta), distortion, "{:.0f}");
    if (rate > 0.05) plot.lines[0].points.push_back({rate, distortion});
  }
  // [/beta]
  std::ofstream(chapter.picture("beta.svg")) << svg_file(plot_lines(plot), {.height = 480});
}
