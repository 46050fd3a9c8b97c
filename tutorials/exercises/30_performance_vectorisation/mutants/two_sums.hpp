// expect: two wait 400 times
  Number even = {}, odd = {};
  std::size_t i = 0;
  for (; i + 2 <= a.size(); i += 2) even = even + a[i] * b[i], odd = odd + a[i + 1] * b[i + 1];
  if (i < a.size()) even = even + a[i] * b[i];
  return even + odd;
