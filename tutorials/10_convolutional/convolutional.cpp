// Chapter 10: what a convolutional autoencoder knows before it has seen an image.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

// [networks]
/// Three ways from 784 pixels to 32 numbers, and back.
const std::map<std::string, NetworkOptions> networks{
    {"dense", {.latent = 32, .hidden = {256}, .activation = "silu"}},
    {"convolutional", {.latent = 32, .hidden = {}, .channels = {16, 32}, .activation = "silu"}},
    {"small image", {.latent = 0, .hidden = {}, .channels = {16, 32, 2}, .activation = "silu"}}};
// [/networks]

// [train]
std::unique_ptr<Vanilla> trained(const NetworkOptions& network, const Dataset& images,
                                 std::size_t steps) {
  Rng rng(1);
  auto model = std::make_unique<Vanilla>(images.example_shape(), VanillaOptions{network}, rng);
  Batches batches(images, 50, Rng(2));
  Trainer trainer(*model, {.epochs = steps / batches.per_epoch(), .batch = 50, .lr = 3e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  return model;
}
// [/train]

/// The mean over images of Σ (x − x̂)².
double error(Autoencoder& model, const Dataset& images) {
  return metric(evaluate(model, images, Rng(4)), "squared_error_per_image");
}

/// Each image with its pixels in this order; black where there is none.
Dataset rearranged(const Dataset& images, const std::vector<std::uint32_t>& order) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < images.size(); ++i)
    for (const std::uint32_t from : order)
      bytes.push_back(from < images.features() ? images.example(i)[from] : 0);
  return Dataset("rearranged", images.example_shape(), bytes, images.labels(0, images.size()));
}

/// Moved down and to the right by this many pixels.
Dataset shifted(const Dataset& images, std::uint32_t by) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < 28; ++i)
    for (std::uint32_t j = 0; j < 28; ++j)
      order.push_back(i < by || j < by ? 784 : (i - by) * 28 + j - by);
  return rearranged(images, order);
}
// [chequer]
/// How far the mean brightness at the four places of each 2 × 2 block is from being the same, in %.
double chequer(const Tensor& rows) {
  std::array<double, 4> sums{};
  for (std::size_t n = 0; n < rows.shape()[0]; ++n)
    for (std::size_t p = 0; p < 784; ++p) sums[p / 28 % 2 * 2 + p % 2] += rows(n, p);
  const double mean = (sums[0] + sums[1] + sums[2] + sums[3]) / 4;
  double variance = 0;
  for (const double sum : sums) variance += (sum - mean) * (sum - mean) / 4;
  return 100 * std::sqrt(variance) / mean;
}
// [/chequer]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t steps = chapter.quick() ? 60 : 800, soon = chapter.quick() ? 40 : 100;
  const std::size_t most = chapter.quick() ? 1000 : 5000;
  const Dataset images = load_dataset("mnist", Split::train).slice(0, most);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, chapter.quick() ? 300 : 1000);
  const Dataset shown = test.slice(0, 12);

  chapter.part("sizes");
  for (const auto& [name, network] : networks) {
    const auto model = trained(network, images.slice(0, 50), 0);
    std::size_t shared = 0;
    for (const Parameter* p : model->parameters())
      shared += p->value.dimension() == 4 ? p->value.size() : 0;
    fmt::print("{:13} {:6} parameters, of kernels {:5}; latent dimensions: {}\n", name,
               model->parameter_count(), shared, model->latent());
  }

  chapter.part("few");
  // [few]
  std::vector<std::uint32_t> order(784);
  Rng(7).shuffle(order);
  const Dataset mixed = rearranged(images, order), mixed_test = rearranged(test, order);
  std::map<std::string, std::unique_ptr<Vanilla>> models;
  Lines plot{"training images", "squared error per test image", {}};
  for (const bool mix : {false, true}) {
    if (mix) chapter.part("mixed");
    for (const std::string name : {"dense", "convolutional"}) {
      plot.lines.push_back({name + (mix ? ", mixed" : ""), {}});
      for (std::size_t count = 100; count <= most; count = count == 100 ? 1000 : count * 5) {
        auto model = trained(networks.at(name), (mix ? mixed : images).slice(0, count), steps);
        const double e = error(*model, mix ? mixed_test : test);
        fmt::print("{:13} of {:4} images: {:.1f}\n", name, count, e);
        chapter.figure(fmt::format("{}{}_{}", name.substr(0, 4), mix ? "_mixed" : "", count), e,
                       "{:.1f}");
        plot.lines.back().points.push_back({double(count), e});
        if (!mix) models[name] = std::move(model);
      }
    }
  }
  // [/few]
  std::ofstream(chapter.picture("few.svg")) << svg_file(plot_lines(plot), {.height = 480});

  chapter.part("shifted");
  models["small image"] = trained(networks.at("small image"), images, steps);
  std::vector<Tensor> rows{to_tensor(shifted(shown, 4))};  // then what each makes of them
  for (const auto& [name, model] : models) {
    fmt::print("{:13}", name);
    for (const std::uint32_t by : {0, 1, 2, 3, 4}) {
      const double e = error(*model, shifted(test, by));
      fmt::print("  {} px: {:4.1f}", by, e);
      chapter.figure(fmt::format("{}_shift_{}", name.substr(0, 4), by), e, "{:.1f}");
    }
    fmt::print("\n");
    rows.push_back(reconstruct(*model, rows.front()));
  }
  std::ofstream(chapter.picture("shifted.png"), std::ios::binary)
      << to_png(draw_rows({&rows[0], &rows[2], &rows[1], &rows[3]}, test.example_shape()));

  chapter.part("chequer");
  std::vector<Tensor> early{to_tensor(shown)};
  const auto report = [&](const std::string& line, const std::string& name, Vanilla& model) {
    const double uneven = chequer(reconstruct(model, to_tensor(test)));
    fmt::print("{}: error {:.1f}, uneven by {:.1f} %\n", line, error(model, test), uneven);
    chapter.figure(name, uneven, "{:.1f}");
  };
  NetworkOptions network = networks.at("convolutional");
  for (const std::string way : {"transposed", "nearest"}) {
    network.upsampling = way;
    const auto model = trained(network, images, soon);
    early.push_back(reconstruct(*model, early.front()));
    report(fmt::format("{} after {} steps", way, soon), way, *model);
  }
  report(fmt::format("transposed after {} steps", steps), "late", *models["convolutional"]);
  std::ofstream(chapter.picture("chequer.png"), std::ios::binary)
      << to_png(draw_rows({&early[0], &early[1], &early[2]}, test.example_shape()));
}
