#include "oracle_model.hpp"

#include <algorithm>
#include <list>
#include <map>

namespace vyre::test {
namespace {

using Words = std::vector<std::uint32_t>;

/// Reason and detail of a fault, numbered as vyre-protocol(7) numbers them.
struct Trouble {
  std::uint32_t code = 0;
  std::uint32_t detail = 0;
};

/// One slot of the work: its operations in order.
struct ModelSlot {
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;  ///< the slot's, as faults tell it
  std::vector<WorkOperation> operations;
  bool has_place = false;
  std::uint32_t place = 0;     ///< index in the ring, when it has one
  std::uint32_t priority = 0;  ///< of its partition
};

class Model {
 public:
  explicit Model(const RandomWork& work) : work_(work), control_(160 + work.observables) {
    control_[2] = 3;
    for (std::uint32_t tenant = 0; tenant < work.tenants; ++tenant) {
      control_[3 + tenant] = 0xFFFF'FFFF;
      control_[32 + tenant] = 1'000'000;
    }
    const std::uint32_t slots = work.options.slots;
    const std::uint32_t fifth = slots / 5;
    const Words bounds{0, fifth, 2 * fifth, slots - 2 * fifth, slots - fifth, slots};
    std::ranges::copy(bounds, control_.begin() + 129);
    if (work.options.placed) result_.completions.resize(2UL * slots);
  }

  WorkResult run() {
    for (const auto& step : work_.steps) {
      for (const auto& [word, value] : step.host_writes) control_[word] = value;
      // What waited for these writes runs first: its words are its own, so the order does not matter.
      waiting_.remove_if([&](const ModelSlot& slot) { return try_run(slot); });
      for (const auto& submission : step.submissions)
        for (auto& slot : slots_of(submission))
          if (!try_run(slot)) waiting_.push_back(std::move(slot));
    }
    for (const auto& slot : waiting_)
      if (slot.has_place)
        result_.completions[2UL * slot.place] = result_.completions[2UL * slot.place + 1] = 0;
    result_.control = control_;
    result_.control[135] = 0;
    std::ranges::sort(result_.debug_records);
    std::ranges::sort(result_.faults);
    result_.debug_cursor = static_cast<std::uint32_t>(4 * result_.debug_records.size());
    return std::move(result_);
  }

 private:
  // --- Unfolding ---------------------------------------------------------------------------------------

  std::vector<ModelSlot> slots_of(const Submission& submission) {
    std::vector<ModelSlot> slots;
    std::visit([&](const auto& form) { unfold(form, slots); }, submission.form);
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      slots[i].has_place = submission.at_slot.has_value();
      slots[i].place = submission.at_slot.value_or(0) + i;
      slots[i].priority = submission.at_slot    ? partition_of(slots[i].place)
                          : submission.priority ? static_cast<std::uint32_t>(*submission.priority)
                                                : 2;
    }
    return slots;
  }
  std::uint32_t partition_of(std::uint32_t place) const {
    std::uint32_t partition = 4;
    while (place < control_[129 + partition]) --partition;
    return partition;
  }

