  const auto drawn = [seed](std::size_t count, std::uint64_t use) {
    Array numbers({count});
    Rng random = Rng(seed).series(use);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = random.uniform();
    return numbers;
  };
  return {drawn(weights, 0), drawn(noise, 1)};
