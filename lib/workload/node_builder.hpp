/// NodeBuilder: turns the events of either parser into nodes, and hands them over piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "workload/node.hpp"
#include "workload/problems.hpp"

namespace vyre::workload {

inline constexpr std::size_t kMaxNesting = 64;            ///< maps and lists inside each other
inline constexpr std::size_t kMaxValueNodes = 4'000'000;  ///< nodes of one step or top-level value
inline constexpr std::size_t kMaxAliasNodes = 1'000'000;  ///< of those, copied for aliases
inline constexpr std::size_t kAliasNodesPerByte = 16;     ///< whole file: this many copies a byte, above that

/// Receives the pieces of a document in file order. False ends the reading.
class DocumentSink {
 public:
  DocumentSink() = default;
  DocumentSink(const DocumentSink&) = delete;
  DocumentSink& operator=(const DocumentSink&) = delete;
  virtual ~DocumentSink() = default;
  /// An entry of the top-level map; "steps" comes here only when it is no list.
  virtual bool top_level(const Node& key, Node value) = 0;
  /// The list of steps begins.
  virtual bool steps_begin() = 0;
  virtual bool step(Node step) = 0;
  /// Asked after each step: whether the others matter.
  [[nodiscard]] virtual bool wants_steps() const { return true; }
};

/// Life: events as the parser gives them, each false when reading must end (a problem was added, or
/// the sink had enough).
class NodeBuilder {
 public:
  /// An anchor's number in YAML; 0 is none.
  using Anchor = std::size_t;

  NodeBuilder(Problems& problems, DocumentSink& sink, std::size_t text_bytes)
      : problems_(problems), sink_(sink), alias_limit_(kMaxAliasNodes + kAliasNodesPerByte * text_bytes) {}

  /// From now on steps are checked for nesting only and not handed over.
  void skip_steps() noexcept { skip_steps_ = true; }
  /// Whether the next event belongs to a step that is not wanted.
  [[nodiscard]] bool skipping() const noexcept {
    return skipped_depth_ > 0 || (skip_steps_ && !frames_.empty() && frames_.back().is_steps);
  }

  /// Whether the next event belongs to the list of steps itself.
  [[nodiscard]] bool in_steps() const noexcept {
    return frames_.size() == 2 && frames_.back().is_steps && skipped_depth_ == 0;
  }

  [[nodiscard]] bool start(NodeKind kind, Position position, Anchor anchor = 0);
  [[nodiscard]] bool end();
  [[nodiscard]] bool scalar(Node&& node, Anchor anchor = 0);
  [[nodiscard]] bool alias(Position position, Anchor anchor);

 private:
  struct Frame {
    Node node;
    Anchor anchor = 0;
    std::size_t first_node = 0;  ///< value_nodes_ when it began
    bool is_steps = false;
    bool has_key = false;
    Node key;  ///< the key whose value comes next
  };
  struct Anchored {
    bool complete = false;
    std::size_t nodes = 0;
    Node node;
  };

  bool deliver(Node&& node);
  bool deliver_entry(Frame& map, Node&& node);
  bool take_key(Frame& map, Node&& node);
  bool count_nodes(std::size_t count, Position position);
  bool charge_alias(std::size_t count, Position position);
  bool remember(Anchor anchor, const Node& node, std::size_t nodes);
  void check_duplicates(const Node& map);
  void add_duplicate(const Node& first, const Node& again);
  bool refuse(Position position, std::string what, std::string fix);

  Problems& problems_;
  DocumentSink& sink_;
  std::vector<Frame> frames_;
  std::set<std::string, std::less<>> top_keys_;
  std::unordered_map<Anchor, Anchored> anchors_;
  std::size_t alias_limit_;
  std::size_t alias_nodes_ = 0;        ///< copied so far, whole file
  std::size_t value_alias_nodes_ = 0;  ///< copied so far, this step or value
  std::size_t value_nodes_ = 0;
  std::size_t skipped_depth_ = 0;
  bool skip_steps_ = false;
};

}  // namespace vyre::workload
