// A model that the command trained, used from C++:
//     hourglass train vanilla --data digits --out runs/digits && use_model runs/digits
#include <cstdio>
#include <hourglass/hourglass.hpp>

using namespace hourglass;

int main(int argc, char** argv) try {
  if (argc != 2) throw ConfigError("usage: use_model RUN, a folder that hourglass train wrote");
  const TrainedModel trained = load_model(argv[1]);
  const Dataset test = load_dataset(trained.run.data, Split::test);
  const Tensor codes = encode_all(*trained.model, test);
  const Tensor images = decode_all(*trained.model, codes);
  std::printf("%s: %zu test images as %zu numbers each\n", trained.run.model.c_str(), test.size(),
              codes.shape()[1]);
  const std::size_t width = test.example_shape()[2];
  for (std::size_t i = 0; i < images.shape()[1]; ++i)  // the first of them, rebuilt
    std::printf("%c%s", " .:*#"[static_cast<int>(images(0, i) * 4.99f)],
                (i + 1) % width == 0 ? "\n" : "");
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
