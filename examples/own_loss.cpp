// A loss of your own: what counts are single pixels that are far off, and a code of few numbers.
//     minimise  Σ ε (√(1 + ((x − x̂) / ε)²) − 1)  +  λ Σ |code|          (Charbonnier et al. 1994)
#include <cstdio>
#include <hourglass/hourglass.hpp>

using namespace hourglass;

struct Robust : Vanilla {
  using Vanilla::Vanilla;
  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    constexpr Scalar epsilon = 0.1, lambda = 0.01;
    Var x = tape.constant(batch.x);
    Var code = encode(x);
    Var error = epsilon * (sqrt(1 + square((decode(code) - x) / epsilon)) - 1);
    return Loss("charbonnier", mean(sum(error, {1}))).plus("l1", mean(sum(abs(code), {1})), lambda);
  }
  std::string loss_unit() const override { return "Charbonnier's error per image"; }
};

int main() {
  Rng rng(1);
  const Dataset train = load_dataset("digits", Split::train);
  Robust model(train.example_shape(), {.network = {.latent = 16, .hidden = {64}}}, rng);
  Batches batches(train, 32, Rng(2));
  Trainer trainer(model, {.epochs = 30, .batch = 32}, Rng(3));
  Progress progress;  // a line an epoch, with each term of the loss by its name
  trainer.fit(batches, progress);
  for (const auto& [name, value] : evaluate(model, load_dataset("digits", Split::test), Rng(4)))
    std::printf("%-24s %.4f\n", name.c_str(), value);
}
