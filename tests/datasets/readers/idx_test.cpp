#include "hourglass/datasets/readers/idx.hpp"

#include <gtest/gtest.h>

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Sizes = std::vector<std::size_t>;

class Idx : public ::testing::Test {
 protected:
  IdxArray read(const Bytes& bytes, std::size_t largest = std::size_t{1} << 32) {
    return read_idx(folder_.write("file", bytes), largest);
  }

  std::string error(const Bytes& bytes, std::size_t largest = std::size_t{1} << 32) {
    const std::string message = message_of<DataError>([&] { read(bytes, largest); });
    if (!message.empty()) {
      EXPECT_PRED2(starts_with, message, (folder_.path() / "file").string() + ": ");
      EXPECT_PRED2(lacks, message, "\n");
    }
    return message;
  }

  TemporaryFolder folder_;
};

Bytes with_bit_flipped(Bytes bytes, std::size_t bit) {
  bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  return bytes;
}

Bytes joined(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_F(Idx, ReadsShapeAndBytesOfAPlainFile) {
  const IdxArray array = read(idx_file({2, 3}));
  EXPECT_EQ(array.shape, (Sizes{2, 3}));
  EXPECT_EQ(array.bytes, (Bytes{0, 1, 2, 3, 4, 5}));
}

TEST_F(Idx, ReadsOneToFourAxes) {
  EXPECT_EQ(read(idx_file({5})).shape, (Sizes{5}));
  EXPECT_EQ(read(idx_file({2, 3, 4})).shape, (Sizes{2, 3, 4}));
  EXPECT_EQ(read(idx_file({2, 3, 4, 5})).shape, (Sizes{2, 3, 4, 5}));
}

TEST_F(Idx, ReadsSizesAsBigEndian) {
  EXPECT_EQ(read(idx_file({258})).shape, (Sizes{258}));
}

TEST_F(Idx, ReadsAnArrayWithoutElements) {
  EXPECT_EQ(read(idx_file({0, 3})).shape, (Sizes{0, 3}));
  EXPECT_EQ(read(idx_file({0, 3})).bytes.size(), 0u);
}

TEST_F(Idx, ReadsAPackedFileAsItReadsThePlainOne) {
  const Bytes plain = idx_file({300, 28, 28});  // longer than the buffers in between
  const IdxArray array = read(gzip(plain));
  EXPECT_EQ(array.shape, (Sizes{300, 28, 28}));
  EXPECT_EQ(joined(idx_header({300, 28, 28}), array.bytes), plain);
}

TEST_F(Idx, TellsGzipByItsFirstBytesNotByTheName) {
  EXPECT_EQ(read_idx(folder_.write("packed.idx", gzip(idx_file({7})))).bytes.size(), 7u);
  EXPECT_EQ(read_idx(folder_.write("plain.gz", idx_file({7}))).bytes.size(), 7u);
}

TEST_F(Idx, RefusesEveryPrefixOfAPlainFile) {
  const Bytes whole = idx_file({4, 5, 6});
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(error(Bytes(whole.begin(), whole.begin() + length)), "") << length << " bytes";
}

TEST_F(Idx, RefusesEveryPrefixOfAPackedFile) {
  const Bytes whole = gzip(idx_file({4, 5, 6}));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(error(Bytes(whole.begin(), whole.begin() + length)), "") << length << " bytes";
}

TEST_F(Idx, NamesTheOffsetOfATruncatedFile) {
  Bytes bytes = idx_file({2, 3});
  bytes.resize(bytes.size() - 2);
  EXPECT_PRED2(contains, error(bytes),
               "at byte 16: the file ends here, after 4 of the 6 bytes of its elements; 2 missing");
}

TEST_F(Idx, SaysWhichPartOfTheHeaderIsCutOff) {
  EXPECT_PRED2(
      contains, error({}),
      "at byte 0: the file ends here, after 0 of the 4 bytes of its magic number; 4 missing");
  EXPECT_PRED2(
      contains, error({0, 0, 8, 2, 0, 0, 0}),
      "at byte 7: the file ends here, after 3 of the 8 bytes of its axes' sizes; 5 missing");
}

TEST_F(Idx, SaysThatAShortOffsetIsOneOfTheUnpackedContents) {
  Bytes bytes = idx_file({2, 3});
  bytes.pop_back();
  EXPECT_PRED2(contains, error(gzip(bytes)), "at byte 17 of its unpacked contents: the file ends");
}

TEST_F(Idx, RefusesBytesAfterTheElements) {
  const Bytes bytes = joined(idx_file({2, 3}), {9});
  EXPECT_PRED2(contains, error(bytes),
               "at byte 18: the 2 × 3 elements end here, but the file goes");
  EXPECT_PRED2(contains, error(gzip(bytes)), "at byte 18 of its unpacked contents: the 2 × 3");
}

TEST_F(Idx, RefusesEveryBitFlippedInAPlainHeader) {
  const Bytes whole = idx_file({2, 3, 4});
  for (std::size_t bit = 0; bit < 16 * 8; ++bit)
    EXPECT_NE(error(with_bit_flipped(whole, bit)), "") << "bit " << bit;
}

TEST_F(Idx, ReadsAPlainFileWhateverItsElementsAre) {
  const Bytes whole = idx_file({2, 3, 4});
  for (std::size_t bit = 16 * 8; bit < whole.size() * 8; ++bit) {
    const Bytes flipped = with_bit_flipped(whole, bit);
    EXPECT_EQ(joined(idx_header({2, 3, 4}), read(flipped).bytes), flipped) << "bit " << bit;
  }
}

TEST_F(Idx, ReadsAPackedFileRightlyOrNotAtAllWithAnyBitFlipped) {
  const Bytes plain = idx_file({4, 5, 6});
  const Bytes whole = gzip(plain);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    IdxArray array;
    const Bytes flipped = with_bit_flipped(whole, bit);
    const std::string message = message_of<DataError>([&] { array = read(flipped); });
    if (!message.empty()) continue;
    EXPECT_EQ(joined(idx_header({4, 5, 6}), array.bytes), plain) << "bit " << bit;
    // Without a trace may change: the text flag, the time and the two bytes after it, and the bits
    // that fill up the last byte before the checksum.
    const std::size_t byte = bit / 8;
    EXPECT_TRUE(bit == 3 * 8 || (byte >= 4 && byte < 10) || byte == whole.size() - 9)
        << "bit " << bit << " was not noticed";
  }
}

