// Chapter 8: codes wider than the image needs: few active units, or little movement; and what sparse
// codes say about the inside of another network.
#include <algorithm>
#include <array>
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"

using namespace hourglass;

namespace {

// [train]
void train(Autoencoder& model, const Dataset& data, std::size_t epochs) {
  Batches batches(data, 64, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .batch = 64, .lr = 2e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}
// [/train]

// [columns]
/// What each unit paints: what the decoder adds to the image for it alone, with 0 as middle grey.
Tensor columns(Vanilla& model, std::size_t count) {
  Tape tape(Tape::Gradients::off);
  Tensor units = filled({count, model.latent()});
  for (std::size_t j = 0; j < count; ++j) units(j, j) = 1;
  Var nothing = tape.constant(filled({1, model.latent()}));
  Tensor images = (model.decoder(tape.constant(units)) - model.decoder(nothing)).value();
  for (std::size_t j = 0; j < count; ++j) {
    Scalar largest = Scalar(1e-9);
    for (std::size_t i = 0; i < 784; ++i) largest = std::max(largest, std::abs(images(j, i)));
    for (std::size_t i = 0; i < 784; ++i) images(j, i) = Scalar(0.5) + images(j, i) / largest / 2;
  }
  return images;
}
// [/columns]

// [response]
/// How far the code moves for a step of 1 along each direction u: ‖J u‖ with J = diag(h (1 − h)) W, the
/// mean over the codes h.  w: (units, 784), codes: (N, units), directions: (784, K).
std::vector<double> responses(const Tensor& w, const Tensor& codes, const Tensor& directions) {
  Tape tape(Tape::Gradients::off);
  const Tensor moved = matmul(tape.constant(w), tape.constant(directions)).value();  // (units, K)
  const std::size_t count = codes.shape()[0], units = w.shape()[0];
  std::vector<double> means(directions.shape()[1]);
  for (std::size_t k = 0; k < means.size(); ++k)
    for (std::size_t i = 0; i < count; ++i) {
      double squares = 0;
      for (std::size_t j = 0; j < units; ++j)
        squares += std::pow(codes(i, j) * (1 - codes(i, j)) * moved(j, k), 2);
      means[k] += std::sqrt(squares) / double(count);
    }
  return means;
}
// [/response]

// [inside]
/// What a classifier computes in its last layer, for each image: examples to train on. Its tanh units
/// are in −1..1, examples are in 0..1.
Dataset inside(Stacked& classifier, const Dataset& images) {
  std::vector<Scalar> numbers;
  for (Scalar h : encode_all(classifier, images)) numbers.push_back((h + 1) / 2);
  return {"inside", {classifier.latent()}, numbers, images.labels(0, images.size()), {}};
}

/// The cross-entropy in nats per image if the classifier went on from these examples.
double nats(Stacked& classifier, const Tensor& examples, const Dataset& images) {
  Tape tape(Tape::Gradients::off);
  Var logits = classifier.head(2 * tape.constant(examples) - 1);
  const std::vector<std::uint8_t> labels = images.labels(0, images.size());
  Var numbers = label_numbers(tape, {examples, labels}, 10);
  return per_example(cross_entropy(logits, numbers)).item();
}
// [/inside]

/// The `count` images to which unit j answers most, the strongest first.
std::vector<std::uint32_t> strongest(const Tensor& codes, std::size_t j, std::size_t count) {
  std::vector<std::uint32_t> images(codes.shape()[0]);
  for (std::uint32_t i = 0; i < images.size(); ++i) images[i] = i;
  std::partial_sort(images.begin(), images.begin() + std::ptrdiff_t(count), images.end(),
                    [&](auto a, auto b) { return codes(a, j) > codes(b, j); });
  images.resize(count);
  return images;
}

/// How many images a unit answers to.
std::size_t uses(const Tensor& codes, std::size_t j) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < codes.shape()[0]; ++i) count += codes(i, j) > 0;
  return count;
}

