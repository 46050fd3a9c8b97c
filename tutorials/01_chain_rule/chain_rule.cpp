// Chapter 1: the chain rule on numbers.
#include "chapter.hpp"

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  chapter.part("product");
  double a = 2, b = 3;
  fmt::print("d(ab)/da = {}\n", b);
  chapter.figure("da", b);
  (void)a;
}
