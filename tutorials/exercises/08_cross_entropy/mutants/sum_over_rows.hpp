// expect: The mean over the rows
inline double cross_entropy(const Array& x, const std::vector<std::size_t>& labels) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::vector<double> row;
    for (std::size_t j = 0; j < x.shape[1]; ++j) row.push_back(x.at(i, j));
    sum += logsumexp(row) - x.at(i, labels[i]);
  }
  return sum;
}
inline Array cross_entropy_backward(const Array& x, const std::vector<std::size_t>&) { return x; }
