// expect: use logsumexp
inline double cross_entropy(const Array& x, const std::vector<std::size_t>& labels) {
  const Array share = softmax(x);
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum -= std::log(share.at(i, labels[i]));
  return sum / static_cast<double>(labels.size());
}
inline Array cross_entropy_backward(const Array& x, const std::vector<std::size_t>&) { return x; }
