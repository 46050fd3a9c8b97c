#pragma once

#include <omp.h>

#include <cstddef>
#include <exception>

#include "autograd/precision.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// How many threads loops and products use: OpenMP's and OpenBLAS's are one pool.
void set_threads(int count);
int threads();

/// Runs work(0), …, work(count − 1), as many at a time as there are threads. Inside, products run
/// on one thread each: threads that meet in every product wait for the slowest of them every time,
/// and where something else keeps a core busy they wait long. Throws what the first of them threw.
template <class Work>
void run_in_parallel(std::size_t count, const Work& work) {
  if (count == 1) return work(0);  // a region of one thread would cost an allocation
  std::exception_ptr failure;
  std::size_t failed = count;
#pragma omp parallel for schedule(static, 1)
  for (std::size_t i = 0; i < count; ++i) {
    try {
      work(i);
    } catch (...) {
#pragma omp critical(hourglass_failure)
      if (i < failed) {
        failed = i;
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

/// Calls update(begin, end) for parts of 0 … size: for all of it at once, or where that is worth it
/// for one part a thread. (Inlined, it keeps gcc 12 from vectorising Adam's loop.)
template <class Update>
[[gnu::noinline]] void for_each_part(std::size_t size, Update update) {
  if (size <= 65536) return update(0, size);
#pragma omp parallel firstprivate(update)
  {
    const auto parts = static_cast<std::size_t>(omp_get_num_threads()),
               part = static_cast<std::size_t>(omp_get_thread_num());
    update(size * part / parts, size * (part + 1) / parts);
  }
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
