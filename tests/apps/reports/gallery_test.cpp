#include "apps/reports/gallery.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "apps/run_folder.hpp"
#include "hourglass/models/core/variational.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

struct Abilities {
  std::size_t latent = 3, classes = 0, codebook = 0;
  bool samples = false, damages = false, autoregressive = false;
};

/// A model without weights that can do what a test wants it to: its code is the first numbers of an
/// example, an example is made of the mean of its code. Base: Autoencoder or Variational.
template <class Base>
class Pretend : public Base {
 public:
  explicit Pretend(const Abilities& abilities) : can_(abilities) {}

  Var encode(Var x) override { return slice(x, 1, 0, can_.latent); }
  Var decode(Var code) override { return repeat(mean(code, {1}, true), 1, 16); }
  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    return Loss("nothing", mean(tape.constant(batch.x)));
  }
  std::string loss_unit() const override { return "nats per image"; }
  std::size_t latent() const override { return can_.latent; }
  std::size_t classes() const override { return can_.classes; }
  std::size_t codebook_size() const override { return can_.codebook; }
  Var code_indices(Var x) override { return slice(x, 1, 0, 2) * 0; }
  bool can_sample() const override { return can_.samples; }
  bool is_autoregressive() const override { return can_.autoregressive; }
  Var corrupt(Var x, Rng&) const override { return can_.damages ? x * 0.5 : x; }
  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tensor codes = filled({count, latent()});
    rng.fill_normal(codes, 0, 1);
    return codes;
  }
  Tensor sample_codes(std::size_t count, std::size_t, Rng& rng) override {
    return sample_codes(count, rng);
  }

 private:
  Abilities can_;
};

class PretendVariational : public Pretend<Variational> {
 public:
  using Pretend<Variational>::Pretend;
  Var kl_per_dimension(Var x, Rng&) override { return slice(x, 1, 0, latent()) * active; }
  Var elbo(Var x, const Batch&, Rng&) override { return mean(x, {1}); }
  Var log_weights(Var x, const Batch&, std::size_t, Rng&) override { return mean(x, {1}); }
  Probability probability() const override { return Probability::none; }
  Var observe(Tape& tape, const Batch& batch, Rng&) override { return tape.constant(batch.x); }

  Scalar active = 1;
};

Dataset examples(const Shape& shape, std::size_t count, bool labelled = true) {
  std::vector<std::uint8_t> bytes(count * element_count(shape)), labels(labelled ? count : 0);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(1 + i * 37 % 251);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::uint8_t>(i % 3);
  return Dataset("pretended", shape, bytes, labels);
}

EvaluationSet set_of(const Dataset& data) {
  return {data, MeasuredOn::test(data, data.slice(0, 0))};
}

using Titles = std::set<std::string>;

Titles titles(Autoencoder& model, const Dataset& data) {
  Titles all;
  for (const ReportFigure& figure : gallery(model, set_of(data), Rng(1))) {
    all.insert(figure.title);
    EXPECT_FALSE(figure.caption.empty()) << figure.title;
    if (const auto* image = std::get_if<ReportImage>(&figure.content)) {
      EXPECT_FALSE(image->png.empty()) << figure.title;
      // Or else training anew would leave it behind.
      const auto& cleared = run_files();
      EXPECT_TRUE(std::find(cleared.begin(), cleared.end(), image->file) != cleared.end())
          << image->file;
    } else {
      const auto& drawing = std::get<ReportDrawing>(figure.content);
      EXPECT_FALSE(drawing.wide.empty() || drawing.narrow.empty()) << figure.title;
    }
  }
  return all;
}

template <class Model>
Titles titles_of(const Abilities& abilities, const Shape& shape = {1, 4, 4}) {
  Model model(abilities);
  return titles(model, examples(shape, 30));
}

const Titles of_all_images = {"Originals over reconstructions.", "From one image to another.",
                              "A map of the codes."};

Titles with(Titles more) {
  more.insert(of_all_images.begin(), of_all_images.end());
  return more;
}

TEST(Gallery, ShowsWhatAppliesToAModel) {
  const std::string traversals = "One latent dimension at a time.";
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({}), with({traversals}));
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({.latent = 2}), with({"Every code, decoded."}));
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({.samples = true}), with({traversals, "New images."}));
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({.samples = true, .autoregressive = true}),
            (Titles{"Originals over reconstructions.", "New images.", "A map of the codes."}));
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({.classes = 3, .samples = true}),
            with({traversals, "New images, class by class."}));
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({.codebook = 8}), with({"How the codebook is used."}));
  EXPECT_EQ(titles_of<Pretend<Autoencoder>>({.damages = true}),
            with({traversals, "Damaged, and rebuilt."}));
  EXPECT_EQ(titles_of<PretendVariational>({.samples = true}),
            with({traversals, "New images.", "How much each latent dimension carries."}));
}

TEST(Gallery, OfExamplesThatAreNoImagesShowsTheirCodesOnly) {
  EXPECT_EQ(titles_of<PretendVariational>({.samples = true, .damages = true}, {16}),
            (Titles{"A map of the codes.", "How much each latent dimension carries."}));
}

