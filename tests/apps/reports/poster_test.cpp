#include "apps/reports/poster.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/registry.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

/// Grey images of 4 × 4 pixels, and untrained models for them.
Dataset small_images() {
  return {"small", {1, 4, 4}, std::vector<std::uint8_t>(64 * 16, 9)};
}
std::unique_ptr<Autoencoder> small_model(const std::string& name, std::size_t latent) {
  Config config;
  find_model(name).write_defaults(config);
  config.set("latent=" + std::to_string(latent), "model");
  Rng rng(1);
  return find_model(name).make(config, {1, 4, 4}, rng);
}

Picture poster(const std::string& name, std::size_t latent, const PosterOptions& options) {
  const auto model = small_model(name, latent);
  const Dataset data = small_images();
  const GalleryView view{*model, data, Rng(1), encode_all(*model, data), model->variational()};
  return draw_poster(view, options);
}

TEST(Poster, FillsItsPaperAndLeavesAMargin) {
  for (const auto& [model, latent, kind] : {std::tuple("vae", 2, "manifold"),
                                            {"vanilla", 2, "manifold"},
                                            {"conditional-vae", 3, "classes"}}) {
    const Picture page = poster(model, static_cast<std::size_t>(latent),
                                {.kind = kind, .paper = Paper::named("a5")});
    ASSERT_EQ(page.width, 1748u);
    ASSERT_EQ(page.height, 2480u);
    for (std::size_t y = 0; y < page.height; ++y)
      for (std::size_t x = 0; x < 150; ++x) {
        ASSERT_EQ(page.pixels[y * page.width + x], 255) << x << " " << y;
        ASSERT_EQ(page.pixels[(y + 1) * page.width - 1 - x], 255) << x << " " << y;
      }
    const std::uint8_t* middle = page.pixels.data() + page.height / 2 * page.width;
    EXPECT_LT(*std::min_element(middle, middle + page.width), 250);
  }
}

TEST(Poster, IsInkOnPaperUnlessItIsDark) {
  const Picture dark =
      poster("vae", 2, {.kind = "manifold", .paper = Paper::named("a5"), .dark = true});
  EXPECT_EQ(dark.pixels[0], 0);
}

TEST(Poster, SaysWhatAModelHasNoPictureOf) {
  const auto fault = [](const std::string& model, std::size_t latent, const std::string& kind) {
    return message_of<ConfigError>([&] { poster(model, latent, {.kind = kind}); });
  };
  EXPECT_PRED2(contains, fault("vae", 3, "manifold"), "has 3");
  EXPECT_PRED2(contains, fault("vae", 2, "classes"), "conditional-vae");
  EXPECT_PRED2(contains, fault("vae", 2, "sunset"), "sunset");
  EXPECT_PRED2(contains, message_of<ConfigError>([] { Paper::named("letter"); }), "letter");
}

}  // namespace
}  // namespace hourglass::testing
