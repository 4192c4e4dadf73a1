/// Node: a value of a workload file with its place, the same for YAML and JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/workload/expression.hpp"

namespace vyre::workload {

enum class NodeKind : std::uint8_t {
  kNull,
  kBoolean,  ///< text is "true" or "false"
  kNumber,   ///< text as written: may turn out to be no integer
  kString,
  kSequence,
  kMap,  ///< items: key, value, key, value, ...; keys are strings, no two alike
};

struct Node {
  NodeKind kind = NodeKind::kNull;
  /// Set when text_column() is where the text starts in the file, character for character, so that
  /// a message can point inside the text.
  bool verbatim = false;
  bool quoted = false;
  Position position;
  std::string text;
  std::vector<Node> items;

  [[nodiscard]] bool is_scalar() const noexcept { return kind < NodeKind::kSequence; }
  [[nodiscard]] std::uint32_t text_column() const noexcept {
    return position.column + (verbatim && quoted ? 1U : 0U);
  }
};

/// Calls visit(key, value) for each entry of a map, in file order.
template <class Visit>
void for_each_entry(const Node& map, Visit visit) {
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) visit(map.items[i], map.items[i + 1]);
}

/// The value of a map's key, or nullptr.
[[nodiscard]] inline const Node* find_entry(const Node& map, std::string_view key) noexcept {
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2)
    if (map.items[i].text == key) return &map.items[i + 1];
  return nullptr;
}

/// What a message calls the node: "a list", "the number 42", "the string 'abc'", "nothing".
[[nodiscard]] std::string describe(const Node& node);

/// Text from a file made fit for a message: in quotes, control characters escaped, cut when long.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace vyre::workload
