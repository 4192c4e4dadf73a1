/// Steps: what a workload does, in order. Numbers are expressions, evaluated when the step runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/ring/payload_memory.hpp"
#include "vyre/workload/expression.hpp"

namespace vyre::workload {

/// An opcode with its arguments, in wire order; named arguments and word names are resolved.
/// At most 12 args (10 in a window payload): the loader refuses more.
struct OperationSpec {
  std::uint32_t opcode = 0;
  std::vector<Expression> args;
  Position position;
};

struct SingleStep {
  Expression tenant;
  OperationSpec operation;
};

/// Several operations in one slot. Opcodes are below 256; the layout was checked at load.
struct PackedStep {
  Expression tenant;
  std::vector<OperationSpec> operations;
};

/// Items in consecutive slots.
struct BatchStep {
  std::vector<std::variant<SingleStep, PackedStep>> items;
};

struct FencedBatchStep {
  Expression tenant;
  std::vector<OperationSpec> items;
  Expression tag;
};

struct WorkItemSpec {
  std::uint32_t opcode = 0;
  Expression input, output, param;
};
struct WorkItemsStep {
  Expression tenant;
  std::vector<WorkItemSpec> items;
};

struct WindowStep {
  Expression tenant;
  std::uint32_t opcode = 0;
  Expression ticket;
  std::vector<std::vector<Expression>> required;
  std::vector<std::vector<Expression>> lookahead;
};

/// LOAD_MISS: asks the host for a resource, by its number.
struct LoadStep {
  Expression number;
  descriptor::LoadMode mode = descriptor::LoadMode::kLoad;
};

/// Reads files into chunks of the arena and publishes slots that work on them.
struct StreamStep {
  std::vector<std::string> files;        ///< files, folders, "-"; resolved against the workload file's folder
  std::uint32_t opcode = 0;              ///< SCAN, or what every piece of a file is given to
  std::vector<Expression> args;          ///< at most 4, behind the piece's own arguments; none for SCAN
  std::uint64_t chunk_bytes = 1U << 20;  ///< a multiple of 4096, at most protocol::kMaxScanBytes
  std::uint32_t depth = 8;               ///< reads in flight
  std::uint32_t jobs = 1;                ///< reads that run at once in threads of the operating system
  ring::PayloadRoad road = ring::PayloadRoad::kAuto;
  bool direct = false;                 ///< O_DIRECT
  bool in_order = true;                ///< pieces are published in the order of the files and their bytes
  std::uint32_t max_matches = 65'536;  ///< kept of one chunk and table at a time; more are scanned again
};

struct Step;

/// Runs `steps` `count` times with the loop variable 0, 1, ... (its index in LoopValues is the nesting
/// depth). Iterations follow each other like steps, or overlap where the inner steps are `async`.
struct RepeatStep {
  Expression count;
  std::vector<Step> steps;
};

/// Waits until something is true, and fails with a stall report when `timeout` passes first.
struct WaitStep {
  struct All {};  ///< every slot published so far is DONE or FAULT
  struct Epoch {
    Expression at_least;
  };
  struct WindowUsable {
    Expression ticket;
  };
  std::variant<All, Epoch, WindowUsable> condition;
  std::optional<std::chrono::nanoseconds> timeout;  ///< unset: the workload's
};

struct SleepStep {
  std::chrono::nanoseconds duration{};
};

/// Writes a snapshot file at this point. A relative path is taken from the current directory.
struct SnapshotStep {
  std::string path;
};

// Host actions, done when the step before is finished (or at once after an async one).
struct SetTenantEnabledStep {
  Expression tenant;
  bool enabled = true;
};
struct SetTenantQuotaStep {
  Expression tenant;
  Expression quota;
};
struct SetObservableStep {
  Expression index;
  Expression value;
};

struct Step {
  using Action = std::variant<SingleStep, PackedStep, BatchStep, FencedBatchStep, WorkItemsStep, WindowStep,
                              LoadStep, StreamStep, RepeatStep, WaitStep, SleepStep, SnapshotStep,
                              SetTenantEnabledStep, SetTenantQuotaStep, SetObservableStep>;
  Position position;
  Action action;
  /// False: the next step waits until this one's slots are DONE or FAULT. True: it does not.
  bool async = false;
  /// Asks for placement in this partition of the ring; PRIORITY in the slots says the same.
  std::optional<protocol::Priority> priority;
  /// Asks for these very slots, from this index; waits until they are free.
  std::optional<Expression> at_slot;
};

}  // namespace vyre::workload