TEST(Gallery, OfASingleExampleHasNoWayToAnother) {
  Pretend<Autoencoder> model({.latent = 1});
  EXPECT_EQ(titles(model, examples({1, 4, 4}, 1)), (Titles{"Originals over reconstructions."}));
}

ReportFigure find(const std::vector<ReportFigure>& figures, const std::string& title) {
  for (const ReportFigure& figure : figures)
    if (figure.title == title) return figure;
  throw Error("no figure '" + title + "'");
}

TEST(Gallery, CountsTheNumbersOfACodeThatCarrySomething) {
  PretendVariational model({.latent = 3});
  const Dataset data = examples({1, 4, 4}, 30);
  const std::string all =
      find(gallery(model, set_of(data), Rng(1)), "How much each latent dimension carries.").caption;
  EXPECT_PRED2(contains, all, "3 of 3 dimensions are active");
  model.active = 0;
  const std::string none =
      find(gallery(model, set_of(data), Rng(1)), "How much each latent dimension carries.").caption;
  EXPECT_PRED2(contains, none, "0 of 3 dimensions are active");
  EXPECT_PRED2(contains, none, "carry nothing");
}

TEST(Gallery, SaysThePerplexityOfTheCodebook) {
  Pretend<Autoencoder> model({.codebook = 8});  // whose examples all take the first vector
  const std::string caption =
      find(gallery(model, set_of(examples({1, 4, 4}, 30)), Rng(1)), "How the codebook is used.")
          .caption;
  EXPECT_PRED2(contains, caption, "1 of 8 vectors occur in the codes of 30 test images");
  EXPECT_PRED2(contains, caption, "perplexity is 1.0");
}

TEST(Gallery, ColoursTheMapByClassOnlyWhereThereAreClasses) {
  Pretend<Autoencoder> model({.latent = 2});
  const auto map = [&](bool labelled) {
    return find(gallery(model, set_of(examples({1, 4, 4}, 30, labelled)), Rng(1)),
                "A map of the codes.");
  };
  const auto drawing = [&](bool labelled) {
    return std::get<ReportDrawing>(map(labelled).content).wide;
  };
  EXPECT_PRED2(contains, drawing(true), "var(--class-2");
  EXPECT_PRED2(contains, drawing(true), ">class 0</text>");
  EXPECT_PRED2(contains, map(true).caption, "coloured by its class");
  EXPECT_FALSE(contains(drawing(false), "var(--class-2"));
  EXPECT_FALSE(contains(drawing(false), ">class 0</text>"));
  EXPECT_FALSE(contains(map(false).caption, "class"));
}

TEST(Gallery, ShowsTheFiltersOfAFirstLayerThatSeesImages) {
  struct WithFilters : Pretend<Autoencoder> {
    WithFilters(const Shape& shape) : Pretend<Autoencoder>({}), weight(shape) {
      register_parameter("weight", weight);
    }
    Parameter weight;
  };
  const auto shows_filters = [](const Shape& shape) {
    WithFilters model(shape);
    return titles(model, examples({1, 4, 4}, 30)).contains("What the first layer looks for.");
  };
  EXPECT_TRUE(shows_filters({100, 16}));
  EXPECT_TRUE(shows_filters({6, 1, 3, 3}));
  EXPECT_FALSE(shows_filters({16, 7}));
  EXPECT_FALSE(shows_filters({6, 2, 3, 3}));
  EXPECT_FALSE(shows_filters({16}));
}

TEST(Gallery, IsTheSameForTheSameGenerator) {
  Pretend<Autoencoder> model({.samples = true});
  const Dataset data = examples({1, 4, 4}, 30);
  const auto samples = [&](std::uint64_t seed) {
    return std::get<ReportImage>(
               find(gallery(model, set_of(data), Rng(seed)), "New images.").content)
        .png;
  };
  EXPECT_EQ(samples(1), samples(1));
  EXPECT_NE(samples(1), samples(2));
}

TEST(Gallery, DrawsTheMapOfCodesInThePlaneThatItIsGiven) {
  Pretend<Autoencoder> model({.latent = 4});
  const Dataset data = examples({1, 4, 4}, 30);
  const auto map = [&](std::optional<Pca> plane) {
    const ReportFigure figure = find(
        gallery(model, set_of(data), Rng(1), {.plane = std::move(plane)}), "A map of the codes.");
    return std::get<ReportDrawing>(figure.content).wide;
  };
  Pca first_two{filled({4}), filled({4, 2})}, last_two = first_two;
  first_two.components(0, 0) = first_two.components(1, 1) = 1;
  last_two.components(2, 0) = last_two.components(3, 1) = 1;
  EXPECT_EQ(map(first_two), map(first_two));
  EXPECT_NE(map(first_two), map(last_two));
  EXPECT_FALSE(map({}).empty());
}

}  // namespace
}  // namespace hourglass::testing
