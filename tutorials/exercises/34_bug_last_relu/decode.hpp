#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "course/array.hpp"

/// z w + b: z is (n, inputs), w (inputs, outputs), b (outputs).
inline Array linear(const Array& z, const Array& w, const Array& b) {
  Array y({z.shape[0], w.shape[1]});
  for (std::size_t n = 0; n < y.shape[0]; ++n)
    for (std::size_t j = 0; j < y.shape[1]; ++j) {
      y.at(n, j) = b[j];
      for (std::size_t i = 0; i < w.shape[0]; ++i) y.at(n, j) += z.at(n, i) * w.at(i, j);
    }
  return y;
}

inline Array relu(Array x) {
  for (double& each : x.data) each = std::max(each, 0.0);
  return x;
}

/// The decoder of an autoencoder for a table whose columns were standardised to mean 0 and
/// deviation 1: code → hidden layer, with a ReLU → reconstruction, which may be any number. There
/// is a bug in it.
inline Array decode(const Array& z, const Array& w1, const Array& b1, const Array& w2,
                    const Array& b2) {
  // BEGIN SOLUTION
  return linear(relu(linear(z, w1, b1)), w2, b2);
  // STUB
  //| Array h = z;
  //| for (auto [w, b] : {std::pair(&w1, &b1), std::pair(&w2, &b2)})
  //|   h = relu(linear(h, *w, *b));
  //| return h;
  // END SOLUTION
}
