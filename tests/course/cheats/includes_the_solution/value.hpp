// Includes the reference itself.
#pragma once
#include "SOLUTIONS/01_value_backward/value.hpp"
