#pragma once

#include <string>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What the kernel guard has to know about a processor.
struct Processor {
  bool avx512 = false;  ///< AVX-512 F, BW, DQ and VL
  bool avx2 = false;    ///< AVX2 and FMA
};
Processor this_processor();

/// The OpenBLAS kernels that serve `processor` better than `chosen`, or "" where `chosen` is right.
///
/// OpenBLAS picks its kernels by the processor's model number, and takes a model newer than itself
/// for a much older one: recent Intel processors for a "Prescott" of 2004 (OpenBLAS#4267), at a
/// fifth of their speed. Kernels without AVX-512 on a processor that has it run at half of it.
std::string better_blas_core(const std::string& chosen, Processor processor);

/// Lets OpenBLAS choose again where `better_blas_core` says so, once in a process and before its
/// first product. A choice made by the user in OPENBLAS_CORETYPE stands. Called by everything here
/// that reaches OpenBLAS.
void guard_blas_kernels();

/// Makes OpenBLAS use the kernels of this name, while no product is running.
void switch_blas_core(const std::string& name);

/// The name of the kernels in use: "SkylakeX", "Haswell", …
std::string blas_core();

}}  // namespace hourglass
