/// The two parsers, each feeding a DocumentSink.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "workload/node_builder.hpp"
#include "workload/problems.hpp"
#include "workload/source_text.hpp"

namespace vyre::workload {

/// Reads a whole document. False when it ended early: either the problem was added, or the sink
/// returned false. Nothing throws.
[[nodiscard]] bool read_yaml(std::string_view text, Problems& problems, DocumentSink& sink);

/// Where the elements of a JSON list begin: just behind its bracket.
struct JsonListStart {
  std::size_t offset = 0;
  Position position;
};

struct JsonReading {
  bool complete = false;
  std::optional<JsonListStart> steps;
};
/// The same for JSON. Once the sink wants no more steps, the others are only checked for syntax; in
/// YAML they may carry anchors that later parts refer to.
[[nodiscard]] JsonReading read_json(std::string_view text, Problems& problems, DocumentSink& sink);

/// Reads the steps of a JSON document one by one; read_json has found the document valid.
class JsonStepReader {
 public:
  JsonStepReader(std::string_view text, JsonListStart start, Problems& problems);

  enum class Next : std::uint8_t { kStep, kEnd, kBroken };
  [[nodiscard]] Next next(Node& step);

 private:
  /// Keeps the one step that the builder hands over.
  struct Catcher final : DocumentSink {
    bool top_level(const Node&, Node) override { return true; }
    bool steps_begin() override { return true; }
    bool step(Node node) override {
      caught = std::move(node);
      return true;
    }
    Node caught;
  };

  std::string_view text_;
  std::size_t offset_;
  PositionCursor cursor_;
  Problems& problems_;
  Catcher catcher_;
  NodeBuilder builder_;
};

}  // namespace vyre::workload
