#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How metrics become text, the same everywhere: two places that show one metric agree to the last
// digit.

/// "88.27 %", and with a standard deviation "88.27 ± 0.31 %".
std::string percent(double share, std::optional<double> deviation = {});

/// A metric between 0 and 1 that is not a share of anything, such as an area: "0.9876".
std::string four_decimals(double value);

/// Throws NonFiniteError if one of the metrics, however deep, is NaN or infinite; it names the
/// metric and what the command worked on. To be called before anything is printed or written.
void expect_finite(const nlohmann::ordered_json& metrics, const std::string& where);
/// The same for rows of numbers, (N, …): `what` is "the code", `where` "mnist, example", to which
/// the row's number is added.
void expect_finite(const Tensor& rows, const std::string& what, const std::string& where);

}}  // namespace hourglass
