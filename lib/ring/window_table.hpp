/// WindowTable: what became of ticketed windows, also after their slots were recycled. Has a lock of its own:
/// windows are published and retired by all shards.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "vyre/protocol/layout.hpp"
#include "vyre/ring/progress.hpp"

namespace vyre::ring {

/// The part of a publication that belongs to a window.
struct WindowPart {
  std::uint32_t ticket = 0;
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;
  std::uint32_t required = 0;  ///< the first slots of the publication
  std::uint32_t lookahead = 0;
};

class WindowTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  /// Counts the slots of a part as published; the window's index, kNone when no more are kept.
  [[nodiscard]] std::uint32_t add(const WindowPart& part);
  /// Undoes add().
  void remove(std::uint32_t index, std::uint32_t required, std::uint32_t lookahead) noexcept;
  /// A slot of the window ended.
  void count(std::uint32_t index, bool required, std::uint32_t status) noexcept;

  [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t ticket) const;
  [[nodiscard]] WindowProgress progress(std::uint32_t index) const;
  [[nodiscard]] std::vector<WindowProgress> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<WindowProgress> windows_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_ticket_;
};

}  // namespace vyre::ring
