#include "hourglass/nn/files/safetensors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { namespace {

namespace fs = std::filesystem;

template <class Number>
std::string bytes_of(std::vector<Number> numbers) {
  std::string bytes(numbers.size() * sizeof(Number), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

/// A file of this header and these data, whether they fit or not.
std::string file_of(const std::string& header, const std::string& data = "") {
  return bytes_of<std::uint64_t>({header.size()}) + header + data;
}

class Safetensors : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("safetensors_test_" + std::to_string(getpid()) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
    file_ = folder_ / "weights.safetensors";
  }
  void TearDown() override { fs::remove_all(folder_); }

  TensorFile read(const std::string& bytes) {
    std::ofstream(file_, std::ios::binary) << bytes;
    return read_safetensors(file_);
  }

  /// The message of the DataError that reading these bytes throws.
  std::string error_of(const std::string& bytes) {
    try {
      read(bytes);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no DataError";
  }

  void expect_error(const std::string& bytes, const std::string& words) {
    const std::string error = error_of(bytes);
    EXPECT_NE(error.find(words), std::string::npos) << error << "\nwanted: " << words;
    EXPECT_EQ(error.find(file_.string()), 0u) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }

  /// Expects an error where the header's one tensor "w" has these fields and 8 bytes of data.
  void expect_entry_error(const std::string& fields, const std::string& words) {
    expect_error(file_of("{\"w\":{" + fields + "}}", std::string(8, '\0')), words);
  }

  std::string written() {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_, file_;
};

// ---- whole files ----

const std::string small_header =
    R"({"__metadata__":{"kind":"vae"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
    R"("b":{"dtype":"F64","shape":[],"data_offsets":[8,16]}})";

std::string small_file() {
  return file_of(small_header, bytes_of<float>({1.5f, -2}) + bytes_of<double>({0.25}));
}

TEST_F(Safetensors, ReadsBothTypesAndTexts) {
  const TensorFile read_back = read(small_file());
  EXPECT_EQ(read_back.metadata, (std::map<std::string, std::string>{{"kind", "vae"}}));
  ASSERT_EQ(read_back.tensors.size(), 2u);
  EXPECT_EQ(read_back.tensors.at("a"), (Tensor{{Scalar(1.5), Scalar(-2)}}));
  EXPECT_EQ(read_back.tensors.at("b").dimension(), 0u);
  EXPECT_EQ(read_back.tensors.at("b")(), Scalar(0.25));
}

TEST_F(Safetensors, ReadsWholeNumbersAsPyTorchCountsBatches) {
  const std::string header =
      R"({"1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}})";
  const Tensor count =
      read(file_of(header, bytes_of<std::int64_t>({4690}))).tensors.at("1.num_batches_tracked");
  EXPECT_EQ(count.dimension(), 0u);
  EXPECT_EQ(count(), Scalar(4690));
}

TEST_F(Safetensors, WritesTheBytesOfTheFormat) {
  const Tensor b{1, 2}, a = filled({1, 1}, Scalar(0.5));
  write_safetensors(file_, {{"b", &b}, {"a", &a}}, {{"epoch", "3"}});
  const bool f32 = sizeof(Scalar) == 4;
  std::string header =
      f32 ? R"({"__metadata__":{"epoch":"3"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
            R"("a":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}})"
          : R"({"__metadata__":{"epoch":"3"},"b":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},)"
            R"("a":{"dtype":"F64","shape":[1,1],"data_offsets":[16,24]}})";
  while (header.size() % 8 != 0) header += ' ';
  EXPECT_EQ(written(), file_of(header, bytes_of<Scalar>({1, 2, Scalar(0.5)})));
}

TEST_F(Safetensors, StartsTheNumbersAtAMultipleOfEightBytes) {
  const Tensor tensor{1};
  for (std::size_t length = 1; length <= 8; ++length) {
    write_safetensors(file_, {{std::string(length, 'n'), &tensor}}, {});
    EXPECT_EQ((written().size() - sizeof(Scalar)) % 8, 0u);
  }
}