/// Of the ten images to which a unit answers most, how many are of one class: the mean over the units
/// that answer to ten.
double same_class(const Tensor& codes, const Dataset& images) {
  double same = 0, units = 0;
  for (std::size_t j = 0; j < codes.shape()[1]; ++j) {
    if (uses(codes, j) < 10) continue;
    std::array<int, 10> of_class{};
    for (std::uint32_t i : strongest(codes, j, 10)) ++of_class[images.label(i)];
    same += *std::max_element(of_class.begin(), of_class.end());
    ++units;
  }
  return same / units;
}

/// Of some units, the mean of the images to which each answers, weighted by how much, and the nine to
/// which it answers most: one row each.
std::vector<Tensor> portraits(const Tensor& codes, const Dataset& images, std::size_t count) {
  std::vector<std::size_t> often;  // units, those that answer to more images first
  for (std::size_t j = 0; j < codes.shape()[1]; ++j)
    if (uses(codes, j) >= 9) often.push_back(j);
  std::stable_sort(often.begin(), often.end(),
                   [&](auto a, auto b) { return uses(codes, a) > uses(codes, b); });
  Tensor pixels;
  images.read_rows(0, images.size(), pixels);
  std::vector<Tensor> rows;
  for (std::size_t r = 0; r < count; ++r) {
    const std::size_t j = often[r * often.size() / count];
    Tensor row = filled({10, 784});
    double weight = 0;
    for (std::size_t i = 0; i < images.size(); ++i) weight += std::max<Scalar>(0, codes(i, j));
    for (std::size_t i = 0; i < images.size(); ++i)
      for (std::size_t p = 0; p < 784; ++p)
        row(0, p) += std::max<Scalar>(0, codes(i, j)) * pixels(i, p) / Scalar(weight);
    const std::vector<std::uint32_t> best = strongest(codes, j, 9);
    for (std::size_t k = 0; k < 9; ++k)
      for (std::size_t p = 0; p < 784; ++p) row(k + 1, p) = pixels(best[k], p);
    rows.push_back(row);
  }
  return rows;
}

