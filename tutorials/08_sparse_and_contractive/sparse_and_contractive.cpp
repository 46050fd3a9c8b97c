// Chapter 8: codes wider than the image needs: few active units, or little movement.
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

/// The weights of an encoder or decoder of one dense layer, (out, in).
const Tensor& weights(Sequential& layer) {
  return layer.parameters().front()->value;
}

// [columns]
/// What each unit paints: the decoder's columns, as images with 0 as middle grey.
Tensor columns(Vanilla& model, std::size_t count) {
  const Tensor& w = weights(model.decoder);  // (784, units)
  Tensor images = filled({count, 784});
  for (std::size_t j = 0; j < count; ++j) {
    Scalar largest = Scalar(1e-9);
    for (std::size_t i = 0; i < 784; ++i) largest = std::max(largest, std::abs(w(i, j)));
    for (std::size_t i = 0; i < 784; ++i) images(j, i) = Scalar(0.5) + w(i, j) / largest / 2;
  }
  return images;
}
// [/columns]

// [singular]
/// The largest singular values of J = diag(slopes) W: how far the code moves for a step of 1 in the
/// best direction of the image, the next best, ... Directions are multiplied by JᵀJ and made
/// orthogonal again, many times.
std::vector<double> singular_values(const Tensor& w, const std::vector<double>& slopes,
                                    std::size_t count, Rng rng) {
  const std::size_t units = w.shape()[0];
  Tensor start = filled({count, 784});
  rng.fill_normal(start, 0, 1);
  std::vector<std::vector<double>> v(count, std::vector<double>(784));
  for (std::size_t k = 0; k < count; ++k) std::copy_n(&start(k, 0), 784, v[k].begin());
  std::vector<double> values(count);
  for (int round = 0; round < 30; ++round)
    for (std::size_t k = 0; k < count; ++k) {
      std::vector<double> moved(784);
      for (std::size_t j = 0; j < units; ++j) {
        if (slopes[j] == 0) continue;
        const Scalar* row = &w(j, 0);
        const double along = std::inner_product(row, row + 784, v[k].begin(), 0.0);
        for (std::size_t i = 0; i < 784; ++i) moved[i] += slopes[j] * slopes[j] * along * row[i];
      }
      for (std::size_t other = 0; other < k; ++other) {
        const double shared = std::inner_product(moved.begin(), moved.end(), v[other].begin(), 0.0);
        for (std::size_t i = 0; i < 784; ++i) moved[i] -= shared * v[other][i];
      }
      const double norm =
          std::sqrt(std::inner_product(moved.begin(), moved.end(), moved.begin(), 1e-30));
      for (std::size_t i = 0; i < 784; ++i) v[k][i] = moved[i] / norm;
      values[k] = std::sqrt(norm);
    }
  return values;
}
// [/singular]

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
  std::vector<const Tensor*> rows;
  for (const Tensor& row : features) rows.push_back(&row);
  std::ofstream(chapter.picture("features.png"), std::ios::binary)
      << to_png(draw_rows(rows, shape));

  chapter.part("jacobian");
  for (Contractive* model : {&free, &held}) {
    const Tensor code = encode_all(*model, test);
    std::vector<double> slopes(1000);
    for (std::size_t j = 0; j < 1000; ++j) slopes[j] = code(0, j) * (1 - code(0, j));
    const auto values = singular_values(weights(model->encoder), slopes, 40, Rng(5));
    fmt::print("{:12}", model == &free ? "none" : "contractive");
    for (const std::size_t k : {1, 5, 10, 20, 40}) {
      fmt::print("  s_{}: {:.2f}", k, values[k - 1]);
      chapter.figure(fmt::format("{}_{}", model == &free ? "free" : "held", k), values[k - 1],
                     "{:.2f}");
    }
    fmt::print("\n");
  }
}
