// A buffer of images, made smaller without loss by a variational autoencoder, and back.
#include <cstdio>
#include <hourglass/hourglass.hpp>

using namespace hourglass;

int main() {
  Rng rng(1);
  const Dataset train = load_dataset("digits", Split::train);
  Vae model(train.example_shape(),
            {.network = {.latent = 8, .hidden = {64}}, .likelihood = {.likelihood = "ordinal"}},
            rng);
  Batches batches(train, 32, Rng(2));
  Trainer trainer(model, {.epochs = 60, .batch = 32, .lr = 3e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  model.eval();

  const Dataset test = load_dataset("digits", Split::test);
  std::vector<std::uint8_t> buffer;  // images, one after the other
  for (std::size_t i = 0; i < test.size(); ++i)
    buffer.insert(buffer.end(), test.example(i), test.example(i) + test.features());

  const BitsBack codec(model, test.features());
  const std::string stream = codec.encode(buffer).stream;
  const bool same = codec.decode(stream, test.size()) == buffer;
  std::printf("%zu bytes became %zu and then %s\n", buffer.size(), stream.size(),
              same ? "the same again" : "something else");
  return same ? 0 : 1;
}
