#pragma once
// The consumer's own; that it has the name of one of Hourglass's headers disturbs neither.
inline int own_tape() {
  return 42;
}
