/// A small machine over plain vectors, for tests of the interpreter.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/reference/interpreter.hpp"

namespace vyre::reference {

struct MachineSizes {
  std::uint32_t slots = 16;
  std::uint32_t observables = 32;
  std::uint32_t debug_records = 4;
  ring::Scheduler scheduler = ring::Scheduler::kSlot;
  bool open_protection = false;
  bool doorbells = false;
  std::uint32_t first_entry = 0;
};

/// Tenants 0 to 3 are enabled, with the encoders' quota. Observable n starts as 1000 + n, so that
/// words that were not written are told from zeros.
class TestMachine {
 public:
  explicit TestMachine(const MachineSizes& sizes = {}, CustomOperations custom = {})
      : sizes_(sizes),
        ring(protocol::kSlotWords * sizes.slots),
        completions(sizes.slots),
        fault_details(sizes.slots),
        doorbells(sizes.doorbells ? ring::doorbell_words(sizes.slots, ring::queue_count(sizes.scheduler, 1))
                                  : 0),
        control(protocol::kObservableWord + sizes.observables),
        debug_log(protocol::kDebugHeaderWords + protocol::kDebugRecordWords * sizes.debug_records),
        dfa(2 * protocol::kDfaColumns) {
    if (sizes.doorbells)
      for (std::uint32_t queue = 0; queue < ring::queue_count(sizes.scheduler, 1); ++queue)
        doorbells[2 * queue] = sizes.first_entry;
    for (std::uint32_t tenant = 0; tenant < 4; ++tenant) {
      control[protocol::kTenantMaskWord + tenant] = protocol::kTenantMaskEnabled;
      control[protocol::kTenantQuotaWord + tenant] = protocol::kTenantQuotaDefault;
    }
    for (std::uint32_t i = 0; i < sizes.observables; ++i) control[protocol::kObservableWord + i] = 1000 + i;
    for (std::uint32_t i = 0; i < dfa.size(); ++i) dfa[i] = 7000 + i;
    auto made = Interpreter::make({.ring = {.ring = {.words = ring},
                                            .completions = completions,
                                            .fault_details = fault_details,
                                            .doorbells = doorbells,
                                            .scheduler = sizes.scheduler},
                                   .control = control,
                                   .debug_log = debug_log,
                                   .dfa_table = dfa,
                                   .open_protection = sizes.open_protection},
                                  std::move(custom));
    if (!made) throw std::runtime_error(to_text(made.error()));
    interpreter.emplace(std::move(*made));
  }

  /// Puts a PUBLISHED slot into the ring, without announcing it.
  void put(std::uint32_t slot, std::uint32_t tenant, std::uint32_t opcode,
           std::initializer_list<std::uint32_t> args = {}) {
    put(slot, tenant, opcode, std::span(args.begin(), args.size()));
  }
  void put(std::uint32_t slot, std::uint32_t tenant, std::uint32_t opcode,
           std::span<const std::uint32_t> args) {
    const auto words = std::span(ring).subspan(protocol::kSlotWords * slot, protocol::kSlotWords);
    std::ranges::fill(words, 0);
    words[protocol::kOpcodeWord] = opcode;
    words[protocol::kTenantWord] = tenant;
    std::ranges::copy(args, words.begin() + protocol::kArgsWord);
    words[protocol::kStatusWord] = static_cast<std::uint32_t>(protocol::Status::kPublished);
    completions[slot] = 0;
    fault_details[slot] = 0;
  }
  /// Announces a slot.
  void announce(std::uint32_t slot) {
    const std::uint32_t scheduling_class =
        sizes_.scheduler == ring::Scheduler::kSlot
            ? 0
            : static_cast<std::uint32_t>(protocol::priority_of_slot(slot, sizes_.slots));
    const std::uint32_t capacity = ring::doorbell_capacity(sizes_.slots);
    const std::uint32_t tail = doorbells[2 * scheduling_class]++;
    const std::uint32_t entry = ring::make_entry(tail, slot, 1);
    doorbells[2 * scheduling_class + 1] = entry;
    doorbells[ring::kDoorbellHeaderWords + scheduling_class * capacity + (tail & (capacity - 1))] = entry;
  }
  /// Runs one operation in slot 0.
  void run_one(std::uint32_t tenant, std::uint32_t opcode, std::initializer_list<std::uint32_t> args = {}) {
    put(0, tenant, opcode, args);
    interpreter->run();
  }

  [[nodiscard]] protocol::Status status(std::uint32_t slot) const {
    return static_cast<protocol::Status>(ring[protocol::kSlotWords * slot]);
  }
  [[nodiscard]] std::uint32_t observable(std::uint32_t index) const {
    return control[protocol::kObservableWord + index];
  }
  [[nodiscard]] std::uint32_t metric(std::uint32_t opcode) const {
    return control[protocol::kMetricsWord + opcode];
  }

 private:
  MachineSizes sizes_;

 public:
  std::vector<std::uint32_t> ring, completions, fault_details, doorbells, control, debug_log, dfa;
  std::optional<Interpreter> interpreter;
};

/// The slot ended DONE, and its completion says so.
inline void expect_done(const TestMachine& machine, std::uint32_t slot = 0) {
  EXPECT_EQ(machine.status(slot), protocol::Status::kDone) << "slot " << slot;
  EXPECT_EQ(machine.completions[slot], protocol::make_completion(3, protocol::FaultCode::kNone));
  EXPECT_EQ(machine.fault_details[slot], 0U);
}

/// The slot ended FAULT for this reason, and its completion says so.
inline void expect_fault(const TestMachine& machine, protocol::FaultCode code, std::uint32_t detail,
                         std::uint32_t slot = 0) {
  EXPECT_EQ(machine.status(slot), protocol::Status::kFault) << "slot " << slot;
  EXPECT_EQ(machine.completions[slot], protocol::make_completion(7, code)) << "slot " << slot;
  EXPECT_EQ(machine.fault_details[slot], detail) << "slot " << slot;
}

}  // namespace vyre::reference
