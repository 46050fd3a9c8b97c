#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

// Every normalisation is x̂ = (x − m) r, y = w x̂ + b, where m and r = 1/σ belong to a group of
// numbers and w and b to a channel. With g = w dy, and means over the group, its gradient is
//     dx = r (g − mean(g) − x̂ mean(g x̂)),   dw = Σ dy x̂,   db = Σ dy.
// In batch norm a group is a channel; in the other two it is some channels of one example.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// x as (outer, channels, inner)
struct Layout {
  std::size_t outer, channels, inner;

  std::size_t size() const { return outer * channels * inner; }
};

/// One number for a whole run.
struct Same {
  Scalar value;
  Scalar operator[](std::size_t) const { return value; }
};

template <class Term>
Scalar sum_of(std::size_t n, const Term& term) {
  Scalar sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t i = 0; i < n; ++i) sum += term(i);
  return sum;
}

/// A run of numbers of one channel: what belongs to channels is the same for all of them.
struct OneChannel {
  std::size_t channel;

  Same of(const Scalar* values) const { return {values[channel]}; }
  /// Adds the terms to their channels' sums; returns Σ w term.
  template <class Term>
  Scalar add(Scalar* sums, const Scalar* w, std::size_t n, const Term& term) const {
    const Scalar sum = sum_of(n, term);
    sums[channel] += sum;
    return w[channel] * sum;
  }
};

/// A run of one number of each channel, from channel `first` on.
struct OneOfEach {
  std::size_t first;

  const Scalar* of(const Scalar* values) const { return values + first; }
  template <class Term>
  Scalar add(Scalar* sums, const Scalar* w, std::size_t n, const Term& term) const {
    sums += first;
    w += first;
    Scalar total = 0;
#pragma omp simd reduction(+ : total)
    for (std::size_t i = 0; i < n; ++i) {
      const Scalar number = term(i);
      sums[i] += number;
      total += w[i] * number;
    }
    return total;
  }
};

/// Calls run(offset, length, channels of the run) for each run of neighbours in x.
template <class Run>
void for_each_run(Layout x, Range outer, Range channels, const Run& run) {
  for (std::size_t n = outer.begin; n < outer.end; ++n) {
    const std::size_t row = n * x.channels;
    if (x.inner == 1) {
      run(row + channels.begin, channels.end - channels.begin, OneOfEach{channels.begin});
    } else {
      for (std::size_t c = channels.begin; c < channels.end; ++c)
        run((row + c) * x.inner, x.inner, OneChannel{c});
    }
  }
}

/// y = w (x − m) r + b
template <class OfGroup, class OfChannel>
void normalize(std::size_t n, const Scalar* x, Scalar* y, OfGroup m, OfGroup r, OfChannel w,
               OfChannel b) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) y[i] = (x[i] - m[i]) * r[i] * w[i] + b[i];
}

/// dx += r (w dy − mean − x̂ slope)
template <class OfGroup, class OfChannel>
void add_gradient(std::size_t n, const Scalar* x, const Scalar* dy, Scalar* dx, Sum how, OfGroup m,
                  OfGroup r, OfChannel w, OfGroup mean, OfGroup slope) {
  const auto change = [=](std::size_t i) {
    return r[i] * (w[i] * dy[i] - mean[i] - (x[i] - m[i]) * r[i] * slope[i]);
  };
  // NOLINTNEXTLINE(bugprone-branch-clone): it does not look into OpenMP's loops
  if (how == Sum::accumulate) {
#pragma omp simd
    for (std::size_t i = 0; i < n; ++i) dx[i] += change(i);
  } else {
#pragma omp simd
    for (std::size_t i = 0; i < n; ++i) dx[i] = change(i);
  }
}

/// What the tape remembers of the forward pass: the mean of each group, and 1/σ.
Var record_statistics(const char* name, Var x, std::size_t groups) {
  Var statistics = save_for_backward(name, x, {2, groups});
  statistics.output().fill(0);  // a tape that checks its values looks at these before they are done
  return statistics;
}
struct Statistics {
  explicit Statistics(Var statistics)
      : m(statistics.output().data()), r(m + statistics.shape()[1]) {}
  Scalar *m, *r;
};

// Batch norm

Layout channels_of(const Shape& x) {
  return {x[0], x[1], x.size() == 4 ? x[2] * x[3] : 1};
}

