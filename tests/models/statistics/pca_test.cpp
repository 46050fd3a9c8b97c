#include "hourglass/models/statistics/pca.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// 60 examples of 12 bytes in a plane: 100 + i a + j b with fixed a, b.
Dataset of_rank_two() {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 10; ++i)
    for (int j = 0; j < 6; ++j)
      for (int k = 0; k < 12; ++k)
        bytes.push_back(static_cast<std::uint8_t>(100 + i * (k % 5) + 3 * j * (k % 3)));
  return Dataset("plane", {12}, bytes);
}

void expect_orthonormal_columns(const Tensor& w) {
  for (std::size_t a = 0; a < w.shape()[1]; ++a)
    for (std::size_t b = 0; b < w.shape()[1]; ++b) {
      double product = 0;
      for (std::size_t i = 0; i < w.shape()[0]; ++i) product += double(w(i, a)) * w(i, b);
      EXPECT_NEAR(product, a == b ? 1 : 0, 16 * epsilon) << a << ", " << b;
    }
}

TEST(PCA, RebuildsDataOfItsRank) {
  const Dataset data = of_rank_two();
  const Pca two = fit_pca(data, 2);
  EXPECT_EQ(two.mean.shape(), (Shape{12}));
  EXPECT_EQ(two.components.shape(), (Shape{12, 2}));
  // 12 numbers, each off by some roundings of numbers near 1.
  EXPECT_LT(squared_error_per_example(two, data), 12 * std::pow(16 * epsilon, 2));
  EXPECT_GT(squared_error_per_example(fit_pca(data, 1), data), 1e-3);
}

TEST(PCA, OfRowsIsThatOfTheDatasetThatHoldsThem) {
  const Dataset data = of_rank_two();
  Tensor rows;
  data.read_rows(0, data.size(), rows);
  const Pca of_rows = fit_pca(rows, 2), of_data = fit_pca(data, 2);
  EXPECT_TRUE(is_near(of_rows.mean, of_data.mean, 100 * epsilon));
  expect_orthonormal_columns(of_rows.components);
  EXPECT_LT(squared_error_per_example(of_rows, data), 12 * std::pow(64 * epsilon, 2));
  const Tensor codes = project(of_rows, rows);
  ASSERT_EQ(codes.shape(), (Shape{60, 2}));
  double product = 0, sum = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    product += double(codes(i, 0)) * codes(i, 1);
    sum += codes(i, 0);
  }
  EXPECT_NEAR(product, 0, 1e4 * epsilon) << "components are uncorrelated";
  EXPECT_NEAR(sum, 0, 1e4 * epsilon);
  EXPECT_THROW(fit_pca(rows, 13), ConfigError);
  EXPECT_THROW(fit_pca(filled({0, 3}), 1), ConfigError);
}

TEST(PCA, OfFewerRowsThanColumnsIsTheSameAsOfMore) {
  Tensor rows, many = filled({140, 12});  // the first seven, twenty times over
  of_rank_two().read_rows(0, 7, rows);
  for (std::size_t i = 0; i < many.size(); ++i) many.data()[i] = rows.data()[i % rows.size()];
  const Pca few = fit_pca(rows, 2), same = fit_pca(many, 2);
  expect_orthonormal_columns(few.components);
  for (std::size_t k = 0; k < 2; ++k) {
    double product = 0;
    for (std::size_t i = 0; i < 12; ++i)
      product += double(few.components(i, k)) * same.components(i, k);
    EXPECT_NEAR(std::abs(product), 1, 1000 * epsilon);
  }
  EXPECT_EQ(fit_pca(rows, 9).components.shape(), (Shape{12, 9}));
}

TEST(PCA, HasTheMeanOfTheData) {
  const Dataset data = of_rank_two();
  const Tensor mean = fit_pca(data, 1).mean;
  for (std::size_t k = 0; k < 12; ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < data.size(); ++i) sum += data.example(i)[k] / 255.0;
    EXPECT_NEAR(mean(k), sum / 60, 60 * epsilon);
  }
}

TEST(PCA, HasOrthonormalComponentsTheStrongestFirst) {
  const Dataset data = of_rank_two();
  const Pca pca = fit_pca(data, 2);
  expect_orthonormal_columns(pca.components);
  double variances[2] = {};
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t c = 0; c < 2; ++c) {
      double code = 0;
      for (std::size_t k = 0; k < 12; ++k)
        code += (data.example(i)[k] / 255.0 - pca.mean(k)) * pca.components(k, c);
      variances[c] += code * code;
    }
  EXPECT_GT(variances[0], variances[1]);
}

TEST(PCA, LosesLessWithMoreComponentsAndNothingWithAll) {
  const Dataset data = of_rank_two();
  double last = 1e9;
  for (std::size_t components : {1, 2}) {
    const double error = squared_error_per_example(fit_pca(data, components), data);
    EXPECT_LT(error, last);
    last = error;
  }
  EXPECT_LT(squared_error_per_example(fit_pca(data, 12), data), 12 * std::pow(16 * epsilon, 2));
}

TEST(PCA, RefusesANumberOfComponentsThatDataDoNotHave) {
  const Dataset data = of_rank_two();
  EXPECT_EQ(message_of<ConfigError>([&] { fit_pca(data, 0); }),
            "PCA with 0 components: examples of 12 values allow 1 to 12");
  EXPECT_EQ(message_of<ConfigError>([&] { fit_pca(data, 13); }),
            "PCA with 13 components: examples of 12 values allow 1 to 12");
}

// The figure that the scoreboard's other rows are read against.
TEST(PCA, LosesThirteenPointEightSevenAnImageOfMnistWithThirtyComponents) {
  const Pca pca = fit_pca(load_dataset("mnist", Split::train), 30);
  EXPECT_NEAR(squared_error_per_example(pca, load_dataset("mnist", Split::test)), 13.87, 0.01);
  expect_orthonormal_columns(pca.components);
}

}  // namespace
}  // namespace hourglass::testing
