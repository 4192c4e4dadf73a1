/// Store: control words, debug log, DFA table and arena, with the bounds and protection rules of operations.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::reference {

struct Fault {
  protocol::FaultCode code = protocol::FaultCode::kNone;
  std::uint32_t detail = 0;
};

/// What the rules say about an access: nothing, or the fault it ends in.
using Check = std::optional<Fault>;

/// Owner: refers to the caller's memory. The indices given to read/write/add must have been checked.
class Store {
 public:
  Store(std::span<std::uint32_t> control, std::span<std::uint32_t> debug_log,
        std::span<const std::uint32_t> dfa_table, std::span<std::uint32_t> arena,
        bool open_protection) noexcept;

  [[nodiscard]] std::uint32_t words() const noexcept;
  [[nodiscard]] std::uint32_t observables() const noexcept { return words() - protocol::kObservableWord; }

  /// kWordOutOfRange unless the word exists.
  [[nodiscard]] Check check_word(std::uint32_t word) const noexcept;
  /// kNoObservable unless observable `index` exists.
  [[nodiscard]] Check check_observable(std::uint32_t index) const noexcept;
  /// kRangeOutOfRange unless words first..first+count all exist; an empty range may start at the end.
  [[nodiscard]] Check check_range(std::uint32_t first, std::uint32_t count) const noexcept;
  /// kProtectedWord when `tenant` may not write the word: words 0-159 are tenant 0's under strict protection.
  [[nodiscard]] Check check_write(std::uint32_t tenant, std::uint32_t word) const noexcept;

  [[nodiscard]] std::uint32_t read(std::uint32_t word) const noexcept;
  void write(std::uint32_t word, std::uint32_t value) noexcept;
  /// Adds, wrapping, and returns the old value.
  std::uint32_t add(std::uint32_t word, std::uint32_t value) noexcept;

  /// The DFA's next state, or nothing when the table has no such state or byte.
  [[nodiscard]] std::optional<std::uint32_t> dfa_next(std::uint32_t state, std::uint32_t byte) const noexcept;

  [[nodiscard]] std::span<std::uint32_t> arena() const noexcept { return arena_; }
  [[nodiscard]] std::uint32_t arena_words() const noexcept {
    return static_cast<std::uint32_t>(arena_.size());
  }
  /// kArenaOutOfRange unless the arena has the word.
  [[nodiscard]] Check check_arena(std::uint32_t word) const noexcept;
  [[nodiscard]] std::uint32_t read_arena(std::uint32_t word) const noexcept { return arena_[word]; }
  void write_arena(std::uint32_t word, std::uint32_t value) noexcept { arena_[word] = value; }

  /// Appends a debug record if it fits; counts it in any case.
  void append_debug(std::uint32_t format, std::uint32_t a, std::uint32_t b, std::uint32_t slot) noexcept;

 private:
  std::span<std::uint32_t> control_;
  std::span<std::uint32_t> debug_log_;
  std::span<const std::uint32_t> dfa_table_;
  std::span<std::uint32_t> arena_;
  bool open_protection_;
};

}  // namespace vyre::reference
