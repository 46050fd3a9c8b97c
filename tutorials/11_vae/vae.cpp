// Chapter 11: a code that is a distribution, and a loss of two terms.
#include <fstream>

#include "chapter.hpp"
#include "elbo.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "plane.hpp"

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const bool quick = chapter.quick();
  const Dataset images = load_dataset("mnist", Split::train).slice(0, quick ? 2000 : 20000);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, quick ? 300 : 1000);
  const Shape shape = images.example_shape();
  const std::size_t epochs = quick ? 2 : 10;
  const auto show = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(chapter.picture(name), std::ios::binary) << bytes;
  };

  chapter.part("same");
  Rng rng(1);
  // [same]
  const NetworkOptions wide{.latent = 50, .hidden = {400}};
  Vae vae(shape, {.network = wide}, rng);
  const Tensor x = to_tensor(images.slice(0, 64));
  Tensor slopes[2];
  for (const bool by_hand : {false, true}) {
    Tape tape;
    Rng noise(7);  // the same noise twice
    const Loss loss = by_hand ? negative_elbo(vae, tape, x, noise, 1) : vae.loss(tape, x, noise);
    for (Parameter* p : vae.parameters()) p->zero_grad();
    tape.backward(loss.total);
    slopes[by_hand] = vae.parameters().front()->grad;
    fmt::print("{}: {:.2f} nats\n", by_hand ? "by hand" : "library", loss.total.item());
  }
  const double apart = xt::amax(xt::abs(slopes[0] - slopes[1]))() / xt::amax(slopes[0])();
  fmt::print("gradients of the first layer: {}\n", apart < 1e-4 ? "the same" : "different");
  // [/same]

  chapter.part("terms");
  Lines plot{"step", "nats per image", {{"KL", {}}}};
  // [train]
  train(vae, loss_of(vae), images, epochs, [&](std::size_t step) {
    const auto [reconstruction, kl] = terms_of(vae, test);
    fmt::print("step {:4}: {:5.1f} + {:4.1f} = {:5.1f} nats\n", step, reconstruction, kl,
               reconstruction + kl);
    plot.lines[0].points.push_back({double(step), kl});
    chapter.figure(fmt::format("kl_{}", step), kl, "{:.1f}");
    chapter.figure("kl", kl, "{:.1f}"), chapter.figure("sum", reconstruction + kl, "{:.1f}");
  });
  // [/train]
  show("kl.svg", svg_file(plot_lines(plot), {.height = 480}));

  chapter.part("estimators");
  const auto compare = [&](const std::string& name, const std::array<Estimate, 2>& both) {
    const auto& [draw, score] = both;
    fmt::print(
        "{:13} through the draw {:5.2f}, variance {:4.1f}; score function {:5.2f}, {:6.0f}\n", name,
        draw.mean, draw.variance, score.mean, score.variance);
    chapter.figure(name, score.variance / draw.variance, "{:.0f}");
  };
  // [known]
  const auto f = [](Var z) { return sum(square(z - 1), {1}); };
  for (const std::size_t numbers : {1, 5, 20}) {
    const Tensor zeros = filled({quick ? 20000U : 200000U, numbers});
    compare(fmt::format("f_{}", numbers), estimates(zeros, zeros, f));
    if (numbers == 20) compare("f_20_centred", estimates(zeros, zeros, f, true));
  }
  // [/known]
  // [vae]
  const Dataset few = drawn(test.slice(0, quick ? 5 : 50));
  Tape tape;
  const Var image = repeat(tape.constant(to_tensor(few.slice(0, 1))), 0, quick ? 500 : 5000);
  const Gaussian q = vae.posterior(image);
  const auto nats = [&](Var z) {
    return binary_cross_entropy(vae.decoder(z), z.tape().constant(image.value()));
  };
  compare("vae", estimates(q.mean.value(), q.log_variance.value(), nats));
  // [/vae]

  chapter.part("numbers");
  // [numbers]
  Bars bars{"latent dimension", "nats", kl_per_dimension(vae, test, Rng(6)), {}};
  std::sort(bars.values.rbegin(), bars.values.rend());
  double said[2] = {};
  for (const double each : bars.values) said[each > 0.1] += each, bars.marked += each > 0.1;
  // [/numbers]
  fmt::print("{} numbers say {:.1f} nats, the other {} say {:.1f}\n", bars.marked, said[1],
             50 - bars.marked, said[0]);
  chapter.figure("used", double(bars.marked), "{:.0f}");
  show("numbers.svg", svg_file(plot_bars(bars), {.height = 280}));
  // [kl]
  const Var z = q.draw(rng), each = q.log_density(z) - standard_normal_log_density(z);
  fmt::print("KL of one image: {:.1f} by the formula, {:.1f} by draws, each +- {:.1f}\n",
             sum(q.kl_per_latent_dimension()).item() / double(each.shape()[0]), mean(each).item(),
             std::sqrt(var(each).item()));
  // [/kl]

  chapter.part("plane");
  const NetworkOptions narrow{.latent = 2, .hidden = {256, 128}, .activation = "silu"};
  Vae flat(shape, {.network = narrow}, rng);
  Vanilla plain(shape, {.network = narrow}, rng);
  train(flat, loss_of(flat), images, epochs);
  train(
      plain, [&](Tape& t, const Batch& b, Rng& r) { return plain.loss(t, b, r); }, images, epochs);
  for (Autoencoder* model : std::initializer_list<Autoencoder*>{&plain, &flat}) {
    const std::string name = model == &flat ? "vae" : "plain";
    const Tensor codes = encode_all(*model, images);
    fmt::print("{:5}: {:.0f} % of the cells are empty\n", name, empty(codes));
    chapter.figure("empty_" + name, empty(codes), "{:.0f}");
    const std::string points = plot_scatter(scatter_of(encode_all(*model, test), all_labels(test)));
    show("plane_" + name + ".svg", svg_file(points, {.height = 560}));
    show("sheet_" + name + ".png",
         to_png(draw_sheet(decode_all(*model, sheet(codes, 16)), shape, 16, 1, 1)));
  }

  chapter.part("bound");
  // [bound]
  for (const std::size_t k : {1, 10, 100, 1000}) {
    fmt::print("{:4} draws: ", k);
    for (Vae* model : {&flat, &vae}) {
      const double nats = metric(likelihood_metrics(*model, few, Rng(9), k), "nll_nats");
      fmt::print("  {:2} numbers {:.1f}", model->latent(), nats);
      chapter.figure(fmt::format("nll_{}_{}", model->latent(), k), nats, "{:.1f}");
    }
    fmt::print("\n");
  }
  const std::size_t n = quick ? 60 : 200;
  const Scalar area = Scalar(81) / Scalar(n * n);
  const Counted plane(tape, flat, to_tensor(few), square_grid(4.5, n), area);
  const double ln_p = mean(plane.evidence).item(), gap = mean(plane.gap).item();
  fmt::print("counted:  ln p(x) {:.1f} = ELBO {:.1f} + gap {:.1f}\n", ln_p, mean(plane.elbo).item(),
             gap);
  chapter.figure("counted", -ln_p, "{:.1f}"), chapter.figure("gap", gap, "{:.1f}");
  // [/bound]
  const auto [x_seen, p, ours] = close_up(flat, to_tensor(few.slice(0, 12)));
  show("posteriors.png", to_png(draw_rows({&x_seen, &p, &ours}, shape)));

  chapter.part("mistake");
  // [mistake]
  Vae mistaken(shape, {.network = wide}, rng);
  train(mistaken, loss_of(mistaken, 784), images, quick ? 2 : 4);
  const auto [reconstruction, kl] = terms_of(mistaken, test);
  fmt::print("its loss {:.3f}; in nats {:.0f} + {:.2f}\n", reconstruction / 784 + kl,
             reconstruction, kl);
  fmt::print("the mean image for every digit: {:.0f} nats\n", without_code(images, test));
  chapter.figure("mistake", reconstruction, "{:.0f}");
  // [/mistake]
}
