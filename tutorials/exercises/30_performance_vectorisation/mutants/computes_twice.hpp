// expect: Each product is made once
  // The lanes' sums are made anew for each lane's turn.
  Number sums[8] = {}, again[8] = {};
  for (std::size_t i = 0; i < a.size(); ++i) sums[i % 8] = sums[i % 8] + a[i] * b[i];
  for (std::size_t i = 0; i < a.size(); ++i) again[i % 8] = again[i % 8] + a[i] * b[i];
  for (std::size_t k = 1; k < 8; ++k) sums[0] = sums[0] + again[k];
  return sums[0];
