// Chapter 4: a linear autoencoder finds the space of the principal components, not their names.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "subspaces.hpp"

using namespace hourglass;

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  set_threads(1);  // the products here are too small to be worth sharing
  const std::size_t size = chapter.quick() ? 4000 : 20000;
  const Dataset data = load_dataset("mnist", Split::train).slice(0, size);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, size / 4);
  const Tensor x = to_tensor(data), unseen = to_tensor(test);

  chapter.part("below");
  const Pca pca = fit_pca(data, 8);
  const double best = squared_error_per_example(pca, data);
  fmt::print("PCA       {:.2f}   test {:.2f}\n", best, squared_error_per_example(pca, test));
  Rng rng(1);
  LinearAutoencoder model({784}, {.latent = 8}, rng), bare({784}, {.latent = 8}, rng);
  Batches batches(data, 64, Rng(2));
  const std::size_t n = batches.per_epoch();
  const auto batch = [&](std::size_t i) -> const Tensor& { return batches.get(i / n, i % n); };
  const auto lr = [&](std::size_t step) { return 4e-3 * (1 - double(step) / double(32 * n)); };
  Adam adam(model.parameters(), {.lr = lr(0)});
  fit(model, adam, 32 * n, batch, [&](std::size_t step) {
    adam.lr = lr(step);
    if (step % n != 0 || !std::has_single_bit(step / n)) return;
    const double own = error(model, x), away = angle(model.decoder.weight.value, pca.components);
    fmt::print("epoch {:2}  {:.2f}   test {:.2f}   above PCA {:5.2f}   angle {:2.0f}\n", step / n,
               own, error(model, unseen), own - best, away);
    chapter.figure(fmt::format("percent_{}", step / n), 100 * (own / best - 1), "{:.0f}");
    chapter.figure(fmt::format("angle_{}", step / n), away, "{:.0f}");
  });
  // [bare]
  bare.encoder.bias.value.fill(0), bare.decoder.bias.value.fill(0);
  Adam weights({&bare.encoder.weight, &bare.decoder.weight}, {.lr = lr(0)});
  fit(bare, weights, 32 * n, batch, [&](std::size_t step) { weights.lr = lr(step); });
  // [/bare]
  chapter.part("bare");
  fmt::print("no biases {:.2f}   PCA with 7 components {:.2f}\n", error(bare, x),
             squared_error_per_example(fit_pca(data, 7), data));
  chapter.figure("bare_price", error(bare, x) - best, "{:.2f}");
  chapter.figure("mean_angle", angle(pca.components, direction(pca.mean)), "{:.0f}");

  chapter.part("axes");
  // [axes]
  const Matrix v = model.decoder.weight.value, p = pca.components;
  const Matrix to_components = xt::linalg::dot(xt::transpose(p), v);
  const Matrix lined_up = xt::linalg::dot(v, xt::linalg::inv(to_components));
  // [/axes]
  for (std::size_t k = 0; k < 8; ++k) {
    double single = 0;
    for (std::size_t j = 0; j < 8; ++j)
      single = std::max(single, std::abs(to_components(k, j)) / length(v, j));
    fmt::print("component {}: cosine to the nearest column {:.1f}, lined up {:.2f}\n", k + 1,
               single, 1 / length(lined_up, k));
  }
  const Tensor rows[] = {as_images(p), as_images(v), as_images(lined_up)};
  std::ofstream(chapter.picture("axes.png"), std::ios::binary)
      << to_png(draw_rows({&rows[0], &rows[1], &rows[2]}, data.example_shape()));

  chapter.part("stand_ins");
  const Pca all = fit_pca(data, 784);
  const std::vector<double> lambda = variances(all, x);
  const Tensor strange = rebuild(all, stand_ins(lambda));
  fmt::print("the trained model, on {} digits: {:.3f}\n", data.size(), error(model, x));
  fmt::print("on {} images that are no digits: {:.3f}\n", 2 * 784, error(model, strange));
  const Tensor points = stand_ins({lambda.begin(), lambda.begin() + 50});

  chapter.part("speed");
  // [speed]
  Lines shares{"step", "share of the component that is rebuilt", std::vector<Lines::Line>(6)};
  for (const std::size_t numbers : {6, 8}) {
    const auto small = start(numbers, 1e-3);
    const Matrix axes = xt::eye<double>(std::vector<std::size_t>{50, numbers});
    std::size_t half[8] = {}, settled = 0;
    descend(*small, points, 6000, 0, [&](std::size_t step) {
      const Matrix v = small->decoder.weight.value, w = small->encoder.weight.value;
      const Matrix both = xt::linalg::dot(v, w);  // at (j, j): how much of axis j comes back
      for (std::size_t j = 0; j < 6; ++j) {
        if (half[j] == 0 && both(j, j) > 0.5) half[j] = step;
        if (numbers == 6 && step < 400 && drawn(step))
          shares.lines[j].points.push_back({double(step), both(j, j)});
      }
      if (settled == 0 && angle(v, axes) < 5) settled = step;
    });
    // [/speed]
    for (std::size_t j = 0; j < 6 && numbers == 6; ++j) {
      shares.lines[j].name = fmt::format("component {}", j + 1);
      fmt::print("component {}: variance {:.2f}, half at step {:3}, product {:3.0f}\n", j + 1,
                 lambda[j], half[j], double(half[j]) * lambda[j]);
    }
    const double gap = lambda[numbers - 1] - lambda[numbers];
    fmt::print("{} numbers: the next variance is {:.2f} less; within 5 degrees at step {}\n",
               numbers, gap, settled);
    chapter.figure(fmt::format("gap_{}", numbers), gap, "{:.2f}");
    chapter.figure(fmt::format("settled_{}", numbers), double(settled), "{:.0f}");
  }
  std::ofstream(chapter.picture("speed.svg")) << svg_file(plot_lines(shares), {.height = 480});

  chapter.part("saddles");
  const double least = std::reduce(lambda.begin() + 4, lambda.begin() + 50);
  Lines errors{"step", "error above PCA's", {}};
  using Held = std::vector<std::size_t>;
  // [saddles]
  for (const Held& held : {Held{1, 2, 3, 5}, {2, 3, 4, 5}, {5, 6, 7, 8}, {47, 48, 49, 50}}) {
    const auto small = start(4, 1e-3);  // next to nothing, and on top of it
    for (std::size_t k = 0; k < 4; ++k) {
      small->decoder.weight.value(held[k] - 1, k) += 1;
      small->encoder.weight.value(k, held[k] - 1) += 1;
    }
    // [/saddles]
    const double first = error(*small, points) - least;
    std::size_t half = 0;
    Lines::Line line{fmt::format("{}", fmt::join(held, ", ")), {}};
    descend(*small, points, 3000, 0, [&](std::size_t step) {
      const double above = error(*small, points) - least;
      if (half == 0 && above < first / 2) half = step;
      if (drawn(step)) line.points.push_back({double(step), above});
    });
    fmt::print("{:14} {:5.2f} above PCA, half of it at step {:4}, then {:.2f}\n", line.name, first,
               half, std::abs(error(*small, points) - least));
    chapter.figure(fmt::format("half_{}", fmt::join(held, "")), double(half), "{:.0f}");
    errors.lines.push_back(line);
  }
  std::ofstream(chapter.picture("saddles.svg")) << svg_file(plot_lines(errors), {.height = 480});

  chapter.part("decay");
  // [decay]
  const auto tied = start(8, 1, true), mild = start(8, 1), strong = start(8, 1);
  descend(*tied, points, 6000, 0);
  descend(*mild, points, 6000, 2 * 0.5);  // the gradient of kappa w^2 is 2 kappa w
  descend(*strong, points, 6000, 2 * 2.0);
  // [/decay]
  const Spectrum of_tied(*tied), of_mild(*mild), of_strong(*strong);
  fmt::print("variance   tied   decay 0.5   read back   decay 2\n");
  for (std::size_t k = 0; k < 8; ++k)
    fmt::print("{:8.2f} {:6.2f} {:11.2f} {:11.2f} {:9.2f}\n", lambda[k], of_tied.squares[k],
               of_mild.squares[k], 0.5 / (1 - of_mild.squares[k]), of_strong.squares[k]);
  fmt::print(
      "decay 0.5: cosine of a row of W to its nearest component {:.1f} at best,\n"
      "of the singular directions to theirs {:.2f} at worst\n",
      of_mild.nearest_row, of_mild.agreement);
}
