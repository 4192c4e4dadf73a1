/// Built-in operations as typed values: one struct for each row of the opcode table.
/// An operation gives its opcode and its arguments in wire order; a Single, a batch item or a packed
/// operation is made from these two:
///
///     const auto args = StoreU32{.value = 42, .to = protocol::kObservableWord}.args();
///     const Single single{.opcode = StoreU32::opcode, .args = args};
///
/// Source: vyre-protocol(7), "Opcodes".
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "vyre/base/error.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::descriptor {

/// Argument `index`, where a missing one reads as 0, as the kernel reads it.
[[nodiscard]] constexpr std::uint32_t arg_or_zero(Words args, std::size_t index) noexcept {
  return index < args.size() ? args[index] : 0;
}

struct Nop {
  static constexpr std::uint32_t opcode = protocol::kOpNop;
  [[nodiscard]] constexpr std::array<std::uint32_t, 0> args() const noexcept { return {}; }
  [[nodiscard]] static constexpr Nop from_args(Words) noexcept { return {}; }
  friend bool operator==(const Nop&, const Nop&) = default;
};

/// control[to] = value
struct StoreU32 {
  static constexpr std::uint32_t opcode = protocol::kOpStoreU32;
  std::uint32_t value = 0;
  std::uint32_t to = 0;  ///< a control word
  [[nodiscard]] constexpr std::array<std::uint32_t, 2> args() const noexcept { return {value, to}; }
  [[nodiscard]] static constexpr StoreU32 from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1)};
  }
  friend bool operator==(const StoreU32&, const StoreU32&) = default;
};

/// control[to] += value, atomically, wrapping
struct AtomicAdd {
  static constexpr std::uint32_t opcode = protocol::kOpAtomicAdd;
  std::uint32_t value = 0;
  std::uint32_t to = 0;  ///< a control word
  [[nodiscard]] constexpr std::array<std::uint32_t, 2> args() const noexcept { return {value, to}; }
  [[nodiscard]] static constexpr AtomicAdd from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1)};
  }
  friend bool operator==(const AtomicAdd&, const AtomicAdd&) = default;
};

/// observable[to] = control[from]
struct LoadU32 {
  static constexpr std::uint32_t opcode = protocol::kOpLoadU32;
  std::uint32_t from = 0;  ///< a control word
  std::uint32_t to = 0;    ///< an observable's number
  [[nodiscard]] constexpr std::array<std::uint32_t, 2> args() const noexcept { return {from, to}; }
  [[nodiscard]] static constexpr LoadU32 from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1)};
  }
  friend bool operator==(const LoadU32&, const LoadU32&) = default;
};

/// previous = CAS(control[at], expected, desired); observable[at] = previous
struct CompareSwap {
  static constexpr std::uint32_t opcode = protocol::kOpCompareSwap;
  std::uint32_t at = 0;  ///< a control word, and the number of the observable for the old value
  std::uint32_t expected = 0;
  std::uint32_t desired = 0;
  [[nodiscard]] constexpr std::array<std::uint32_t, 3> args() const noexcept {
    return {at, expected, desired};
  }
  [[nodiscard]] static constexpr CompareSwap from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1), arg_or_zero(args, 2)};
  }
  friend bool operator==(const CompareSwap&, const CompareSwap&) = default;
};

/// control[to..to+words] = control[from..from+words], word by word, ascending
struct Memcpy {
  static constexpr std::uint32_t opcode = protocol::kOpMemcpy;
  std::uint32_t from = 0;  ///< a control word
  std::uint32_t to = 0;    ///< a control word
  std::uint32_t words = 0;
  [[nodiscard]] constexpr std::array<std::uint32_t, 3> args() const noexcept { return {from, to, words}; }
  [[nodiscard]] static constexpr Memcpy from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1), arg_or_zero(args, 2)};
  }
  friend bool operator==(const Memcpy&, const Memcpy&) = default;
};

/// observable[to] = dfa_table[state * 256 + byte]
struct DfaStep {
  static constexpr std::uint32_t opcode = protocol::kOpDfaStep;
  std::uint32_t state = 0;
  std::uint32_t byte = 0;
  std::uint32_t to = 0;  ///< an observable's number
  [[nodiscard]] constexpr std::array<std::uint32_t, 3> args() const noexcept { return {state, byte, to}; }
  [[nodiscard]] static constexpr DfaStep from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1), arg_or_zero(args, 2)};
  }
  friend bool operator==(const DfaStep&, const DfaStep&) = default;
};

/// When the `slots` slots before it are DONE or FAULT: epoch += 1; observable[0] = tag
struct BatchFence {
  static constexpr std::uint32_t opcode = protocol::kOpBatchFence;
  std::uint32_t slots = 0;
  std::uint32_t tag = 0;
  [[nodiscard]] constexpr std::array<std::uint32_t, 2> args() const noexcept { return {slots, tag}; }
  [[nodiscard]] static constexpr BatchFence from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1)};
  }
  friend bool operator==(const BatchFence&, const BatchFence&) = default;
};