void check_batch_norm(Var x, Var w, Var b, const Tensor& mean, const Tensor& var, bool training) {
  if (x.dimension() != 2 && x.dimension() != 4)
    throw ShapeError(fmt::format("batch_norm: x is {}: it must be (B, C) or (N, C, H, W){}",
                                 to_text(x.shape()), in_module(x)));
  const Shape channels = {x.shape()[1]};
  if (w.shape() != channels || b.shape() != channels || mean.shape() != channels ||
      var.shape() != channels)
    throw ShapeError(fmt::format(
        "batch_norm: x is {} but w is {}, b {}, the running mean {} and the running variance {}: "
        "all must be {}{}",
        to_text(x.shape()), to_text(w.shape()), to_text(b.shape()), to_text(mean.shape()),
        to_text(var.shape()), to_text(channels), in_module(x)));
  const Layout layout = channels_of(x.shape());
  if (training && layout.outer * layout.inner < 2)
    throw ShapeError(
        fmt::format("batch_norm: x is {}: in training a channel needs two values or more, since "
                    "one has no deviation from its own mean: use a larger batch{}",
                    to_text(x.shape()), in_module(x)));
}

/// Mean and variance of the batch in some channels, the variance in place of 1/σ.
void measure(Layout layout, Range channels, const Scalar* x, Statistics s) {
  const auto count = static_cast<Scalar>(layout.outer * layout.inner);
  const auto average = [&](Scalar* into, const auto& term) {
    std::fill(into + channels.begin, into + channels.end, Scalar(0));
    for_each_run(layout, {0, layout.outer}, channels, [&](std::size_t at, std::size_t n, auto run) {
      run.add(into, into, n, [&, m = run.of(s.m)](std::size_t i) { return term(x[at + i], m[i]); });
    });
    for (std::size_t c = channels.begin; c < channels.end; ++c) into[c] /= count;
  };
  average(s.m, [](Scalar x, Scalar) { return x; });
  average(s.r, [](Scalar x, Scalar m) { return (x - m) * (x - m); });
}

/// r ← (1 − momentum) r + momentum s
void move_towards(Scalar s, Scalar& r, Scalar momentum) {
  r = (1 - momentum) * r + momentum * s;
}

/// The batch's statistics go into the running ones, with the unbiased variance.
void update_running(Layout layout, Range channels, Statistics s, Tensor& mean, Tensor& var,
                    Scalar momentum) {
  const auto count = static_cast<Scalar>(layout.outer * layout.inner);
  for (std::size_t c = channels.begin; c < channels.end; ++c) {
    move_towards(s.m[c], mean.data()[c], momentum);
    move_towards(s.r[c] * count / (count - 1), var.data()[c], momentum);
  }
}

/// The sums over each of these channels, dw = Σ dy x̂ and db = Σ dy.
void sum_channel_gradients(Layout layout, Range channels, Var x, Var w, Var y, Statistics s,
                           Scalar* dw, Scalar* db) {
  const Scalar *from = x.value().data(), *dy = y.grad().data(), *scale = w.value().data();
  std::fill(dw + channels.begin, dw + channels.end, Scalar(0));
  std::fill(db + channels.begin, db + channels.end, Scalar(0));
  for_each_run(layout, {0, layout.outer}, channels, [&](std::size_t at, std::size_t n, auto run) {
    run.add(db, scale, n, [d = dy + at](std::size_t i) { return d[i]; });
    run.add(dw, scale, n,
            [x = from + at, d = dy + at, m = run.of(s.m), r = run.of(s.r)](std::size_t i) {
              return d[i] * (x[i] - m[i]) * r[i];
            });
  });
}

void add_batch_norm_gradients(Var x, Var w, Var b, Var y, Var statistics, bool training) {
  const Layout layout = channels_of(x.shape());
  const Statistics s(statistics);
  const Scalar *from = x.value().data(), *dy = y.grad().data(), *scale = w.value().data();
  const Scratch dw = scratch(x, w.shape()), db = scratch(x, b.shape()),
                means = scratch(x, statistics.shape());
  Scalar *mean = means->data(), *slope = mean + layout.channels;
  const Contribution dx = x.grad_accumulator().contribute();
  // Running statistics do not depend on x: then no means are subtracted.
  const Scalar per_value = training ? 1 / static_cast<Scalar>(layout.outer * layout.inner) : 0;
  const std::size_t parts = parts_worth(layout.size());
  run_in_parallel(parts, [&](std::size_t part) {
    const Range channels = split_range(layout.channels, part, parts);
    sum_channel_gradients(layout, channels, x, w, y, s, dw->data(), db->data());
    if (!dx) return;
    for (std::size_t c = channels.begin; c < channels.end; ++c) {
      mean[c] = scale[c] * db->data()[c] * per_value;
      slope[c] = scale[c] * dw->data()[c] * per_value;
    }
    for_each_run(layout, {0, layout.outer}, channels, [&](std::size_t at, std::size_t n, auto run) {
      add_gradient(n, from + at, dy + at, dx.sum->data() + at, dx.how, run.of(s.m), run.of(s.r),
                   run.of(scale), run.of(mean), run.of(slope));
    });
  });
  w.grad_accumulator() += *dw;
  b.grad_accumulator() += *db;
}

}  // namespace

