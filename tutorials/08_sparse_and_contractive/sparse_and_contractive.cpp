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
}
