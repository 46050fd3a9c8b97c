#include "hourglass/models/statistics/nearest_neighbours.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

std::vector<std::uint32_t> rows_of(const std::vector<Neighbour>& neighbours) {
  std::vector<std::uint32_t> rows;
  for (const Neighbour& neighbour : neighbours) rows.push_back(neighbour.row);
  return rows;
}

TEST(NearestNeighbours, StandInTheOrderOfTheirDistance) {
  const Tensor rows = tensor({4, 1}, {5, 1, 2, -4});
  const auto nearest = nearest_neighbours(rows, tensor({2, 1}, {0, 6}), 3);
  EXPECT_EQ(rows_of(nearest[0]), (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(rows_of(nearest[1]), (std::vector<std::uint32_t>{0, 2, 1}));
  EXPECT_NEAR(nearest[1][1].distance, 4, 1e-5);
}

TEST(NearestNeighbours, AreThoseOfAPlainSearchOverManyRows) {
  const Tensor rows = random_tensor({5000, 4}, 1), queries = random_tensor({130, 4}, 2);
  const auto nearest = nearest_neighbours(rows, queries, 5);
  for (std::size_t q = 0; q < 130; ++q) {
    std::vector<double> distances;
    for (std::size_t i = 0; i < 5000; ++i) {
      double squares = 0;
      for (std::size_t j = 0; j < 4; ++j) squares += std::pow(rows(i, j) - queries(q, j), 2);
      distances.push_back(std::sqrt(squares));
    }
    std::sort(distances.begin(), distances.end());
    for (std::size_t n = 0; n < 5; ++n) EXPECT_NEAR(nearest[q][n].distance, distances[n], 1e-3);
  }
}

TEST(NearestNeighbours, AreTheFirstOfEquallyNearOnesAndFewerWhereThereAreFewer) {
  const auto nearest = nearest_neighbours(tensor({3, 1}, {1, -1, 1}), tensor({1, 1}, {0}), 5);
  EXPECT_EQ(rows_of(nearest[0]), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(NearestNeighbours, SayWhatTheyCannotCompare) {
  const auto refused = [](const Tensor& rows, const Tensor& queries, std::size_t k) {
    return message_of<ConfigError>([&] { nearest_neighbours(rows, queries, k); });
  };
  EXPECT_EQ(refused(filled({2, 3}), filled({4, 2}), 1),
            "(4, 2) rows cannot be compared with (2, 3)");
  EXPECT_EQ(refused(filled({2, 3}), filled({4, 3}), 0),
            "the 0 nearest neighbours are none: k is at least 1");
}

TEST(WithinAnyBall, LiesWhatOneOfTheBallsReaches) {
  EXPECT_EQ(within_any_ball(tensor({2, 1}, {0, 10}), {1, 4}, tensor({4, 1}, {0.5, 2, 8.5, 13})),
            (std::vector<bool>{true, false, true, false}));
}

}  // namespace
}  // namespace hourglass::testing
