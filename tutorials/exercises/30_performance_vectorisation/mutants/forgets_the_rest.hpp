// expect: left over at the end
  Number sums[8] = {};
  for (std::size_t i = 0; i + 8 <= a.size(); i += 8)
    for (std::size_t k = 0; k < 8; ++k) sums[k] = sums[k] + a[i + k] * b[i + k];
  for (std::size_t k = 1; k < 8; ++k) sums[0] = sums[0] + sums[k];
  return sums[0];
