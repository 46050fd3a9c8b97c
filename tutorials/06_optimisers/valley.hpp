#pragma once

#include <fmt/format.h>

#include <hourglass/hourglass.hpp>

#include "hourglass/drawing/plot.hpp"

// Landscapes over the plane, trajectories on them, and a drawing of both.

using Place = std::array<double, 2>;
/// A loss from a point w of shape (1, 2).
using Landscape = std::function<hourglass::Var(hourglass::Var w)>;
using Make = std::function<std::unique_ptr<hourglass::Optimizer>(std::vector<hourglass::Parameter*>,
                                                                 double lr)>;

/// An optimiser of this kind, its step size to be given.
template <class Kind, class Options>
Make with(Options options) {
  return [=](std::vector<hourglass::Parameter*> parameters, double lr) {
    Options own = options;
    own.lr = lr;
    return std::make_unique<Kind>(std::move(parameters), own);
  };
}

// [landscapes]
/// (u² + κ v²) / 2, where (u, v) is w turned by an angle: a valley along u.
inline Landscape valley(double kappa, double degrees = 0) {
  const auto c = hourglass::Scalar(std::cos(degrees * M_PI / 180)),
             s = hourglass::Scalar(std::sin(degrees * M_PI / 180));
  const hourglass::Tensor turn = {{c, -s}, {s, c}}, steep = {1, hourglass::Scalar(kappa)};
  return [=](hourglass::Var w) {
    hourglass::Tape& tape = w.tape();
    return sum(square(matmul(w, tape.constant(turn))) * tape.constant(steep)) / 2;
  };
}

/// ((1 − x)² + 50 (y − x²)²) / 2: a valley along a parabola, flat where it ends (Rosenbrock 1960).
inline hourglass::Var bend(hourglass::Var w) {
  const hourglass::Var x = slice(w, 1, 0, 1), y = slice(w, 1, 1, 2);
  return sum(square(1 - x) + 50 * square(y - square(x))) / 2;
}
// [/landscapes]

// [trajectory]
struct Trajectory {
  std::vector<Place> places;
  std::vector<double> losses;
};

inline Trajectory descend(const Landscape& landscape, const Make& make, double lr, Place start,
                          std::size_t steps) {
  hourglass::Parameter w({1, 2});
  std::copy(start.begin(), start.end(), w.value.begin());
  const auto optimizer = make({&w}, lr);
  hourglass::Tape tape;
  Trajectory trajectory;
  for (std::size_t step = 0; step <= steps; ++step) {
    tape.reset();
    const hourglass::Var loss = landscape(tape.parameter(w));
    trajectory.places.push_back({w.value(0, 0), w.value(0, 1)});
    trajectory.losses.push_back(loss.item());
    optimizer->zero_grad();
    tape.backward(loss);
    optimizer->step();
  }
  return trajectory;
}
// [/trajectory]

/// The step after which the loss stays below this share of what it was at the start.
inline std::size_t arrival(const Trajectory& trajectory, double share) {
  std::size_t step = trajectory.losses.size();
  while (step > 0 && trajectory.losses[step - 1] < share * trajectory.losses[0]) --step;
  return step;
}

/// Of trajectories with six step sizes per decade, up to 0.3: the first to arrive, cut off there.
inline Trajectory best_trajectory(const Landscape& landscape, const Make& make, Place start,
                                  std::size_t steps) {
  Trajectory best;
  for (int k = -18; k <= -3; ++k) {
    Trajectory tried = descend(landscape, make, std::pow(10, k / 6.0), start, steps);
    tried.places.resize(arrival(tried, 1e-4));
    if (best.places.empty() || tried.places.size() < best.places.size()) best = std::move(tried);
  }
  return best;
}

struct Land {
  std::string name;
  Landscape loss;
  Place start, middle;  ///< the picture shows what is within `reach` of the middle
  double reach;
};

/// A valley 50 times as steep as long, the same turned with its start, and one that bends.
inline std::vector<Land> lands() {
  const double r = std::sqrt(0.5);
  return {{"valley", valley(50), {-4, 0.8}, {-1.5, 0}, 3.2},
          {"turned", valley(50, 45), {-4.8 * r, -3.2 * r}, {-1.5, -1}, 3.2},
          {"bend", bend, {-1.5, 1.5}, {-0.2, 1}, 2}};
}

