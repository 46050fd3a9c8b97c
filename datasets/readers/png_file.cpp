#include <fmt/format.h>
#include <png.h>

#include <cstring>
#include <memory>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/picture_formats.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

/// What libpng's callbacks work on. They may leave libpng by a jump, so it owns nothing.
struct PngInput {
  std::string_view left;
  bool animated = false;
  char fault[128] = "";
};

void keep_fault(png_structp png, png_const_charp text) {
  auto* input = static_cast<PngInput*>(png_get_error_ptr(png));
  std::strncpy(input->fault, text, sizeof input->fault - 1);
  png_longjmp(png, 1);
}

void read_more(png_structp png, png_bytep out, std::size_t count) {
  auto* input = static_cast<PngInput*>(png_get_io_ptr(png));
  if (input->left.size() < count) png_error(png, "it is cut off");
  std::memcpy(out, input->left.data(), count);
  input->left.remove_prefix(count);
}

/// acTL says how many pictures an animation has.
int look_at_chunk(png_structp png, png_unknown_chunkp chunk) {
  if (std::memcmp(chunk->name, "acTL", 4) == 0 && chunk->size >= 4)
    static_cast<PngInput*>(png_get_user_chunk_ptr(png))->animated =
        png_get_uint_32(chunk->data) > 1;
  return 1;
}

class PngDecoder {
 public:
  PngDecoder(const fs::path& file, const std::string& bytes) : file_(file), input_{bytes} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, keep_fault,
                                  [](png_structp, png_const_charp) {});
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (!info_) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &input_, read_more);
    png_set_read_user_chunk_fn(png_, &input_, look_at_chunk);
    // Too large a size is ours to refuse, with our own message.
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  DecodedPicture decode();

 private:
  /// Runs work, which calls libpng and has nothing to destroy: a fault jumps out of it to here.
  template <class Work>
  void guarded(const Work& work) {
    if (jumped(work)) fail_picture(file_, fmt::format("damaged PNG file: {}", input_.fault));
  }
  template <class Work>
  [[gnu::noinline]] bool jumped(const Work& work) {
    if (setjmp(png_jmpbuf(png_))) return true;
    work();
    return false;
  }
  void want_bytes();
  int orientation();

  const fs::path& file_;
  PngInput input_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

/// Asks for 8 bits per channel, grey or red, green and blue, and alpha if there is any.
void PngDecoder::want_bytes() {
  const auto type = png_get_color_type(png_, info_);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
  if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png_);
  if (png_get_valid(png_, info_, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png_);
  png_set_strip_16(png_);  // what OpenCV, Pillow and scikit-image do: the upper of two bytes
  png_set_interlace_handling(png_);
  png_read_update_info(png_, info_);
}

int PngDecoder::orientation() {
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  if (!png_get_eXIf_1(png_, info_, &size, &exif) || !exif) return 1;
  return exif_orientation({reinterpret_cast<const char*>(exif), size});
}

/// Composites the picture, whose last channel is alpha, on black.
void composite_on_black(const std::vector<png_byte>& with_alpha, PictureFile& picture) {
  const std::size_t colours = picture.channels, channels = colours + 1;
  for (std::size_t i = 0; i < picture.width * picture.height; ++i) {
    const png_byte* from = &with_alpha[i * channels];
    const unsigned alpha = from[colours];
    picture.lost.transparent |= alpha < 255;
    for (std::size_t c = 0; c < colours; ++c)
      picture.pixels[i * colours + c] = static_cast<std::uint8_t>((from[c] * alpha + 127) / 255);
  }
}

DecodedPicture PngDecoder::decode() {
  guarded([this] { png_read_info(png_, info_); });
  const bool deep = png_get_bit_depth(png_, info_) == 16;
  const bool colour = png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR;
  PictureFile picture = blank_picture(file_, png_get_image_width(png_, info_),
                                      png_get_image_height(png_, info_), colour ? 3 : 1);
  guarded([this] { want_bytes(); });
  const std::size_t row = png_get_rowbytes(png_, info_);
  const bool alpha = row == picture.width * (picture.channels + 1);
  std::vector<png_byte> with_alpha(alpha ? row * picture.height : 0);
  std::vector<png_bytep> rows(picture.height);
  for (std::size_t y = 0; y < picture.height; ++y)
    rows[y] = (alpha ? with_alpha.data() : picture.pixels.data()) + y * row;
  guarded([&] {
    png_read_image(png_, rows.data());
    png_read_end(png_, info_);
  });
  picture.lost.depth = deep;
  picture.lost.alpha = alpha;
  picture.lost.animation = input_.animated;
  if (alpha) composite_on_black(with_alpha, picture);
  return {std::move(picture), orientation()};
}

}  // namespace

DecodedPicture decode_png(const fs::path& file, const std::string& bytes) {
  return PngDecoder(file, bytes).decode();
}

std::string encode_png(const PictureFile& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.pixels.data(), 0, nullptr))
    throw Error(
        fmt::format("a PNG file cannot be made: {}", static_cast<const char*>(image.message)));
  bytes.resize(size);
  return bytes;
}

}}  // namespace hourglass
