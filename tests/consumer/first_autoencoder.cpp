#include <cstdio>
#include <hourglass/hourglass.hpp>

using namespace hourglass;

int main() {
  Rng rng(1);
  Sequential model;  // 784 pixels → 32 numbers → 784 pixels
  model.add<Linear>(784, 256, rng);
  model.add<ReLU>();
  model.add<Linear>(256, 32, rng);
  model.add<Linear>(32, 256, rng);
  model.add<ReLU>();
  model.add<Linear>(256, 784, rng);
  model.add<Sigmoid>();

  Batches batches(load_dataset("mnist", Split::train), 128, rng.fork(1));
  Adam adam(model.parameters(), {.lr = 1e-3});
  Tape tape;  // records each step, and runs it backward
  for (std::size_t i = 0; i < batches.per_epoch(); ++i) {
    tape.reset();
    Var x = tape.constant(batches.get(0, i));
    Var loss = per_element(squared_error(model(x), x), x);
    adam.zero_grad();
    tape.backward(loss);
    adam.step();
    if (i % 100 == 0) std::printf("step %3zu   squared error per pixel %.4f\n", i, loss.item());
  }
}
