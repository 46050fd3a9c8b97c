#pragma once

#include <stdexcept>

namespace hourglass {

/// The base of everything that the library throws. `what()` is one line, written for the person who
/// reads it: what was wrong, where, and, if it helps, what would work.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Tensors whose shapes do not fit an operation.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// A tape used against its rules: a Var read after reset, two tapes mixed, a loss that is not a
/// scalar.
class TapeError : public Error {
 public:
  using Error::Error;
};

/// A NaN or an infinity, with the operation that made it: what Tape::check_finite finds.
class NonFiniteError : public Error {
 public:
  using Error::Error;
};

/// A file, or the data in it, that is not what it says it is. Names the file and the place in it.
class DataError : public Error {
 public:
  using Error::Error;
};

/// A setting that does not exist, or a value that it cannot have.
class ConfigError : public Error {
 public:
  using Error::Error;
};

}  // namespace hourglass
