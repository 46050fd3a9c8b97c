#pragma once
#error "the consumer's own models/vae.hpp was included in the place of Hourglass's"