TEST_F(Safetensors, AreTheSameAfterTheyAreWrittenAndRead) {
  using Limits = std::numeric_limits<Scalar>;
  Tensor cube = Tensor::from_shape({2, 3, 4});
  for (std::size_t i = 0; i < cube.size(); ++i) cube.data()[i] = Scalar(i) / 3;
  const Tensor number(Scalar(7)), empty = filled({3, 0, 2});
  const Tensor odd{Limits::infinity(), -Limits::infinity(), Limits::denorm_min(), Limits::max()};
  const std::map<std::string, std::string> texts = {{"config", "[model]\nname = \"ünï\"\n"},
                                                    {"", ""}};
  write_safetensors(file_, {{"cube", &cube}, {"number", &number}, {"empty", &empty}, {"odd", &odd}},
                    texts);
  const TensorFile again = read_safetensors(file_);
  EXPECT_EQ(again.metadata, texts);
  ASSERT_EQ(again.tensors.size(), 4u);
  EXPECT_EQ(again.tensors.at("cube"), cube);
  EXPECT_EQ(again.tensors.at("number").dimension(), 0u);
  EXPECT_EQ(again.tensors.at("number")(), Scalar(7));
  EXPECT_EQ(to_text(again.tensors.at("empty").shape()), "(3, 0, 2)");
  EXPECT_EQ(again.tensors.at("odd"), odd);
}

TEST_F(Safetensors, KeepNotANumber) {
  const Tensor tensor{std::numeric_limits<Scalar>::quiet_NaN()};
  write_safetensors(file_, {{"x", &tensor}}, {});
  EXPECT_TRUE(std::isnan(read_safetensors(file_).tensors.at("x")(0)));
}

TEST_F(Safetensors, MayHoldNothing) {
  write_safetensors(file_, {}, {});
  const TensorFile read_back = read_safetensors(file_);
  EXPECT_TRUE(read_back.tensors.empty());
  EXPECT_TRUE(read_back.metadata.empty());
}

TEST_F(Safetensors, MayLieInAnotherOrderThanTheirNames) {
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
                             R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                             R"("c":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}})";
  const TensorFile read_back = read(file_of(header, bytes_of<float>({2, 1})));
  EXPECT_EQ(read_back.tensors.at("a")(0), Scalar(1));
  EXPECT_EQ(read_back.tensors.at("b")(0), Scalar(2));
  EXPECT_EQ(read_back.tensors.at("c").size(), 0u);
}

// ---- writing what cannot be read ----

TEST_F(Safetensors, AreNotWrittenWithTheSameNameTwiceOrTheNameOfTheTexts) {
  const Tensor tensor{1};
  EXPECT_THROW(write_safetensors(file_, {{"a", &tensor}, {"a", &tensor}}, {}), Error);
  EXPECT_THROW(write_safetensors(file_, {{"__metadata__", &tensor}}, {}), Error);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(Safetensors, AreNotWrittenWithTextsThatAreNotUtf8) {
  EXPECT_THROW(write_safetensors(file_, {}, {{"text", "\xff"}}), Error);
  EXPECT_FALSE(fs::exists(file_));
}

// ---- damaged files ----

TEST_F(Safetensors, AreRefusedWhereverTheFileIsCut) {
  const std::string whole = small_file();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(read(whole.substr(0, length)), DataError) << length;
  }
}

TEST_F(Safetensors, AreReadOrRefusedWhicheverBitIsFlipped) {
  const std::string whole = small_file();
  const std::size_t data_start = 8 + small_header.size();
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    try {
      read(damaged);
    } catch (const DataError&) {
      EXPECT_LT(bit / 8, data_start) << "any number is allowed";
      ++refused;
    }
  }
  // Only bits inside the names and texts and the data may go unnoticed.
  EXPECT_GT(refused, 8 * data_start * 9 / 10);
}

