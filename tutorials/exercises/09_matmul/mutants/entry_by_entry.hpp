// expect: a b
  Array c({a.shape[0], b.shape[1]});
  for (std::size_t i = 0; i < c.size(); ++i) c[i] = a[i] * b[i];
  return c;
