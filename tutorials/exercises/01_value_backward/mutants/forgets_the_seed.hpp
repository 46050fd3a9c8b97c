// expect: d(ab)/da
  std::vector<Node> order;
  std::set<Node> seen;
  std::function<void(Node)> visit = [&](Node node) {
    if (!seen.insert(node).second) return;
    for (Node input : node->inputs) visit(input);
    order.push_back(node);
  };
  visit(y);
  for (std::size_t i = order.size(); i-- > 0;) order[i]->propagate();
