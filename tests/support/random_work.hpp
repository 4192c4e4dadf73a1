/// Random work whose result does not depend on scheduling, so that two backends can be compared.
///
/// A work is a list of steps. What one step publishes may run concurrently and in any order; the next
/// step begins when it is finished. Inside a step no word is written by one slot and touched by another,
/// but for ATOMIC_ADDs, which commute. Submissions of blocked tenants outlive their step; they own
/// words that nothing else touches.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vyre/descriptor/descriptor.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::test {

/// One operation with its own arguments.
struct WorkOperation {
  std::uint32_t opcode = 0;
  std::vector<std::uint32_t> args;
};

// The forms of descriptors, with memory of their own.
struct SingleWork {
  std::uint32_t tenant = 0;
  WorkOperation operation;
};
struct PackedWork {
  std::uint32_t tenant = 0;
  std::vector<WorkOperation> operations;
};
struct BatchWork {
  std::vector<std::variant<SingleWork, PackedWork>> items;
};
struct FencedWork {
  std::uint32_t tenant = 0;
  std::vector<WorkOperation> items;
  std::uint32_t tag = 0;
};
struct ItemsWork {
  std::uint32_t tenant = 0;
  std::vector<descriptor::WorkItem> items;
};
struct WindowWork {
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;
  std::uint32_t ticket = 0;
  std::vector<std::vector<std::uint32_t>> required, lookahead;
};
using WorkForm = std::variant<SingleWork, PackedWork, BatchWork, FencedWork, ItemsWork, WindowWork>;

/// Hands the form to `use` as a descriptor, whose spans live during the call.
void with_descriptor(const WorkForm& form, const std::function<void(const descriptor::Descriptor&)>& use);

struct Submission {
  WorkForm form;
  std::uint32_t slots = 0;
  std::optional<std::uint32_t> at_slot;        ///< set when the work is placed
  std::optional<protocol::Priority> priority;  ///< sometimes set when it is not
  /// The step at whose end it is finished: its own, a later one that enables its tenant, or none.
  std::optional<std::size_t> ends_in_step;
};

struct WorkStep {
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      host_writes;  ///< (control word, value), before publication
  std::vector<Submission> submissions;
};

struct WorkOptions {
  std::uint64_t seed = 0;
  std::uint32_t slots = 64;
  std::uint32_t steps = 12;
  ring::Scheduler scheduler = ring::Scheduler::kSlot;
  bool open_protection = false;
  /// true: every submission names its slots, so that statuses and debug records can be compared slot by
  /// slot. false: the publisher places them, and a step may be many times larger than the ring.
  bool placed = true;
};

struct RandomWork {
  WorkOptions options;
  std::uint32_t observables = 0;
  std::uint32_t tenants = 0;        ///< enabled at the start
  std::uint32_t debug_records = 0;  ///< as many as the work prints, so that none is lost
  std::vector<std::uint32_t> dfa_table;
  std::vector<WorkStep> steps;

  /// Refers to the DFA table.
  [[nodiscard]] ring::BackendConfig config() const;
  [[nodiscard]] std::uint64_t slot_total() const;
};

[[nodiscard]] RandomWork make_random_work(const WorkOptions& options);

}  // namespace vyre::test
