// Chapter 18: what one training step does, and where its time goes.
#include <malloc.h>

#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

// [count]
/// Multiplications and additions, in millions, that one entry of the tape takes, forward and back.
double arithmetic(const Step& step, const Step::Entry& entry) {
  const Step::Entry& x = step.entries[entry.inputs[0]];
  const auto outputs = double(element_count(entry.shape)), inputs = double(element_count(x.shape));
  if (entry.operation != "linear") return 2 * std::max(inputs, outputs) / 1e6;
  return 2 * outputs * double(x.shape[1]) * (x.needs_grad ? 3 : 2) / 1e6;  // y, w's, x's gradient
}
// [/count]

// [cache]
/// 32 kB: 64 sets of 8 lines of 64 bytes; the least recently used line goes.
struct Cache {
  std::array<std::array<std::size_t, 8>, 64> sets{};
  std::size_t misses = 0;

  void touch(std::size_t address) {
    const std::size_t line = address / 64 + 1;
    auto& set = sets[line % 64];
    const auto found = std::find(set.begin(), set.end() - 1, line);  // or else the oldest
    misses += std::exchange(*found, line) != line;
    std::rotate(set.begin(), found, found + 1);
  }
};

/// Lines missed in 1,000 steps c_ij += a_ik b_kj of a product of n × n matrices, 4 bytes a number.
double misses(bool by_rows, std::size_t n) {
  Cache cache;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t outer = 0; outer < n; ++outer)
      for (std::size_t inner = 0; inner < n; ++inner) {
        const std::size_t j = by_rows ? inner : outer, k = by_rows ? outer : inner;
        for (const std::size_t at : {i * n + k, n * n + k * n + j, 2 * n * n + i * n + j})
          cache.touch(4 * at);
      }
  return 1000.0 * double(cache.misses) / double(n * n * n);
}
// [/cache]

// [products]
void dot_products(const Scalar* a, const Scalar* b, Scalar* c, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      Scalar sum = 0;
      for (std::size_t k = 0; k < n; ++k) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}
void rows(const Scalar* a, const Scalar* b, Scalar* c, std::size_t n) {
  std::fill_n(c, n * n, Scalar(0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k)
#pragma omp simd
      for (std::size_t j = 0; j < n; ++j) c[i * n + j] += a[i * n + k] * b[k * n + j];
}
/// 4 × 32 sums stay in registers while k runs; n is a multiple of 32.
void tiles(const Scalar* a, const Scalar* b, Scalar* c, std::size_t n) {
  for (std::size_t j = 0; j < n; j += 32)
    for (std::size_t i = 0; i < n; i += 4) {
      Scalar sums[4][32] = {};
      for (std::size_t k = 0; k < n; ++k)
#pragma GCC unroll 4
        for (std::size_t r = 0; r < 4; ++r)
#pragma omp simd
          for (std::size_t q = 0; q < 32; ++q) sums[r][q] += a[(i + r) * n + k] * b[k * n + j + q];
      for (std::size_t r = 0; r < 4; ++r) std::copy_n(sums[r], 32, c + (i + r) * n + j);
    }
}
// [/products]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  set_threads(1);

  chapter.part("tape");
  // [step]
  Rng rng(1);
  const Dataset data = load_dataset("mnist", Split::train);
  Vanilla model(data.example_shape(), {.network = {.latent = 32, .hidden = {512, 256}}}, rng);
  Batches batches(data.slice(0, 640), 128, Rng(2));
  Tape tape;
  watch(tape, {.measure_time = true});
  std::vector<Step> steps;
  const auto bytes_in_use = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t before = bytes_in_use();
    tape.reset();
    tape.backward(model.loss(tape, batches.get(0, i), rng).total);
    fmt::print("step {}: {} kB more in use\n", i + 1, (bytes_in_use() - before) / 1000);
    steps.push_back(inspect(tape));
  }
  const Step step = median_of(steps);
  double millions[2] = {}, seconds[2] = {};  // of products, of all the rest
  for (const Step::Entry& e : step.entries)
    if (e.kind == Step::Kind::operation) {
      fmt::print("{:3}  {:16} {:10} {}\n", e.number, e.operation, e.module, to_text(e.shape));
      millions[e.operation != "linear"] += arithmetic(step, e);
      seconds[e.operation != "linear"] += e.milliseconds() / 1000;
    }
  // [/step]

  chapter.part("work");
  for (const int i : {0, 1})
    fmt::print("{:9} {:7.2f} million, ~{:.2f} ms, ~{:.0f} a nanosecond\n",
               i ? "the rest" : "products", millions[i], 1000 * seconds[i],
               millions[i] / seconds[i] / 1000);

  chapter.part("cache");
  const std::size_t n = chapter.quick() ? 128 : 256;
  Bars bars{"n", "lines missed in 1,000 steps", {}, {}};
  for (std::size_t m = n - 12; m <= n + 12; m += 4) {
    bars.values.push_back(misses(false, m)), bars.names.push_back(std::to_string(m));
    fmt::print("{} x {}: dot products {:4.0f}, rows {:3.0f}\n", m, m, bars.values.back(),
               misses(true, m));
  }
  std::ofstream(chapter.picture("misses.svg")) << svg_file(plot_bars(bars), {.height = 280});

  chapter.part("times");
  const std::size_t size = chapter.quick() ? 256 : 1024;
  Tensor a = filled({size, size}), b = filled({size, size}), c = filled({size, size}), d = c;
  rng.fill_normal(a, 0, 1), rng.fill_normal(b, 0, 1), gemm(a, b, d);
  const auto report = [&](const std::string& name, const std::function<void()>& product) {
    const auto start = std::chrono::steady_clock::now();
    product();
    const std::chrono::duration<double, std::nano> ns = std::chrono::steady_clock::now() - start;
    fmt::print("{:12} ~{:.1f} ms, ~{:.1f} a nanosecond, {}\n", name, ns.count() / 1e6,
               2 * double(size * size * size) / ns.count(),
               xt::amax(xt::abs(c - d))() < 0.01 ? "right" : "wrong");
  };
  report("dot products", [&] { dot_products(a.data(), b.data(), c.data(), size); });
  report("rows", [&] { rows(a.data(), b.data(), c.data(), size); });
  report("tiles", [&] { tiles(a.data(), b.data(), c.data(), size); });
  report("BLAS", [&] { gemm(a, b, c); });
}
