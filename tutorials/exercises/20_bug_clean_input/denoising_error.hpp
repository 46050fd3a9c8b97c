#pragma once

#include <functional>

#include "corruption.hpp"

/// The mean squared error per pixel of a denoiser on test images x: how far from the clean images it
/// ends up when it is given noisy ones (noise of this deviation, z standard normal). There is a bug in
/// it.
inline double denoising_error(const std::function<Array(const Array&)>& denoise, const Array& x,
                              double deviation, const Array& z) {
  // BEGIN SOLUTION
  const Array y = denoise(add_noise(x, deviation, z));
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (y[i] - x[i]) * (y[i] - x[i]);
  return sum / static_cast<double>(x.size());
  // STUB
  //| const Array noisy = add_noise(x, deviation, z);
  //| const Array y = denoise(x);
  //| double sum = 0;
  //| for (std::size_t i = 0; i < x.size(); ++i) sum += (y[i] - x[i]) * (y[i] - x[i]);
  //| return sum / static_cast<double>(noisy.size());
  // END SOLUTION
}
