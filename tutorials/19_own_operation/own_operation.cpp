// Chapter 19: an operation of your own, from formula to use, without touching the library.
#include <fstream>
#include <hourglass/hourglass.hpp>
#include <xtensor/xview.hpp>

#include "chapter.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/drawing/pictures.hpp"

using namespace hourglass;

namespace {

// [composed]
/// ln cosh x, made of existing operations.
Var composed(Var x) {
  return log((exp(x) + exp(-x)) / 2);
}
// [/composed]

// [own]
/// ln cosh x = |x| + ln(1 + e^−2|x|) − ln 2, which no x overflows.
Var log_cosh(Var x) {
  Var y = new_output("log_cosh", x.shape(), {x});
  xt::noalias(y.output()) = xt::abs(x.value()) + xt::log1p(xt::exp(-2 * xt::abs(x.value()))) -
                            static_cast<Scalar>(std::numbers::ln2);
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * xt::tanh(x.value()); });
  return y;
}
// [/own]

/// The same, with the slope of |x| alone: somebody forgot the logarithm.
Var mistaken(Var x) {
  Var y = new_output("mistaken", x.shape(), {x});
  xt::noalias(y.output()) = xt::abs(x.value()) + xt::log1p(xt::exp(-2 * xt::abs(x.value())));
  on_backward(y, [x, y] { x.grad_accumulator() += y.grad() * xt::sign(x.value()); });
  return y;
}

// [check]
/// The slope at x from the tape, and from (f(x + h) − f(x − h)) / 2h.
std::pair<double, double> slopes(Var (*f)(Var), double x) {
  Parameter p({1});
  const auto value_at = [&](double place) {
    p.value(0) = static_cast<Scalar>(place);
    Tape tape(Tape::Gradients::off);
    return double(f(tape.parameter(p)).value()(0));
  };
  const double difference = (value_at(x + 0.01) - value_at(x - 0.01)) / 0.02;
  p.value(0) = static_cast<Scalar>(x);
  Tape tape;
  tape.backward(sum(f(tape.parameter(p))));
  return {p.grad(0), difference};
}
// [/check]

// [model]
/// An autoencoder that minimises Σ s ln cosh((x̂ − x) / s): squares within s, straight lines beyond.
class Robust : public Vanilla {
 public:
  using Vanilla::Vanilla;
  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    constexpr Scalar s = 0.1;
    Var x = tape.constant(batch.x);
    return Loss("log_cosh", s * mean(sum(log_cosh((decode(encode(x)) - x) / s), {1})));
  }
};
// [/model]

/// A share of the pixels becomes black or white, once and for all: nobody sees a clean image.
Dataset spoilt(const Dataset& data, double share, Rng rng) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t j = 0; j < data.features(); ++j)
      bytes.push_back(rng.uniform() > share ? data.example(i)[j] : rng.below(2) ? 255 : 0);
  return Dataset("spoilt", data.example_shape(), std::move(bytes));
}

template <class Model>
Tensor train_and_rebuild(const Dataset& train, const Tensor& test, std::size_t epochs) {
  Rng rng(1);
  Model model(train.example_shape(), {.network = {.latent = 32, .hidden = {256}}}, rng);
  Batches batches(train, 64, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .batch = 64}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  return reconstruct(model, test);
}

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);

  chapter.part("composed");
  // [try]
  Parameter big({1});
  big.value.fill(100);
  for (const auto& [name, f] : {std::pair("composed", &composed), {"own", &log_cosh}}) try {
      Tape tape;
      watch(tape, {.check_finite = true});
      Var y = f(tape.parameter(big));
      tape.backward(sum(y));
      fmt::print("{:9} of 100 is {:.3f}, its slope {:.3f}\n", name, y.value()(0), big.grad(0));
    } catch (const NonFiniteError& error) {
      fmt::print("{:9} {}\n", name, error.what());
    }
  // [/try]

  chapter.part("check");
  for (const auto& [name, f] : {std::pair("mistaken", &mistaken), {"own", &log_cosh}})
    for (const double x : {-3.0, 0.5, 30.0}) {
      const auto [got, wanted] = slopes(f, x);
      fmt::print("{:9} at {:4}: backward {:.3f}, difference {:.3f}\n", name, x, got, wanted);
    }

  chapter.part("cost");
  for (const auto& [name, f] : {std::pair("composed", &composed), {"own", &log_cosh}}) {
    Parameter p({128, 784});
    Tape tape;
    tape.backward(sum(f(tape.parameter(p))));
    const Step::Total total = inspect(tape).total();
    fmt::print("{:9} {} values on the tape, {}\n", name, total.count, bytes_text(total.bytes()));
  }

  chapter.part("use");
  const std::size_t size = chapter.quick() ? 2000 : 40000, epochs = chapter.quick() ? 3 : 12;
  const Dataset clean = load_dataset("mnist", Split::test).slice(0, 1000);
  const Dataset train = spoilt(load_dataset("mnist", Split::train).slice(0, size), 0.4, Rng(4));
  const Tensor truth = to_tensor(clean), noisy = to_tensor(spoilt(clean, 0.4, Rng(5)));
  const Tensor by_squares = train_and_rebuild<Vanilla>(train, noisy, epochs);
  const Tensor by_own = train_and_rebuild<Robust>(train, noisy, epochs);
  const Tensor undone = xt::clip((by_squares - 0.2) / 0.6, 0, 1);
  for (const auto& [name, x] : {std::pair("spoilt", &noisy),
                                {"squares", &by_squares},
                                {"log_cosh", &by_own},
                                {"undone", &undone}}) {
    const double error = xt::mean(xt::square(*x - truth))();
    fmt::print("{:9} error per pixel against the clean images {:.3f}\n", name, error);
    chapter.figure(std::string(name), error, "{:.3f}");
  }
  const auto first = [](const Tensor& x) { return Tensor(xt::view(x, xt::range(0, 12))); };
  const Tensor a = first(truth), b = first(noisy), c = first(by_squares), d = first(by_own);
  std::ofstream(chapter.picture("rebuilt.png"), std::ios::binary)
      << to_png(draw_rows({&a, &b, &c, &d}, clean.example_shape(), 2));
}
