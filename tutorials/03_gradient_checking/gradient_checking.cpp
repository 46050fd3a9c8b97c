// Chapter 3: how to know that a gradient is right.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "checks.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

struct Network : Module {
  explicit Network(Var (*f)(Var)) : f(f) {
    for (Linear* layer : {&a, &b, &c, &d}) register_module(fmt::format("{}", layer - &a), *layer);
  }
  Var forward(Var x) override { return sigmoid(d(f(c(f(b(f(a(x)))))))); }

  Rng rng{1};
  Linear a{784, 128, rng}, b{128, 32, rng}, c{32, 128, rng}, d{128, 784, rng};
  Var (*f)(Var);  // tanh, or faulty_tanh
};

/// The error per image. Its gradient is in the parameters then.
double backward(Network& network, const Tensor& images) {
  for (Parameter* p : network.parameters()) p->zero_grad();
  Tape tape;
  const Var x = tape.constant(images), loss = per_example(squared_error(network(x), x));
  tape.backward(loss);
  return loss.item();
}

/// The cosine between the gradient that this network gets and the right one.
double agreement(Network& network, const Tensor& images) {
  Network right(tanh);
  const std::vector<Parameter*> p = network.parameters(), q = right.parameters();
  for (std::size_t i = 0; i < p.size(); ++i) q[i]->value = p[i]->value;
  backward(network, images), backward(right, images);
  const auto dot = [&](const auto& a, const auto& b) {
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) sum += xt::sum(a[i]->grad * b[i]->grad)();
    return sum;
  };
  return dot(p, q) / std::sqrt(dot(p, p) * dot(q, q));
}

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const bool quick = chapter.quick();

  chapter.part("steps");
  fmt::print("h                 1     0.1   0.01  ...\n");
  Lines steps{"step h", "error of the slope, as a power of ten", {}};
  const std::pair<const char*, double (*)(double)> ways[] = {
      {"float one-sided", sine_error<float, false>},
      {"float central", sine_error<float, true>},
      {"double one-sided", sine_error<double, false>},
      {"double central", sine_error<double, true>}};
  for (const auto& [name, error] : ways) {
    fmt::print("{:17}", name);
    steps.lines.push_back({name, {}});
    double best = 1, best_h = 1;
    for (int k = 0; k <= 48; ++k) {
      const double h = std::pow(10, -k / 4.0), e = error(h);
      steps.lines.back().points.push_back({h, std::log10(e)});
      if (k % 4 == 0) fmt::print(" {:.0e}", e);
      if (e < best) best = e, best_h = h;
    }
    fmt::print("\n");
    chapter.figure(fmt::format("step_{}", steps.lines.size()), best_h, "{:.0e}");
  }
  std::ofstream(chapter.picture("steps.svg")) << svg_file(plot_lines(steps), {.height = 480});

  chapter.part("tolerances");
  compare("tanh", std::tanh, [](double x) { return std::pow(std::cosh(x), -2); });
  compare("exp", std::exp, std::exp);

  chapter.part("kinks");
  for (const double x : {-2.0, -0.5, 0.0, 0.5, 2.0})  // in units of h
    fmt::print("x = {:4} h: backward {}, measured {:.2f}\n", x, x > 0 ? 1 : 0,
               (std::max(x + 1, 0.0) - std::max(x - 1, 0.0)) / 2);

  chapter.part("sample");
  Rng rng(1);
  const Map map = draw_map(rng);
  for (const double tolerance : {1e-2, 1e-6}) {
    int entry = 0, direction = 0;
    for (int i = 0; i < 10000; ++i) {
      entry += passes_entry(map, rng, tolerance);
      direction += passes_direction(map, rng, tolerance);
    }
    fmt::print("within {:.0e}, one entry misses it in {:.1f} %, one direction in {:.1f} %\n",
               tolerance, entry / 100.0, direction / 100.0);
    if (tolerance > 1e-3) chapter.figure("direction", direction / 100.0, "{:.0f}");
  }

  chapter.part("library");
  // [library]
  Parameter x({3, 4}), w({4, 2});
  rng.fill_uniform(x.value, -2, 2), rng.fill_uniform(w.value, -2, 2);
  const auto check = [&](const char* name, double tolerance, const std::function<Var(Var)>& f) {
    const auto y = [&](Tape& tape) { return f(matmul(tape.parameter(x), tape.parameter(w))); };
    const GradientCheck found = check_gradient(name, y, {&x, &w}, tolerance, tolerance);
    fmt::print("within {}: {}\n", tolerance,
               found.failure.empty() ? name + std::string(" is right") : found.failure);
  };
  const std::pair<const char*, Var (*)(Var)> functions[] = {
      {"tanh", tanh}, {"faulty_tanh", faulty_tanh}, {"nearly_tanh", nearly_tanh}};
  check("tanh", 1e-6, functions[0].second);
  for (const auto& [name, f] : functions) check(name, 0.05, f);
  // [/library]

  chapter.part("best step");
  for (const auto& [name, f] : functions)
    fmt::print("{:12} h = 6e-06: off by {:.0e}   h = 5e-03: off by {:.0e}\n", name,
               largest_error(f, 6e-6f), largest_error(f, 5e-3f));

  chapter.part("noise");
  // [noise]
  Rng noise(1);
  check("dropout", 0.5, [&](Var x) { return dropout(x, 0.5, noise); });
  check("frozen dropout", 0.5, [&](Var x) { return dropout(x, 0.5, noise = Rng(1)); });
  // [/noise]

  chapter.part("training");
  const Dataset images = load_dataset("mnist", Split::train).slice(0, quick ? 2000 : 10000);
  const Tensor test = to_tensor(load_dataset("mnist", Split::test).slice(0, quick ? 500 : 2000));
  const std::size_t epochs = quick ? 2 : 10;
  Network right(tanh), faulty(faulty_tanh);
  Adam right_adam(right.parameters()), faulty_adam(faulty.parameters());
  Batches batches(images, 64, Rng(2));
  const auto pass = [&](Network& network, Adam& adam, std::size_t epoch) {
    for (std::size_t i = 0; i < batches.per_epoch(); ++i) {
      backward(network, batches.get(epoch, i));
      adam.lr = 8e-3 * (1 - double(adam.steps) / double(epochs * batches.per_epoch()));
      adam.step();
    }
    return backward(network, test);
  };
  Lines curves{"epoch", "error per test image", {{"tanh", {}}, {"faulty_tanh", {}}}};
  for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
    const double errors[] = {pass(right, right_adam, epoch), pass(faulty, faulty_adam, epoch)};
    for (int i : {0, 1}) curves.lines[i].points.push_back({double(epoch), errors[i]});
    fmt::print("epoch {:2}: tanh {:.1f}   faulty_tanh {:.1f}, cosine {:.1f}\n", epoch, errors[0],
               errors[1], agreement(faulty, test));
  }
  std::ofstream(chapter.picture("training.svg")) << svg_file(plot_lines(curves), {.height = 480});
}
