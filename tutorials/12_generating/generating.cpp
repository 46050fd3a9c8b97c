// Chapter 12: new digits, interpolation between them, and latent arithmetic; judged, not admired.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "samples.hpp"

using namespace hourglass;

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const bool quick = chapter.quick();
  const std::size_t size = quick ? 2000 : 10000, count = quick ? 500 : 2000;
  const Dataset mnist = load_dataset("mnist", Split::train), data = mnist.slice(0, size);
  const Dataset test = mnist.slice(60000 - count, count), others = mnist.slice(20000, size);
  const Tensor x = to_tensor(data), unseen = to_tensor(test);
  const auto picture = [&](const std::string& name, const std::vector<Tensor>& images) {
    std::ofstream(chapter.picture(name), std::ios::binary) << strips(images, 14);
  };

  // [models]
  Rng rng(1);
  const NetworkOptions network{.latent = 32, .hidden = {256}, .activation = "silu"};
  Vae vae({1, 28, 28}, {.network = network}, rng);
  Vanilla plain({1, 28, 28}, {.network = network}, rng);
  train(vae, data, quick ? 4 : 12);
  train(plain, data, quick ? 4 : 12);
  Judge judge(rng);
  train(judge, others, quick ? 4 : 6);
  // [/models]
  // [tell]
  const Tensor real = judge.features(unseen);
  const auto tell = [&](const std::string& key, const std::string& name, const Tensor& images) {
    const Tensor seen = judge.features(images);
    const double distance = frechet_distance(real, seen);
    const auto [precision, recall] = precision_recall(real, seen);
    // [/tell]
    fmt::print("{:18} Fréchet distance {:3.0f}   precision {:3.0f} %   recall {:3.0f} %\n", name,
               distance, 100 * precision, 100 * recall);
    chapter.figure(key + "_frechet", distance, "{:.0f}");
    chapter.figure(key + "_precision", 100 * precision, "{:.0f}");
    chapter.figure(key + "_recall", 100 * recall, "{:.0f}");
  };

  chapter.part("draw");
  // [draw]
  Rng draw(5);
  const Tensor noise = vae.sample_codes(count, draw);  // N(0, 1)
  const Tensor q = posterior_draws(vae, x, Rng(6)), codes = encode_all(plain, data);
  const Mixture of_vae = Mixture::fit(q, {.components = 20, .rounds = 20}, Rng(7));
  const Mixture one = Mixture::fit(codes, {.components = 1}, Rng(7));
  const Mixture many = Mixture::fit(codes, {.components = 20, .rounds = 20}, Rng(7));
  const Tensor by_prior = decode_all(vae, noise);
  const Tensor by_vae = decode_all(vae, of_vae.draw(count, draw));
  const Tensor by_noise = decode_all(plain, noise);
  const Tensor by_one = decode_all(plain, one.draw(count, draw));
  const Tensor by_many = decode_all(plain, many.draw(count, draw));
  FlowMatching flow(codes, {.steps = quick ? 300u : 3000u}, Rng(7));
  const Tensor by_flow = decode_all(plain, flow.draw(count, draw));
  // [/draw]
  tell("train", "training digits", first(x, count));
  tell("prior", "VAE, its prior", by_prior);
  tell("vae", "VAE, mixture", by_vae);
  tell("noise", "plain, N(0, 1)", by_noise);
  tell("one", "plain, one normal", by_one);
  tell("many", "plain, mixture", by_many);
  tell("flow", "plain, flow", by_flow);
  picture("samples.png", {unseen, by_prior, by_vae, by_noise, by_one, by_many, by_flow});

  chapter.part("holes");
  // [holes]
  const Tensor q_test = posterior_draws(vae, unseen, Rng(8));
  const double kl = metric(evaluate(vae, test, Rng(9)), "kl_nats");
  const double apart = of_vae.log_likelihood(q_test) - standard_normal(q_test);
  const std::vector<double> usual = distances(q_test, q), drawn = distances(noise, q);
  const double far = usual[count * 9 / 10];  // they are sorted
  const auto holes = double(drawn.end() - std::upper_bound(drawn.begin(), drawn.end(), far));
  // [/holes]
  fmt::print("KL of each posterior {:.0f} nats, of all together at least {:.0f}\n", kl, apart);
  fmt::print("far from every code: 10 % of unseen digits, {:.0f} % of the prior's draws\n",
             100 * holes / double(count));
  chapter.figure("kl", kl, "{:.0f}");
  chapter.figure("apart", apart, "{:.0f}");
  chapter.figure("holes", 100 * holes / double(count), "{:.0f}");

  chapter.part("temperature");
  for (const double t : {0.4, 0.7, 1.0, 1.3})
    tell(fmt::format("t{:.0f}", 10 * t), fmt::format("prior times {:.1f}", t),
         decode_all(vae, t * noise));

  chapter.part("walk");
  const Space spaces[] = {{"VAE", &vae, encode_all(vae, data), encode_all(vae, test)},
                          {"plain", &plain, codes, encode_all(plain, test)},
                          {"pixels", nullptr, x, unseen},
                          {"prior", &vae, noise, noise}};
  for (const Space& space : spaces)
    for (const std::string way : {"ends", "straight", "arc"}) {
      const Tensor z =
          way == "ends" ? space.test
                        : middles(space.test, way == "arc" ? LatentPath::slerp : LatentPath::lerp);
      const Tensor images = space.images(z);
      const double precision = 100 * precision_recall(real, judge.features(images)).precision;
      const double sure = 100 * xt::mean(xt::amax(judge.shares(images), {1}))();
      const double near = mean(distances(first(images, 500), x));
      fmt::print(
          "{:6} {:8}  length {:4.1f}   sure {:.0f} %   precision {:3.0f} %   nearest {:.1f}\n",
          space.name, way, length(z), sure, precision, near);
      const std::string key = space.name + "_" + way;
      chapter.figure(key + "_precision", precision, "{:.0f}");
      chapter.figure(key + "_nearest", near, "{:.1f}");
    }
  std::vector<Tensor> between, moved{unseen};
  for (const Space& space : {spaces[0], spaces[1], spaces[2]}) {
    const Tensor ends = xt::view(space.test, xt::range(1, 3));
    between.push_back(space.images(interpolate(ends, ends.shape()[1], {.steps = 14})));
  }
  picture("walk.png", between);

  chapter.part("sum");
  for (const Space& space : {spaces[0], spaces[1], spaces[2]}) {
    const Tensor images = space.images(sums(space, data, test)), shares = judge.shares(images);
    double obeyed = 0;
    for (std::size_t i = 0; i < count; ++i)
      obeyed += xt::argmax(xt::view(shares, i))() == asked(test, i);
    const double precision = 100 * precision_recall(real, judge.features(images)).precision;
    const double near = mean(distances(first(images, 500), x)), lean = same_slant(unseen, images);
    fmt::print(
        "{:6} seen as asked {:.0f} %  slant kept {:.1f}  precision {:.0f} %  nearest {:.1f}\n",
        space.name, 100 * obeyed / double(count), lean, precision, near);
    chapter.figure(space.name + "_obeyed", 100 * obeyed / double(count), "{:.0f}");
    chapter.figure(space.name + "_sum_precision", precision, "{:.0f}");
    moved.push_back(images);
  }
  picture("sum.png", moved);

  chapter.part("copies");
  const std::map<std::string, Tensor> sets{{"unseen digits", unseen},
                                           {"VAE, mixture", by_vae},
                                           {"plain, mixture", by_many},
                                           {"training digits, rebuilt", reconstruct(vae, x)}};
  for (const auto& [name, images] : sets)
    fmt::print("{:25} {:.1f}\n", name, mean(distances(first(images, 500), x)));
  std::vector<std::uint32_t> nearest;
  for (const auto& found : nearest_neighbours(x, first(by_vae, 14), 1))
    nearest.push_back(found[0].row);
  picture("copies.png", {by_vae, to_tensor(data.subset(nearest))});

  chapter.part("bound");
  for (const std::size_t draws : {1, 10, 100}) {
    const double nats = -mean(log_likelihoods(vae, test.slice(0, count / 20), draws, Rng(9)));
    fmt::print("{:3} draws: -ln p(x) is at most {:.1f} nats\n", draws, nats);
    chapter.figure(fmt::format("bound_{}", draws), nats, "{:.1f}");
  }
}
