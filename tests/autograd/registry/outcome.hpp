#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hourglass {

/// A tensor of either precision.
struct NumbersOf {
  std::vector<std::size_t> shape;
  std::vector<double> numbers;
};

/// What a case comes to, in doubles whatever it was computed in.
struct Outcome {
  std::string operation, name, torch;
  std::vector<NumbersOf> inputs;
  NumbersOf seed;  ///< what backward starts from
  NumbersOf value;
  std::vector<NumbersOf> gradients;  ///< of each input, from the seed
};

}  // namespace hourglass
