#include "support/random_work.hpp"

#include <algorithm>

#include "support/random_operations.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::test {
namespace {

using protocol::kObservableWord;

constexpr std::uint32_t kMostItems = 8;  ///< slots of one submission, but for its fence

class Generator {
 public:
  explicit Generator(const WorkOptions& options)
      : random_(options.seed), operations_(random_, options.open_protection) {
    work_.options = options;
    work_.observables = kObservables;
    work_.tenants = kEnabledTenants;
    work_.dfa_table.resize(kDfaStates * protocol::kDfaColumns);
    for (auto& state : work_.dfa_table) state = random_.word();
    occupied_.resize(options.slots);
  }

  RandomWork make() {
    for (std::uint32_t i = 0; i < work_.options.steps; ++i) {
      if (pending_.empty() && random_.percent(10)) {
        solo_step();
      } else {
        step(i + 1 == work_.options.steps);
      }
    }
    unblock_all();
    if (random_.percent(30)) shutdown_step();
    work_.debug_records = operations_.printed() + 1;
    return std::move(work_);
  }

 private:
  /// A submission that is held up, and by whom: a bit for each masked tenant, the highest for one that is
  /// never enabled.
  struct Pending {
    std::size_t step = 0;
    std::size_t index = 0;
    std::uint32_t blockers = 0;
  };
  [[nodiscard]] const Submission& submission_of(const Pending& pending) const {
    return work_.steps[pending.step].submissions[pending.index];
  }
  [[nodiscard]] Submission& submission_of(const Pending& pending) {
    return work_.steps[pending.step].submissions[pending.index];
  }

  // --- Steps ---------------------------------------------------------------------------------------------

  void step(bool last) {
    begin_step(random_.percent(60));
    if (random_.percent(40)) change_a_quota();
    if (random_.percent(40)) mask_or_unmask();
    const std::uint32_t ring = work_.options.slots;
    std::uint32_t budget = work_.options.placed ? random_.between(1, ring) : random_.between(1, 3 * ring);
    while (budget > 0) {
      const std::uint32_t slots = add_submission();
      if (slots == 0) break;  // the ring is full
      budget -= std::min(budget, slots);
    }
    if (last) add_never();
  }

  void begin_step(bool fences) {
    step_ = &work_.steps.emplace_back();
    operations_.begin_step(fences ? std::optional(random_.word()) : std::nullopt);
    taken_.assign(work_.options.slots, false);
  }

  /// One slot of tenant 0 alone, so that it may look at the counters.
  void solo_step() {
    begin_step(false);
    const std::uint32_t to = kObservableWord + random_.below(400);
    WorkOperation operation;
    switch (random_.below(3)) {
      case 0: operation = {protocol::kOpMemcpy, {0, to, protocol::kPriorityStarvationWord}}; break;
      // The starvation counter is left out: it depends on the order of claims.
      case 1: operation = {protocol::kOpMemcpy, {protocol::kPriorityFairnessWord, to, 5}}; break;
      default: operation = {protocol::kOpLoadU32, {protocol::kDoneCountWord, to - kObservableWord}}; break;
    }
    place(SingleWork{0, operation}, 1, false);
  }

  void shutdown_step() {
    begin_step(false);
    place(SingleWork{0, {protocol::kOpShutdown, {}}}, 1, false);
  }

  // --- Tenants -------------------------------------------------------------------------------------------

  void change_a_quota() {
    const std::uint32_t tenant = kFirstNarrow + random_.below(kNarrowTenants);
    step_->host_writes.emplace_back(protocol::kTenantQuotaWord + tenant, random_.between(1, 3));
  }

