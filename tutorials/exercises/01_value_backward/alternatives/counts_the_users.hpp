  // A node is ready when as many users have handed down as it has (Kahn 1962).
  std::vector<std::pair<Node, int>> users;
  auto count = [&](Node node) -> int& {
    for (auto& [each, n] : users)
      if (each == node) return n;
    return users.emplace_back(node, 0).second;
  };
  std::vector<Node> pending = {y};
  std::set<Node> seen = {y};
  while (!pending.empty()) {
    Node node = pending.back();
    pending.pop_back();
    for (Node input : node->inputs) {
      ++count(input);
      if (seen.insert(input).second) pending.push_back(input);
    }
  }
  y->grad = 1;
  pending = {y};
  while (!pending.empty()) {
    Node node = pending.back();
    pending.pop_back();
    node->propagate();
    for (Node input : node->inputs)
      if (--count(input) == 0) pending.push_back(input);
  }
