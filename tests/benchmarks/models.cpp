#include "models.hpp"

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/convolution.hpp"
#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

class VariationalModel : public Autoencoder {
 public:
  explicit VariationalModel(Rng& rng) : mean_(400, 20, rng), log_variance_(400, 20, rng) {
    hidden_.add<Linear>(784, 400, rng);
    hidden_.add<ReLU>();
    decoder_.add<Linear>(20, 400, rng);
    decoder_.add<ReLU>();
    decoder_.add<Linear>(400, 784, rng);
    register_module("hidden", hidden_);
    register_module("mean", mean_);
    register_module("log_variance", log_variance_);
    register_module("decoder", decoder_);
  }

  Var encode(Var x) override { return mean_(hidden_(x)); }
  Var decode(Var code) override { return sigmoid(decoder_(code)); }
  std::string loss_unit() const override { return "nats per image"; }
  std::size_t latent() const override { return 20; }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x), h = hidden_(x);
    Var mean = mean_(h), log_variance = log_variance_(h);
    Var code = mean + exp(0.5 * log_variance) * normal_like(mean, rng);
    return Loss(per_example(binary_cross_entropy(decoder_(code), x)) +
                hourglass::mean(kl_divergence(mean, log_variance)));
  }

 private:
  Sequential hidden_, decoder_;
  Linear mean_, log_variance_;
};

class Convolutional : public Autoencoder {
 public:
  explicit Convolutional(Rng& rng) {
    const Conv2dOptions halving{.kernel = 3, .stride = 2, .padding = 1};
    encoder_.add<Conv2d>(1, 16, rng, halving);
    encoder_.add<ReLU>();
    encoder_.add<Conv2d>(16, 32, rng, halving);
    encoder_.add<ReLU>();
    encoder_.add<Conv2d>(32, 64, rng, Conv2dOptions{.kernel = 7});
    const ConvTranspose2dOptions doubling{
        .kernel = 3, .stride = 2, .padding = 1, .output_padding = 1};
    decoder_.add<ConvTranspose2d>(64, 32, rng, ConvTranspose2dOptions{.kernel = 7});
    decoder_.add<ReLU>();
    decoder_.add<ConvTranspose2d>(32, 16, rng, doubling);
    decoder_.add<ReLU>();
    decoder_.add<ConvTranspose2d>(16, 1, rng, doubling);
    register_module("encoder", encoder_);
    register_module("decoder", decoder_);
  }

  Var encode(Var x) override { return flatten(encoder_(reshape(x, {x.shape()[0], 1, 28, 28}))); }
  Var decode(Var code) override {
    return sigmoid(flatten(decoder_(reshape(code, {code.shape()[0], 64, 1, 1}))));
  }
  std::string loss_unit() const override { return "squared error per image"; }
  std::size_t latent() const override { return 64; }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    return Loss(per_example(squared_error((*this)(x), x)));
  }

 private:
  Sequential encoder_, decoder_;
};

/// Forward, gradient of the weight and, unless it is the first layer, gradient of the input.
void add_linear(std::vector<Product>& products, std::size_t batch, std::size_t in, std::size_t out,
                bool first = false) {
  products.push_back({batch, in, out, false, true});
  products.push_back({out, batch, in, true, false});
  if (!first) products.push_back({batch, out, in});
}

/// The same for a convolution by columns: `pixels` windows an image, each of `in` numbers.
void add_convolution(std::vector<Product>& products, std::size_t batch, std::size_t pixels,
                     std::size_t in, std::size_t out, bool first = false) {
  products.push_back({out, in, batch * pixels});
  products.push_back({out, batch * pixels, in, false, true});
  if (!first) products.push_back({in, out, batch * pixels, true, false});
}

}  // namespace

std::unique_ptr<Autoencoder> make_benchmark_model(const std::string& name, Rng& rng) {
  if (name == "dense") return make_dense_model({256}, 64, rng);
  if (name == "variational") return std::make_unique<VariationalModel>(rng);
  if (name == "convolutional") return std::make_unique<Convolutional>(rng);
  throw ConfigError("there is no benchmark model '" + name + "'");
}

std::unique_ptr<Autoencoder> make_dense_model(std::vector<std::size_t> hidden, std::size_t latent,
                                              Rng& rng) {
  return std::make_unique<Vanilla>(
      Shape{784}, VanillaOptions{.network = {.latent = latent, .hidden = std::move(hidden)}}, rng);
}

std::vector<Product> products_of_dense(const std::vector<std::size_t>& sizes, std::size_t batch) {
  std::vector<Product> products;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    add_linear(products, batch, sizes[i], sizes[i + 1], i == 0);
  return products;
}

std::vector<Product> products_of(const std::string& model, std::size_t batch) {
  if (model == "dense") return products_of_dense({784, 256, 64, 256, 784}, batch);
  std::vector<Product> products;
  if (model == "variational") {
    add_linear(products, batch, 784, 400, true);
    add_linear(products, batch, 400, 20);
    add_linear(products, batch, 400, 20);
    add_linear(products, batch, 20, 400);
    add_linear(products, batch, 400, 784);
  } else {
    add_convolution(products, batch, 14 * 14, 9, 16, true);
    add_convolution(products, batch, 7 * 7, 16 * 9, 32);
    add_convolution(products, batch, 1, 32 * 49, 64);
    add_convolution(products, batch, 1, 32 * 49, 64);     // mirrored, a transposed convolution's
    add_convolution(products, batch, 7 * 7, 16 * 9, 32);  // products are those of its mirror image
    add_convolution(products, batch, 14 * 14, 9, 16);
  }
  return products;
}

Products::Products(const std::vector<Product>& products) {
  for (const Product& p : products)
    all_.push_back({p, filled(p.a_transposed ? Shape{p.K, p.M} : Shape{p.M, p.K}, 0.5),
                    filled(p.b_transposed ? Shape{p.N, p.K} : Shape{p.K, p.N}, 0.5),
                    filled({p.M, p.N})});
}

void Products::run() {
  for (One& one : all_)
    gemm(Factor(one.a, one.product.a_transposed), Factor(one.b, one.product.b_transposed), one.c);
}

}}  // namespace hourglass