Var batch_norm(Var x, Var w, Var b, Tensor& running_mean, Tensor& running_var, bool training,
               Scalar momentum, Scalar eps) {
  check_batch_norm(x, w, b, running_mean, running_var, training);
  const Layout layout = channels_of(x.shape());
  Var statistics = record_statistics("batch_norm statistics", x, layout.channels);
  Var y = new_output("batch_norm", x.shape(), {x, w, b});
  const Statistics s(statistics);
  const Scalar* from = x.value().data();
  Scalar* to = y.output().data();
  const std::size_t parts = parts_worth(layout.size());
  run_in_parallel(parts, [&](std::size_t part) {
    const Range channels = split_range(layout.channels, part, parts);
    if (training) {
      measure(layout, channels, from, s);
      update_running(layout, channels, s, running_mean, running_var, momentum);
    }
    for (std::size_t c = channels.begin; c < channels.end; ++c) {
      if (!training) s.m[c] = running_mean.data()[c];
      s.r[c] = 1 / std::sqrt((training ? s.r[c] : running_var.data()[c]) + eps);
    }
    for_each_run(layout, {0, layout.outer}, channels, [&](std::size_t at, std::size_t n, auto run) {
      normalize(n, from + at, to + at, run.of(s.m), run.of(s.r), run.of(w.value().data()),
                run.of(b.value().data()));
    });
  });
  on_backward(y, [x, w, b, y, statistics, training] {
    add_batch_norm_gradients(x, w, b, y, statistics, training);
  });
  return y;
}

namespace {

// Layer norm and group norm

/// The groups of each example, one after the other in memory.
struct Blocks {
  Layout layout;
  std::size_t groups;  // of each example

