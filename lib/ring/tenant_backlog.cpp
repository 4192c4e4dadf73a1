#include "ring/tenant_backlog.hpp"

#include "vyre/ring/publisher.hpp"

namespace vyre::ring {

namespace {

class Counts {
 public:
  void add(std::uint32_t tenant, std::size_t slots) {
    tenant = std::min(tenant, protocol::kTenantCount);
    const auto count = static_cast<std::uint32_t>(slots);
    for (TenantSlots& known : tenants)
      if (known.tenant == tenant) {
        known.slots += count;
        return;
      }
    if (count != 0) tenants.push_back({tenant, count});
  }

  void operator()(const descriptor::Batch& batch) {
    for (const auto& item : batch.items)
      std::visit([this](const auto& single) { add(single.tenant, 1); }, item);
  }
  void operator()(const descriptor::Recorded& recorded) {
    for (const auto& slot : recorded.slots) add(slot.tenant, 1);
  }
  void operator()(const auto& form) { add(form.tenant, descriptor::slot_count(form)); }

  std::vector<TenantSlots> tenants;
};

}  // namespace

std::vector<TenantSlots> tenants_of(const descriptor::Descriptor& descriptor) {
  Counts counts;
  std::visit(counts, descriptor);
  return std::move(counts.tenants);
}

bool TenantBacklog::enter(const std::vector<TenantSlots>& tenants) noexcept {
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    auto& slots = counters_[tenants[i].tenant].slots;
    const std::uint32_t most = this->most(tenants[i].tenant);
    if (slots.fetch_add(tenants[i].slots, std::memory_order_relaxed) + tenants[i].slots <= most) continue;
    for (std::size_t k = 0; k <= i; ++k)
      counters_[tenants[k].tenant].slots.fetch_sub(tenants[k].slots, std::memory_order_relaxed);
    return false;
  }
  return true;
}

std::optional<std::uint32_t> TenantBacklog::full(const std::vector<TenantSlots>& tenants) const noexcept {
  for (const TenantSlots& part : tenants)
    if (counters_[part.tenant].slots.load(std::memory_order_relaxed) + part.slots > most(part.tenant))
      return part.tenant;
  return std::nullopt;
}

void TenantBacklog::leave(const std::vector<TenantSlots>& tenants) noexcept {
  for (const TenantSlots& held : tenants)
    counters_[held.tenant].slots.fetch_sub(held.slots, std::memory_order_relaxed);
}

void TenantLedger::on_retirement(const Ticket& ticket) noexcept {
  const auto held = held_.find(ticket.id);
  if (held == held_.end()) return;
  backlog_.leave(held->second);
  held_.erase(held);
}

}  // namespace vyre::ring
