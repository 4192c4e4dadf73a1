#include "workload/node_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace vyre::workload {

bool NodeBuilder::refuse(Position position, std::string what, std::string fix) {
  problems_.add(position, std::move(what), std::move(fix));
  return false;
}

bool NodeBuilder::start(NodeKind kind, Position position, Anchor anchor) {
  if (frames_.size() + skipped_depth_ >= kMaxNesting)
    return refuse(position, fmt::format("maps and lists nested more than {} deep", kMaxNesting),
                  "flatten the structure");
  if (skipping()) {
    ++skipped_depth_;
    return true;
  }
  if (frames_.empty() && kind != NodeKind::kMap)
    return refuse(position, "a workload must be a map, found a list", "start with 'vyre: 1'");
  Frame frame;
  frame.node.kind = kind;
  frame.node.position = position;
  frame.anchor = anchor;
  frame.first_node = value_nodes_;
  if (!frames_.empty()) {
    const Frame& parent = frames_.back();
    if (parent.node.kind == NodeKind::kMap && !parent.has_key)
      return refuse(position, fmt::format("a key must be a word, found {}", describe(frame.node)),
                    "write the key as plain text");
    frame.is_steps = frames_.size() == 1 && kind == NodeKind::kSequence && parent.key.text == "steps" &&
                     !top_keys_.contains("steps");
  }
  if (frame.is_steps) {
    if (anchor != 0)
      return refuse(position, "the list of steps cannot carry an anchor", "put anchors on single steps");
    if (!sink_.steps_begin()) return false;
  }
  if (anchor != 0) anchors_[anchor] = {};
  frames_.push_back(std::move(frame));
  return count_nodes(1, position);
}

bool NodeBuilder::end() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return true;
  }
  if (frames_.size() == 1) {
    frames_.pop_back();
    return true;
  }
  Frame& frame = frames_.back();
  if (frame.is_steps) {
    frames_.pop_back();
    top_keys_.insert("steps");
    frames_.back().has_key = false;
    return true;
  }
  if (frame.node.kind == NodeKind::kMap) check_duplicates(frame.node);
  if (frame.anchor != 0 && !remember(frame.anchor, frame.node, value_nodes_ - frame.first_node)) return false;
  Node node = std::move(frame.node);
  frames_.pop_back();
  return deliver(std::move(node));
}

bool NodeBuilder::scalar(Node&& node, Anchor anchor) {
  if (skipping()) return true;
  if (!count_nodes(1, node.position)) return false;
  if (anchor != 0 && !remember(anchor, node, 1)) return false;
  return deliver(std::move(node));
}

bool NodeBuilder::alias(Position position, Anchor anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end() || !found->second.complete)
    return refuse(position, "an alias inside the value that it stands for", "a value cannot contain itself");
  const Anchored& target = found->second;
  if (!charge_alias(target.nodes, position) || !count_nodes(target.nodes, position)) return false;
  return deliver(Node(target.node));
}

bool NodeBuilder::remember(Anchor anchor, const Node& node, std::size_t nodes) {
  if (!charge_alias(nodes, node.position)) return false;
  anchors_[anchor] = {true, nodes, node};
  return true;
}

bool NodeBuilder::charge_alias(std::size_t count, Position position) {
  alias_nodes_ += count;
  value_alias_nodes_ += count;
  if (value_alias_nodes_ <= kMaxAliasNodes && alias_nodes_ <= alias_limit_) return true;
  return refuse(position,
                fmt::format("aliases expand to more than {} values",
                            value_alias_nodes_ > kMaxAliasNodes ? kMaxAliasNodes : alias_limit_),
                "use 'repeat' to run the same steps many times");
}

bool NodeBuilder::count_nodes(std::size_t count, Position position) {
  value_nodes_ += count;
  if (value_nodes_ <= kMaxValueNodes) return true;
  return refuse(position, fmt::format("more than {} values in one step or top-level entry", kMaxValueNodes),
                "split it, or keep a large table in a file of its own");
}

bool NodeBuilder::deliver(Node&& node) {
  if (frames_.empty())
    return refuse(node.position, fmt::format("a workload must be a map, found {}", describe(node)),
                  "start with 'vyre: 1'");
  Frame& parent = frames_.back();
  if (parent.node.kind == NodeKind::kMap) return deliver_entry(parent, std::move(node));
  if (!parent.is_steps) {
    parent.node.items.push_back(std::move(node));
    return true;
  }
  value_nodes_ = 0;
  value_alias_nodes_ = 0;
  return sink_.step(std::move(node));
}

bool NodeBuilder::take_key(Frame& map, Node&& node) {
  if (!node.is_scalar() || node.kind == NodeKind::kNull)
    return refuse(node.position, fmt::format("a key must be a word, found {}", describe(node)),
                  "write the key as plain text");
  node.kind = NodeKind::kString;
  map.key = std::move(node);
  map.has_key = true;
  return true;
}

bool NodeBuilder::deliver_entry(Frame& map, Node&& node) {
  if (!map.has_key) return take_key(map, std::move(node));
  map.has_key = false;
  // An empty YAML value is reported where the next token stands, which may be lines below.
  if (node.kind == NodeKind::kNull && node.text.empty()) node.position = map.key.position;
  if (frames_.size() > 1) {
    if (map.node.items.empty()) map.node.items.reserve(4);
    map.node.items.push_back(std::move(map.key));
    map.node.items.push_back(std::move(node));
    return true;
  }
  value_nodes_ = 0;
  value_alias_nodes_ = 0;
  if (!top_keys_.insert(map.key.text).second) {
    problems_.add(map.key.position, fmt::format("the key {} stands here twice", quote(map.key.text)),
                  "keep one of them");
    return true;
  }
  if (map.key.text == "steps" && node.kind == NodeKind::kSequence) {  // `steps: *alias`
    if (!sink_.steps_begin()) return false;
    for (auto& step : node.items)
      if (!sink_.step(std::move(step))) return false;
    return true;
  }
  return sink_.top_level(map.key, std::move(node));
}

void NodeBuilder::check_duplicates(const Node& map) {
  constexpr std::size_t kFewItems = 16;
  if (map.items.size() <= kFewItems) {  // nearly every map: no need to sort
    for (std::size_t later = 2; later < map.items.size(); later += 2)
      for (std::size_t i = 0; i < later; i += 2)
        if (map.items[i].text == map.items[later].text) {
          add_duplicate(map.items[i], map.items[later]);
          break;
        }
    return;
  }
  std::vector<const Node*> keys;
  for_each_entry(map, [&](const Node& key, const Node&) { keys.push_back(&key); });
  std::stable_sort(keys.begin(), keys.end(), [](const Node* a, const Node* b) { return a->text < b->text; });
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (keys[i]->text == keys[i - 1]->text) add_duplicate(*keys[i - 1], *keys[i]);
}

void NodeBuilder::add_duplicate(const Node& first, const Node& again) {
  problems_.add(
      again.position,
      fmt::format("the key {} stands here twice, first in line {}", quote(again.text), first.position.line),
      "keep one of them");
}

}  // namespace vyre::workload