  std::size_t channels() const { return layout.channels / groups; }
  std::size_t size() const { return channels() * layout.inner; }
  /// Calls work(k, its example, its channels) for the groups k of these examples.
  template <class Work>
  void for_each(Range examples, const Work& work) const {
    for (std::size_t n = examples.begin; n < examples.end; ++n)
      for (std::size_t g = 0; g < groups; ++g)
        work(n * groups + g, Range{n, n + 1}, Range{g * channels(), (g + 1) * channels()});
  }
};

void normalize_blocks(Blocks blocks, Var x, Var w, Var b, Var y, Statistics s, Scalar eps) {
  const Scalar *from = x.value().data(), *scale = w.value().data(), *shift = b.value().data();
  Scalar* to = y.output().data();
  const std::size_t size = blocks.size(), parts = parts_worth(blocks.layout.size());
  const auto count = static_cast<Scalar>(size);
  run_in_parallel(parts, [&](std::size_t part) {
    const Range examples = split_range(blocks.layout.outer, part, parts);
    blocks.for_each(examples, [&](std::size_t k, Range example, Range channels) {
      const Scalar* block = from + k * size;
      const Scalar m = sum_of(size, [=](std::size_t i) { return block[i]; }) / count;
      const Scalar variance =
          sum_of(size, [=](std::size_t i) { return (block[i] - m) * (block[i] - m); }) / count;
      const Scalar r = 1 / std::sqrt(variance + eps);
      s.m[k] = m;
      s.r[k] = r;
      for_each_run(blocks.layout, example, channels, [&](std::size_t at, std::size_t n, auto run) {
        normalize(n, from + at, to + at, Same{m}, Same{r}, run.of(scale), run.of(shift));
      });
    });
  });
}

/// parts: (P, C), what each part of the work added up   sum: C numbers
void add_parts(const Tensor& parts, const Contribution& to) {
  if (to) reduce_to(parts, *to.sum, {parts.shape()[1]}, to.how);
}

void add_block_gradients(Blocks blocks, Var x, Var w, Var b, Var y, Statistics s) {
  const Scalar *from = x.value().data(), *dy = y.grad().data(), *scale = w.value().data();
  const std::size_t parts = parts_worth(blocks.layout.size());
  const Scratch dw(x.tape().pool(), {parts, blocks.layout.channels}),
      db(x.tape().pool(), {parts, blocks.layout.channels});
  dw->fill(0);
  db->fill(0);
  const Contribution dx = x.grad_accumulator().contribute();
  const auto count = static_cast<Scalar>(blocks.size());
  run_in_parallel(parts, [&](std::size_t part) {
    Scalar* dw_part = dw->data() + part * blocks.layout.channels;
    Scalar* db_part = db->data() + part * blocks.layout.channels;
    const Range examples = split_range(blocks.layout.outer, part, parts);
    blocks.for_each(examples, [&](std::size_t k, Range example, Range channels) {
      const Scalar m = s.m[k], r = s.r[k];
      Scalar mean = 0, slope = 0;
      for_each_run(blocks.layout, example, channels, [&](std::size_t at, std::size_t n, auto run) {
        mean += run.add(db_part, scale, n, [d = dy + at](std::size_t i) { return d[i]; });
        slope += run.add(dw_part, scale, n, [x = from + at, d = dy + at, m, r](std::size_t i) {
          return d[i] * (x[i] - m) * r;
        });
      });
      if (!dx) return;
      for_each_run(blocks.layout, example, channels, [&](std::size_t at, std::size_t n, auto run) {
        add_gradient(n, from + at, dy + at, dx.sum->data() + at, dx.how, Same{m}, Same{r},
                     run.of(scale), Same{mean / count}, Same{slope / count});
      });
    });
  });
  add_parts(*dw, w.grad_accumulator().contribute());
  add_parts(*db, b.grad_accumulator().contribute());
}

Blocks whole_examples(const Shape& x, const Shape& w) {
  const std::size_t channels = element_count(w);
  std::size_t examples = 1;
  for (std::size_t axis = 0; axis < x.size() - w.size(); ++axis) examples *= x[axis];
  return {{examples, channels, 1}, 1};
}

Blocks groups_of_channels(const Shape& x, std::size_t groups) {
  std::size_t inner = 1;
  for (std::size_t axis = 2; axis < x.size(); ++axis) inner *= x[axis];
  return {{x[0], x[1], inner}, groups};
}

bool ends_with(const Shape& x, const Shape& w) {
  return !w.empty() && w.size() <= x.size() &&
         std::equal(w.begin(), w.end(), x.end() - static_cast<std::ptrdiff_t>(w.size()));
}

}  // namespace

Var layer_norm(Var x, Var w, Var b, Scalar eps) {
  if (!ends_with(x.shape(), w.shape()) || b.shape() != w.shape())
    throw ShapeError(fmt::format(
        "layer_norm: x is {} but w is {} and b is {}: both must be the last sizes of x{}",
        to_text(x.shape()), to_text(w.shape()), to_text(b.shape()), in_module(x)));
  const Blocks blocks = whole_examples(x.shape(), w.shape());
  Var statistics = record_statistics("layer_norm statistics", x, blocks.layout.outer);
  Var y = new_output("layer_norm", x.shape(), {x, w, b});
  normalize_blocks(blocks, x, w, b, y, Statistics(statistics), eps);
  on_backward(y, [x, w, b, y, statistics] {
    add_block_gradients(whole_examples(x.shape(), w.shape()), x, w, b, y, Statistics(statistics));
  });
  return y;
}

Var group_norm(Var x, std::size_t groups, Var w, Var b, Scalar eps) {
  if (x.dimension() < 2 || w.shape() != Shape{x.shape()[1]} || b.shape() != w.shape())
    throw ShapeError(fmt::format(
        "group_norm: x is {} but w is {} and b is {}: they must be (N, C, …), (C) and (C){}",
        to_text(x.shape()), to_text(w.shape()), to_text(b.shape()), in_module(x)));
  if (groups == 0 || x.shape()[1] % groups != 0)
    throw ShapeError(fmt::format("group_norm: x is {}: {} channels do not divide into {} groups{}",
                                 to_text(x.shape()), x.shape()[1], groups, in_module(x)));
  const Blocks blocks = groups_of_channels(x.shape(), groups);
  Var statistics = record_statistics("group_norm statistics", x, blocks.layout.outer * groups);
  Var y = new_output("group_norm", x.shape(), {x, w, b});
  normalize_blocks(blocks, x, w, b, y, Statistics(statistics), eps);
  on_backward(y, [x, w, b, y, statistics, groups] {
    add_block_gradients(groups_of_channels(x.shape(), groups), x, w, b, y, Statistics(statistics));
  });
  return y;
}

}}  // namespace hourglass
