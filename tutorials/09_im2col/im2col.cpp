// Chapter 9: a convolution is a matrix product.
#include <chrono>
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "columns.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/drawing/pictures.hpp"

using namespace hourglass;

namespace {

/// Whole numbers from −2 to 2: their sums are exact in whatever order they are added.
Tensor whole_numbers(const Shape& shape, Rng& rng) {
  Tensor t = filled(shape);
  for (Scalar& number : t) number = Scalar(rng.below(5)) - 2;
  return t;
}

/// The best of three runs, in milliseconds.
template <class Work>
double milliseconds(const Work& work) {
  double best = 1e30;
  for (int run = 0; run < 3; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> ms = std::chrono::steady_clock::now() - start;
    best = std::min(best, ms.count());
  }
  return best;
}

void print(const char* name, const Scalar* numbers, std::size_t columns, std::size_t count) {
  fmt::print("{}", name);
  for (std::size_t i = 0; i < count; ++i)
    fmt::print("{}{:4}", i % columns == 0 ? "\n" : "", numbers[i]);
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  set_threads(1);
  Rng rng(1);

  chapter.part("columns");
  // [columns]
  const Layer small{.channels = 1, .size = 4, .kernel = 3, .stride = 1, .padding = 0};
  Tensor image = filled({4, 4}), columns = filled({9, 4});
  std::iota(image.begin(), image.end(), Scalar(1));
  im2col(small, image.data(), columns.data());
  print("the image", image.data(), 4, 16);
  print("its columns", columns.data(), 4, 36);
  // [/columns]
  Tensor digit = filled({1, 784}), rows = filled({49, 784});
  load_dataset("mnist", Split::test).read_rows(0, 1, digit);
  im2col({1, 28, 7, 1, 3}, digit.data(), rows.data());
  std::ofstream(chapter.picture("rows.png"), std::ios::binary)
      << to_png(draw_sheet(rows, {1, 28, 28}, 7, 2, 2));

  chapter.part("adjoint");
  // [adjoint]
  const Layer large{.channels = 3, .size = 28, .kernel = 5, .stride = 2, .padding = 2};
  const Tensor a = whole_numbers({large.pixels()}, rng);
  const Tensor b = whole_numbers({large.taps() * large.places()}, rng);
  Tensor a_columns = b, b_image = filled({large.pixels()}), twice = filled({4, 4});
  im2col(large, a.data(), a_columns.data());
  col2im(large, b.data(), b_image.data());
  fmt::print("<im2col(a), b> = {}, <a, col2im(b)> = {}\n", Scalar(xt::sum(a_columns * b)()),
             Scalar(xt::sum(a * b_image)()));
  col2im(small, columns.data(), twice.data());
  print("col2im(im2col(image))", twice.data(), 4, 16);
  // [/adjoint]

  chapter.part("product");
  // [product]
  const Layer layer{.channels = 32, .size = 14, .kernel = 3, .stride = 1, .padding = 1};
  const std::size_t images = chapter.quick() ? 8 : 256;
  Parameter x({images, 32, 14, 14}), w({64, 32, 3, 3});
  x.value = whole_numbers(x.value.shape(), rng);
  w.value = whole_numbers(w.value.shape(), rng);
  const Factor weights(w.value.data(), 64, layer.taps());
  std::vector<Scalar> memory(layer.taps() * layer.places());
  const Factor seen(memory.data(), layer.taps(), layer.places());
  Tensor slow = filled({images, 64, 14, 14}), fast = slow;
  Tape tape;
  Var y;

  const double loops = milliseconds([&] { seven_loops(layer, x.value, w.value, slow); });
  const double product = milliseconds([&] {
    for (std::size_t n = 0; n < images; ++n) {
      im2col(layer, &x.value(n, 0, 0, 0), memory.data());
      gemm(weights, seen, &fast(n, 0, 0, 0));
    }
  });
  const double copying = milliseconds([&] {
    for (std::size_t n = 0; n < images; ++n) im2col(layer, &x.value(n, 0, 0, 0), memory.data());
  });
  const double library = milliseconds([&] {
    tape.reset();
    y = conv2d(tape.parameter(x), tape.parameter(w), {.padding = 1});
  });
  // [/product]
  const double millions = double(images * 64 * layer.places() * layer.taps()) / 1e6;
  fmt::print("{:.0f} million multiplications\n", millions);
  for (const auto& [name, ms] :
       {std::pair{"seven loops", loops}, {"columns, product", product}, {"the library's", library}})
    fmt::print("{:16} ~{:.1f} ms, ~{:.1f} a nanosecond\n", name, ms, millions / ms);
  fmt::print("making columns is ~{:.0f} % of our time\n", 100 * copying / product);
  fmt::print("the same sums as the loops': ours {}, the library's {}\n", fast == slow,
             y.value() == slow);

  chapter.part("gradients");
  // [gradients]
  const Tensor dy = whole_numbers(y.value().shape(), rng);
  tape.backward(y, dy);  // the library's, to compare with
  Tensor dw = filled(w.value.shape()), dx = filled(x.value.shape());
  for (std::size_t n = 0; n < images; ++n) {
    const Factor features(&dy(n, 0, 0, 0), 64, layer.places());
    im2col(layer, &x.value(n, 0, 0, 0), memory.data());
    gemm(features, transposed(seen), dw.data(), Sum::accumulate);
    gemm(transposed(weights), features, memory.data());
    col2im(layer, memory.data(), &dx(n, 0, 0, 0));
  }
  // [/gradients]
  fmt::print("the same as the library's: dw {}, dx {}\n", dw == w.grad, dx == x.grad);

  chapter.part("memory");
  for (const std::size_t stride : {1, 2})
    for (const std::size_t kernel : {1, 3, 5, 7}) {
      const Layer at{32, 14, kernel, stride, kernel / 2};
      const double entries = double(at.taps() * at.places());
      fmt::print("kernel {}, stride {}: {:5.2f} times the image, a batch of 256: {:5.1f} MB\n",
                 kernel, stride, entries / double(at.pixels()), entries * 4 * 256 / 1e6);
    }
}
