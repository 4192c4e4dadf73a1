/// TenantBacklog: bounds how many slots of one tenant are published and not finished, so that no tenant fills
/// the ring with work that the others then wait behind. Shared by all shards, without a lock.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "vyre/descriptor/descriptor.hpp"
#include "vyre/ring/publication_listener.hpp"

namespace vyre::ring {

struct TenantSlots {
  std::uint32_t tenant = 0;
  std::uint32_t slots = 0;
};
/// Slots of each tenant in a publication. Ids that no tenant has count together, as the last.
[[nodiscard]] std::vector<TenantSlots> tenants_of(const descriptor::Descriptor& descriptor);

class TenantBacklog {
 public:
  using Bounds = std::array<std::uint32_t, protocol::kTenantCount>;

  /// By tenant: most slots, 0 for no bound. Without any bound nothing is counted.
  explicit TenantBacklog(const Bounds& most)
      : most_(most), is_bounded_(std::ranges::any_of(most, [](std::uint32_t slots) { return slots != 0; })) {}

  [[nodiscard]] bool is_bounded() const noexcept { return is_bounded_; }
  /// The bound of a tenant, 0xFFFFFFFF where there is none.
  [[nodiscard]] std::uint32_t most(std::uint32_t tenant) const noexcept {
    return tenant < most_.size() && most_[tenant] != 0 ? most_[tenant] : 0xFFFF'FFFF;
  }
  /// The first tenant of a publication that has no room for it now.
  [[nodiscard]] std::optional<std::uint32_t> full(const std::vector<TenantSlots>& tenants) const noexcept;
  /// Adds the slots of a publication, for all its tenants or, when one of them has no room, for none.
  [[nodiscard]] bool enter(const std::vector<TenantSlots>& tenants) noexcept;
  void leave(const std::vector<TenantSlots>& tenants) noexcept;

 private:
  struct alignas(64) Counter {
    std::atomic<std::uint32_t> slots{0};
  };
  Bounds most_;
  bool is_bounded_;
  std::array<Counter, protocol::kTenantCount + 1> counters_;
};

/// What each publication of one shard holds, until it retires. Guarded by the shard's lock.
class TenantLedger final : public PublicationListener {
 public:
  explicit TenantLedger(TenantBacklog& backlog) : backlog_(backlog) {}
  void note(std::uint64_t ticket, std::vector<TenantSlots> tenants) { held_[ticket] = std::move(tenants); }
  void on_publication(const Publication&) noexcept override {}
  void on_retirement(const Ticket& ticket) noexcept override;

  [[nodiscard]] TenantBacklog& backlog() noexcept { return backlog_; }

 private:
  TenantBacklog& backlog_;
  std::unordered_map<std::uint64_t, std::vector<TenantSlots>> held_;
};

}  // namespace vyre::ring
