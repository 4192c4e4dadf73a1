/// StreamRetirements: which publications are finished, as the publisher finds out.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "vyre/ring/publication_listener.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::session {

/// Collects nothing until it is told to listen. Thread: on_retirement() from any, the others from one.
class StreamRetirements final : public ring::PublicationListener {
 public:
  void on_publication(const ring::Publication& /*publication*/) noexcept override {}
  void on_retirement(const ring::Ticket& ticket) noexcept override {
    const std::lock_guard lock(mutex_);
    if (listens_) finished_.push_back(ticket.id);
  }

  /// `slot_count`: of the ring, more than that cannot finish before somebody asks.
  void listen(std::uint32_t slot_count) {
    const std::lock_guard lock(mutex_);
    listens_ = true;
    finished_.clear();
    finished_.reserve(slot_count);
  }
  void ignore() noexcept {
    const std::lock_guard lock(mutex_);
    listens_ = false;
    finished_.clear();
  }
  /// Replaces `ids` by the tickets that were finished since the last call, others' than streams' too.
  void take(std::vector<std::uint64_t>& ids) {
    ids.clear();
    const std::lock_guard lock(mutex_);
    ids.insert(ids.end(), finished_.begin(), finished_.end());
    finished_.clear();
  }

 private:
  std::mutex mutex_;
  bool listens_ = false;
  std::vector<std::uint64_t> finished_;
};

}  // namespace vyre::session
