/// SourceText: the bytes of a workload file, checked for what no later stage wants to see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"
#include "vyre/workload/expression.hpp"

namespace vyre::workload {

/// Owns the bytes: memory-mapped when they come from a large regular file, else a string.
class SourceText {
 public:
  /// "-" is standard input. Errors: kFile (missing, a directory, unreadable).
  [[nodiscard]] static Result<SourceText> open(const std::string& path);
  explicit SourceText(std::string text) : owned_(std::move(text)) {}

  SourceText(SourceText&& other) noexcept;
  SourceText& operator=(SourceText&& other) noexcept;
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;
  ~SourceText();

  /// The text without a UTF-8 byte order mark.
  [[nodiscard]] std::string_view view() const noexcept;

 private:
  SourceText() = default;
  std::string owned_;
  const char* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
};

/// What is wrong with the bytes themselves.
struct TextFault {
  Position position;
  std::string what;
  std::string fix;
};
/// Refuses UTF-16, NUL and other control characters, and invalid UTF-8; nullopt when all is well.
[[nodiscard]] std::optional<TextFault> check_text(std::string_view text);

/// Turns byte offsets into positions. Costs the distance to the offset asked for before, so that a
/// file read from front to back is walked once.
class PositionCursor {
 public:
  explicit PositionCursor(std::string_view text) : text_(text) {}
  /// Starts in the middle: `offset` lies at `position`.
  PositionCursor(std::string_view text, std::size_t offset, Position position)
      : text_(text), offset_(offset), position_(position) {}

  [[nodiscard]] Position at(std::size_t offset) noexcept;

 private:
  void back_to(std::size_t offset) noexcept;

  std::string_view text_;
  std::size_t offset_ = 0;
  Position position_{1, 1};
};

}  // namespace vyre::workload
