/// Why the kernel marked a slot FAULT, and the completion record that tells the host.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vyre::protocol {

/// The reason of a FAULT. Ids are wire values of the completion record: never reused.
enum class FaultCode : std::uint32_t {
  kNone = 0,
  kUnknownOpcode = 1,     ///< no handler; detail: the opcode
  kWordOutOfRange = 2,    ///< a control word index beyond the buffer; detail: the index
  kRangeOutOfRange = 3,   ///< a range of control words beyond the buffer; detail: its first word
  kNoObservable = 4,      ///< an observable that does not exist; detail: its number
  kTenantOutOfRange = 5,  ///< a tenant id above 28; detail: the id
  kProtectedWord = 6,     ///< a tenant other than 0 writing words 0-159; detail: the word
  kPackedMalformed = 7,   ///< packed metadata that does not fit its slot; detail: the operation
  kNoIoService = 8,       ///< LOAD_MISS without a service to answer it; detail: the resource
  kDfaOutOfRange = 9,     ///< no such state or byte in the DFA table; detail: the state
  kFenceOutOfRange = 10,  ///< a fence over more slots than lie before it; detail: the slot count
  kHandler = 11,          ///< a custom handler called vyre_fault; detail: its code
  kLoopCut = 12,          ///< the driver cut a loop short, the result is not to be trusted
  kNoResource = 13,       ///< LOAD_MISS of a resource that does not exist; detail: its number
  kNotWritable = 14,      ///< a resource that may only be read was to be written back; detail: its number
  kIoFailed = 15,         ///< the host could not read or write the resource; detail: the errno
  kArenaOutOfRange = 16,  ///< an arena word beyond the arena; detail: the index
  kNoScanTable = 17,      ///< SCAN with a table that does not exist; detail: its number
  kArenaMisaligned = 18,  ///< SCAN from a byte that is no multiple of 16; detail: the byte
  kNoResultWord = 19,     ///< SCAN with results beyond their memory; detail: the index
  kScanTooLong = 20,      ///< SCAN of more than kMaxScanBytes; detail: the bytes
  kNoScanRow = 21,        ///< SCAN whose entry cell names no row of its table; detail: the cell's value
};

struct FaultInfo {
  FaultCode code;
  std::string_view name;    ///< as workload expectations and JSON write it
  std::string_view reason;  ///< a sentence's start, the detail follows it
};

inline constexpr std::array<FaultInfo, 21> kFaults{{
    {FaultCode::kUnknownOpcode, "unknown_opcode", "no handler for opcode"},
    {FaultCode::kWordOutOfRange, "word_out_of_range", "no control word"},
    {FaultCode::kRangeOutOfRange, "range_out_of_range", "control range leaves the buffer, starting at word"},
    {FaultCode::kNoObservable, "no_observable", "no observable"},
    {FaultCode::kTenantOutOfRange, "tenant_out_of_range", "tenant ids end at 28, got"},
    {FaultCode::kProtectedWord, "protected_word", "a tenant other than 0 may not write control word"},
    {FaultCode::kPackedMalformed, "packed_malformed", "packed metadata does not fit the slot, at operation"},
    {FaultCode::kNoIoService, "no_io_service", "no IO service to read resource"},
    {FaultCode::kDfaOutOfRange, "dfa_out_of_range", "the DFA table has no entry for state"},
    {FaultCode::kFenceOutOfRange, "fence_out_of_range", "too few slots before the fence, which counts"},
    {FaultCode::kHandler, "handler", "the handler faulted with code"},
    {FaultCode::kLoopCut, "loop_cut", "the driver cut a loop of the operation short, opcode"},
    {FaultCode::kNoResource, "no_resource", "no resource"},
    {FaultCode::kNotWritable, "not_writable", "not declared writable: resource"},
    {FaultCode::kIoFailed, "io_failed", "the resource's file failed with errno"},
    {FaultCode::kArenaOutOfRange, "arena_out_of_range", "no arena word"},
    {FaultCode::kNoScanTable, "no_scan_table", "no scan table"},
    {FaultCode::kArenaMisaligned, "arena_misaligned", "scans begin at multiples of 16, not at byte"},
    {FaultCode::kNoResultWord, "no_result_word", "no word for results"},
    {FaultCode::kScanTooLong, "scan_too_long", "one scan takes at most 33554432 bytes, not"},
    {FaultCode::kNoScanRow, "no_scan_row", "the entry cell names no row of the table, but"},
}};

[[nodiscard]] constexpr const FaultInfo* find_fault(FaultCode code) noexcept {
  for (const auto& info : kFaults)
    if (info.code == code) return &info;
  return nullptr;
}
[[nodiscard]] constexpr const FaultInfo* find_fault(std::string_view name) noexcept {
  for (const auto& info : kFaults)
    if (info.name == name) return &info;
  return nullptr;
}

// --- Completions: what the kernel tells the host, one word a slot, in host-cached memory -----------
//
// 0 while the slot is in flight (the host clears it before it publishes), then the final STATUS (3 DONE or
// 7 FAULT) in bits 0-7 and the FaultCode in bits 8-15; or kCompletionBlocked, when the kernel has looked at
// the slot and left it PUBLISHED, since its tenant may not run anything.
// One word, since two need not reach the host's memory in order. The detail of a fault stays in the device's
// memory, where the release before the completion covers it.

inline constexpr std::uint32_t kCompletionBlocked = 1;

/// Words a slot in a dump: completion (blocked slots: 0), detail of the fault.
inline constexpr std::uint32_t kDumpCompletionWords = 2;

[[nodiscard]] constexpr std::uint32_t completion_status(std::uint32_t word) noexcept { return word & 0xFF; }
/// Whether the slot ended, DONE or FAULT.
[[nodiscard]] constexpr bool is_completed(std::uint32_t word) noexcept { return word > kCompletionBlocked; }
[[nodiscard]] constexpr FaultCode completion_fault(std::uint32_t word) noexcept {
  return static_cast<FaultCode>((word >> 8) & 0xFF);
}
[[nodiscard]] constexpr std::uint32_t make_completion(std::uint32_t status, FaultCode fault) noexcept {
  return status | static_cast<std::uint32_t>(fault) << 8;
}

}  // namespace vyre::protocol
