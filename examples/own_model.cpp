// A model of your own: an autoencoder whose decoder has the encoder's weights, transposed.
//     code = x Wᵀ + b,   x̂ = σ(code W + c),   minimise ‖x − x̂‖²
#include <cstdio>
#include <hourglass/hourglass.hpp>

using namespace hourglass;

struct Tied : Autoencoder {
  Tied(std::size_t pixels, std::size_t size, Rng rng) : w({size, pixels}), b({size}), c({pixels}) {
    xavier_uniform(w.value, pixels, size, rng);
    register_parameter("weight", w);
    register_parameter("encoder_bias", b);
    register_parameter("decoder_bias", c);
  }
  Var encode(Var x) override { return linear(x, x.tape().parameter(w), x.tape().parameter(b)); }
  Var decode(Var code) override {
    return sigmoid(matmul(code, code.tape().parameter(w)) + code.tape().parameter(c));
  }
  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    return Loss("reconstruction", per_example(squared_error(forward(x), x)));
  }
  std::string loss_unit() const override { return "squared error per image"; }
  std::size_t latent() const override { return b.value.size(); }
  Parameter w, b, c;
};

int main() {
  Tied model(64, 8, Rng(1));
  const Dataset train = load_dataset("digits", Split::train);
  const Dataset test = load_dataset("digits", Split::test);
  Batches batches(train, 32, Rng(2));
  Trainer trainer(model, {.epochs = 200, .batch = 32, .lr = 1e-2}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  const double error = metric(evaluate(model, test, Rng(4)), "squared_error_per_image");
  std::printf("error per test image %.3f, of PCA with as many components %.3f\n", error,
              squared_error_per_example(fit_pca(train, 8), test));
}