  void block(std::uint32_t index) {
    blocked_by_[index] = random_.percent(50) ? protocol::kTenantMaskWord : protocol::kTenantQuotaWord;
    step_->host_writes.emplace_back(blocked_by_[index] + kFirstMasked + index, 0);
  }
  void unblock(std::uint32_t index) {
    const bool by_mask = blocked_by_[index] == protocol::kTenantMaskWord;
    step_->host_writes.emplace_back(blocked_by_[index] + kFirstMasked + index,
                                    by_mask ? random_.between(1, 9) : protocol::kTenantQuotaDefault);
    blocked_by_[index] = 0;
    release(index);
  }
  void mask_or_unmask() {
    const std::uint32_t index = random_.below(kMaskedTenants);
    blocked_by_[index] == 0 ? block(index) : unblock(index);
  }
  void unblock_all() {
    begin_step(false);
    for (std::uint32_t index = 0; index < kMaskedTenants; ++index)
      if (blocked_by_[index] != 0) unblock(index);
  }
  [[nodiscard]] bool is_blocked(std::uint32_t tenant) const {
    if (tenant == kNeverTenant) return true;
    return tenant >= kFirstMasked && tenant < kEnabledTenants && blocked_by_[tenant - kFirstMasked] != 0;
  }

  /// What only this tenant held up ends in this step, and its slots are free again.
  void release(std::uint32_t index) {
    for (Pending& pending : pending_) {
      pending.blockers &= ~(1U << index);
      if (pending.blockers == 0) submission_of(pending).ends_in_step = work_.steps.size() - 1;
    }
    std::erase_if(pending_, [](const Pending& pending) { return pending.blockers == 0; });
    for (auto& blockers : occupied_) blockers &= ~(1U << index);
  }

  /// Any tenant for a form of so many slots; a blocked one only while enough of the ring stays free.
  std::uint32_t any_tenant(std::uint32_t slots) {
    std::uint32_t tenant = random_.below(kEnabledTenants);
    while (is_blocked(tenant) && !may_block(slots)) tenant = random_.below(kFirstMasked);
    return tenant;
  }
  [[nodiscard]] bool may_block(std::uint32_t slots) const {
    // A publisher that places its slots itself waits at each blocked one before it passes it over, which
    // would make steps of several rings take minutes.
    if (!work_.options.placed) return false;
    std::uint32_t out = slots;
    for (const Pending& pending : pending_) out += submission_of(pending).slots;
    return out <= work_.options.slots / 4;
  }
  /// A tenant whose slots all run in this step.
  std::uint32_t open_tenant() {
    std::uint32_t tenant = random_.below(kEnabledTenants);
    while (is_blocked(tenant)) tenant = random_.below(kFirstMasked);
    return tenant;
  }

  // --- Submissions ---------------------------------------------------------------------------------------

  /// Returns its slots, 0 when it found no room.
  std::uint32_t add_submission() {
    const std::uint32_t room = work_.options.placed ? std::min(kMostItems, largest_gap()) : kMostItems;
    if (room == 0) return 0;
    switch (random_.below(10)) {
      case 0:
      case 1: return place(packed(place_of(any_tenant(1), 0)), 1, true);
      case 2:
      case 3: return add_batch(random_.between(1, room));
      case 4:
        if (operations_.tag() && room > 1) return add_fenced(random_.between(1, room - 1));
        return place(SingleWork{random_.between(protocol::kTenantCount, 40), {protocol::kOpNop, {}}}, 1,
                     true);
      case 5: return add_items(random_.between(1, room));
      case 6: return add_window(random_.between(1, room));
      case 7:
        if (random_.percent(80)) break;
        return place(SingleWork{open_tenant(), {protocol::kOpPackedSlot, {random_.between(24, 255)}}}, 1,
                     true);
      default: break;
    }
    return place(single(place_of(any_tenant(1), 0)), 1, true);
  }

  Place place_of(std::uint32_t tenant, std::uint32_t slots_before) {
    return {.tenant = tenant,
            .slot = next_slot_++,
            .slots_before = slots_before,
            .inner = false,
            .private_words = is_blocked(tenant)};
  }

  SingleWork single(const Place& where) {
    SingleWork work{where.tenant, operations_.any(where)};
    // Words past an operation's own arguments mean nothing.
    if (random_.percent(20)) {
      work.operation.args.resize(3);
      while (work.operation.args.size() < protocol::kArgWords && random_.percent(80))
        work.operation.args.push_back(random_.word());
    }
    return work;
  }

