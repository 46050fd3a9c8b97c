#include "curves.hpp"

#include <deque>

#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "hourglass/nn/training/optimizers.hpp"
#include "models.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t steps = 50, rows = 128;

/// Step number s draws its noise from here.
Rng noise_of(std::size_t step) {
  return Rng(5).fork(step);
}

/// Copies `part` to place number `index` of `whole`, whose first axis counts the parts.
void put(Tensor& whole, std::size_t index, const Tensor& part) {
  std::copy_n(part.data(), part.size(), whole.data() + index * part.size());
}

Tensor losses_of(Autoencoder& model, const Tensor& batches) {
  Tensor losses = filled({steps});
  Adam adam(model.parameters());
  Tensor batch = filled({rows, 784});
  Tape tape;
  for (std::size_t step = 0; step < steps; ++step) {
    std::copy_n(batches.data() + step * batch.size(), batch.size(), batch.data());
    tape.reset();
    Rng noise = noise_of(step);
    Var loss = model.loss(tape, batch, noise).total;
    adam.zero_grad();
    tape.backward(loss);
    adam.step();
    losses(step) = loss.item();
  }
  return losses;
}

}  // namespace

void write_curves(const std::filesystem::path& file) {
  Batches mnist(load_dataset("mnist", Split::train), rows, Rng(4));
  Tensor batches = filled({steps, rows, 784}), noise = filled({steps, rows, 20});
  for (std::size_t step = 0; step < steps; ++step) {
    put(batches, step, mnist.get(0, step));
    Tensor draw = filled({rows, 20});
    noise_of(step).fill_normal(draw, 0, 1);
    put(noise, step, draw);
  }
  std::deque<Tensor> kept;  // stays where it is while it grows
  std::vector<NamedTensor> tensors = {{"batches", &batches}, {"noise", &noise}};
  for (const std::string name : {"dense", "variational", "convolutional"}) {
    Rng rng(2);
    const auto model = make_benchmark_model(name, rng);
    std::size_t number = 0;
    for (const Parameter* parameter : model->parameters())
      tensors.push_back(
          {name + ".weight." + std::to_string(number++), &kept.emplace_back(parameter->value)});
    tensors.push_back({name + ".losses", &kept.emplace_back(losses_of(*model, batches))});
  }
  write_safetensors(file, tensors, {});
}

}}  // namespace hourglass