TEST_F(Safetensors, MustBeAFile) {
  EXPECT_THROW(read_safetensors(folder_ / "missing"), DataError);
  EXPECT_THROW(read_safetensors(folder_), DataError);
  EXPECT_THROW(read_safetensors("/dev/zero"), DataError);
}

TEST_F(Safetensors, NeedAHeaderWithinTheFileAndTheLimit) {
  expect_error("", "too few for a header");
  expect_error("1234567", "7 bytes are too few");
  expect_error(file_of(""), "header is empty");
  expect_error(bytes_of<std::uint64_t>({3}) + "{}", "header's length is 3, but the file ends");
  expect_error(bytes_of<std::uint64_t>({~std::uint64_t{0}}) + "{}", "at most 100000000");
  expect_error(bytes_of<std::uint64_t>({100'000'001}) + "{}", "at most 100000000");
}

TEST_F(Safetensors, AreToldFromOtherKindsOfFiles) {
  expect_error("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull");
  expect_error("<!DOCTYPE html><html></html>", "a web page");
  expect_error("PK\x03\x04 archive/data.pkl", "a PyTorch file");
  expect_error("\x89HDF\r\n\x1a\n and more", "an HDF5 file");
}

TEST_F(Safetensors, NeedAHeaderOfValidJson) {
  expect_error(file_of("{"), "not valid JSON at byte 2");
  expect_error(file_of("{} x"), "not valid JSON");
  expect_error(file_of("{\"\xff\":{}}"), "not valid JSON");
  expect_error(file_of("{\"a\":1e999}"), "too large");
  expect_error(file_of("[]"), "not a JSON object");
  expect_error(file_of(" {}"), "not a JSON object");
  expect_error(file_of(std::string("{}\0x", 4)), "zero byte");
}

TEST_F(Safetensors, AreRefusedWhereAKeyStandsTwice) {
  const std::string entry = R"({"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
  expect_error(file_of("{\"a\":" + entry + ",\"a\":" + entry + "}"), "has \"a\" twice");
  expect_error(file_of(R"({"__metadata__":{"x":"1","x":"2"}})"), "has \"x\" twice");
  expect_error(file_of(R"({"a":{"dtype":"F64","dtype":"F32","shape":[0],"data_offsets":[0,0]}})"),
               "has \"dtype\" twice");
  EXPECT_EQ(read(file_of("{\"a\":" + entry + ",\"dtype\":" + entry + "}")).tensors.size(), 2u);
}

TEST_F(Safetensors, SurviveADeepHeader) {
  expect_entry_error(R"("dtype":"F32","shape":[[2]],"data_offsets":[0,8])", "nested too deeply");
  std::string deep = "{\"a\":";
  for (int i = 0; i < 1'000'000; ++i) deep += '[';
  expect_error(file_of(deep), "nested too deeply");
  deep = "{\"a\":";
  for (int i = 0; i < 1'000'000; ++i) deep += "{\"a\":";
  expect_error(file_of(deep), "nested too deeply");
}

TEST_F(Safetensors, NeedTextsThatAreStrings) {
  expect_error(file_of(R"({"__metadata__":[]})"), "__metadata__ is not a JSON object");
  expect_error(file_of(R"({"__metadata__":{"a":1}})"), "__metadata__: \"a\" is not a string");
}

TEST_F(Safetensors, NeedExactlyTheFieldsOfTheFormat) {
  const std::string words = "tensor \"w\": its fields are not";
  expect_error(file_of(R"({"w":1})"), words);
  expect_entry_error("", words);
  expect_entry_error(R"("dtype":"F32","shape":[2])", words);
  expect_entry_error(R"("dtype":"F32","shape":[2],"offsets":[0,8])", words);
  expect_entry_error(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1)", words);
}

