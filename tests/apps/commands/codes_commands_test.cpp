#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "hourglass/autograd/base/precision.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/models/trained/model_file.hpp"
#include "tests/apps/command.hpp"

// encode, generate, interpolate, list models: as a user runs them.

using namespace hourglass::testing;
using hourglass::Scalar;
using nlohmann::json;

namespace {

/// A trained vanilla model and a vae.
class TrainedRuns : public SmallRun {
 protected:
  TrainedRuns() {
    const Outcome vanilla = run(train("vanilla", {"--epochs", "1"}));
    const Outcome vae = run(train("vae", {"--epochs", "1"}, "vae"));
    EXPECT_EQ(vanilla.exit_code + vae.exit_code, 0) << vanilla.err << vae.err;
  }

  std::string file(const std::string& name) const { return (folder / name).string(); }
};

/// The numbers behind an NPY file's head, which says `shape`.
std::vector<Scalar> read_npy(const std::string& file, const std::string& shape) {
  const std::string bytes = read_file(file);
  EXPECT_TRUE(contains(bytes, "'shape': " + shape)) << bytes.substr(0, 120);
  const std::size_t start = 10 + static_cast<unsigned char>(bytes.at(8));
  std::vector<Scalar> numbers((bytes.size() - start) / sizeof(Scalar));
  std::memcpy(numbers.data(), &bytes[start], numbers.size() * sizeof(Scalar));
  return numbers;
}

TEST_F(TrainedRuns, EncodeWritesTheCodeOfEveryExample) {
  const Outcome outcome =
      run({"encode", file("vanilla"), "--out", file("codes.npy"), "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("shape"), (json{90, 4}));
  const std::vector<Scalar> codes = read_npy(file("codes.npy"), "(90,4,)");
  ASSERT_EQ(codes.size(), 360u);
  ASSERT_EQ(run({"encode", file("vanilla"), "--data", "idx:" + file("images.idx") + "?limit=7",
                 "--out", file("seven.npy"), "--threads", "1"})
                .exit_code,
            0);
  const std::vector<Scalar> seven = read_npy(file("seven.npy"), "(7,4,)");
  for (std::size_t i = 0; i < seven.size(); ++i) EXPECT_NEAR(seven[i], codes[i], 1e-4);
}

TEST_F(TrainedRuns, GeneratedPixelsAreReadBackAlsoWhereADecoderIsLinear) {
  const std::string data = "idx:" + file("images.idx");
  const Outcome trained = run({"train", "linear", "--data", data, "--latent", "4", "--epochs", "1",
                               "--out", file("linear")});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Outcome drawn = run({"generate", file("linear"), "--sampler", "gaussian", "--data", data,
                             "--count", "50", "--npy", file("new.npy")});
  ASSERT_EQ(drawn.exit_code, 0) << drawn.err;
  const std::vector<Scalar> pixels = read_npy(file("new.npy"), "(50,1,8,8,)");
  EXPECT_EQ(*std::ranges::min_element(pixels), 0);
  const Outcome read = run({"evaluate", file("vae"), "--data", "npy:" + file("new.npy")});
  EXPECT_EQ(read.exit_code, 0) << read.err;
}

TEST_F(TrainedRuns, ACodeAsWideAsTheImageSqueezesNothingAndStandsBesideHalfOfPca) {
  const Outcome wide = run({"train", "linear", "--data", "idx:" + file("images.idx"), "--latent",
                            "100", "--epochs", "1", "--out", file("wide")});
  ASSERT_EQ(wide.exit_code, 0) << wide.err;
  EXPECT_TRUE(contains(wide.out, "encodes each image of 64 numbers as 100 and rebuilds it"))
      << wide.out;
  EXPECT_TRUE(contains(wide.out, "PCA-32 ")) << wide.out;
}

TEST_F(TrainedRuns, EncodeDrawsItsCodesAsPointsColouredByClass) {
  std::string labels = {0, 0, 8, 1, 0, 0, 1, 44};  // 300 of them
  for (int i = 0; i < 300; ++i) labels += static_cast<char>(i % 3);
  fs::copy_file(folder / "images.idx", folder / "train-images-idx3-ubyte");
  write_file(folder / "train-labels-idx1-ubyte", labels);
  const Outcome outcome =
      run({"encode", file("vanilla"), "--data", "idx:" + file("train-images-idx3-ubyte"), "--out",
           file("c.npy"), "--picture", file("codes.svg")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string svg = read_file(file("codes.svg"));
  EXPECT_TRUE(svg.starts_with("<svg xmlns=")) << svg.substr(0, 200);
  EXPECT_TRUE(contains(svg, "300 points"));
  EXPECT_TRUE(contains(svg, "first principal component of codes of 4 numbers"));
  for (const char* colour : {"--class-0", "--class-1", "--class-2"})
    EXPECT_TRUE(contains(svg, colour)) << colour;
}

TEST_F(TrainedRuns, EncodeDrawsInThePlaneOfTheModelsFileOrSaysWhichOther) {
  const auto draw = [&](const std::string& model) {
    const Outcome outcome = run({"encode", file(model), "--out", file("c.npy"), "--picture",
                                 file(model + ".svg"), "--json", file("c.json")});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(contains(outcome.out, "holds no plane"), model != "vanilla") << outcome.out;
    return json::parse(read_file(file("c.json"))).at("plane_of").get<std::string>();
  };
  EXPECT_EQ(draw("vanilla"), "model");
  const hourglass::TrainedModel trained = hourglass::load_model(file("vanilla"));
  fs::create_directory(folder / "older");
  hourglass::save_model(folder / "older/model.safetensors", *trained.model, trained.config);
  EXPECT_EQ(draw("older"), "training examples");
  EXPECT_EQ(read_file(file("older.svg")), read_file(file("vanilla.svg")));
  std::string lost = trained.config.text();
  lost.replace(lost.find("images.idx"), 10, "nowhere.id");
  hourglass::save_model(folder / "older/model.safetensors", *trained.model,
                        hourglass::Config::parse(lost, "test"));
  const Outcome outcome = run({"encode", file("older"), "--data", "idx:" + file("images.idx"),
                               "--out", file("c.npy"), "--picture", file("c.svg")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "other axes")) << outcome.out;
}

TEST_F(TrainedRuns, EncodeRefusesAPictureThatItCannotDraw) {
  expect_refused({"encode", file("vanilla"), "--out", file("d.npy"), "--picture", file("c.png")},
                 "ends in .svg");
  EXPECT_FALSE(fs::exists(file("d.npy")));
}

TEST_F(TrainedRuns, EncodeWritesLabelsWhereThereAreSome) {
  std::string labels = {0, 0, 8, 1, 0, 0, 1, 44};  // 300 of them
  for (int i = 0; i < 300; ++i) labels += static_cast<char>(i % 10);
  expect_refused({"encode", file("vanilla"), "--out", file("c.npy"), "--labels", file("l.npy")},
                 "no labels");
  EXPECT_FALSE(fs::exists(file("c.npy")));
  write_file(folder / "named-images-idx3", small_idx(300));
  write_file(folder / "named-labels-idx1", labels);
  const Outcome outcome =
      run({"encode", file("vanilla"), "--data", "idx:" + file("named-images-idx3"), "--out",
           file("c.npy"), "--labels", file("l.npy")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(read_file(file("l.npy")).substr(read_file(file("l.npy")).size() - 300),
            labels.substr(8));
}

TEST_F(TrainedRuns, GenerateDrawsNewImages) {
  const Outcome outcome = run({"generate", file("vae"), "--count", "700", "--out", file("new.png"),
                               "--npy", file("new.npy"), "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("count"), 700);
  EXPECT_TRUE(read_file(file("new.png")).starts_with("\x89PNG"));
  const std::vector<Scalar> images = read_npy(file("new.npy"), "(700,1,8,8,)");
  ASSERT_EQ(images.size(), 700u * 64);
  for (Scalar pixel : images) ASSERT_TRUE(pixel >= 0 && pixel <= 1);

  const auto again = [&](const std::string& seed) {
    EXPECT_EQ(
        run({"generate", file("vae"), "--count", "700", "--npy", file("again.npy"), "--seed", seed})
            .exit_code,
        0);
    return read_file(file("again.npy"));
  };
  EXPECT_EQ(again("1"), read_file(file("new.npy")));
  EXPECT_NE(again("2"), read_file(file("new.npy")));
}

TEST_F(TrainedRuns, GenerateFitsAMixtureToTheCodesOfAModelWithoutPrior) {
  const Outcome outcome =
      run({"generate", file("vanilla"), "--sampler", "gmm", "--components", "3", "--temperature",
           "0.8", "--count", "20", "--out", file("new.png"), "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("sampler"), "gmm");
  EXPECT_TRUE(read_file(file("new.png")).starts_with("\x89PNG"));
  expect_refused(
      {"generate", file("vanilla"), "--sampler", "gmm", "--class", "1", "--out", file("x.png")},
      "no labels");
  expect_refused({"generate", file("vanilla"), "--sampler", "gmm", "--components", "500", "--out",
                  file("x.png")},
                 "500 components");
}

TEST_F(TrainedRuns, GenerateShowsTheNearestTrainingImagesAndWantsAClassifierForAJudge) {
  const Outcome outcome =
      run({"generate", file("vae"), "--count", "9", "--nearest", "--out", file("pairs.png")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(read_file(file("pairs.png")).starts_with("\x89PNG"));
  expect_refused({"generate", file("vae"), "--npy", file("x.npy"), "--judge", file("vanilla")},
                 "not a classifier");
}

TEST_F(TrainedRuns, GenerateRefusesWhatAModelCannotDo) {
  expect_refused({"generate", file("vanilla"), "--out", file("x.png")}, "vanilla");
  expect_refused({"generate", file("vae")}, "--out FILE.png");
  expect_refused({"generate", file("vae"), "--out", file("x.png"), "--class", "3"}, "class 3");
  expect_refused({"generate", file("vae"), "--out", file("x.png"), "--class", "-1"}, "--class");
  expect_refused({"generate", file("vae"), "--out", file("x.png"), "--labels", file("l.npy")},
                 "--labels");
  expect_refused({"generate", file("vae"), "--out", file("x.png"), "--count", "0"}, "--count");
  expect_refused({"generate", file("vae"), "--out", file("x.png"), "--sampler", "dice"}, "dice");
  expect_refused({"generate", file("nowhere"), "--out", file("x.png")}, "nowhere");
  EXPECT_FALSE(fs::exists(file("x.png")));
}

TEST_F(TrainedRuns, InterpolateDrawsTheWayBetweenTwoExamples) {
  const Outcome outcome = run({"interpolate", file("vanilla"), "--from", "0", "--to", "89", "--out",
                               file("walk.png"), "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("to"), 89);
  EXPECT_TRUE(read_file(file("walk.png")).starts_with("\x89PNG"));
  expect_refused(
      {"interpolate", file("vanilla"), "--from", "0", "--to", "90", "--out", file("x.png")},
      "examples 0 to 89");
  expect_refused({"interpolate", file("vanilla"), "--from", "0", "--out", file("x.png")}, "--to");
  expect_refused(
      {"interpolate", file("vanilla"), "--from", "-1", "--to", "2", "--out", file("x.png")},
      "--from");
}

TEST_F(TrainedRuns, InterpolatePassesSeveralExamplesAndMoves) {
  const std::vector<std::string> walk = {"interpolate", file("vae"),   "--from", "0",
                                         "--via",       "7,40",        "--to",   "9",
                                         "--animation", file("m.png"), "--json", "-"};
  const Outcome outcome = run(walk);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("via"), (json{7, 40}));
  EXPECT_EQ(figures.at("path"), "arc");
  EXPECT_TRUE(contains(read_file(file("m.png")), "acTL"));
  std::vector<std::string> straight = walk;
  straight.insert(straight.end(), {"--path", "straight", "--out", file("strip.png")});
  EXPECT_EQ(json::parse(run(straight).out).at("path"), "straight");
  EXPECT_TRUE(fs::exists(file("strip.png")));
  expect_refused({"interpolate", file("vae"), "--from", "0", "--via", "300", "--to", "1", "--out",
                  file("x.png")},
                 "no example 300");
  expect_refused({"interpolate", file("vae"), "--from", "0", "--to", "1"}, "nowhere to write");
}

TEST_F(TrainedRuns, InterpolateAddsAndTakesAwayCodes) {
  const Outcome outcome = run({"interpolate", file("vanilla"), "--arithmetic", "5 - 6 + 11",
                               "--out", file("sum.png"), "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("code").size(), 4u);
  EXPECT_EQ(figures.at("terms")[1].at("sign"), -1);
  EXPECT_TRUE(read_file(file("sum.png")).starts_with("\x89PNG"));
  const auto refused = [&](const std::string& sum, const std::string& words) {
    expect_refused({"interpolate", file("vanilla"), "--arithmetic", sum, "--out", file("x.png")},
                   words);
  };
  refused("5 - class:1", "no labels");
  refused("5 -", "is wanted where");
  refused("300", "examples 0 to 89");
  expect_refused(
      {"interpolate", file("vanilla"), "--arithmetic", "5", "--from", "1", "--out", file("x.png")},
      "does not interpolate");
  EXPECT_FALSE(fs::exists(file("x.png")));
}

TEST_F(TrainedRuns, GeneratePutsTheExamplesThatItIsFittedToInFrontOfTheNewOnes) {
  std::string labels = {0, 0, 8, 1, 0, 0, 1, 44};  // 300 of them
  for (int i = 0; i < 300; ++i) labels += static_cast<char>(i % 3);
  write_file(folder / "few-images-idx3", small_idx(300));
  write_file(folder / "few-labels-idx1", labels);
  const std::string few = "idx:" + file("few-images-idx3") + "?limit=60";
  const Outcome outcome =
      run({"generate", file("vanilla"), "--data", few, "--sampler", "gaussian", "--count", "30",
           "--npy", file("all.npy"), "--labels", file("classes.npy"), "--with-data"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::vector<Scalar> images = read_npy(file("all.npy"), "(90,1,8,8,)");
  EXPECT_EQ(images[9], Scalar(static_cast<std::uint8_t>(small_idx(300)[16 + 9])) / 255);
  const std::string classes = read_file(file("classes.npy"));
  EXPECT_EQ(classes.substr(classes.size() - 90, 60), labels.substr(8, 60));
  EXPECT_EQ(classes.back(), 2);
  expect_refused({"generate", file("vae"), "--npy", file("x.npy"), "--with-data"}, "--data");
  expect_refused({"generate", file("vae"), "--npy", file("x.npy"), "--data", few}, "--sampler");
}

TEST_F(TrainedRuns, GenerateRefusesOptionsThatItWouldNotUse) {
  const auto refused = [&](std::vector<std::string> more, const std::string& words) {
    more.insert(more.begin(), {"generate", file("vae"), "--npy", file("x.npy")});
    expect_refused(more, words);
  };
  refused({"--components", "3"}, "--sampler gmm");
  refused({"--paper", "a4"}, "--poster");
  refused({"--dark"}, "--poster");
  refused({"--nearest"}, "--out");
  refused({"--sampler", "gmm", "--components", "999"}, "--components asks for fewer");
  const Outcome others = run({"generate", file("vae"), "--npy", file("x.npy"), "--sampler",
                              "gaussian", "--data", "idx:" + file("images.idx") + "?limit=50"});
  EXPECT_TRUE(contains(others.out, "fitted to the codes of idx:")) << others.out << others.err;
}

TEST_F(TrainedRuns, ReconstructTakesPicturesOfAnySizeThroughTheModel) {
  fs::create_directories(folder / "in/deeper");
  const auto picture = [&](const std::string& name, std::size_t width, std::size_t channels) {
    write_file(folder / "in" / name,
               hourglass::encode_png(
                   {width, 13, channels, std::vector<std::uint8_t>(width * 13 * channels, 40)}));
  };
  picture("large.png", 45, 1);
  picture("deeper/colour.png", 5, 3);
  const Outcome outcome = run({"reconstruct", file("vanilla"), "--in", file("in"), "--out",
                               file("out"), "--noise", "0.2", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("examples"), 2);
  EXPECT_NEAR(figures.at("noisy_mse_per_pixel"), 0.03, 0.01);  // 0.04, less what is cut off
  EXPECT_EQ(hourglass::read_picture_file(file("out/large.png")).width, 45u);
  EXPECT_EQ(hourglass::read_picture_file(file("out/deeper/colour.png")).channels, 3u);
  EXPECT_TRUE(fs::exists(file("out/large.noisy.png")));
  ASSERT_EQ(
      run({"reconstruct", file("vanilla"), "--in", file("in/large.png"), "--out", file("one")})
          .exit_code,
      0);
  EXPECT_TRUE(fs::exists(file("one/large.png")));
  EXPECT_FALSE(fs::exists(file("one/large.noisy.png")));
  picture("photo.jpg", 8, 1);
  picture("photo.jpg.png", 8, 1);
  expect_refused({"reconstruct", file("vanilla"), "--in", file("in"), "--out", file("two")},
                 "two pictures would be written to photo.jpg.png");
  EXPECT_FALSE(fs::exists(file("two")));
  const auto refused = [&](const std::string& in, const std::string& out,
                           const std::string& words) {
    expect_refused({"reconstruct", file("vanilla"), "--in", file(in), "--out", file(out)}, words);
  };
  refused("in", "in", "would be lost");
  refused("nowhere", "x", "nowhere");
  refused("images.idx", "x", "neither a PNG nor a JPEG");
}

TEST_F(TrainedRuns, GenerateMakesPostersToPrint) {
  std::vector<std::string> words = train("flat", {"--epochs", "1"});
  *(std::find(words.begin(), words.end(), "--latent") + 1) = "2";
  ASSERT_EQ(run(words).exit_code, 0);
  const Outcome outcome = run({"generate", file("flat"), "--poster", "manifold", "--paper", "a5",
                               "--out", file("poster.png"), "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("width"), 1748);
  EXPECT_EQ(json::parse(outcome.out).at("height"), 2480);
  EXPECT_TRUE(contains(read_file(file("poster.png")).substr(0, 60), "pHYs"));
  const auto refused = [&](const std::string& model, const std::string& poster,
                           const std::string& words) {
    expect_refused({"generate", file(model), "--poster", poster, "--out", file("x.png")}, words);
  };
  refused("vae", "manifold", "--latent 2");
  refused("vae", "classes", "conditional-vae");
  refused("flat", "sunset", "sunset");
  expect_refused({"generate", file("flat"), "--poster", "manifold"}, "--out FILE.png");
  expect_refused(
      {"generate", file("flat"), "--poster", "manifold", "--nearest", "--out", file("x.png")},
      "a poster takes no --nearest");
}

TEST_F(TrainedRuns, TheReportOfARunHoldsItsPicturesWhichLieBesideIt) {
  for (const char* name : {"reconstructions.png", "interpolation.png", "traversals.png"})
    EXPECT_TRUE(fs::exists(folder / "vanilla" / name)) << name;
  EXPECT_FALSE(fs::exists(folder / "vanilla/samples.png"));
  EXPECT_TRUE(fs::exists(folder / "vae/samples.png"));
  EXPECT_FALSE(contains(read_file(file("vanilla/report.html")), "New images"));
  EXPECT_TRUE(contains(read_file(file("vae/report.html")), "New images"));
}

TEST(ListModels, IsALineOfWordsAModelAndSettingsOnlyWhereAskedFor) {
  const std::string all = run({"list", "models"}).out;
  EXPECT_TRUE(contains(all, "vanilla"));
  EXPECT_FALSE(contains(all, "activation ="));
  EXPECT_TRUE(contains(run({"list", "models", "--settings"}).out, "activation"));
  const std::string one = run({"list", "models", "vae"}).out;
  EXPECT_TRUE(contains(one, "binarize"));
  EXPECT_FALSE(contains(one, "vanilla"));
  EXPECT_EQ(json::parse(run({"list", "models", "vae", "--json", "-"}).out).at("models").size(), 1u);
  expect_refused({"list", "models", "vaee"}, "did you mean 'vae'?");
  expect_refused({"list", "datasets", "mnist"}, "takes no name");
}

}  // namespace
