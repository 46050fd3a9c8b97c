#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/table.hpp"
#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Sizes = std::vector<std::size_t>;

/// An NPY file with this text as its header, and these bytes after it.
Bytes npy_of(const std::string& header, const Bytes& numbers) {
  Bytes file = {0x93,
                'N',
                'U',
                'M',
                'P',
                'Y',
                1,
                0,
                std::uint8_t(header.size() & 0xff),
                std::uint8_t(header.size() >> 8)};
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), numbers.begin(), numbers.end());
  return file;
}

std::string header(const std::string& type, const std::string& shape,
                   const std::string& order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }   \n";
}

template <class Number>
Bytes bytes_of(const std::vector<Number>& numbers) {
  Bytes bytes(numbers.size() * sizeof(Number));
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

class NpyFile : public ::testing::Test {
 protected:
  NpyArray read(const Bytes& file, NpyBytes as = NpyBytes::pixels) {
    return read_npy(folder_.write("file.npy", file), as);
  }
  std::string error(const Bytes& file, NpyBytes as = NpyBytes::pixels) {
    const std::string message = message_of<DataError>([&] { read(file, as); });
    EXPECT_PRED2(starts_with, message, (folder_.path() / "file.npy").string() + ": ");
    EXPECT_PRED2(lacks, message, "\n");
    return message;
  }
  std::string header_error(const std::string& text) { return error(npy_of(text, {1, 2})); }

  TemporaryFolder folder_;
};

TEST_F(NpyFile, ReadsBytesAsTheyAre) {
  const NpyArray array = read(npy_of(header("|u1", "(2, 3)"), {0, 1, 2, 253, 254, 255}));
  EXPECT_EQ(array.shape, (Sizes{2, 3}));
  EXPECT_EQ(array.bytes, (Bytes{0, 1, 2, 253, 254, 255}));
}

TEST_F(NpyFile, RoundsFloatingPointToTheNearestOf256Levels) {
  const Bytes levels = {0, 255, 128, 1};
  EXPECT_EQ(read(npy_of(header("<f4", "(4,)"), bytes_of<float>({0, 1, 0.501f, 0.003f}))).bytes,
            levels);
  EXPECT_EQ(read(npy_of(header("<f8", "(4,)"), bytes_of<double>({0, 1, 0.501, 0.003}))).bytes,
            levels);
}

TEST_F(NpyFile, TakesTrueForWhite) {
  EXPECT_EQ(read(npy_of(header("|b1", "(3,)"), {0, 1, 0})).bytes, (Bytes{0, 255, 0}));
}

TEST_F(NpyFile, ReadsLabelsOfAnyTypeThatAreWholeNumbers) {
  const Bytes labels = {7, 0, 255};
  const auto read_labels = [&](const char* type, const Bytes& numbers) {
    return read(npy_of(header(type, "(3,)"), numbers), NpyBytes::labels).bytes;
  };
  EXPECT_EQ(read_labels("|u1", {7, 0, 255}), labels);
  EXPECT_EQ(read_labels("<i8", bytes_of<std::int64_t>({7, 0, 255})), labels);
  EXPECT_EQ(read_labels("<i4", bytes_of<std::int32_t>({7, 0, 255})), labels);
  EXPECT_EQ(read_labels("<f4", bytes_of<float>({7, 0, 255})), labels);
}

TEST_F(NpyFile, RefusesNumbersThatHaveNoByte) {
  const auto error_of = [&](float number, NpyBytes as) {
    return error(npy_of(header("<f4", "(2,)"), bytes_of<float>({0, number})), as);
  };
  EXPECT_PRED2(contains, error_of(1.5f, NpyBytes::pixels),
               "element 1 is 1.5, but pixels in floating point are from 0 to 1");
  EXPECT_PRED2(contains, error_of(1.0025f, NpyBytes::pixels), "element 1 is 1.00250006, but");
  EXPECT_PRED2(contains, error_of(-0.5f, NpyBytes::pixels), "element 1 is -0.5");
  EXPECT_PRED2(contains, error_of(300, NpyBytes::pixels), "element 1 is 300");
  EXPECT_PRED2(contains, error_of(std::nanf(""), NpyBytes::pixels),
               "element 1 is nan, which is no pixel; save numpy.nan_to_num(array");
  EXPECT_PRED2(contains, error_of(-std::numeric_limits<float>::infinity(), NpyBytes::pixels),
               "element 1 is -inf");
  EXPECT_PRED2(contains,
               error(npy_of(header("<f4", "(3,)"),
                            bytes_of<float>({130, std::numeric_limits<float>::infinity(), 7}))),
               "element 1 is inf");
  EXPECT_PRED2(contains, error_of(1.5f, NpyBytes::labels),
               "element 1 is 1.5, but labels are whole numbers from 0 to 255");
  EXPECT_PRED2(contains, error(npy_of(header("<i8", "(1,)"), bytes_of<std::int64_t>({256}))),
               "element 0 is 256, but pixels in integers are from 0 to 255");
  EXPECT_PRED2(contains,
               error(npy_of(header("<i8", "(1,)"), bytes_of<std::int64_t>({-1})), NpyBytes::labels),
               "element 0 is -1");
}

TEST_F(NpyFile, ReadsFloatingPointOfTheUsualRanges) {
  struct Range {
    std::vector<float> numbers;
    Bytes bytes;
    const char* note;
  };
  const Range ranges[] = {
      {{0.5f, 1 + std::ldexp(1.0f, -23), -1e-7f}, {128, 255, 0}, ""},
      {{0, 200, 127.6f}, {0, 200, 128}, "its numbers reach from 0 to 255"},
      {{-1, 1, 0}, {0, 255, 128}, "its numbers reach from −1 to 1"},
  };
  for (const Range& range : ranges) {
    const NpyArray array = read(npy_of(header("<f4", "(3,)"), bytes_of(range.numbers)));
    EXPECT_EQ(array.bytes, range.bytes);
    EXPECT_PRED2(contains, array.notes.empty() ? "" : array.notes[0], range.note);
    EXPECT_EQ(array.notes.empty(), *range.note == 0);
  }
}

TEST_F(NpyFile, ReadsEveryByteOrderWidthAndOrderOfAxes) {
  const Bytes levels = {0, 255, 128};
  EXPECT_EQ(
      read(npy_of(header(">f4", "(3,)"), {0, 0, 0, 0, 0x3f, 0x80, 0, 0, 0x3f, 0, 0, 0})).bytes,
      levels);
  EXPECT_EQ(read(npy_of(header("<f2", "(3,)"), {0, 0, 0, 0x3c, 0, 0x38})).bytes, levels);
  EXPECT_EQ(read(npy_of(header(">i2", "(3,)"), {0, 0, 0, 255, 0, 128})).bytes, levels);
  const NpyArray turned = read(npy_of(header("|u1", "(2, 3)", "True"), {0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(turned.bytes, (Bytes{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(read(npy_of(header("|u1", "(2, 2, 2)", "True"), {0, 4, 2, 6, 1, 5, 3, 7})).bytes,
            (Bytes{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(NpyFile, ReadsLabelsInTheUsualForms) {
  const auto labels = [&](const char* type, const char* shape, const Bytes& numbers) {
    const NpyArray array = read(npy_of(header(type, shape), numbers), NpyBytes::labels);
    EXPECT_EQ(array.shape.size(), 1u);
    return array.bytes;
  };
  EXPECT_EQ(labels("|u1", "(2, 3)", {0, 0, 1, 1, 0, 0}), (Bytes{2, 0}));
  EXPECT_EQ(labels("|u1", "(2, 1)", {7, 5}), (Bytes{7, 5}));
  EXPECT_EQ(labels("|S2", "(3,)", {'b', 0, 'a', 'b', 'b', 0}), (Bytes{1, 0, 1}));
  EXPECT_EQ(labels("<U1", "(2,)", {0xfc, 0, 0, 0, 'a', 0, 0, 0}), (Bytes{1, 0}));
  EXPECT_PRED2(contains, error(npy_of(header("|u1", "(1, 3)"), {0, 1, 1}), NpyBytes::labels),
               "which row 0 is not");
}

TEST_F(NpyFile, ReadsAHeaderInAnyOrderAndOfEveryVersion) {
  const std::string text = "{\"shape\": (2,), 'fortran_order':False,'descr': '|u1'}";
  EXPECT_EQ(read(npy_of(text, {1, 2})).bytes, (Bytes{1, 2}));
  Bytes file = npy_of(text, {1, 2});
  file[6] = 3;
  file.insert(file.begin() + 10, {0, 0});
  EXPECT_EQ(read(file).bytes, (Bytes{1, 2}));
}

TEST_F(NpyFile, RefusesWhatIsNoNpyFile) {
  EXPECT_PRED2(contains, error({}), "at byte 0: the file ends here, after 0 of the 8 bytes");
  EXPECT_PRED2(contains, error(Bytes(20, 'x')), "an NPY file starts with");
  Bytes file = npy_of(header("|u1", "(2,)"), {1, 2});
  file[6] = 9;
  EXPECT_PRED2(contains, error(file), "the format's version is 9");
  file[6] = 1;
  file.resize(30);
  EXPECT_PRED2(contains, error(file), "the file ends here");
}

TEST_F(NpyFile, RefusesADamagedHeaderWhereverItIsCut) {
  const std::string whole = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}";
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_PRED2(contains, header_error(whole.substr(0, length)), "the header");
  EXPECT_PRED2(contains, header_error(whole + "x"), "the end of the header");
  EXPECT_PRED2(contains, header_error("{'descr': '|u1', 'shape': (2,)}"), "lacks one of");
  EXPECT_PRED2(contains, header_error("{'descr': '|u1', 'descr': '|u1'}"), "a second one");
  EXPECT_PRED2(contains, header_error("{'color\x01': 1}"), "'color?' is unknown");
  EXPECT_PRED2(contains, header_error(header("|u1", "(-2,)")), "no a size");
}

TEST_F(NpyFile, RefusesTypesThatItDoesNotRead) {
  const struct {
    const char* type;
    NpyBytes as;
    const char *words, *advice;
  } cases[] = {
      {"|O", NpyBytes::pixels, "Python objects", "save array.astype('float32')"},
      {"|O", NpyBytes::labels, "Python objects", "save array.astype(str)"},
      {"<c8", NpyBytes::pixels, "of the type '<c8'", "save a real number of each"},
      {"<U3", NpyBytes::pixels, "of the type '<U3'", "texts are labels, which ?classes= takes"},
      {">U3", NpyBytes::labels, "of the type '>U3'", "save array.astype(str)"},
      {"<M8[D]", NpyBytes::pixels, "of the type '<M8[D]'", "save x = array.astype('float64') as"},
      {"<M8[D]", NpyBytes::labels, "of the type '<M8[D]'", "save array.astype(str)"},
      {"<f16", NpyBytes::pixels, "of the type '<f16'", "save array.astype('float32')"},
  };
  for (const auto& [type, as, words, advice] : cases) {
    const std::string fault = error(npy_of(header(type, "(2,)"), {1, 2}), as);
    EXPECT_PRED2(contains, fault, words);
    EXPECT_PRED2(contains, fault, advice);
  }
  EXPECT_PRED2(contains, header_error("{'descr': [('x', '<f4')], 'fortran_order': False}"),
               "records of several fields");
}

TEST_F(NpyFile, RefusesShapesThatDoNotFitTheFile) {
  EXPECT_PRED2(contains, header_error(header("|u1", "()")), "it has 0 axes");
  EXPECT_PRED2(contains, header_error(header("|u1", "(1, 1, 1, 1, 2)")), "it has 5 axes");
  EXPECT_PRED2(contains, header_error(header("|u1", "(1,)")), "asks for 1 bytes");
  EXPECT_PRED2(contains, error(npy_of(header("|u1", "(5, 20, 0)"), {})),
               "the shape (5, 20, 0) holds no numbers: an axis has the length 0");
  EXPECT_PRED2(contains, header_error(header("|u1", "(3,)")), "asks for more than the 2 bytes");
  // Products that overflow.
  EXPECT_PRED2(contains, header_error(header("|u1", "(4294967296, 4294967297)")), "asks for more");
  EXPECT_PRED2(contains, header_error(header("<f8", "(2305843009213693953,)")), "asks for more");
  EXPECT_PRED2(contains, header_error(header("|u1", "(99999999999999999999,)")), "a size");
}

TEST_F(NpyFile, RefusesFilesThatAreNone) {
  const auto missing = [&](const char* name) {
    return message_of<DataError>([&] { read_npy(folder_.path() / name, NpyBytes::pixels); });
  };
  EXPECT_PRED2(contains, missing("none.npy"), "cannot be read: No such file");
  EXPECT_PRED2(contains, missing("."), "cannot be read: ");
}

class NpyDescription : public NpyFile {
 protected:
  std::string at(const std::string& name) { return (folder_.path() / name).string(); }
};

TEST_F(NpyDescription, TakesChannelsThatStandLastForWhatTheyAre) {
  const auto load = [&](const std::string& shape, std::size_t count,
                        const std::string& options = "") {
    Bytes numbers(count);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<std::uint8_t>(i);
    folder_.write("x.npy", npy_of(header("|u1", shape), numbers));
    return load_dataset("npy:" + at("x.npy") + options, Split::all);
  };
  const Dataset grey = load("(2, 5, 6, 1)", 60), colour = load("(2, 2, 2, 3)", 24);
  EXPECT_EQ(grey.example_shape(), (Shape{1, 5, 6}));
  EXPECT_PRED2(contains, grey.notes().at(0),
               "(2, 5, 6, 1) is taken for images with their channels");
  EXPECT_EQ(colour.example_shape(), (Shape{3, 2, 2}));
  EXPECT_EQ((Bytes(colour.example(1), colour.example(1) + 12)),
            (Bytes{12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23}));
  EXPECT_EQ(load("(2, 3, 4, 3)", 72).example_shape(), (Shape{3, 4, 3}));
  const struct {
    const char* shape;
    std::size_t count;
    const char* note;
  } doubtful[] = {
      {"(2, 3, 4, 3)", 72, "(2, 3, 4, 3) is taken for 3 channels of 4×3 (layout=nhwc takes"},
      {"(2, 12, 12, 2)", 576, "is taken for 12 channels of 12×2"},
      {"(2, 2, 5, 6)", 120, ""},
      {"(2, 3, 4, 5)", 120, ""},
      {"(2, 1, 5, 6)", 60, ""},
  };
  for (const auto& [shape, count, note] : doubtful) {
    const std::vector<std::string> notes = load(shape, count).notes();
    EXPECT_EQ(notes.size(), *note ? 1u : 0u) << shape;
    EXPECT_PRED2(contains, notes.empty() ? "" : notes[0], note);
  }
  EXPECT_EQ(load("(2, 3, 4, 3)", 72, "?layout=nhwc").example_shape(), (Shape{3, 3, 4}));
  EXPECT_EQ(load("(2, 5, 6, 1)", 60, "?layout=nchw").example_shape(), (Shape{5, 6, 1}));
}

TEST_F(NpyDescription, IsADatasetWithItsClasses) {
  folder_.write("x.npy", npy_of(header("|u1", "(3, 2, 1)"), {0, 1, 2, 3, 4, 5}));
  folder_.write("y.npy", npy_of(header("<i4", "(3,)"), bytes_of<std::int32_t>({4, 9, 4})));
  const Dataset data =
      load_dataset("npy:" + at("x.npy") + "?classes=" + at("y.npy") + "&labels=4", Split::all);
  EXPECT_EQ(data.size(), 2u);
  EXPECT_EQ(data.example_shape(), (Shape{1, 2, 1}));
  EXPECT_EQ(data.example(1)[0], 4);
  EXPECT_FALSE(load_dataset("npy:" + at("x.npy"), Split::train).has_labels());
  folder_.write("texts.npy",
                npy_of(header("|S3", "(3,)"), {'d', 'o', 'g', 'c', 'a', 't', 'd', 'o', 'g'}));
  const std::string named = "npy:" + at("x.npy") + "?classes=" + at("texts.npy") + "&labels=";
  const Dataset dogs = load_dataset(named + "dog", Split::all);
  EXPECT_EQ(dogs.size(), 2u);
  EXPECT_EQ(dogs.label_name(dogs.label(0)), "dog");
  EXPECT_EQ(kept_labels(named + "cat", dogs), Bytes{0});
  EXPECT_PRED2(contains, message_of<ConfigError>([&] { load_dataset(named + "cow", Split::all); }),
               "label 'cow' is not a whole number from 0 to 255, and no name");
}

TEST_F(NpyDescription, LabelsThatAreTextsHaveTheNumbersOfTheModel) {
  folder_.write("x.npy", npy_of(header("|u1", "(3, 2)"), {0, 1, 2, 3, 4, 5}));
  folder_.write("texts.npy",
                npy_of(header("|S3", "(3,)"), {'d', 'o', 'g', 'c', 'a', 't', 'd', 'o', 'g'}));
  const std::string all = "npy:" + at("x.npy") + "?classes=" + at("texts.npy");
  const std::string scale = TableScale{{}, {{"dog", "ant"}}}.text();
  for (const char* filter : {"", "&labels=cat,dog"}) {
    const Dataset known = load_dataset(all + filter, Split::all, scale);
    EXPECT_EQ(known.labels(0, 3), (Bytes{0, 2, 0})) << filter;
    EXPECT_EQ(known.label_name(2), "cat");
  }
  EXPECT_EQ(load_dataset(all, Split::all).labels(0, 3), (Bytes{1, 0, 1})) << "by the alphabet";
}

TEST_F(NpyDescription, RefusesFilesThatDoNotFitTogether) {
  folder_.write("x.npy", npy_of(header("|u1", "(3, 2)"), {0, 1, 2, 3, 4, 5}));
  folder_.write("y.npy", npy_of(header("|u1", "(2,)"), {4, 9}));
  folder_.write("none.npy", npy_of(header("|u1", "(0, 2)"), {}));
  const auto data_error = [&](const std::string& text) {
    return message_of<DataError>([&] { load_dataset(text, Split::train); });
  };
  EXPECT_PRED2(contains, data_error("npy:" + at("x.npy") + "?classes=" + at("y.npy")),
               "y.npy: has 2 labels, but there are 3 images");
  EXPECT_PRED2(contains, data_error("npy:" + at("x.npy") + "?classes=" + at("x.npy")),
               "x.npy: it has 2 axes, but labels have one");
  EXPECT_PRED2(contains, data_error("npy:" + at("y.npy")), "has one axis, as labels have");
  EXPECT_PRED2(contains, data_error("npy:" + at("none.npy")), "holds no examples");
  const auto mistake = [](const std::string& text) {
    return message_of<ConfigError>([&] { load_dataset(text, Split::train); });
  };
  EXPECT_PRED2(contains, mistake("npy:"), "needs the path of a file");
  EXPECT_PRED2(contains, mistake("npy:x?classes="), "needs the path of an NPY file");
  EXPECT_PRED2(contains, mistake("npy:x?classes=a&classes=b"), "'classes' is given twice");
  EXPECT_PRED2(contains, mistake("mnist?classes=a"), "'classes' goes with npy:FILE");
}

}  // namespace
}  // namespace hourglass::testing
