/// JsonScanner: valid JSON straight into a NodeBuilder, at several times the speed of a general parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "workload/node_builder.hpp"
#include "workload/reader.hpp"

namespace vyre::workload {

/// Reads a document once from front to back and tells the builder each value with its place. Of what it does
/// not take it says nothing: what is wrong with a text is for read_json to find, so that there is one wording
/// of every error. It takes no text that read_json refuses.
/// Life: one read() an object. Memory: what the builder holds. Thread: any, one at a time.
class JsonScanner {
 public:
  /// `text` has passed check_text, and outlives the scanner.
  JsonScanner(std::string_view text, NodeBuilder& builder) : text_(text), builder_(builder) {}

  /// False when the text is not taken, or the builder said so.
  [[nodiscard]] bool read();
  /// Where the list of steps begins, once it has been seen.
  [[nodiscard]] const std::optional<JsonListStart>& steps() const noexcept { return steps_; }

 private:
  [[nodiscard]] bool value();
  [[nodiscard]] bool object();
  [[nodiscard]] bool array();
  [[nodiscard]] bool string();
  [[nodiscard]] bool escaped_string(std::size_t start, Node node);
  [[nodiscard]] bool number();
  [[nodiscard]] bool word(NodeKind kind, std::string_view text);

  void skip_space() noexcept;
  [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool take(char c) noexcept;
  [[nodiscard]] Position here() const noexcept {
    return {line_, static_cast<std::uint32_t>(at_ - line_start_ - continuations_ + 1)};
  }

  std::string_view text_;
  NodeBuilder& builder_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::size_t line_start_ = 0;
  std::size_t continuations_ = 0;  ///< bytes of this line that continue a character: no columns of their own
  std::optional<JsonListStart> steps_;
};

}  // namespace vyre::workload
