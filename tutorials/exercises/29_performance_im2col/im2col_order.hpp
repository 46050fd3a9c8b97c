#pragma once

#include <cstddef>
#include <vector>

/// Memory behind a small cache: 16 lines of eight numbers, each line at the one place that its address
/// gives it. It counts how often a line had to be fetched.
class Memory {
 public:
  explicit Memory(std::size_t size) : numbers_(size), held_(16, nothing) {}
  double read(std::size_t place) {
    fetch(place / 8);
    return numbers_.at(place);
  }
  void write(std::size_t place, double number) {
    fetch(place / 8);
    numbers_.at(place) = number;
  }
  std::size_t fetched() const { return fetched_; }

 private:
  static constexpr std::size_t nothing = static_cast<std::size_t>(-1);
  void fetch(std::size_t line) {
    std::size_t& there = held_[line % held_.size()];
    fetched_ += there != line;
    there = line;
  }
  std::vector<double> numbers_;
  std::vector<std::size_t> held_;
  std::size_t fetched_ = 0;
};

/// im2col with stride 1 and without padding: entry ((c, ky, kx), (oy, ox)) of the columns is
/// x[c, oy + ky, ox + kx]. Both are stored row after row. It is right, and fetches many times more
/// lines than there are. Change the order.
inline void im2col(Memory& x, Memory& columns, std::size_t channels, std::size_t height, std::size_t width,
                   std::size_t kernel) {
  const std::size_t oh = height - kernel + 1, ow = width - kernel + 1;
  // BEGIN SOLUTION
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t ky = 0; ky < kernel; ++ky)
      for (std::size_t kx = 0; kx < kernel; ++kx)
        for (std::size_t oy = 0; oy < oh; ++oy)
          for (std::size_t ox = 0; ox < ow; ++ox) {
            const std::size_t row = (c * kernel + ky) * kernel + kx;
            columns.write(row * oh * ow + oy * ow + ox, x.read((c * height + oy + ky) * width + ox + kx));
          }
  // STUB
  //| for (std::size_t ox = 0; ox < ow; ++ox)
  //|   for (std::size_t oy = 0; oy < oh; ++oy)
  //|     for (std::size_t c = 0; c < channels; ++c)
  //|       for (std::size_t ky = 0; ky < kernel; ++ky)
  //|         for (std::size_t kx = 0; kx < kernel; ++kx) {
  //|           const std::size_t row = (c * kernel + ky) * kernel + kx;
  //|           columns.write(row * oh * ow + oy * ow + ox, x.read((c * height + oy + ky) * width + ox + kx));
  //|         }
  // END SOLUTION
}
