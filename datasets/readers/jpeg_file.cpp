#include <fmt/format.h>
#include <jpeglib.h>
// jerror.h needs it first
#include <jerror.h>

#include <csetjmp>
#include <cstdlib>
#include <memory>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/picture_formats.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

/// libjpeg's error handler, which may neither print nor exit.
struct JpegFaults : jpeg_error_mgr {
  std::jmp_buf back;
  int damage = 0;  ///< the code of the first warning that pixels are wrong
  char text[JMSG_LENGTH_MAX] = "";
};

JpegFaults& faults_of(j_common_ptr info) {
  return *static_cast<JpegFaults*>(info->err);
}

[[noreturn]] void leave(j_common_ptr info) {
  info->err->format_message(info, faults_of(info).text);
  std::longjmp(faults_of(info).back, 1);
}

/// Whether a warning says that pixels are missing or wrong. Others, such as about extra bytes
/// between two markers, which some cameras write, say nothing about pixels.
bool means_damage(int code) {
  return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
         code == JWRN_ARITH_BAD_CODE || code == JWRN_MUST_RESYNC;
}

void keep_warning(j_common_ptr info, int level) {
  JpegFaults& faults = faults_of(info);
  if (level >= 0 || faults.damage != 0 || !means_damage(faults.msg_code)) return;
  faults.damage = faults.msg_code;
  faults.format_message(info, faults.text);
}

void set_up(JpegFaults& faults) {
  jpeg_std_error(&faults);
  faults.error_exit = leave;
  faults.emit_message = keep_warning;
}

/// Runs work, which calls libjpeg and has nothing to destroy: a fault jumps out of it to here.
template <class Work>
[[gnu::noinline]] bool jumped(JpegFaults& faults, const Work& work) {
  if (setjmp(faults.back)) return true;
  work();
  return false;
}

/// A fault of libjpeg's in accurate words: a file that it does not support is not called damaged.
std::string fault_in_words(const JpegFaults& faults) {
  const char* cut_off = "damaged JPEG file: it is cut off";
  if (faults.damage == JWRN_JPEG_EOF) return cut_off;  // which other faults follow from
  switch (faults.msg_code) {
    case JERR_BAD_PRECISION:
      return "it is a JPEG file of more than 8 bits per channel, which is not supported: save it "
             "with 8 "
             "bits, or as PNG";
    case JERR_SOF_UNSUPPORTED:
      return "it is a lossless or hierarchical JPEG file, which is not read: save it as PNG";
    case JERR_ARITH_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
      return fmt::format("it is a JPEG file of a kind that is not read ({}): save it as PNG",
                         static_cast<const char*>(faults.text));
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      return cut_off;
    default:
      return fmt::format("damaged JPEG file: {}", static_cast<const char*>(faults.text));
  }
}

/// From inverted inks, as Adobe and everyone after it store them: 255 is no ink. A pixel is as light
/// as its black ink allows, less what its coloured ink absorbs of that (Pillow does the same).
void cmyk_to_rgb(const std::uint8_t* inks, std::uint8_t* colours, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, inks += 4, colours += 3)
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned light = inks[3], absorbed = (255u - inks[c]) * light;
      colours[c] = static_cast<std::uint8_t>(light - (absorbed + 127) / 255);
    }
}

class JpegDecoder {
 public:
  JpegDecoder(const fs::path& file, const std::string& bytes) : file_(file) {
    set_up(faults_);
    info_.err = &faults_;
    guarded([&] {
      jpeg_create_decompress(&info_);
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
      jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xffff);
    });
  }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() { jpeg_destroy_decompress(&info_); }

  DecodedPicture decode();

 private:
  template <class Work>
  void guarded(const Work& work) {
    if (jumped(faults_, work)) fail_picture(file_, fault_in_words(faults_));
  }
  std::size_t choose_channels();
  int orientation() const;

  const fs::path& file_;
  JpegFaults faults_;
  jpeg_decompress_struct info_{};
};

