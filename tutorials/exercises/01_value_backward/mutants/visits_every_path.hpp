// expect: visited too early or more than once
  std::function<void(Node)> visit = [&](Node node) {
    node->propagate();
    for (Node input : node->inputs) visit(input);
  };
  y->grad = 1;
  visit(y);
