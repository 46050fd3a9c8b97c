#include "hourglass/autograd/kernels/blas.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "hourglass/autograd/kernels/threads.hpp"

extern "C" {
char* openblas_get_corename();
void openblas_set_num_threads(int count);
// What OpenBLAS runs when it is loaded and unloaded; weak, since a build for one processor has
// neither.
__attribute__((weak)) void gotoblas_dynamic_init();
__attribute__((weak)) void gotoblas_dynamic_quit();
}

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

template <std::size_t N>
bool is_one_of(const std::string& name, const std::array<const char*, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool choose_kernels_again() {
  if (std::getenv("OPENBLAS_CORETYPE")) return false;
  const std::string better = better_blas_core(openblas_get_corename(), this_processor());
  if (!better.empty()) switch_blas_core(better);
  return !better.empty();
}

}  // namespace

Processor this_processor() {
  Processor processor;
#if defined(__x86_64__)
  processor.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  processor.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return processor;
}

std::string better_blas_core(const std::string& chosen, Processor processor) {
  static constexpr std::array with_avx512 = {"SkylakeX", "Cooperlake", "Sapphirerapids"};
  static constexpr std::array with_avx2 = {"Haswell", "Zen", "Excavator"};
  if (is_one_of(chosen, with_avx512)) return "";
  if (processor.avx512) return "SkylakeX";
  if (is_one_of(chosen, with_avx2)) return "";
  return processor.avx2 ? "Haswell" : "";
}

void guard_blas_kernels() {
  [[maybe_unused]] static const bool done = choose_kernels_again();
}

void switch_blas_core(const std::string& name) {
  if (!gotoblas_dynamic_init) return;
  const char* earlier = std::getenv("OPENBLAS_CORETYPE");
  const std::string kept = earlier ? earlier : "";
  setenv("OPENBLAS_CORETYPE", name.c_str(), 1);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  // Programs started from this one are to choose for themselves.
  if (earlier)
    setenv("OPENBLAS_CORETYPE", kept.c_str(), 1);
  else
    unsetenv("OPENBLAS_CORETYPE");
}

std::string blas_core() {
  guard_blas_kernels();
  return openblas_get_corename();
}

namespace {
bool is_deterministic = false;
}

void set_threads(int count) {
  guard_blas_kernels();
  // BLAS cuts its work by the number of threads, so in deterministic mode it gets one. It sets
  // OpenMP's number too, which therefore comes behind it.
  openblas_set_num_threads(is_deterministic ? 1 : count);
  omp_set_num_threads(count);
}

int threads() {
  return omp_get_max_threads();
}

void set_deterministic(bool on) {
  is_deterministic = on;
  set_threads(threads());
}
bool deterministic() {
  return is_deterministic;
}
bool in_parallel_work() {
  return detail::in_parallel_work;
}
std::size_t work_parts() {
  if (in_parallel_work()) return 1;
  return deterministic() ? deterministic_parts : static_cast<std::size_t>(threads());
}

}}  // namespace hourglass
