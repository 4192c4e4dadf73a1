/// Bytes of which only those that are asked for get copied: they may lie where a read takes a microsecond.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace vyre::scan {

/// What is kept of earlier pieces, and one more piece behind it, which is copied block by block.
/// Phases: 1. append(), 2. bytes() at will, 3. keep_from(), while the piece is still there; and again.
class LazyText {
 public:
  void append(std::span<const std::byte> piece);

  /// Of all that is held, in one row. Good until the next append().
  [[nodiscard]] std::span<const std::byte> bytes(std::size_t from, std::size_t to);
  /// The last of them before `to` and not before `floor`: as many as come without touching more than one
  /// block.
  [[nodiscard]] std::span<const std::byte> bytes_before(std::size_t to, std::size_t floor);
  [[nodiscard]] std::size_t size() const noexcept { return kept_ + piece_.size(); }

  /// Copies what is at `from` and behind; the rest, and the piece, are forgotten.
  void keep_from(std::size_t from);

 private:
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t kept_ = 0;  ///< bytes at the front that are copied
  std::span<const std::byte> piece_;
  std::vector<bool> copied_;  ///< by block of the piece
};

}  // namespace vyre::scan
