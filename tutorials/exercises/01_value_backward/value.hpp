#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

/// A number that remembers how it was computed: value, gradient, the numbers it came from, and how
/// it passes its gradient down to them.
struct Value {
  double value = 0;
  double grad = 0;
  std::vector<std::shared_ptr<Value>> inputs;
  std::function<void()> propagate = [] {};  // adds this node's share to its inputs' gradients
};
using Node = std::shared_ptr<Value>;

inline Node leaf(double value) {
  auto node = std::make_shared<Value>();
  node->value = value;
  return node;
}

/// y = a + b, so da += dy and db += dy.
inline Node add(Node a, Node b) {
  Node y = leaf(a->value + b->value);
  y->inputs = {a, b};
  y->propagate = [a, b, self = y.get()] {
    a->grad += self->grad;
    b->grad += self->grad;
  };
  return y;
}

/// y = a b, so da += b dy and db += a dy.
inline Node multiply(Node a, Node b) {
  Node y = leaf(a->value * b->value);
  y->inputs = {a, b};
  y->propagate = [a, b, self = y.get()] {
    a->grad += b->value * self->grad;
    b->grad += a->value * self->grad;
  };
  return y;
}

/// Computes dy/dx into x->grad for every x that y was made from. Gradients of an earlier backward
/// stay and are added to.
inline void backward(Node y) {
  // BEGIN SOLUTION
  std::vector<Node> order;
  std::set<Node> seen;
  std::function<void(Node)> visit = [&](Node node) {
    if (!seen.insert(node).second) return;
    for (Node input : node->inputs) visit(input);
    order.push_back(node);
  };
  visit(y);
  y->grad = 1;
  for (std::size_t i = order.size(); i-- > 0;) order[i]->propagate();
  // STUB
  //| // TODO: call propagate() of every node once, and of none before all that use it are done.
  //| (void)y;
  // END SOLUTION
}
