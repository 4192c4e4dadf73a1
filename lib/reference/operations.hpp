/// Operations: what each opcode does to the store. One function an opcode, called in slot order.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "reference/io_requests.hpp"
#include "reference/outcome.hpp"
#include "reference/store.hpp"
#include "vyre/reference/interpreter.hpp"

namespace vyre::reference {

/// One operation with its arguments: a slot's own, or one inside a packed slot.
struct Operation {
  std::uint32_t slot = 0;
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;
  std::span<const std::uint32_t> args;  ///< words up to the slot's end

  /// Arguments past the slot read as 0.
  [[nodiscard]] std::uint32_t arg(std::uint32_t index) const noexcept {
    return index < args.size() ? args[index] : 0;
  }
};

/// What operations work on.
struct Environment {
  Store& store;
  IoRequests& io;
  const CustomOperations& custom;
  ScanMemory scans;
  /// Whether the `count` slots before `slot` are all DONE or FAULT.
  std::function<bool(std::uint32_t slot, std::uint32_t count)> finished_before;
};

[[nodiscard]] Outcome op_store_u32(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_atomic_add(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_load_u32(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_compare_swap(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_memcpy(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_dfa_step(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_batch_fence(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_load_miss(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_scan(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_printf(Environment& env, const Operation& op);
[[nodiscard]] Outcome op_shutdown(Environment& env, const Operation& op);
/// A custom opcode, or any other: kUnknownOpcode unless `env.custom` has it.
[[nodiscard]] Outcome op_custom(Environment& env, const Operation& op);

/// Runs one operation of any opcode but PACKED_SLOT, alone in its slot or inside a packed one, and
/// counts it in METRICS when it completes.
[[nodiscard]] Outcome run_operation(Environment& env, const Operation& op);

}  // namespace vyre::reference
