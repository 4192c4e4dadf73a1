#include "reference/store.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;

/// Records are no longer counted from here on, so that the cursor never wraps to 0.
constexpr std::uint32_t kDebugCursorLimit = 0x8000'0000U;

}  // namespace

Store::Store(std::span<std::uint32_t> control, std::span<std::uint32_t> debug_log,
             std::span<const std::uint32_t> dfa_table, std::span<std::uint32_t> arena,
             bool open_protection) noexcept
    : control_(control),
      debug_log_(debug_log),
      dfa_table_(dfa_table),
      arena_(arena),
      open_protection_(open_protection) {}

std::uint32_t Store::words() const noexcept { return static_cast<std::uint32_t>(control_.size()); }

Check Store::check_word(std::uint32_t word) const noexcept {
  if (word < words()) return std::nullopt;
  return Fault{FaultCode::kWordOutOfRange, word};
}

Check Store::check_observable(std::uint32_t index) const noexcept {
  if (index < observables()) return std::nullopt;
  return Fault{FaultCode::kNoObservable, index};
}

Check Store::check_range(std::uint32_t first, std::uint32_t count) const noexcept {
  if (first <= words() && count <= words() - first) return std::nullopt;
  return Fault{FaultCode::kRangeOutOfRange, first};
}

Check Store::check_write(std::uint32_t tenant, std::uint32_t word) const noexcept {
  if (open_protection_ || tenant == protocol::kSystemTenant || word >= protocol::kObservableWord)
    return std::nullopt;
  return Fault{FaultCode::kProtectedWord, word};
}

Check Store::check_arena(std::uint32_t word) const noexcept {
  if (word < arena_.size()) return std::nullopt;
  return Fault{FaultCode::kArenaOutOfRange, word};
}

std::uint32_t Store::read(std::uint32_t word) const noexcept { return control_[word]; }

void Store::write(std::uint32_t word, std::uint32_t value) noexcept { control_[word] = value; }

std::uint32_t Store::add(std::uint32_t word, std::uint32_t value) noexcept {
  const std::uint32_t old = control_[word];
  control_[word] = old + value;
  return old;
}

std::optional<std::uint32_t> Store::dfa_next(std::uint32_t state, std::uint32_t byte) const noexcept {
  if (byte >= protocol::kDfaColumns) return std::nullopt;
  // 64 bits: state * 256 leaves 32 for states from 2^24 on, and would name a state that exists.
  const std::uint64_t index = std::uint64_t{state} * protocol::kDfaColumns + byte;
  if (index >= dfa_table_.size()) return std::nullopt;
  return dfa_table_[index];
}

void Store::append_debug(std::uint32_t format, std::uint32_t a, std::uint32_t b,
                         std::uint32_t slot) noexcept {
  if (debug_log_.empty()) return;
  const std::uint32_t cursor = debug_log_[0];
  if (cursor >= kDebugCursorLimit) return;
  debug_log_[0] = cursor + protocol::kDebugRecordWords;
  const std::size_t first = std::size_t{protocol::kDebugHeaderWords} + cursor;
  if (first + protocol::kDebugRecordWords > debug_log_.size()) return;
  debug_log_[first] = format;
  debug_log_[first + 1] = a;
  debug_log_[first + 2] = b;
  debug_log_[first + 3] = slot * protocol::kSlotWords;
}

}  // namespace vyre::reference
