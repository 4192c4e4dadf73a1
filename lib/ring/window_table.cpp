#include "ring/window_table.hpp"

namespace vyre::ring {

std::uint32_t WindowTable::add(const WindowPart& part) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = by_ticket_.try_emplace(part.ticket, static_cast<std::uint32_t>(windows_.size()));
  if (is_new) {
    if (windows_.size() == kMaxKeptWindows) {
      by_ticket_.erase(at);
      return kNone;
    }
    windows_.push_back({.ticket = part.ticket, .tenant = part.tenant, .opcode = part.opcode});
  }
  windows_[at->second].required += part.required;
  windows_[at->second].lookahead += part.lookahead;
  return at->second;
}

void WindowTable::remove(std::uint32_t index, std::uint32_t required, std::uint32_t lookahead) noexcept {
  const std::lock_guard lock(mutex_);
  windows_[index].required -= required;
  windows_[index].lookahead -= lookahead;
}

void WindowTable::count(std::uint32_t index, bool required, std::uint32_t status) noexcept {
  const std::lock_guard lock(mutex_);
  WindowProgress& window = windows_[index];
  if (status == static_cast<std::uint32_t>(protocol::Status::kFault)) ++window.faulted;
  if (status == static_cast<std::uint32_t>(protocol::Status::kDone))
    ++(required ? window.required_done : window.lookahead_done);
}

std::optional<std::uint32_t> WindowTable::find(std::uint32_t ticket) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_ticket_.find(ticket);
  if (found == by_ticket_.end()) return std::nullopt;
  return found->second;
}

WindowProgress WindowTable::progress(std::uint32_t index) const {
  const std::lock_guard lock(mutex_);
  return windows_[index];
}

std::vector<WindowProgress> WindowTable::all() const {
  const std::lock_guard lock(mutex_);
  return windows_;
}

}  // namespace vyre::ring