/// A picture of panels side by side, each with its landscape's contours and a trajectory.
class Panels {
 public:
  static constexpr double width = 236, height = 168, gap = 12, top = 22;

  void add(std::size_t row, std::size_t column, const std::string& name, const Land& land,
           const Trajectory& trajectory) {
    const Place middle = land.middle;
    const double reach = land.reach;
    rows_ = std::max(rows_, row + 1), columns_ = std::max(columns_, column + 1);
    const double left = double(column) * (width + gap), up = double(row) * (height + gap + top);
    const auto x = [&](double u) { return width * (0.5 + (u - middle[0]) / (2 * reach)); };
    const auto y = [&](double v) { return height / 2 - width * (v - middle[1]) / (2 * reach); };
    svg_ += fmt::format(
        "<g transform=\"translate({:.0f} {:.0f})\"><text y=\"14\" font-size=\"13\">{}</text>\n"
        "<svg y=\"{}\" width=\"{}\" height=\"{}\" overflow=\"hidden\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#f4f6f8\"/>\n",
        left, up, fmt::format("{}: {} steps", name, trajectory.places.size()), top, width, height);
    svg_ += "<path d=\"" + contours(land.loss, middle, reach) +
            "\" fill=\"none\" stroke=\"#b4bdc6\"/>\n<path d=\"";
    std::string dots;
    for (std::size_t i = 0; i < trajectory.places.size(); ++i) {
      const double px = x(trajectory.places[i][0]), py = y(trajectory.places[i][1]);
      svg_ += fmt::format("{}{:.1f} {:.1f}", i ? 'L' : 'M', px, py);
      dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\"/>\n", px, py,
                          i ? 1.8 : 4.0, i ? "#0072b2" : "#d55e00");
    }
    svg_ +=
        "\" fill=\"none\" stroke=\"#0072b2\" stroke-opacity=\"0.6\"/>\n" + dots + "</svg></g>\n";
  }

  std::string file() const {
    const double w = double(columns_) * (width + gap) - gap,
                 h = double(rows_) * (height + gap + top) - gap;
    return hourglass::svg_file(
        fmt::format("<svg width=\"{0}\" height=\"{1}\" role=\"img\">\n{2}</svg>\n", w, h, svg_),
        {.width = w, .height = h});
  }

 private:
  /// Where the loss crosses 4^k: in each small triangle, a line between two of its edges.
  static std::string contours(const Landscape& landscape, Place middle, double reach) {
    constexpr int columns = 59, rows = 42;
    const double cell = 2 * reach / columns;
    double level[rows + 1][columns + 1];
    hourglass::Tape tape(hourglass::Tape::Gradients::off);
    for (int r = 0; r <= rows; ++r)
      for (int c = 0; c <= columns; ++c) {
        tape.reset();
        hourglass::Tensor w = hourglass::filled({1, 2});
        w(0, 0) = hourglass::Scalar(middle[0] + (c - columns / 2.0) * cell);
        w(0, 1) = hourglass::Scalar(middle[1] - (r - rows / 2.0) * cell);
        level[r][c] = std::log(landscape(tape.constant(w)).item() + 1e-9) / std::log(4);
      }
    std::string path;
    const auto triangle = [&](std::array<std::array<int, 2>, 3> corners) {
      for (int k = -4; k <= 8; ++k) {
        char pen = 'M';
        for (int i = 0; i < 3; ++i) {
          const auto [r, c] = corners[i];
          const auto [s, d] = corners[(i + 1) % 3];
          const double from = level[r][c] - k, to = level[s][d] - k;
          if ((from < 0) == (to < 0)) continue;
          const double share = from / (from - to);
          path += fmt::format("{}{:.1f} {:.1f}", std::exchange(pen, 'L'),
                              width / columns * (c + share * (d - c)),
                              height / rows * (r + share * (s - r)));
        }
      }
    };
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        triangle({{{r, c}, {r, c + 1}, {r + 1, c}}});
        triangle({{{r + 1, c + 1}, {r, c + 1}, {r + 1, c}}});
      }
    return path;
  }

  std::string svg_;
  std::size_t rows_ = 0, columns_ = 0;
};
