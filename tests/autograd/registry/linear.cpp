#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

void add_products(Cases& cases) {
  struct Sizes {
    std::size_t B, N, M;
  };
  for (const auto& [B, N, M] : std::vector<Sizes>{{2, 3, 4},
                                                  {1, 1, 1},
                                                  {1, 3, 1},
                                                  {4, 1, 3},
                                                  {3, 2, 1},
                                                  {0, 3, 2},
                                                  {2, 0, 3},
                                                  {2, 3, 0}}) {
    const std::string sizes =
        "B" + std::to_string(B) + "_N" + std::to_string(N) + "_M" + std::to_string(M);
    const Tensor x = away_from_zero({B, N}, 1), w = away_from_zero({M, N}, 2);
    cases.push_back({"matmul", sizes, {x, away_from_zero({N, M}, 2)}, [](const Vars& v) {
                       return matmul(v[0], v[1]);
                     }});
    cases.push_back({"linear", sizes, {x, w}, [](const Vars& v) { return linear(v[0], v[1]); }});
    cases.push_back({"linear", sizes + "_bias", {x, w, away_from_zero({M}, 3)}, [](const Vars& v) {
                       return linear(v[0], v[1], v[2]);
                     }});
  }
  cases.push_back({"matmul", "of_a_value_with_itself", {away_from_zero({3, 3})}, [](const Vars& v) {
                     return matmul(v[0], v[0]);
                   }});
  cases.push_back({"linear", "of_a_value_with_itself", {away_from_zero({2, 3})}, [](const Vars& v) {
                     return linear(v[0], v[0]);
                   }});
  cases.push_back({"linear",
                   "of_a_value_with_itself_bias",
                   {away_from_zero({2, 3}), away_from_zero({2}, 2)},
                   [](const Vars& v) { return linear(v[0], v[0], v[1]); }});
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