/// The channels to decode to: 1 or 3, or 4 if there are four inks.
std::size_t JpegDecoder::choose_channels() {
  switch (info_.jpeg_color_space) {
    case JCS_GRAYSCALE:
      return 1;
    case JCS_YCbCr:
    case JCS_RGB:
      info_.out_color_space = JCS_RGB;
      return 3;
    case JCS_CMYK:
    case JCS_YCCK:
      info_.out_color_space = JCS_CMYK;
      return 4;
    default:
      fail_picture(file_, fmt::format("it is a JPEG file of {} channels, which are neither grey, "
                                      "nor colours, nor inks: save it as PNG",
                                      info_.num_components));
  }
}

int JpegDecoder::orientation() const {
  constexpr std::string_view start("Exif\0\0", 6);
  for (const jpeg_marker_struct* marker = info_.marker_list; marker; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (data.starts_with(start)) return exif_orientation(data);  // others are XMP
  }
  return 1;
}

DecodedPicture JpegDecoder::decode() {
  guarded([this] { jpeg_read_header(&info_, TRUE); });
  const std::size_t channels = choose_channels();
  PictureFile picture = blank_picture(file_, info_.image_width, info_.image_height,
                                      std::min<std::size_t>(channels, 3));
  picture.lost.cmyk = channels == 4;
  const std::size_t row = picture.width * picture.channels;
  std::vector<std::uint8_t> inks(channels == 4 ? 4 * picture.width : 0);
  guarded([&] {
    jpeg_start_decompress(&info_);
    for (std::size_t y = 0; y < picture.height; ++y) {
      std::uint8_t* line = picture.pixels.data() + y * row;
      JSAMPROW to = channels == 4 ? inks.data() : line;
      jpeg_read_scanlines(&info_, &to, 1);
      if (channels == 4) cmyk_to_rgb(inks.data(), line, picture.width);
    }
  });
  if (faults_.damage != 0) fail_picture(file_, fault_in_words(faults_));
  return {std::move(picture), orientation()};
}

}  // namespace

DecodedPicture decode_jpeg(const fs::path& file, const std::string& bytes) {
  return JpegDecoder(file, bytes).decode();
}

namespace {

/// The file's bytes, which libjpeg allocates and reallocates as it writes.
struct JpegOutput {
  JpegFaults faults;
  jpeg_compress_struct info{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  ~JpegOutput() {
    jpeg_destroy_compress(&info);
    std::free(bytes);
  }
};

/// Writes colours at half their resolution, as cameras and most programs do.
void write_jpeg(JpegOutput& out, const PictureFile& picture, int quality) {
  jpeg_create_compress(&out.info);
  jpeg_mem_dest(&out.info, &out.bytes, &out.size);
  out.info.image_width = static_cast<JDIMENSION>(picture.width);
  out.info.image_height = static_cast<JDIMENSION>(picture.height);
  out.info.input_components = static_cast<int>(picture.channels);
  out.info.in_color_space = picture.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&out.info);
  jpeg_set_quality(&out.info, quality, TRUE);
  jpeg_start_compress(&out.info, TRUE);
  const std::size_t row = picture.width * picture.channels;
  for (std::size_t y = 0; y < picture.height; ++y) {
    // libjpeg only reads here, although it takes a pointer to non-const.
    JSAMPROW line = const_cast<std::uint8_t*>(picture.pixels.data()) + y * row;
    jpeg_write_scanlines(&out.info, &line, 1);
  }
  jpeg_finish_compress(&out.info);
}

}  // namespace

std::string encode_jpeg(const PictureFile& picture, int quality) {
  JpegOutput out;
  set_up(out.faults);
  out.info.err = &out.faults;
  if (jumped(out.faults, [&] { write_jpeg(out, picture, quality); }))
    throw Error(
        fmt::format("a JPEG file cannot be made: {}", static_cast<const char*>(out.faults.text)));
  return {reinterpret_cast<const char*>(out.bytes), out.size};
}

}}  // namespace hourglass
