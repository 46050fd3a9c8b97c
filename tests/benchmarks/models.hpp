#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/models/core/autoencoder.hpp"

// The three models whose training step is timed, each with PyTorch's twin in peer.py.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// "dense": 784-256-64-256-784, ReLU, sigmoid, squared error.
/// "variational": a VAE 784-400-20, ReLU, Bernoulli likelihood (Kingma & Welling 2014).
/// "convolutional": 1-16-32-64 channels, 3×3 with stride 2 twice, then 7×7, mirrored; squared
/// error.
std::unique_ptr<Autoencoder> make_benchmark_model(const std::string& name, Rng& rng);

/// A dense autoencoder of these sizes, for how a step's time grows.
std::unique_ptr<Autoencoder> make_dense_model(std::vector<std::size_t> hidden, std::size_t latent,
                                              Rng& rng);

/// c = a b with a: (M, K), b: (K, N), each stored as it is or transposed.
struct Product {
  std::size_t M, K, N;
  bool a_transposed = false, b_transposed = false;
};

/// The products of one training step and nothing else: the work that no implementation can avoid.
std::vector<Product> products_of(const std::string& model, std::size_t batch);
std::vector<Product> products_of_dense(const std::vector<std::size_t>& sizes, std::size_t batch);

/// Runs products on whatever lies in memory.
class Products {
 public:
  explicit Products(const std::vector<Product>& products);
  void run();

 private:
  struct One {
    Product product;
    Tensor a, b, c;
  };
  std::vector<One> all_;
};

}}  // namespace hourglass
