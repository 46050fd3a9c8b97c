// Chapter 6: what momentum and Adam do that gradient descent does not.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "valley.hpp"

using namespace hourglass;

namespace {

// [uncorrected]
/// Adam without its correction: m and √v as they are. Each thread has a range of the weights.
class Uncorrected : public Adam {
 public:
  using Adam::Adam;
  void update(std::size_t index, Parameter& parameter, Range range) override {
    const double t = double(steps), m = 1 - std::pow(options_.beta1, t);
    const Scalar factor = Scalar(m / std::sqrt(1 - std::pow(options_.beta2, t)));
    Scalar* w = parameter.value.data() + range.begin;
    const std::vector<Scalar> before(w, w + (range.end - range.begin));
    Adam::update(index, parameter, range);
    for (std::size_t i = 0; i < before.size(); ++i) w[i] = before[i] + factor * (w[i] - before[i]);
  }
};
// [/uncorrected]

// [ways]
struct Way {
  std::string name;
  Make make;
  double lr;  // the first of five that are tried on digits, each twice the last
};
const std::vector<Way> ways = {
    {"SGD", with<SGD>(SGDOptions{}), 0.0075},
    {"momentum", with<SGD>(SGDOptions{.momentum = 0.9}), 0.00075},
    {"RMSprop", with<RMSprop>(RMSpropOptions{}), 0.0005},
    {"Adam", with<Adam>(AdamOptions{}), 0.0025},
    {"Nesterov", with<SGD>(SGDOptions{.momentum = 0.9, .nesterov = true}), 0.0015},
    {"AdamW", with<AdamW>(AdamOptions{.weight_decay = 0.01}), 0.0025},
    {"uncorrected", with<Uncorrected>(AdamOptions{}), 0.0003},
    {"Adam, beta1 0", with<Adam>(AdamOptions{.beta1 = 0}), 0},
};
// [/ways]

// [train]
/// Trains an autoencoder with 16 latent dimensions; returns its error per image of `judged`.
double train(const Make& make, double lr, std::size_t epochs, const Dataset& images,
             const Dataset& judged, std::uint64_t seed = 1, bool falling = false) {
  Rng rng(seed);
  Vanilla model(images.example_shape(),
                {.network = {.latent = 16, .hidden = {64}, .activation = "silu"}}, rng);
  const auto optimizer = make(model.parameters(), lr);
  Batches batches(images, 64, rng.fork(1));
  const std::size_t per_epoch = batches.per_epoch(), steps = epochs * per_epoch;
  Tape tape;
  for (std::size_t step = 0; step < steps; ++step) {
    tape.reset();
    const Var x = tape.constant(batches.get(step / per_epoch, step % per_epoch));
    const Var loss = per_example(squared_error(model(x), x));
    optimizer->zero_grad();
    tape.backward(loss);
    if (falling) optimizer->lr = lr * cosine_schedule(step, steps);
    optimizer->step();
  }
  return metric(evaluate(model, judged, Rng(4)), "squared_error_per_image");
}
// [/train]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const bool quick = chapter.quick();

  chapter.part("stable");
  for (const double lr : {0.0100, 0.0199, 0.0201}) {
    const Trajectory w = descend(valley(100), ways[0].make, lr, {1, 1}, 500);
    fmt::print("step size {:.4f}: the loss goes from {:.1f} to {:.0e}\n", lr, w.losses[0],
               w.losses[500]);
  }

  chapter.part("rates");
  for (const double kappa : {10.0, 100.0, 1000.0}) {
    const double root = std::sqrt(kappa), mu = (root - 1) / (root + 1);
    const auto print = [&](const char* name, SGDOptions options, double rate) {
      const Trajectory w = descend(valley(kappa), with<SGD>(options), options.lr, {root, 1}, 5000);
      fmt::print("   {} {:4} ({:.0f})", name, arrival(w, 1e-6), std::log(1e-3) / std::log(rate));
    };
    fmt::print("kappa {:4}:", kappa);
    print("descent", {.lr = 2 / (1 + kappa)}, (kappa - 1) / (kappa + 1));
    print("momentum", {.lr = std::pow(2 / (1 + root), 2), .momentum = mu * mu}, mu);
    print("Nesterov", {.lr = 1 / kappa, .momentum = mu, .nesterov = true}, 1 - 1 / root);
    fmt::print("\n");
  }

  chapter.part("paths");
  Panels panels;
  fmt::print("              valley turned  bend\n");
  for (std::size_t row = 0; const Way& way : ways) {
    fmt::print("{:14}", way.name);
    for (std::size_t column = 0; const Land& land : lands()) {
      const Trajectory best = best_trajectory(land.loss, way.make, land.start, quick ? 300 : 3000);
      fmt::print(" {:5}", best.places.size());
      chapter.figure(fmt::format("{}_{}", land.name, row), double(best.places.size()), "{:.0f}");
      if (row < 4) panels.add(row, column++, way.name, land, best);
    }
    fmt::print("\n"), ++row;
  }
  std::ofstream(chapter.picture("paths.svg")) << panels.file();

  chapter.part("first");
  const Landscape slope = [](Var w) { return sum(w); };
  for (const int i : {3, 6, 2}) {
    const Trajectory w = descend(slope, ways[i].make, 0.01, {0, 0}, 1000);
    fmt::print("{:12}", ways[i].name);
    for (const std::size_t step : {1, 2, 10, 100, 1000})
      fmt::print(" {:5.2f}", 100 * (w.places[step - 1][0] - w.places[step][0]));
    fmt::print("\n");
  }

  chapter.part("digits");
  const Dataset whole = load_dataset("mnist", Split::train),
                images = whole.slice(0, quick ? 1000 : 5000), held_out = whole.slice(50000, 51000),
                test = load_dataset("mnist", Split::test).slice(0, 2000);
  Lines plot{"step size", "error per held-out image", {}};
  const std::size_t epochs = quick ? 1 : 8;
  for (std::size_t i = 0; i < 7; ++i) {
    plot.lines.push_back({ways[i].name, {}});
    double best = 1e9, best_lr = 0;
    for (double lr = ways[i].lr; lr < (quick ? 3 : 20) * ways[i].lr; lr *= 2) {
      const double error = train(ways[i].make, lr, epochs, images, held_out);
      if (error < best) best = error, best_lr = lr;
      if (error < 50 && i < 6) plot.lines.back().points.push_back({lr, error});
    }
    fmt::print("{:11}  step {:.4f}, held out {:.1f}, on test images from other weights:",
               ways[i].name, best_lr, best);
    for (const std::uint64_t seed : {2, 3})
      fmt::print(" {:.1f}", train(ways[i].make, best_lr, epochs, images, test, seed));
    fmt::print("\n");
  }
  std::ofstream(chapter.picture("digits.svg")) << svg_file(plot_lines(plot), {.height = 480});

  chapter.part("schedule");
  for (const std::size_t n :
       quick ? std::vector<std::size_t>{1, 2} : std::vector<std::size_t>{2, 8, 32})
    fmt::print("{:2} epochs of Adam: constant {:.1f}, falling {:.1f}\n", n,
               train(ways[3].make, 0.01, n, images, test),
               train(ways[3].make, 0.01, n, images, test, 1, true));
}