TEST_F(Idx, IsToldFromOtherKindsOfFiles) {
  EXPECT_PRED2(contains, error({'P', 'K', 3, 4}),
               "it is not an IDX file, but a ZIP archive: unpack it");
  const std::string page = "<!DOCTYPE html>";
  EXPECT_PRED2(contains, error(Bytes(page.begin(), page.end())), "but a web page");
}

TEST_F(Idx, NamesTheByteOfAWrongMagicNumber) {
  EXPECT_PRED2(contains, error({'P', 'K', 2, 4}), "at byte 0: an IDX file starts with two zero");
  EXPECT_PRED2(contains, error({0, 5, 8, 1}),
               "at byte 1: an IDX file starts with two zero bytes, not 0x05");
  EXPECT_PRED2(contains, error({0, 0, 0x0d, 1}),
               "at byte 2: the element type is 0x0d, but only 0x08");
  EXPECT_PRED2(contains, error({0, 0, 8, 0}),
               "at byte 3: the number of axes is 0, but must be 1 to 4");
  EXPECT_PRED2(contains, error({0, 0, 8, 5}), "at byte 3: the number of axes is 5");
}

TEST_F(Idx, RefusesSizesWhoseProductOverflows) {
  const std::uint32_t most = 0xffffffff;
  EXPECT_PRED2(contains, error(idx_header({most, most, most, most})),
               "more than the largest allowed");
  // 2^31 × 2^31 × 4 is 0 in 64 bits: as many elements as this file has.
  EXPECT_PRED2(contains, error(idx_header({1u << 31, 1u << 31, 4}), SIZE_MAX),
               "at byte 4: the sizes 2147483648 × 2147483648 × 4 ask for more");
}