  PackedWork packed(Place where) {
    where.inner = true;
    PackedWork work{where.tenant, {}};
    if (random_.percent(5)) {
      work.operations.resize(random_.between(0, protocol::kPackedMaxOps));
      return work;
    }
    for (std::uint32_t words = 0;;) {
      auto operation = operations_.any(where);
      words += static_cast<std::uint32_t>(operation.args.size());
      const auto count = static_cast<std::uint32_t>(work.operations.size()) + 1;
      if (protocol::packed_args_word(count) + words > protocol::kArgWords) return work;
      work.operations.push_back(std::move(operation));
      if (random_.percent(15)) return work;
    }
  }

  std::uint32_t add_batch(std::uint32_t items) {
    // A submission with one blocked item is recycled late as a whole; all of it keeps to private words.
    std::vector<std::uint32_t> tenants(items);
    std::ranges::generate(tenants, [&] { return any_tenant(items); });
    const bool blocked =
        std::ranges::any_of(tenants, [&](std::uint32_t tenant) { return is_blocked(tenant); });
    BatchWork batch;
    for (std::uint32_t i = 0; i < items; ++i) {
      Place where = place_of(tenants[i], blocked ? 0 : i);
      where.private_words = blocked;
      if (!blocked && random_.percent(30))
        batch.items.emplace_back(packed(where));
      else
        batch.items.emplace_back(single(where));
    }
    return place(std::move(batch), items, true);
  }

  std::uint32_t add_fenced(std::uint32_t items) {
    FencedWork fenced{random_.below(kWideTenants), {}, *operations_.tag()};
    for (std::uint32_t i = 0; i < items; ++i)
      fenced.items.push_back(operations_.any(place_of(fenced.tenant, i)));
    return place(std::move(fenced), items + 1, true);
  }

  std::uint32_t add_items(std::uint32_t count) {
    ItemsWork work{any_tenant(count), {}};
    for (std::uint32_t i = 0; i < count; ++i) {
      auto operation = operations_.any(place_of(work.tenant, is_blocked(work.tenant) ? 0 : i));
      operation.args.resize(3);
      work.items.push_back({operation.opcode, operation.args[0], operation.args[1], operation.args[2]});
    }
    return place(std::move(work), count, true);
  }

  /// A window's arguments are ticket, class, payload: few operations make sense of them.
  std::uint32_t add_window(std::uint32_t count) {
    WindowWork window{open_tenant(), protocol::kOpPrintf, next_ticket_++, {}, {}};
    const std::uint32_t slot = next_slot_++;
    const std::uint32_t from = kObservableWord + 500 + random_.below(200);
    if (random_.percent(30)) {
      window.opcode = protocol::kOpNop;
    } else if (!operations_.tag() && random_.percent(40) && operations_.claim_window_load(from, 0, slot)) {
      window.opcode =
          protocol::kOpLoadU32;  // observable[class 0] = control[ticket]: several slots, one value
      window.ticket = from;
    } else {
      operations_.count_printed(count);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      std::vector<std::uint32_t> payload(random_.below(protocol::kWindowPayloadWords + 1));
      std::ranges::generate(payload, [&] { return random_.word(); });
      const bool required = window.opcode == protocol::kOpLoadU32 || random_.percent(50);
      (required ? window.required : window.lookahead).push_back(std::move(payload));
    }
    return place(std::move(window), count, true);
  }

  /// Work of a tenant that is never enabled: it stays PUBLISHED to the end.
  void add_never() {
    if (!work_.options.placed || work_.options.slots < 8 || largest_gap() == 0) return;
    place(SingleWork{kNeverTenant, {protocol::kOpNop, {}}}, 1, true);
  }

  // --- Placement -----------------------------------------------------------------------------------------

  [[nodiscard]] bool is_free(std::uint32_t slot) const { return occupied_[slot] == 0 && !taken_[slot]; }

