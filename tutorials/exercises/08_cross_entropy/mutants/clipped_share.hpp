// expect: its logarithm is lost
// A small number added "for safety": wrong by as much as one likes where it matters.
inline double cross_entropy(const Array& x, const std::vector<std::size_t>& labels) {
  const Array share = softmax(x);
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum -= std::log(share.at(i, labels[i]) + 1e-15);
  return sum / static_cast<double>(labels.size());
}
inline Array cross_entropy_backward(const Array& x, const std::vector<std::size_t>&) { return x; }
