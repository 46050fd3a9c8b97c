// Chapter 5: the vanilla autoencoder on MNIST.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

// [loop]
/// Trains the model with Adam and a learning rate that falls linearly to zero.
void train(Autoencoder& model, const Dataset& images, std::size_t epochs, bool print = false) {
  Batches batches(images, 64, Rng(2));
  Adam adam(model.parameters());
  Tape tape;
  const std::size_t per_epoch = batches.per_epoch(), steps = epochs * per_epoch;
  for (std::size_t step = 0; step < steps; ++step) {
    tape.reset();  // forget the last step's program
    const Var x = tape.constant(batches.get(step / per_epoch, step % per_epoch));
    const Var loss = per_example(squared_error(model(x), x));  // forward, recorded
    adam.zero_grad();
    tape.backward(loss);  // from the last value to the first
    adam.lr = 4e-3 * (1 - double(step) / double(steps));
    adam.step();  // each weight moves a little
    if (print && (step == 0 || (step & (step - 1)) == 0))
      fmt::print("step {:4}: {:5.1f} on its 64 images\n", step, loss.item());
  }
}
// [/loop]

/// The mean over test images of Σ (x − x̂)².
double error(Autoencoder& model, const Dataset& test) {
  return metric(evaluate(model, test, Rng(4)), "squared_error_per_image");
}

// [shuffle]
/// The same images, with the pixels of each in this order.
Dataset shuffled(const Dataset& images, const std::vector<std::uint32_t>& order) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < images.size(); ++i)
    for (const std::uint32_t pixel : order) bytes.push_back(images.example(i)[pixel]);
  return Dataset("shuffled", images.example_shape(), bytes, images.labels(0, images.size()));
}
// [/shuffle]

/// The share of test images whose nearest training image, by these codes, has the same label.
double recognised(const Tensor& codes, const Dataset& images, const Tensor& test_codes,
                  const Dataset& test) {
  return 100 * knn_accuracy({codes, all_labels(images)}, {test_codes, all_labels(test)});
}

std::unique_ptr<Vanilla> make_model(const Dataset& images, std::size_t numbers,
                                    bool convolutions = false) {
  Rng rng(1);
  NetworkOptions network{.latent = numbers, .hidden = {256, 128}, .activation = "silu"};
  if (convolutions) network.hidden = {128}, network.channels = {8, 16};
  return std::make_unique<Vanilla>(images.example_shape(), VanillaOptions{network}, rng);
}

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t size = chapter.quick() ? 2000 : 20000, epochs = 8;
  const Dataset images = load_dataset("mnist", Split::train).slice(0, size);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, chapter.quick() ? 500 : 2000);

  chapter.part("loop");
  // [sizes]
  std::map<std::size_t, std::unique_ptr<Vanilla>> models;
  for (const std::size_t numbers : {2, 8, 32}) {
    models[numbers] = make_model(images, numbers);
    train(*models[numbers], images, epochs, numbers == 32);
  }
  // [/sizes]

  chapter.part("sizes");
  const Tensor test_pixels = to_tensor(test), mean_image = fit_pca(images, 1).mean;
  const double nothing = xt::sum(xt::square(test_pixels - mean_image))() / double(test.size());
  fmt::print(" 0 numbers: always the mean image {:.1f}\n", nothing);
  chapter.figure("mean", nothing, "{:.1f}");
  for (const auto& [numbers, model] : models) {
    const double linear = squared_error_per_example(fit_pca(images, numbers), test);
    const double own = error(*model, test);
    fmt::print("{:2} numbers: PCA {:4.1f}, autoencoder {:4.1f}\n", numbers, linear, own);
    chapter.figure(fmt::format("pca_{}", numbers), linear, "{:.1f}");
    chapter.figure(fmt::format("code_{}", numbers), own, "{:.1f}");
  }
  const Tensor shown = to_tensor(test.slice(0, 12));
  const Tensor by_2 = reconstruct(*models[2], shown), by_8 = reconstruct(*models[8], shown),
               by_32 = reconstruct(*models[32], shown);
  std::ofstream(chapter.picture("reconstructions.png"), std::ios::binary)
      << to_png(draw_rows({&shown, &by_2, &by_8, &by_32}, test.example_shape()));

  chapter.part("plane");
  const Tensor codes = encode_all(*models[2], images), test_codes = encode_all(*models[2], test);
  const Pca pca = fit_pca(images, 2);
  const double plane = recognised(codes, images, test_codes, test);
  const double flat =
      recognised(project(pca, to_tensor(images)), images, project(pca, test_pixels), test);
  fmt::print("test digits recognised by the nearest training digit\n");
  fmt::print("in the plane of PCA: {:.0f} %, in the plane of the code: {:.0f} %\n", flat, plane);
  chapter.figure("plane_pca", flat, "{:.0f}");
  chapter.figure("plane_code", plane, "{:.0f}");
  Scatter scatter{"first number", "second number", {}, all_labels(test)};
  for (std::size_t i = 0; i < test.size(); ++i)
    scatter.points.push_back({test_codes(i, 0), test_codes(i, 1)});
  std::ofstream(chapter.picture("plane.svg")) << svg_file(plot_scatter(scatter), {.height = 560});

  chapter.part("shuffled");
  // [shuffled]
  std::vector<std::uint32_t> order(images.features());
  Rng(7).shuffle(order);
  const Dataset shuffled_images = shuffled(images, order), shuffled_test = shuffled(test, order);
  const auto blind = make_model(images, 8);
  train(*blind, shuffled_images, epochs);
  const auto local = make_model(images, 8, true), local_blind = make_model(images, 8, true);
  train(*local, images, epochs);
  train(*local_blind, shuffled_images, epochs);
  // [/shuffled]
  const std::map<std::string, std::array<double, 2>> errors{
      {"dense", {error(*models[8], test), error(*blind, shuffled_test)}},
      {"local", {error(*local, test), error(*local_blind, shuffled_test)}}};
  for (const auto& [name, pair] : errors) {
    fmt::print("{} {:.1f} on images, {:.1f} on shuffled images\n",
               name == "dense" ? "dense        " : "convolutional", pair[0], pair[1]);
    chapter.figure(name, pair[0], "{:.1f}");
    chapter.figure(name + "_shuffled", pair[1], "{:.1f}");
  }
  const Tensor seen = to_tensor(shuffled_test.slice(0, 12)), rebuilt = reconstruct(*blind, seen);
  Tensor back = rebuilt;
  for (std::size_t i = 0; i < 12; ++i)
    for (std::size_t j = 0; j < order.size(); ++j) back(i, order[j]) = rebuilt(i, j);
  std::ofstream(chapter.picture("shuffled.png"), std::ios::binary)
      << to_png(draw_rows({&seen, &rebuilt, &back}, test.example_shape()));
}
