#pragma once

#include <string>
#include <vector>

#include "apps/report.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// The size of a plot in CSS pixels; its writing is 13 pixels high whatever the size.
struct PlotSize {
  double width = 736, height = 340;
};

/// The curves by epoch as an <svg> element to stand in an HTML page, whose `unit` is written at the
/// axis of the values. That axis is logarithmic if all values are positive and span more than a
/// decade. Values that are not finite are skipped; where no value is left, the text is empty.
///
/// It draws in currentColor, with curve k in the CSS variable --curve-k, so that the page decides
/// the colours. A curve's name stands at its end; where names would not fit, there is a legend
/// instead.
std::string plot_curves(const std::vector<ReportCurve>& curves, const std::string& unit,
                        const PlotSize& size = {});

}  // namespace hourglass::inline HOURGLASS_PRECISION
