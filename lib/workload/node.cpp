#include "workload/node.hpp"

#include <fmt/format.h>

namespace vyre::workload {

std::string quote(std::string_view text) {
  constexpr std::size_t kShown = 48;
  std::string shown;
  std::size_t i = 0;
  for (; i < text.size() && i < kShown; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n')
      shown += "\\n";
    else if (byte == '\t')
      shown += "\\t";
    else if (byte < 0x20 || byte == 0x7F)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += text[i];
  }
  if (i == text.size()) return fmt::format("'{}'", shown);
  // The cut must not halve a character.
  while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) shown += text[i++];
  return fmt::format("'{}...'", shown);
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNull: return "nothing";
    case NodeKind::kBoolean: return node.text;
    case NodeKind::kNumber:
      return fmt::format("the number {}", node.text.size() <= 48 ? node.text : quote(node.text));
    case NodeKind::kString: return fmt::format("the string {}", quote(node.text));
    case NodeKind::kSequence: return "a list";
    case NodeKind::kMap: return "a map";
  }
  return "something else";
}

}  // namespace vyre::workload
