  const Array *w[] = {&w1, &w2}, *b[] = {&b1, &b2};
  Array h = z;
  for (int layer = 0; layer < 2; ++layer) {
    if (layer > 0)
      for (double& each : h.data)
        if (each < 0) each = 0;
    h = linear(h, *w[layer], *b[layer]);
  }
  return h;
