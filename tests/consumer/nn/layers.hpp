#pragma once
#error "the consumer's own nn/layers.hpp was included in the place of Hourglass's"
