// Chapter 17: a digit in fewer bits, and bits that come back.
#include <fstream>
#include <hourglass/hourglass.hpp>
#include <xtensor/xview.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

/// The shares of black and white in 65536 numbers, where white has probability p.
Interval shade(Scalar p, bool white) {
  const auto black = std::clamp<std::uint64_t>(std::uint64_t((1 - p) * 65536), 1, 65535);
  return white ? Interval{black, 65536 - black} : Interval{0, black};
}

struct Coder {
  Vae& model;
  unsigned precision;

  // [bins]
  /// z in −8 … 8 is cut into 2^precision bins, and a normal distribution shares 2^24 numbers out to
  /// them, at least one to each.
  Interval interval(std::size_t k, double mean, double deviation) const {
    const auto start = [&](std::size_t bin) {
      const double share = 0.5 * std::erfc((mean - edge(double(bin))) / deviation / std::sqrt(2.0));
      return std::uint64_t(share * double((1U << 24) - bins())) + bin;
    };
    const std::uint64_t first = k == 0 ? 0 : start(k);
    return {first, (k + 1 == bins() ? 1U << 24 : start(k + 1)) - first};
  }
  std::size_t bins() const { return std::size_t{1} << precision; }
  double edge(double k) const { return -8 + 16 * k / double(bins()); }
  // [/bins]

  // [coder]
  std::size_t pop(AnsStack& stack, double mean, double deviation) const {
    std::size_t k = 0;
    for (std::size_t half = bins() / 2; half > 0; half /= 2)
      if (interval(k + half, mean, deviation).start <= stack.peek(24)) k += half;
    stack.pop(interval(k, mean, deviation), 24);
    return k;
  }
  /// q(z | x): means and deviations, (2, L)
  Tensor posterior(const Tensor& x) const {
    Tape tape(Tape::Gradients::off);
    const Gaussian q = model.posterior(tape.constant(x));
    return concatenate(q.mean, exp(0.5 * q.log_variance), 0).value();
  }
  /// p(x | z): each pixel's probability of being white, (1, 784)
  Tensor whites(const std::vector<std::size_t>& z) const {
    Tape tape(Tape::Gradients::off);
    Tensor code = filled({1, z.size()});
    for (std::size_t j = 0; j < z.size(); ++j) code(0, j) = Scalar(edge(double(z[j]) + 0.5));
    return model.decode(tape.constant(code)).value();
  }

  void encode(AnsStack& stack, const Tensor& x, bool bits_back) const {
    const Tensor q = posterior(x);
    std::vector<std::size_t> z(model.latent());
    for (std::size_t j = 0; j < z.size(); ++j)  // chosen by bits, or the mean
      z[j] = bits_back ? pop(stack, q(0, j), q(1, j))
                       : std::size_t((q(0, j) + 8) / 16 * double(bins()));
    const Tensor p = whites(z);
    for (std::size_t i = 0; i < p.size(); ++i) stack.push(shade(p(0, i), x(0, i) > 0), 16);
    for (const std::size_t k : z) stack.push(interval(k, 0, 1), 24);
  }

  Tensor decode(AnsStack& stack) const {  // encode, backwards
    std::vector<std::size_t> z(model.latent());
    for (std::size_t j = z.size(); j-- > 0;) z[j] = pop(stack, 0, 1);
    Tensor x = whites(z);
    for (std::size_t i = x.size(); i-- > 0;) {
      const Scalar p = x(0, i);
      x(0, i) = stack.peek(16) >= shade(p, true).start ? 1 : 0;
      stack.pop(shade(p, x(0, i) > 0), 16);
    }
    const Tensor q = posterior(x);
    for (std::size_t j = z.size(); j-- > 0;)
      stack.push(interval(z[j], q(0, j), q(1, j)), 24);  // here the bits come back
    return x;
  }
  // [/coder]
};

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);

  chapter.part("number");
  // [number]
  const Interval a{0, 2}, b{2, 1}, c{3, 1};  // of 4 numbers: a is as likely as b and c together
  std::uint64_t s = 1;
  for (const auto& [start, frequency] : {a, b, a, c, a, a})
    fmt::print("{} ", s = s / frequency * 4 + start + s % frequency);
  fmt::print("\n");
  // [/number]

  chapter.part("model");
  const std::size_t size = chapter.quick() ? 5000 : 60000, epochs = chapter.quick() ? 2 : 15;
  const Dataset train = load_dataset("mnist", Split::train).slice(0, size);
  const Dataset test = load_dataset("mnist", Split::test).slice(0, size / 6);
  Rng rng(1);
  Vae model({1, 28, 28}, {.network = {.latent = 20, .hidden = {200}}}, rng);
  Batches batches(train, 128, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .lr = 2e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);

  Tape tape(Tape::Gradients::off);
  const Tensor all = binarize(tape, to_tensor(test), rng).value();  // zeros and ones
  const GeneralPurpose others = general_purpose_sizes(std::string(all.begin(), all.end()));
  const double bzip2 = 8 * double(others.bzip2) / double(all.size()),
               bound = metric(evaluate(model, test, Rng(4)), "bits_per_dim");
  fmt::print("bits per pixel: bzip2 {:.2f}, the model promises {:.2f}\n", bzip2, bound);
  fmt::print("{} digits are {} kB, the weights {} kB\n", test.size(), all.size() / 8000,
             model.parameter_count() / 250);
  chapter.figure("bound", bound, "{:.2f}");

  chapter.part("bins");
  // [run]
  const std::size_t digits = std::min<std::size_t>(test.size(), 1000);
  const auto digit = [&](std::size_t i) { return Tensor(xt::view(all, xt::range(i, i + 1))); };
  Lines plot{"bins", "bits per pixel", {{"without bits back", {}}, {"with bits back", {}}}};
  for (const unsigned precision : {4, 6, 8, 10}) {
    const Coder coder{model, precision};
    fmt::print("{:4} bins:  ", coder.bins());
    for (const bool bits_back : {false, true}) {
      AnsStack stack(Rng(5));  // lends random bits while it is empty
      for (std::size_t i = 0; i < digits; ++i) coder.encode(stack, digit(i), bits_back);
      const double rate = stack.information() / double(digits * test.features());
      plot.lines[bits_back].points.push_back({double(coder.bins()), rate});
      fmt::print("{} {:.3f}   ", plot.lines[bits_back].name, rate);
      if (!bits_back) continue;
      std::size_t right = 0;  // the last digit comes out first
      for (std::size_t i = digits; i-- > 0;) right += coder.decode(stack) == digit(i);
      fmt::print("{} of {} decoded; {} is left\n", right, digits,
                 stack.holds_only(Rng(5)) ? "what was lent" : "something else");
    }
  }
  // [/run]
  std::ofstream(chapter.picture("bins.svg")) << svg_file(plot_lines(plot), {.height = 480});
}
