  Array dx = dy;
  for (std::size_t i = 0; i < y.size(); ++i) dx[i] *= (1 - y[i]) * (1 + y[i]);
  return dx;