/// Finds what a scan table looks for in `bytes` of the arena from byte `at`. In a window ticket and class are
/// the window's. Source of what it leaves: vyre/protocol/kernel_layout.hpp.
struct Scan {
  static constexpr std::uint32_t opcode = protocol::kOpScan;
  std::uint32_t ticket = 0;
  std::uint32_t chunk_class = 0;  ///< a WindowClass; not looked at
  std::uint32_t at = 0;           ///< a multiple of 16
  std::uint32_t bytes = 0;        ///< at most protocol::kMaxScanBytes
  std::uint32_t table = 0;
  std::uint32_t results = 0;  ///< an arena word, or with kInResultMemory a word there
  std::uint32_t most = 0;     ///< matches that there is room for
  std::uint32_t entry = 0;  ///< arena word of the cell that tells the row to begin with; 0: the table's start
  std::uint32_t exit = 0;   ///< arena word of the cell that is told the row behind the bytes; 0: none
  [[nodiscard]] constexpr std::array<std::uint32_t, 9> args() const noexcept {
    return {ticket, chunk_class, at, bytes, table, results, most, entry, exit};
  }
  [[nodiscard]] static constexpr Scan from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1), arg_or_zero(args, 2),
            arg_or_zero(args, 3), arg_or_zero(args, 4), arg_or_zero(args, 5),
            arg_or_zero(args, 6), arg_or_zero(args, 7), arg_or_zero(args, 8)};
  }
  friend bool operator==(const Scan&, const Scan&) = default;
};

/// What LOAD_MISS asks for.
enum class LoadMode : std::uint32_t {
  kLoad = 0,       ///< wait until the resource is in the arena
  kPrefetch = 1,   ///< see to it that it comes, and do not wait
  kWriteBack = 2,  ///< write the arena's bytes to the file
};

/// Asks the host to read a resource. Publication refuses it: encode_load_miss() makes its slot.
struct LoadMiss {
  static constexpr std::uint32_t opcode = protocol::kOpLoadMiss;
  std::uint32_t resource = 0;
  std::uint32_t prefetch = 0;  ///< a LoadMode
  [[nodiscard]] constexpr std::array<std::uint32_t, 2> args() const noexcept { return {resource, prefetch}; }
  [[nodiscard]] static constexpr LoadMiss from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1)};
  }
  friend bool operator==(const LoadMiss&, const LoadMiss&) = default;
};

/// Appends {format, a, b, slot * 16} to the debug log.
struct Printf {
  static constexpr std::uint32_t opcode = protocol::kOpPrintf;
  std::uint32_t format = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  [[nodiscard]] constexpr std::array<std::uint32_t, 3> args() const noexcept { return {format, a, b}; }
  [[nodiscard]] static constexpr Printf from_args(Words args) noexcept {
    return {arg_or_zero(args, 0), arg_or_zero(args, 1), arg_or_zero(args, 2)};
  }
  friend bool operator==(const Printf&, const Printf&) = default;
};

/// control[shutdown] = 1
struct Shutdown {
  static constexpr std::uint32_t opcode = protocol::kOpShutdown;
  [[nodiscard]] constexpr std::array<std::uint32_t, 0> args() const noexcept { return {}; }
  [[nodiscard]] static constexpr Shutdown from_args(Words) noexcept { return {}; }
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

/// Every built-in operation. PACKED_SLOT is no operation but a form of slot: see packed.hpp.
using BuiltinOperation = std::variant<Nop, StoreU32, AtomicAdd, LoadU32, CompareSwap, Memcpy, DfaStep,
                                      BatchFence, Scan, LoadMiss, Printf, Shutdown>;

/// Reads an operation of any built-in kind; nothing for PACKED_SLOT and opcodes that are not built in.
[[nodiscard]] VYRE_API std::optional<BuiltinOperation> decode_operation(std::uint32_t opcode,
                                                                        Words args) noexcept;

/// The failure that decode() returns for a slot with another opcode.
[[nodiscard]] VYRE_API Error wrong_opcode(std::uint32_t found, std::uint32_t wanted);

/// Reads a slot as an operation of type Op; STATUS, tenant and spare arguments are not looked at.
/// Errors: kBadInput (the slot has another opcode).
template <class Op>
requires requires(Words args) {
  { Op::from_args(args) } -> std::same_as<Op>;
}
[[nodiscard]] Result<Op> decode(const protocol::Slot& slot) {
  if (slot.opcode != Op::opcode) return std::unexpected(wrong_opcode(slot.opcode, Op::opcode));
  return Op::from_args(slot.args);
}

/// The slot by which the kernel asks for a resource: already PUBLISHED, tenant 0, PRIORITY 0.
[[nodiscard]] VYRE_API protocol::Slot encode_load_miss(const LoadMiss& request) noexcept;

}  // namespace vyre::descriptor