void draw(const Chapter& chapter, const std::string& name, const std::vector<Tensor>& images) {
  std::vector<const Tensor*> rows;
  for (const Tensor& row : images) rows.push_back(&row);
  std::ofstream(chapter.picture(name), std::ios::binary) << to_png(draw_rows(rows, {1, 28, 28}));
}

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t epochs = chapter.quick() ? 1 : 6;
  const Dataset data = load_dataset("mnist", Split::train).slice(0, 1000 * epochs);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, 1000);
  const Shape shape = test.example_shape();
  const VanillaOptions base{.network = {.latent = 1000, .hidden = {}}};

  chapter.part("codes");
  // [models]
  const auto fresh = [] { return Rng(1); };
  Rng r1 = fresh(), r2 = fresh(), r3 = fresh(), r4 = fresh(), r5 = fresh(), r6 = fresh();
  Sparse none(shape, {.base = base, .weight = 0}, r1);
  Sparse l1(shape, {.base = base, .weight = 0.1}, r2);
  KSparse top(shape, {.base = base, .k = 25}, r3);
  KlSparse kl(shape, {.base = base, .target = 0.05, .weight = 1}, r4);
  Contractive free(shape, {.base = base, .weight = 0}, r5);
  Contractive held(shape, {.base = base, .weight = 0.1}, r6);
  // [/models]
  const std::vector<std::pair<std::string, Vanilla*>> models{
      {"none, relu", &none},    {"L1", &l1},           {"top 25", &top}, {"KL 0.05", &kl},
      {"none, sigmoid", &free}, {"contractive", &held}};
  std::vector<Tensor> features;
  // [measure]
  for (const auto& [name, model] : models) {
    train(*model, data, epochs);
    const Tensor code = encode_all(*model, test);
    std::size_t active = 0, dead = 0;
    for (std::size_t j = 0; j < 1000; ++j) {
      std::size_t uses = 0;
      for (std::size_t i = 0; i < 1000; ++i) uses += std::abs(code(i, j)) > 0.1;
      active += uses, dead += uses == 0;
    }
    const double squared = metric(evaluate(*model, test, Rng(4)), "squared_error_per_image");
    fmt::print("{:14} error {:4.1f}, active {:3.0f} %, never active {:3}\n", name, squared,
               double(active) / 10000, dead);
    // [/measure]
    const std::string key = model == &free ? "free" : name.substr(0, 2);
    chapter.figure(key + "_error", squared, "{:.1f}");
    chapter.figure(key + "_active", double(active) / 10000, "{:.0f}");
    chapter.figure(key + "_dead", double(dead), "{:.0f}");
    features.push_back(columns(*model, 12));
  }
  draw(chapter, "features.png", features);

  chapter.part("jacobian");
  const std::vector<std::size_t> places{1, 3, 10, 30, 100, 300};
  const Pca pca = fit_pca(data, places.back());
  Tensor directions = filled({784, places.size()});
  for (std::size_t k = 0; k < places.size(); ++k)
    for (std::size_t i = 0; i < 784; ++i) directions(i, k) = pca.components(i, places[k] - 1);
  std::vector<double> without;
  for (Contractive* model : {&free, &held}) {
    const Tensor codes = encode_all(*model, test.slice(0, 200));
    const auto moved = responses(model->encoder.parameters().front()->value, codes, directions);
    fmt::print("{:12}", model == &free ? "none" : "contractive");
    for (std::size_t k = 0; k < places.size(); ++k) {
      fmt::print("  {:3}: {:.2f}", places[k], moved[k]);
      chapter.figure(fmt::format("{}_{}", model == &free ? "free" : "held", places[k]), moved[k],
                     "{:.2f}");
      if (model == &held)
        chapter.figure(fmt::format("less_{}", places[k]), 100 * (1 - moved[k] / without[k]),
                       "{:.0f}");
    }
    fmt::print("\n");
    if (model == &free) without = moved;
  }

  chapter.part("inside");
  // [classifier]
  Rng r7 = fresh();
  Stacked classifier(shape, {.latent = 100, .hidden = {300}, .fine_tune = "labels"}, r7);
  train(classifier, data, 8 + 2 * epochs);
  const Dataset seen = inside(classifier, data), unseen = inside(classifier, test);
  Tensor layer;
  unseen.read_rows(0, unseen.size(), layer);
  const double full = nats(classifier, layer, test),
               nothing = nats(classifier, filled(layer.shape(), 0.5), test);
  fmt::print("classifier {:.2f} nats, with its layer silent {:.2f}\n", full, nothing);
  // [/classifier]
  chapter.figure("full", full, "{:.2f}");
  chapter.figure("silent", nothing, "{:.2f}");
  const double own = same_class(layer, test);
  fmt::print("its own units: {:.0f} of 10 of one class\n", own);
  chapter.figure("own_same", own, "{:.1f}");
  // [explain]
  const auto explain = [&](const std::string& key, const std::string& name, Vanilla& features) {
    train(features, seen, 15 + 2 * epochs);
    const Tensor codes = encode_all(features, unseen);
    const double left = nats(classifier, reconstruct(features, layer), test),
                 recovered = 100 * (nothing - left) / (nothing - full);
    std::size_t active = 0, dead = 0;
    for (std::size_t j = 0; j < features.latent(); ++j) {
      active += uses(codes, j);
      dead += uses(codes, j) == 0;
    }
    const double each = double(active) / double(unseen.size()), same = same_class(codes, test);
    fmt::print("{:14} active {:4.1f}, recovered {:3.0f} %, dead {:3}, {:.0f} of 10 of one class\n",
               name, each, recovered, dead, same);
    // [/explain]
    chapter.figure(key + "_active", each, "{:.1f}");
    chapter.figure(key + "_recovered", recovered, "{:.0f}");
    chapter.figure(key + "_dead", double(dead), "{:.0f}");
    chapter.figure(key + "_same", same, "{:.1f}");
    if (key == "b4") draw(chapter, "answers.png", portraits(codes, test, 8));
  };
  const NetworkOptions network{.latent = 400, .hidden = {}};
  for (std::size_t k : {2, 4, 8, 16}) {
    Rng rng = fresh();
    BatchTopK features(unseen.example_shape(), {.network = network, .k = k, .dead_after = 4000},
                       rng);
    explain(fmt::format("b{}", k), fmt::format("BatchTopK {}", k), features);
  }
  Rng r8 = fresh();
  JumpRelu jump(unseen.example_shape(), {.network = network, .active = 4}, r8);
  explain("j4", "JumpReLU 4", jump);
}
