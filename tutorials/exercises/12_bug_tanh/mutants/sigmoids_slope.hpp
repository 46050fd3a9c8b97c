// expect: dx
  Array dx(y.shape);
  for (std::size_t i = 0; i < y.size(); ++i) dx[i] = dy[i] * y[i] * (1 - y[i]);
  return dx;