TEST_F(Idx, ReadsExactlyTheLargestAllowed) {
  EXPECT_EQ(read(idx_file({6, 5}), 30).bytes.size(), 30u);
  EXPECT_PRED2(contains, error(idx_file({6, 5}), 29),
               "the sizes 6 × 5 ask for more than the largest allowed, 29 bytes");
}

TEST_F(Idx, RefusesABombByItsHeader) {
  const Bytes bomb = gzip(joined(idx_header({1u << 24}), Bytes(1 << 24)));
  EXPECT_LT(bomb.size(), 20000u);
  EXPECT_PRED2(contains, error(bomb, 1000), "the sizes 16777216 ask for more than the largest");
}

TEST_F(Idx, StopsUnpackingABombWithASmallHeader) {
  const Bytes bomb = gzip(joined(idx_header({10}), Bytes(1 << 24)));
  EXPECT_PRED2(contains, error(bomb, 1000),
               "at byte 18 of its unpacked contents: the 10 elements end");
}

TEST_F(Idx, DoesNotReserveWhatASmallFilePromises) {
  // 2^62 bytes exist on no machine: reserving them would throw something other than DataError.
  const Bytes header = idx_header({1u << 31, 1u << 31});
  EXPECT_PRED2(contains, error(header, SIZE_MAX), "0 of the 4611686018427387904 bytes");
  EXPECT_PRED2(contains, error(gzip(header), SIZE_MAX), "0 of the 4611686018427387904 bytes");
}

TEST_F(Idx, RefusesAWrongChecksumInZlibsWords) {
  Bytes bytes = gzip(idx_file({2, 3}));
  bytes[bytes.size() - 8] ^= 1;
  EXPECT_PRED2(contains, error(bytes),
               "of the compressed file: corrupt gzip stream: incorrect data check");
}

TEST_F(Idx, NamesTheEndOfACutOffGzipStream) {
  Bytes bytes = gzip(idx_file({2, 3}));
  bytes.resize(bytes.size() - 3);
  EXPECT_PRED2(contains, error(bytes),
               "at byte " + std::to_string(bytes.size()) +
                   " of the compressed file: the gzip stream is cut off");
}

TEST_F(Idx, RefusesWhatFollowsTheGzipStream) {
  const Bytes whole = gzip(idx_file({2, 3}));
  const std::string end = "at byte " + std::to_string(whole.size()) + " of the compressed file: ";
  EXPECT_PRED2(contains, error(joined(whole, {0})),
               end + "the gzip stream ends here, but the file");
  EXPECT_PRED2(contains, error(joined(whole, whole)), "the 2 × 3 elements end here");
}

TEST_F(Idx, ReadsGzipStreamsThatFollowOneAnother) {
  const Bytes plain = idx_file({2, 3});
  for (std::ptrdiff_t cut : {1, 12, 14}) {
    const Bytes first = gzip({plain.begin(), plain.begin() + cut}),
                second = gzip({plain.begin() + cut, plain.end()});
    EXPECT_EQ(read(joined(first, second)).bytes, read(plain).bytes) << cut;
    Bytes damaged = joined(first, second);
    damaged.resize(damaged.size() - 3);
    EXPECT_PRED2(contains, error(damaged),
                 "at byte " + std::to_string(damaged.size()) + " of the compressed file: the gzip");
  }
}

TEST_F(Idx, GivesTheSystemsReasonForAFileThatItCannotRead) {
  const auto missing = folder_.path() / "missing";
  EXPECT_EQ(message_of<DataError>([&] { read_idx(missing); }),
            missing.string() + ": cannot be read: No such file or directory");
  EXPECT_EQ(message_of<DataError>([&] { read_idx(folder_.path()); }),
            folder_.path().string() + ": cannot be read: Is a directory");
}

TEST_F(Idx, RefusesADeviceWithoutWaitingForIt) {
  EXPECT_PRED2(starts_with, message_of<DataError>([] { read_idx("/dev/zero"); }),
               "/dev/zero: cannot be read: ");
}

}  // namespace
}  // namespace hourglass::testing
