// expect: the gradient of Σ wᵢ xᵢ
  Array above = x, below = x, gradient(x.shape);
  for (std::size_t i = 0; i < x.size(); ++i) above[i] += h, below[i] -= h;
  for (std::size_t i = 0; i < x.size(); ++i) gradient[i] = (f(above) - f(below)) / (2 * h);
  return gradient;
