// Chapter 16: what codes know of classes that nobody told them.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

using Labels = std::vector<std::uint8_t>;
using Chosen = std::vector<std::uint32_t>;

double squared_distance(const Scalar* a, const Scalar* b, std::size_t size) {
  double sum = 0;
  for (std::size_t j = 0; j < size; ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

// [kmeans]
/// k examples that stand for all: each is the one nearest to the centre of a group (Lloyd 1957).
Chosen representatives(const Tensor& codes, std::size_t k, Rng rng) {
  const std::size_t count = codes.shape()[0], size = codes.shape()[1];
  const auto code = [&](std::size_t i) { return codes.data() + i * size; };
  Chosen nearest(k);
  for (std::uint32_t& example : nearest) example = rng.below(static_cast<std::uint32_t>(count));
  Tensor centres = filled({k, size});
  for (std::size_t c = 0; c < k; ++c)
    std::copy_n(code(nearest[c]), size, centres.data() + c * size);

  for (int round = 0; round < 20; ++round) {
    Tensor sums = filled({k, size});
    std::vector<double> members(k), closest(k, 1e30);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t own = 0;
      double least = 1e30;
      for (std::size_t c = 0; c < k; ++c)
        if (const double d = squared_distance(code(i), &centres(c, 0), size); d < least)
          least = d, own = c;
      if (least < closest[own]) closest[own] = least, nearest[own] = static_cast<std::uint32_t>(i);
      members[own] += 1;
      for (std::size_t j = 0; j < size; ++j) sums(own, j) += code(i)[j];
    }
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t j = 0; j < size && members[c] > 0; ++j)
        centres(c, j) = sums(c, j) / static_cast<Scalar>(members[c]);
  }
  return nearest;
}
// [/kmeans]

/// One way to write an image as numbers: of the training images and of the test images.
struct Features {
  std::string name;
  LabeledRows train, test;
};

// [accuracy]
/// The share of test images whose nearest labelled image has the same label.
double accuracy(const Features& features, const Chosen& labelled) {
  return knn_accuracy(features.train.subset(labelled), features.test, 1);
}
// [/accuracy]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t size = chapter.quick() ? 4000 : 20000, epochs = chapter.quick() ? 4 : 5;
  const int draws = chapter.quick() ? 2 : 10;
  const Dataset train = load_dataset("mnist", Split::train).slice(0, size);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, chapter.quick() ? 500 : 2000);

  chapter.part("train");
  // [train]
  Rng rng(1);
  const NetworkOptions network{
      .latent = 16, .hidden = {256}, .channels = {16, 32}, .activation = "silu"};
  Denoising model(train.example_shape(),
                  {.base = {.network = network, .loss = "binary_cross_entropy"}}, rng);
  Rng same(1);
  Denoising untrained(train.example_shape(),
                      {.base = {.network = network, .loss = "binary_cross_entropy"}}, same);

  Batches batches(train, 64, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .batch = 64, .lr = 3e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  // [/train]
  fmt::print("{} images without labels, {} epochs, error per pixel {:.3f}\n", size, epochs,
             metric(evaluate(model, test, Rng(4)), "denoising_mse_per_pixel"));

  chapter.part("labels");
  const Labels train_labels = all_labels(train), test_labels = all_labels(test);
  const Pca pca = fit_pca(train, 16);
  const auto features = [&](const std::string& name, const Tensor& a, const Tensor& b) {
    return Features{name, {a, train_labels}, {b, test_labels}};
  };
  const std::vector<Features> ways{
      features("pixels", to_tensor(train), to_tensor(test)),
      features("PCA-16", project(pca, to_tensor(train)), project(pca, to_tensor(test))),
      features("untrained", encode_all(untrained, train), encode_all(untrained, test)),
      features("code", encode_all(model, train), encode_all(model, test))};

  // [draws]
  Lines plot{"labels", "test digits recognised, %", {}};
  for (const Features& way : ways) {
    fmt::print("{:10}", way.name);
    plot.lines.push_back({way.name, {}});
    for (const std::size_t labels : {10, 30, 100, 300, 1000}) {
      double sum = 0;
      for (int draw = 0; draw < draws; ++draw)
        sum += accuracy(way, choose_labeled(train_labels, labels, Rng(5).fork(draw)));
      const double percent = 100 * sum / draws;
      fmt::print("  {:4}: {:.0f} %", labels, percent);
      plot.lines.back().points.push_back({double(labels), percent});
      chapter.figure(fmt::format("{}_{}", way.name.substr(0, 3), labels), percent, "{:.0f}");
    }
    fmt::print("\n");
  }
  // [/draws]
  std::ofstream(chapter.picture("labels.svg")) << svg_file(plot_lines(plot), {.height = 480});

  chapter.part("choose");
  const Features& code = ways.back();
  for (const std::size_t labels : {20, 50, 100}) {
    double drawn = 0, asked = 0;
    const int repeats = chapter.quick() ? 3 : 6;
    for (int draw = 0; draw < draws; ++draw)
      drawn += accuracy(code, choose_labeled(train_labels, labels, Rng(5).fork(draw))) / draws;
    for (int draw = 0; draw < repeats; ++draw)
      asked +=
          accuracy(code, representatives(code.train.rows, labels, Rng(6).fork(draw))) / repeats;
    fmt::print("{:3} labels: drawn {:.0f} %, of representatives {:.0f} %\n", labels, 100 * drawn,
               100 * asked);
    chapter.figure(fmt::format("drawn_{}", labels), 100 * drawn, "{:.0f}");
    chapter.figure(fmt::format("asked_{}", labels), 100 * asked, "{:.0f}");
  }
  const Tensor shown =
      to_tensor(train.subset(representatives(code.train.rows, 50, Rng(6).fork(0))));
  std::ofstream(chapter.picture("representatives.png"), std::ios::binary)
      << to_png(draw_sheet(shown, train.example_shape(), 10, 2, 2));
}
