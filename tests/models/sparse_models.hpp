#pragma once

#include <cmath>

#include "hourglass/models/vanilla.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/tensors.hpp"

// Models with sparse codes, and what they compute by plain loops.

namespace hourglass::HOURGLASS_PRECISION::testing {

inline const VanillaOptions small = {.network = {.latent = 6, .hidden = {}}};
inline const VanillaOptions digits = {.network = {.latent = 100, .hidden = {}}};

/// A model out of the same weights each time.
template <class Model, class Options>
struct Made : Model {
  explicit Made(Options options, const Shape& shape = {8}) : Made(options, shape, Rng(1)) {}

 private:
  Made(Options options, const Shape& shape, Rng rng) : Model(shape, options, rng) {}
};

inline Tensor code_of(Autoencoder& model, const Tensor& x) {
  Tape tape(Tape::Gradients::off);
  return model.encode(tape.constant(x)).value();
}

/// W x + b of each example, of a model whose encoder is one layer.
inline Tensor linear_codes(const Vanilla& model, const Tensor& x) {
  const Tensor &w = model.encoder.parameters()[0]->value, &b = model.encoder.parameters()[1]->value;
  Tensor z = filled({x.shape()[0], w.shape()[0]});
  for (std::size_t i = 0; i < z.shape()[0]; ++i)
    for (std::size_t j = 0; j < z.shape()[1]; ++j) {
      double sum = b(j);
      for (std::size_t k = 0; k < w.shape()[1]; ++k) sum += double(w(j, k)) * x(i, k);
      z(i, j) = static_cast<Scalar>(sum);
    }
  return z;
}

inline double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}
inline double identity(double x) {
  return x;
}
/// V: (F, L), also of a model with tied weights.
inline Tensor decoder_weights(const Vanilla& model) {
  const std::vector<Parameter*> own = model.decoder.parameters();
  if (own.size() == 2) return own[0]->value;
  const Tensor& w = model.encoder.parameters()[0]->value;
  Tensor v = filled({w.shape()[1], w.shape()[0]});
  for (std::size_t k = 0; k < v.shape()[0]; ++k)
    for (std::size_t j = 0; j < v.shape()[1]; ++j) v(k, j) = w(j, k);
  return v;
}

/// The same of x − c, with the decoder's bias c.
inline Tensor centred_codes(const Vanilla& model, Tensor x) {
  const Tensor& c = model.decoder.parameters().back()->value;
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] -= c.data()[i % c.size()];
  return linear_codes(model, x);
}

/// V code + c of each example.
inline Tensor linear_outputs_of(const Vanilla& model, const Tensor& code) {
  const Tensor v = decoder_weights(model), &c = model.decoder.parameters().back()->value;
  Tensor y = filled({code.shape()[0], v.shape()[0]});
  for (std::size_t i = 0; i < y.shape()[0]; ++i)
    for (std::size_t k = 0; k < y.shape()[1]; ++k) {
      double sum = c(k);
      for (std::size_t j = 0; j < code.shape()[1]; ++j) sum += double(v(k, j)) * code(i, j);
      y(i, k) = static_cast<Scalar>(sum);
    }
  return y;
}

/// ‖x − y‖², the mean over the examples.
inline double distance_of(const Tensor& x, const Tensor& y) {
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    squares += std::pow(double(x.data()[i]) - y.data()[i], 2);
  return squares / double(x.shape()[0]);
}

/// ‖x − σ(V code + c)‖², the mean over the examples.
inline double error_of(const Vanilla& model, const Tensor& code, const Tensor& x) {
  Tensor y = linear_outputs_of(model, code);
  for (Scalar& number : y) number = static_cast<Scalar>(1 / (1 + std::exp(-double(number))));
  return distance_of(x, y);
}

inline Loss loss_of(Autoencoder& model, Tape& tape, const Tensor& x) {
  Rng unused(1);
  return model.loss(tape, x, unused);
}

/// The share of the numbers that are not 0.
inline double active_share(const Tensor& code) {
  double active = 0;
  for (Scalar c : code) active += c != 0;
  return active / double(code.size());
}

/// The mean number of units of an example that are not 0.
inline double mean_active(const Tensor& code) {
  return active_share(code) * double(code.shape()[1]);
}

inline Tensor some_digits() {
  Tensor rows;
  load_dataset("mnist?limit=500", Split::test).read_rows(0, 500, rows);
  return rows;
}

/// The length of column j of the decoder's weights.
inline double column_norm(const Vanilla& model, std::size_t j) {
  const Tensor v = decoder_weights(model);
  double squares = 0;
  for (std::size_t k = 0; k < v.shape()[0]; ++k) squares += double(v(k, j)) * v(k, j);
  return std::sqrt(squares);
}

}  // namespace hourglass::testing
