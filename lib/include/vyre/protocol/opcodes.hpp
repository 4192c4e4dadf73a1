/// The opcode table and the classes of opcodes.
/// Adding an opcode: a row here, a descriptor, a reference operation, shaders/ops/<name>.glsl, a
/// workload, a conformance row, a man entry (CONTRIBUTING.md has the checklist).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vyre::protocol {

inline constexpr std::uint32_t kOpNop = 0;
inline constexpr std::uint32_t kOpStoreU32 = 1;
inline constexpr std::uint32_t kOpAtomicAdd = 2;
inline constexpr std::uint32_t kOpLoadU32 = 3;
inline constexpr std::uint32_t kOpCompareSwap = 4;
inline constexpr std::uint32_t kOpMemcpy = 5;
inline constexpr std::uint32_t kOpDfaStep = 6;
inline constexpr std::uint32_t kOpBatchFence = 7;
/// Ours, among the custom opcodes: 0.6.2 publishes it and has no handler for it.
inline constexpr std::uint32_t kOpScan = 0xFFE0;
inline constexpr std::uint32_t kOpLoadMiss = 0xFFFD;
inline constexpr std::uint32_t kOpPrintf = 0xFFFE;
inline constexpr std::uint32_t kOpPackedSlot = 0x8000'0001;
inline constexpr std::uint32_t kOpShutdown = 0xFFFF'FFFF;

/// What an argument word means, so that files name it and decoders print it.
enum class ArgKind : std::uint8_t {
  kNumber,      ///< a plain number
  kWord,        ///< an index of a control word: files may write observable(3), epoch, ...
  kObservable,  ///< an index among the observables
  kFormat,      ///< a PRINTF format id
  kFlag,        ///< 0 or 1
};

struct ArgInfo {
  std::string_view name;
  ArgKind kind;
};

inline constexpr std::size_t kMaxNamedArgs = 9;

struct OpcodeInfo {
  std::uint32_t opcode;
  std::string_view name;  ///< as workload files and dumps write it
  std::array<ArgInfo, kMaxNamedArgs> args;
  std::uint32_t arg_count;  ///< named arguments, the first words of ARGS
  bool in_files;  ///< a workload step may name it (packed, LOAD_MISS and SCAN have forms of their own)
  std::string_view effect;  ///< one line, for help and man pages
};

/// Every built-in opcode, in ascending order.
inline constexpr std::array<OpcodeInfo, 13> kOpcodes{{
    {kOpNop, "nop", {}, 0, true, "nothing"},
    {kOpStoreU32,
     "store_u32",
     {{{"value", ArgKind::kNumber}, {"to", ArgKind::kWord}}},
     2,
     true,
     "control[to] = value"},
    {kOpAtomicAdd,
     "atomic_add",
     {{{"value", ArgKind::kNumber}, {"to", ArgKind::kWord}}},
     2,
     true,
     "control[to] += value, atomically, wrapping"},
    {kOpLoadU32,
     "load_u32",
     {{{"from", ArgKind::kWord}, {"to", ArgKind::kObservable}}},
     2,
     true,
     "observable[to] = control[from]"},
    {kOpCompareSwap,
     "compare_swap",
     {{{"at", ArgKind::kWord}, {"expected", ArgKind::kNumber}, {"desired", ArgKind::kNumber}}},
     3,
     true,
     "previous = CAS(control[at], expected, desired); observable[at] = previous"},
    {kOpMemcpy,
     "memcpy",
     {{{"from", ArgKind::kWord}, {"to", ArgKind::kWord}, {"words", ArgKind::kNumber}}},
     3,
     true,
     "control[to..to+words] = control[from..from+words], ascending"},
    {kOpDfaStep,
     "dfa_step",
     {{{"state", ArgKind::kNumber}, {"byte", ArgKind::kNumber}, {"to", ArgKind::kObservable}}},
     3,
     true,
     "observable[to] = dfa_table[state * 256 + byte]"},
    {kOpBatchFence,
     "batch_fence",
     {{{"slots", ArgKind::kNumber}, {"tag", ArgKind::kNumber}}},
     2,
     true,
     "when the `slots` slots before it are done: epoch += 1; observable[0] = tag"},
    {kOpScan,
     "scan",
     {{{"ticket", ArgKind::kNumber},
       {"class", ArgKind::kNumber},
       {"at", ArgKind::kNumber},
       {"bytes", ArgKind::kNumber},
       {"table", ArgKind::kNumber},
       {"results", ArgKind::kNumber},
       {"most", ArgKind::kNumber},
       {"entry", ArgKind::kNumber},
       {"exit", ArgKind::kNumber}}},
     9,
     false,
     "finds what a scan table looks for in bytes of the arena"},
    {kOpLoadMiss,
     "load_miss",
     {{{"resource", ArgKind::kNumber}, {"prefetch", ArgKind::kFlag}}},
     2,
     false,
     "asks the host to read a resource"},
    {kOpPrintf,
     "printf",
     {{{"format", ArgKind::kFormat}, {"a", ArgKind::kNumber}, {"b", ArgKind::kNumber}}},
     3,
     true,
     "appends {format, a, b, slot * 16} to the debug log"},
    {kOpPackedSlot, "packed_slot", {}, 0, false, "several inner operations in one slot"},
    {kOpShutdown, "shutdown", {}, 0, true, "control[shutdown] = 1"},
}};

/// The table row of a built-in opcode, or nullptr.
[[nodiscard]] constexpr const OpcodeInfo* find_opcode(std::uint32_t opcode) noexcept {
  for (const auto& info : kOpcodes)
    if (info.opcode == opcode) return &info;
  return nullptr;
}
[[nodiscard]] constexpr const OpcodeInfo* find_opcode(std::string_view name) noexcept {
  for (const auto& info : kOpcodes)
    if (info.name == name) return &info;
  return nullptr;
}

/// Bit 31 set, or 0xFFF0-0xFFFF, or at most 7: the protocol's own range.
[[nodiscard]] constexpr bool is_system_opcode(std::uint32_t opcode) noexcept {
  return (opcode & 0x8000'0000U) != 0 || (opcode >= 0xFFF0 && opcode <= 0xFFFF) || opcode <= 7;
}
/// A custom opcode, which a handler of the user's may serve: any value outside the system range. (SCAN is one
/// by its value, so that every form of publication takes it; workload files refuse a handler for it.)
[[nodiscard]] constexpr bool is_custom_opcode(std::uint32_t opcode) noexcept {
  return !is_system_opcode(opcode);
}
/// A built-in that may be published as a slot of its own. LOAD_MISS is not among them: it has its
/// own encoder.
[[nodiscard]] constexpr bool is_builtin_opcode(std::uint32_t opcode) noexcept {
  return opcode <= 7 || opcode == kOpPackedSlot || opcode == kOpPrintf || opcode == kOpShutdown;
}
/// What publication accepts: the built-ins and every custom opcode.
[[nodiscard]] constexpr bool is_publishable_opcode(std::uint32_t opcode) noexcept {
  return is_builtin_opcode(opcode) || is_custom_opcode(opcode);
}

/// Tenants own windows of custom opcodes, 2^20 each, from 0x40000000 upward.
inline constexpr std::uint32_t kTenantOpcodeBase = 0x4000'0000;
inline constexpr std::uint32_t kTenantOpcodeSpan = 1U << 20;

}  // namespace vyre::protocol