TEST_F(Safetensors, NeedATypeThatCanBeRead) {
  expect_entry_error(R"("dtype":"BF16","shape":[4],"data_offsets":[0,8])",
                     "tensor \"w\": dtype \"BF16\" is none of F32, F64 and I64");
  expect_entry_error(R"("dtype":4,"shape":[2],"data_offsets":[0,8])", "dtype is not a string");
}

TEST_F(Safetensors, NeedAShapeOfWholeNumbers) {
  for (const char* shape :
       {"[-2]", "[2.0]", "[\"2\"]", "2", "null", "[1e3]", "[18446744073709551616]"}) {
    expect_entry_error(std::string(R"("dtype":"F32","data_offsets":[0,8],"shape":)") + shape,
                       "tensor \"w\": shape is not an array of whole numbers");
  }
}

TEST_F(Safetensors, AreRefusedWhereTheSizesOverflow) {
  for (const char* shape : {"[4294967296,4294967296,4]", "[9223372036854775808,2]",
                            "[18446744073709551615]", "[4611686018427387905]"}) {
    expect_entry_error(std::string(R"("dtype":"F32","data_offsets":[0,8],"shape":)") + shape,
                       "shape overflows");
  }
  // Here the product is 0, and only the tensor's strides would overflow.
  expect_error(file_of(R"({"w":{"dtype":"F32","data_offsets":[0,0],)"
                       R"("shape":[0,4294967296,4294967296]}})"),
               "shape overflows");
}

TEST_F(Safetensors, NeedAPlaceWithinTheDataAndAsLongAsTheShape) {
  const std::string shape = R"("dtype":"F32","shape":[2],"data_offsets":)";
  expect_entry_error(shape + "[0]", "data_offsets is not [begin, end]");
  expect_entry_error(shape + "[0,4,8]", "data_offsets is not [begin, end]");
  expect_entry_error(shape + "[0,-8]", "data_offsets is not an array of whole numbers");
  expect_entry_error(shape + "[8,0]", "ends before it begins");
  expect_entry_error(shape + "[4,12]", "ends at 12, but there are 8 bytes of data");
  expect_entry_error(shape + "[18446744073709551608,18446744073709551615]", "8 bytes of data");
  expect_entry_error(shape + "[0,4]", "holds 4 bytes, but shape and dtype take 8");
  expect_entry_error(R"("dtype":"F64","shape":[],"data_offsets":[0,4])", "take 8");
  expect_entry_error(R"("dtype":"F32","shape":[1000000000],"data_offsets":[0,8])",
                     "take 4000000000");
}

TEST_F(Safetensors, MustFillTheDataWithoutOverlapOrGap) {
  const auto one_number = [](const std::string& name, const std::string& offsets) {
    return "\"" + name + R"(":{"dtype":"F32","shape":[1],"data_offsets":)" + offsets + "}";
  };
  const std::string data(12, '\0'), a = "{" + one_number("a", "[0,4]");
  expect_error(file_of(a + "," + one_number("b", "[2,6]") + "}", data),
               "tensor \"b\": its data overlap");
  expect_error(file_of(a + "," + one_number("b", "[0,4]") + "}", data), "its data overlap");
  expect_error(file_of(a + "," + one_number("b", "[8,12]") + "}", data),
               "tensor \"b\": 4 bytes before its data belong to no tensor");
  expect_error(file_of(a + "," + one_number("b", "[4,8]") + "}", data),
               "4 bytes at the end belong to no tensor");
  expect_error(file_of("{}", data), "12 bytes at the end");
}

TEST_F(Safetensors, AreNamedInMessagesOnOneShortLine) {
  expect_error(file_of(R"({"a\nb\u001b[31m":1})"), R"(tensor "a\nb\u001b[31m": )");
  const std::string error = error_of(file_of("{\"" + std::string(100'000, 'n') + "\":1}"));
  EXPECT_LT(error.size(), file_.string().size() + 200);
}

}  // namespace
}  // namespace hourglass
