#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "course/array.hpp"

struct Split {
  Array train, test;  // (rows, columns)
};

/// Column j of a matrix.
inline std::vector<double> column_of(const Array& x, std::size_t j) {
  std::vector<double> column;
  for (std::size_t i = 0; i < x.shape[0]; ++i) column.push_back(x.at(i, j));
  return column;
}

/// The mean of some numbers and their deviation, √(mean squared distance from the mean); if all are
/// equal, the deviation is taken to be 1.
struct Statistics {
  double mean = 0, deviation = 1;
  explicit Statistics(const std::vector<double>& numbers) {
    const auto n = static_cast<double>(numbers.size());
    double squares = 0;
    for (double each : numbers) mean += each / n;
    for (double each : numbers) squares += (each - mean) * (each - mean) / n;
    if (squares > 0) deviation = std::sqrt(squares);
  }
};

/// Brings every column of a table to the scale on which the training rows have mean 0 and deviation
/// 1: (x − mean) / deviation. Returns both parts. There is a bug in it.
inline Split standardize(const Split& raw) {
  // BEGIN SOLUTION
  Split scaled = raw;
  for (std::size_t j = 0; j < raw.train.shape[1]; ++j) {
    const Statistics of(column_of(raw.train, j));
    for (Array* part : {&scaled.train, &scaled.test})
      for (std::size_t i = 0; i < part->shape[0]; ++i)
        part->at(i, j) = (part->at(i, j) - of.mean) / of.deviation;
  }
  return scaled;
  // STUB
  //| Array all = raw.train;
  //| all.data.insert(all.data.end(), raw.test.data.begin(), raw.test.data.end());
  //| all.shape[0] += raw.test.shape[0];
  //| Split scaled = raw;
  //| for (std::size_t j = 0; j < raw.train.shape[1]; ++j) {
  //|   const Statistics of(column_of(all, j));
  //|   for (Array* part : {&scaled.train, &scaled.test})
  //|     for (std::size_t i = 0; i < part->shape[0]; ++i)
  //|       part->at(i, j) = (part->at(i, j) - of.mean) / of.deviation;
  //| }
  //| return scaled;
  // END SOLUTION
}
