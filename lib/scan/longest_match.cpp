#include "scan/longest_match.hpp"

#include <algorithm>
#include <vector>

namespace vyre::scan {
namespace {

/// Tarjan's walk over strongly connected components, with a stack of its own: when one is complete, so is all
/// that it leads to. A component with a cycle, from which a match can still end, has no longest match.
class LongestPath {
 public:
  explicit LongestPath(const Table& table) : table_(table), nodes_(table.state_count()) {}

  std::uint32_t run() {
    enter(table_.start / table_.class_count);
    while (!walk_.empty() && !endless_) {
      Step& step = walk_.back();
      if (step.byte_class < table_.class_count)
        follow(step.state, target(step.state, step.byte_class++));
      else
        leave();
    }
    return endless_ ? 0 : nodes_[table_.start / table_.class_count].longest;
  }

 private:
  static constexpr std::uint32_t kUnseen = 0xFFFF'FFFF;

  struct Node {
    std::uint32_t index = kUnseen;  ///< in the order of the walk
    std::uint32_t low = 0;          ///< the least index known to be in its component
    std::uint32_t longest = 0;      ///< bytes to the farthest acceptance
    bool accepts = false;           ///< here or farther on
    bool cycles = false;
    bool complete = false;
  };
  struct Step {
    std::uint32_t state, byte_class;
  };

  [[nodiscard]] std::uint32_t target(std::uint32_t state, std::uint32_t byte_class) const {
    const std::uint32_t entry = table_.transitions[std::size_t{state} * table_.class_count + byte_class];
    return (entry & ~kAcceptBit) / table_.class_count;
  }

  void enter(std::uint32_t state) {
    nodes_[state].index = nodes_[state].low = next_index_++;
    nodes_[state].accepts = !table_.outputs_of(state * table_.class_count).empty();
    walk_.push_back({state, 0});
    component_.push_back(state);
  }

  void follow(std::uint32_t from, std::uint32_t to) {
    if (nodes_[to].index == kUnseen) return enter(to);
    if (!nodes_[to].complete) {
      nodes_[from].low = std::min(nodes_[from].low, nodes_[to].index);
      nodes_[from].cycles = true;
    } else {
      lengthen(nodes_[from], nodes_[to]);
    }
  }

  static void lengthen(Node& from, const Node& to) {
    if (!to.accepts) return;
    from.accepts = true;
    from.longest = std::max(from.longest, to.longest + 1);
  }

  void leave() {
    const std::uint32_t state = walk_.back().state;
    walk_.pop_back();
    Node& node = nodes_[state];
    if (node.low == node.index) {
      // Members of one component reach each other, so what holds of one holds of all.
      std::uint32_t member = kUnseen;
      bool accepts = false;
      bool cycles = false;
      while (member != state) {
        member = component_.back();
        component_.pop_back();
        nodes_[member].complete = true;
        accepts = accepts || nodes_[member].accepts;
        cycles = cycles || nodes_[member].cycles;
      }
      endless_ = endless_ || (accepts && cycles);
    }
    if (walk_.empty()) return;
    Node& before = nodes_[walk_.back().state];
    if (node.complete)
      lengthen(before, node);
    else
      before.low = std::min(before.low, node.low);
  }

  const Table& table_;
  std::vector<Node> nodes_;
  std::vector<Step> walk_;
  std::vector<std::uint32_t> component_;  ///< states whose component is not complete
  std::uint32_t next_index_ = 0;
  bool endless_ = false;
};

}  // namespace

std::uint32_t longest_match(const Table& reverse) { return LongestPath(reverse).run(); }

}  // namespace vyre::scan
