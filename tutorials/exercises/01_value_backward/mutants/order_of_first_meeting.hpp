// expect: visited too early
  std::vector<Node> order;
  std::set<Node> seen;
  std::function<void(Node)> visit = [&](Node node) {
    if (!seen.insert(node).second) return;
    order.push_back(node);
    for (std::size_t i = node->inputs.size(); i-- > 0;) visit(node->inputs[i]);
  };
  visit(y);
  y->grad = 1;
  for (Node node : order) node->propagate();