  static ModelSlot slot(std::uint32_t tenant, WorkOperation operation) {
    const std::uint32_t opcode = operation.opcode;
    return {tenant, opcode, {std::move(operation)}};
  }
  static ModelSlot slot(const PackedWork& packed) { return {packed.tenant, 0x8000'0001, packed.operations}; }
  static ModelSlot slot(const SingleWork& single) { return slot(single.tenant, single.operation); }

  static void unfold(const SingleWork& single, std::vector<ModelSlot>& slots) {
    slots.push_back(slot(single));
  }
  static void unfold(const PackedWork& packed, std::vector<ModelSlot>& slots) {
    slots.push_back(slot(packed));
  }
  static void unfold(const BatchWork& batch, std::vector<ModelSlot>& slots) {
    for (const auto& item : batch.items)
      slots.push_back(std::visit([](const auto& one) { return slot(one); }, item));
  }
  static void unfold(const FencedWork& fenced, std::vector<ModelSlot>& slots) {
    for (const auto& item : fenced.items) slots.push_back(slot(fenced.tenant, item));
    slots.push_back(slot(fenced.tenant, {7, {static_cast<std::uint32_t>(fenced.items.size()), fenced.tag}}));
  }
  static void unfold(const ItemsWork& work, std::vector<ModelSlot>& slots) {
    for (const auto& item : work.items)
      slots.push_back(slot(work.tenant, {item.opcode, {item.input, item.output, item.param}}));
  }
  static void unfold(const WindowWork& window, std::vector<ModelSlot>& slots) {
    for (std::uint32_t kind = 0; kind < 2; ++kind)
      for (const auto& payload : kind == 0 ? window.required : window.lookahead) {
        Words args{window.ticket, kind};
        args.insert(args.end(), payload.begin(), payload.end());
        slots.push_back(slot(window.tenant, {window.opcode, args}));
      }
  }

  // --- Slots -------------------------------------------------------------------------------------------

  /// Runs the slot unless its tenant is held up; says whether it ran.
  bool try_run(const ModelSlot& slot) {
    if (slot.tenant < 29 && (control_[3 + slot.tenant] == 0 || control_[32 + slot.tenant] == 0)) return false;
    ++control_[64 + slot.tenant % 32];
    if (work_.options.scheduler == ring::Scheduler::kPriority) ++control_[136 + slot.priority];
    const Trouble trouble = slot.tenant > 28 ? Trouble{5, slot.tenant} : run_operations(slot);
    ++control_[1];
    if (slot.has_place) {
      result_.completions[2UL * slot.place] = trouble.code == 0 ? 3 : 7 | trouble.code << 8;
      result_.completions[2UL * slot.place + 1] = trouble.detail;
    }
    if (trouble.code == 0) {
      ++result_.done;
    } else {
      ++result_.faulted;
      result_.faults.push_back({trouble.code, trouble.detail, slot.tenant, slot.opcode});
    }
    return true;
  }

  Trouble run_operations(const ModelSlot& slot) {
    for (const auto& operation : slot.operations) {
      Words args = operation.args;
      args.resize(12);
      // The only packed slots written as raw words are those with too many operations.
      if (operation.opcode == 0x8000'0001) return {7, args[0] & 0xFF};
      const Trouble trouble = run_operation(slot, operation.opcode, args);
      if (trouble.code != 0) return trouble;
      if (operation.opcode < 32) ++control_[96 + operation.opcode];
    }
    return {};
  }

  Trouble run_operation(const ModelSlot& slot, std::uint32_t opcode, const Words& args) {
    const std::uint32_t words = 160 + work_.observables;
    const bool bound = slot.tenant != 0 && !work_.options.open_protection;
    const std::uint32_t a = args[0], b = args[1], c = args[2];
    switch (opcode) {
      case 0: return {};
      case 1:
      case 2:
        if (b >= words) return {2, b};
        if (bound && b < 160) return {6, b};
        control_[b] = opcode == 1 ? a : control_[b] + a;
        return {};
      case 3:
        if (a >= words) return {2, a};
        if (b >= work_.observables) return {4, b};
        control_[160 + b] = control_[a];
        return {};
      case 4: {
        if (a >= words) return {2, a};
        if (a >= work_.observables) return {4, a};
        if (bound && a < 160) return {6, a};
        const std::uint32_t before = control_[a];
        if (before == b) control_[a] = c;
        control_[160 + a] = before;
        return {};
      }
      case 5:
        if (std::uint64_t{a} + c > words) return {3, a};
        if (std::uint64_t{b} + c > words) return {3, b};
        if (bound && c != 0 && b < 160) return {6, b};
        for (std::uint32_t i = 0; i < c; ++i) control_[b + i] = control_[a + i];
        return {};
      case 6:
        if (b > 255 || a >= work_.dfa_table.size() / 256) return {9, a};
        if (c >= work_.observables) return {4, c};
        control_[160 + c] = work_.dfa_table[256 * a + b];
        return {};
      case 7:
        // Those of random work either wait for slots that surely end, or count more than any ring has.
        if (a > 0xF'FFFF) return {10, a};
        ++control_[128];
        control_[160] = b;
        return {};
      case 0xFFFE:
        result_.debug_records.push_back({a, b, c, slot.has_place ? 16 * slot.place : 0});
        return {};
      case 0xFFFF'FFFF:
        if (bound) return {6, 0};
        control_[0] = 1;
        return {};
      default: return {1, opcode};
    }
  }

  const RandomWork& work_;
  Words control_;
  WorkResult result_;
  std::list<ModelSlot> waiting_;
};

}  // namespace

WorkResult expected_result(const RandomWork& work) { return Model(work).run(); }

}  // namespace vyre::test