  [[nodiscard]] std::uint32_t largest_gap() const {
    std::uint32_t largest = 0;
    for (std::uint32_t slot = 0, run = 0; slot < work_.options.slots; ++slot) {
      run = is_free(slot) ? run + 1 : 0;
      largest = std::max(largest, run);
    }
    return largest;
  }

  /// The first of so many free slots in a row, looked for from a random slot on.
  std::uint32_t find_gap(std::uint32_t count) {
    const std::uint32_t slots = work_.options.slots;
    const std::uint32_t start = random_.below(slots);
    for (std::uint32_t i = 0; i < 2 * slots; ++i) {
      const std::uint32_t first = (start + i) % slots;
      std::uint32_t run = 0;
      while (run < count && first + run < slots && is_free(first + run)) ++run;
      if (run == count) return first;
    }
    return 0;  // not reached: the caller asked for at most largest_gap()
  }

  std::uint32_t place(WorkForm form, std::uint32_t slots, bool may_ask_for_priority) {
    const std::uint32_t blockers = blockers_of(form);
    Submission submission{std::move(form), slots, std::nullopt, std::nullopt, std::nullopt};
    if (blockers == 0) submission.ends_in_step = work_.steps.size() - 1;
    if (work_.options.placed) {
      const std::uint32_t first = find_gap(slots);
      submission.at_slot = first;
      for (std::uint32_t slot = first; slot < first + slots; ++slot) {
        taken_[slot] = true;
        occupied_[slot] |= blockers;
      }
    } else if (may_ask_for_priority && slots <= work_.options.slots / 10 && random_.percent(50)) {
      submission.priority = static_cast<protocol::Priority>(random_.below(protocol::kPriorityCount));
    }
    if (blockers != 0) pending_.push_back({work_.steps.size() - 1, step_->submissions.size(), blockers});
    step_->submissions.push_back(std::move(submission));
    return slots;
  }

  /// As in Pending.
  [[nodiscard]] std::uint32_t blockers_of(const WorkForm& form) const {
    const auto bit = [&](std::uint32_t tenant) {
      if (!is_blocked(tenant)) return 0U;
      return tenant == kNeverTenant ? 1U << 31 : 1U << (tenant - kFirstMasked);
    };
    const auto* batch = std::get_if<BatchWork>(&form);
    if (batch == nullptr)
      return std::visit(
          [&](const auto& one) {
            if constexpr (requires { one.tenant; }) return bit(one.tenant);
            return 0U;
          },
          form);
    std::uint32_t bits = 0;
    for (const auto& item : batch->items)
      bits |= std::visit([&](const auto& one) { return bit(one.tenant); }, item);
    return bits;
  }

  RandomSource random_;
  RandomOperations operations_;
  RandomWork work_;
  WorkStep* step_ = nullptr;
  std::vector<std::uint32_t> occupied_;  ///< by slot: the blockers of the submission that lies there
  std::vector<bool> taken_;              ///< by slot: published in this step
  std::uint32_t blocked_by_[kMaskedTenants] = {};  ///< first word of the table that blocks it, 0: not blocked
  std::vector<Pending> pending_;                   ///< submissions that no step awaits yet
  std::uint32_t next_slot_ = 0;
  std::uint32_t next_ticket_ = 0xFFFF'FF00;
};

}  // namespace

ring::BackendConfig RandomWork::config() const {
  ring::BackendConfig config;
  config.slot_count = options.slots;
  config.observable_count = observables;
  config.tenant_count = tenants;
  config.debug_records = debug_records;
  config.scheduler = options.scheduler;
  config.open_protection = options.open_protection;
  config.dfa_table = dfa_table;
  return config;
}

std::uint64_t RandomWork::slot_total() const {
  std::uint64_t total = 0;
  for (const auto& step : steps)
    for (const auto& submission : step.submissions) total += submission.slots;
  return total;
}

RandomWork make_random_work(const WorkOptions& options) { return Generator(options).make(); }

}  // namespace vyre::test
