// Chapter 20: an autoencoder of your own, from a wish to a result.
#include <fstream>
#include <hourglass/hourglass.hpp>
#include <xtensor/xview.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

constexpr std::size_t full = 32;

// [model]
/// An autoencoder whose code is ordered: it may be cut after any of its numbers. In training each
/// example loses all numbers of its code from a random place on:
///     minimise  E_k ‖x − g(f(x) · [j < k])‖²,   k uniform in 1 … L
class Ordered : public Vanilla {
 public:
  using Vanilla::Vanilla;
  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    Tensor kept = filled({batch.size(), latent()}, 1);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::size_t k = 1 + rng.below(static_cast<std::uint32_t>(latent()));
      for (std::size_t j = k; j < latent(); ++j) kept(i, j) = 0;
    }
    return Loss("reconstruction",
                reconstruction_error(encode(x) * tape.constant(std::move(kept)), x));
  }
};
// [/model]

template <class Model>
void train(Model& model, const Dataset& data, std::size_t epochs) {
  Batches batches(data, 128, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .batch = 128, .lr = 2e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}

NetworkOptions network(std::size_t latent) {
  return {.latent = latent, .hidden = {256}, .activation = "silu"};
}

// [cut]
/// The images rebuilt from the first k numbers of their codes; the others become their
/// averages.
Tensor rebuilt(Autoencoder& model, Tensor codes, std::size_t k, const Tensor& average) {
  for (std::size_t j = k; j < codes.shape()[1]; ++j) xt::view(codes, xt::all(), j) = average(j);
  return decode_all(model, codes);
}
// [/cut]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t size = chapter.quick() ? 4000 : 20000, epochs = chapter.quick() ? 4 : 12;
  const Dataset data = load_dataset("mnist", Split::train).slice(0, size);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, chapter.quick() ? 500 : 2000);
  const Shape shape = data.example_shape();

  chapter.part("by heart");
  // [heart]
  Rng rng(1);
  Ordered small(shape, {.network = network(full)}, rng);
  const Dataset few = data.slice(0, 16);
  for (const std::size_t steps : {1, 50, chapter.quick() ? 200 : 500}) {
    train(small, few, steps);
    fmt::print("{:4} more steps: {:.2f}\n", steps,
               metric(evaluate(small, few, Rng(4)), "squared_error_per_image"));
  }
  // [/heart]

  chapter.part("cut");
  Rng rng_a(1), rng_b(1);
  Vanilla plain(shape, {.network = network(full)}, rng_a);
  Ordered ordered(shape, {.network = network(full)}, rng_b);
  train(plain, data, epochs);
  train(ordered, data, epochs);
  const Tensor truth = to_tensor(test), plain_codes = encode_all(plain, test),
               codes = encode_all(ordered, test), zeros = filled({full}),
               average = xt::mean(encode_all(plain, data), {0});
  const auto error = [&](const Tensor& x) {
    return double(xt::mean(xt::sum(xt::square(x - truth), {1}))());
  };
  // [compare]
  const std::vector<std::string> names{"plain, cut", "ordered, cut", "PCA"};
  Lines plot{"latent dimensions that are kept", "squared error per image", {}};
  for (const std::string& name : names) plot.lines.push_back({name, {}});
  for (const std::size_t k : {1, 2, 4, 8, 16, 32}) {
    const std::array errors{error(rebuilt(plain, plain_codes, k, average)),
                            error(rebuilt(ordered, codes, k, zeros)),
                            squared_error_per_example(fit_pca(data, k), test)};
    fmt::print("{:2} numbers", k);
    for (std::size_t i = 0; i < names.size(); ++i) {
      fmt::print("   {} {:4.1f}", names[i], errors[i]);
      plot.lines[i].points.push_back({double(k), errors[i]});
      chapter.figure(fmt::format("{}_{}", names[i].substr(0, 3), k), errors[i], "{:.1f}");
    }
    fmt::print("\n");
  }
  // [/compare]
  fmt::print("the mean image, whatever the digit: {:.1f}\n", error(fit_pca(data, 1).mean));

  chapter.part("price");
  plot.lines.push_back({"trained for it", {}});
  for (const std::size_t k : {2, 8, 32}) {
    Rng again(1);
    Vanilla trained(shape, {.network = network(k)}, again);
    if (k < full) train(trained, data, epochs);  // with all 32 it is the plain one
    const double own = error(reconstruct(k < full ? trained : plain, truth));
    fmt::print("{:2} numbers   trained for it {:4.1f}\n", k, own);
    plot.lines.back().points.push_back({double(k), own});
    chapter.figure(fmt::format("own_{}", k), own, "{:.1f}");
  }
  std::ofstream(chapter.picture("lengths.svg")) << svg_file(plot_lines(plot), {.height = 480});

  const auto few_of = [](const Tensor& x) { return Tensor(xt::view(x, xt::range(0, 12))); };
  std::vector<Tensor> rows{few_of(truth)};
  for (const std::size_t k : {1, 2, 4, 8, 16, 32})
    rows.push_back(few_of(rebuilt(ordered, codes, k, zeros)));
  rows.push_back(few_of(rebuilt(plain, plain_codes, 8, average)));
  std::vector<const Tensor*> drawn;
  for (const Tensor& row : rows) drawn.push_back(&row);
  std::ofstream(chapter.picture("lengths.png"), std::ios::binary)
      << to_png(draw_rows(drawn, shape));
}
