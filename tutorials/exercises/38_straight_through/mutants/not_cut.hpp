// expect: after clamping
inline Array quantize(const Array& x, std::size_t levels) {
  const auto steps = static_cast<double>(levels - 1);
  Array y = x;
  for (double& each : y.data)
    each = std::round((each + 1) / 2 * steps) / steps * 2 - 1;
  return y;
}

inline Array quantize_backward(const Array& x, const Array& dy) {
  Array dx = dy;
  for (std::size_t i = 0; i < dx.size(); ++i)
    if (std::abs(x[i]) > 1) dx[i] = 0;
  return dx;
}
