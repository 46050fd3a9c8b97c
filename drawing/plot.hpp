#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The size of a plot in CSS pixels; its text is 13 pixels high whatever the size.
struct PlotSize {
  double width = 736, height = 340;
};

/// Fits the screen of a phone.
constexpr PlotSize narrow_plot = {.width = 350, .height = 300};

/// A curve of a plot: values by epoch, first epoch 1.
struct EpochCurve {
  std::string name;
  std::vector<double> values;
};

/// The curves by epoch as an `<svg>` element for an HTML page, with `unit` written at the value
/// axis. That axis is logarithmic if all values are positive and span more than a decade. Values
/// that are not finite are skipped; if none are left, the text is empty.
///
/// It draws in currentColor, with curve k in the CSS variable --curve-k, so that the page decides
/// the colours. A curve's name is written at its end; if names would not fit, there is a legend
/// instead.
std::string plot_curves(const std::vector<EpochCurve>& curves, const std::string& unit,
                        const PlotSize& size = {});

/// Points in the plane, each coloured by its class.
struct Scatter {
  std::string x_name, y_name;  ///< the labels of the axes
  std::vector<std::array<double, 2>> points;
  std::vector<std::uint8_t> labels;           ///< one per point, or none
  std::vector<std::string> class_names = {};  ///< of label 0, 1, …; numbers where there is none
};

/// The points as an `<svg>` element, class k in the CSS variable --class-(k mod 10), with a legend
/// and each class's name at the median of its points. Points that are not finite are skipped; if
/// none are left, the text is empty.
std::string plot_scatter(const Scatter& scatter, const PlotSize& size = {.height = 560});

/// Lines through points, each with a name. Their x is positive, on a logarithmic axis.
struct Lines {
  struct Line {
    std::string name;
    std::vector<std::array<double, 2>> points;
  };
  std::string x_name, y_name;  ///< the labels of the axes
  std::vector<Line> lines;
  bool shares = false;  ///< both axes are linear, from 0 to 1, and points have no marks
};

/// The lines as an `<svg>` element, line k in the CSS variable --line-k, k from 1, with a legend.
/// Points that cannot be drawn are skipped; if none are left, the text is empty.
std::string plot_lines(const Lines& lines, const PlotSize& size = {.height = 480});

/// A drawing as a standalone file, which needs more than one in a page: a namespace, a margin, a
/// typeface, a background.
std::string svg_file(const std::string& drawing, const PlotSize& size);

/// Values of numbered things: the first `marked` of them in the page's accent colour, the others
/// in its muted one.
struct Bars {
  std::string x_name, y_name;  ///< the labels of the axes
  std::vector<double> values = {};
  std::vector<std::string> names = {};  ///< one per bar; as many are written as fit
  std::size_t marked = 0;
};

/// The values as bars from zero, in an `<svg>` element; empty if there are none. Values that are
/// not finite or below zero count as zero.
std::string plot_bars(const Bars& bars, const PlotSize& size = {.height = 280});

/// The distributions of groups of values, and a threshold among them.
struct Histogram {
  struct Group {
    std::string name;
    std::vector<double> values;
  };
  std::string x_name, y_name;  ///< the labels of the axes
  std::vector<Group> groups;
  double threshold = 0;
  std::string threshold_name;
};

/// The share of each group in bins of equal width, as overlaid filled outlines, group k in
/// the CSS variable --line-k, k from 1, with a legend; a dashed vertical line at the threshold. The
/// value axis is logarithmic if all values are positive and span more than a decade. Values that
/// are not finite are skipped; if none are left, the text is empty.
std::string plot_histogram(const Histogram& histogram, const PlotSize& size = {.height = 320});

/// A confusion matrix: how often examples of one class are taken for another.
struct Confusion {
  std::vector<std::string> names;                ///< of the classes
  std::vector<std::vector<std::size_t>> counts;  ///< [true class][predicted class]
};

/// A table of squares in an `<svg>` element, as high as it needs to be: rows are true classes,
/// columns predicted ones, with the share of the row in percent if it is not 0 and there is room.
/// Empty if there are no classes.
std::string plot_confusion(const Confusion& confusion, const PlotSize& size = {.width = 600});

}}  // namespace hourglass
