/// The wire layout of ring, control, debug log and IO queue: every offset and limit, written once.
/// The build emits the same numbers as shaders' protocol.glsl (see shaders/emit_protocol.cpp).
/// All buffers are arrays of little-endian u32 words; "word n" is 4*n bytes from the buffer's start.
/// Source: vyre-protocol(7).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vyre::protocol {

// --- Ring: slot_count slots of 16 words (64 bytes, one cache line) -------------------------------

inline constexpr std::uint32_t kSlotWords = 16;
inline constexpr std::uint32_t kSlotBytes = 64;
inline constexpr std::uint32_t kArgWords = 12;         ///< argument words of a slot
inline constexpr std::uint32_t kMaxSlots = 1'048'576;  ///< most slots an encoder allocates

inline constexpr std::uint32_t kStatusWord = 0;
inline constexpr std::uint32_t kOpcodeWord = 1;
inline constexpr std::uint32_t kTenantWord = 2;
inline constexpr std::uint32_t kPriorityWord = 3;
inline constexpr std::uint32_t kArgsWord = 4;

/// One ring slot as it lies in memory.
struct Slot {
  std::uint32_t status = 0;
  std::uint32_t opcode = 0;
  std::uint32_t tenant = 0;
  std::uint32_t priority = 0;
  std::array<std::uint32_t, kArgWords> args{};

  friend bool operator==(const Slot&, const Slot&) = default;
};
static_assert(sizeof(Slot) == kSlotBytes);
static_assert(offsetof(Slot, status) == 4 * kStatusWord);
static_assert(offsetof(Slot, opcode) == 4 * kOpcodeWord);
static_assert(offsetof(Slot, tenant) == 4 * kTenantWord);
static_assert(offsetof(Slot, priority) == 4 * kPriorityWord);
static_assert(offsetof(Slot, args) == 4 * kArgsWord);

/// STATUS, word 0 of a slot. Any other value is "unknown" to decoders, never an error.
/// The host may write a slot only in kEmpty or kDone; kWaitIo, kYield and kRequeue are the kernel's.
enum class Status : std::uint32_t {
  kEmpty = 0,
  kPublished = 1,
  kClaimed = 2,
  kDone = 3,
  kWaitIo = 4,   ///< waiting for a read
  kYield = 5,    ///< a long operation parked between quanta
  kRequeue = 6,  ///< not ready, the kernel looks again
  kFault = 7,
};
inline constexpr std::uint32_t kStatusCount = 8;

/// PRIORITY, word 3 of a slot, and the index of the ring partition that serves it.
enum class Priority : std::uint32_t { kCritical = 0, kHigh = 1, kNormal = 2, kLow = 3, kIdle = 4 };
inline constexpr std::uint32_t kPriorityCount = 5;

// --- Control: 160 fixed words, then the observables ----------------------------------------------

inline constexpr std::uint32_t kShutdownWord = 0;
inline constexpr std::uint32_t kDoneCountWord = 1;
inline constexpr std::uint32_t kTenantBaseWord = 2;
inline constexpr std::uint32_t kTenantMaskWord = 3;       ///< 3..31, one mask a tenant
inline constexpr std::uint32_t kTenantCount = 29;         ///< tenant ids 0..28
inline constexpr std::uint32_t kTenantQuotaWord = 32;     ///< 32..63
inline constexpr std::uint32_t kTenantFairnessWord = 64;  ///< 64..95, claims by tenant % 32
inline constexpr std::uint32_t kTenantCounters = 32;
inline constexpr std::uint32_t kMetricsWord = 96;  ///< 96..127, executions of opcodes < 32
inline constexpr std::uint32_t kMetricsCount = 32;
inline constexpr std::uint32_t kEpochWord = 128;
inline constexpr std::uint32_t kPriorityOffsetsWord = 129;  ///< 129..134: 5 partitions, slot count
inline constexpr std::uint32_t kPriorityStarvationWord = 135;
inline constexpr std::uint32_t kPriorityFairnessWord = 136;  ///< 136..140
inline constexpr std::uint32_t kReservedWord = 141;          ///< 141..159, zero on the wire
inline constexpr std::uint32_t kObservableWord = 160;        ///< observable n is control word 160 + n
inline constexpr std::uint32_t kControlFixedWords = 160;
inline constexpr std::uint32_t kMaxObservables = 1'048'576;

inline constexpr std::uint32_t kTenantMaskEnabled = 0xFFFF'FFFF;
inline constexpr std::uint32_t kTenantQuotaDefault = 1'000'000;
inline constexpr std::uint32_t kSystemTenant = 0;
inline constexpr std::uint32_t kStarvationLimit = 16;  ///< consecutive critical/high claims

// --- Packed slots: metadata bytes, then argument words, in the 12 argument words -------------------

inline constexpr std::uint32_t kPackedHeaderBytes = 2;  ///< operation count, total argument words
inline constexpr std::uint32_t kPackedOpBytes = 2;      ///< opcode, offset of its first argument
inline constexpr std::uint32_t kPackedMaxOps = (4 * kArgWords - kPackedHeaderBytes) / kPackedOpBytes;

/// First word of a packed slot's argument area, counted from the first argument word.
[[nodiscard]] constexpr std::uint32_t packed_args_word(std::uint32_t op_count) noexcept {
  return (kPackedHeaderBytes + kPackedOpBytes * op_count + 3) / 4;
}

// --- Windows: args = ticket, class, payload ---------------------------------------------------------

inline constexpr std::uint32_t kWindowHeaderArgs = 2;
inline constexpr std::uint32_t kWindowPayloadWords = kArgWords - kWindowHeaderArgs;
inline constexpr std::uint32_t kWindowRequired = 0;
inline constexpr std::uint32_t kWindowLookahead = 1;

// --- Debug log: word 0 is a cursor in words, records of 4 words follow from word 1 ------------------

inline constexpr std::uint32_t kDebugRecordWords = 4;
inline constexpr std::uint32_t kDebugHeaderWords = 1;
inline constexpr std::uint32_t kDebugDefaultRecords = 64;
inline constexpr std::uint32_t kMaxDebugRecords = 1'048'576;

// --- IO queue: at most 64 slots of 8 words ------------------------------------------------------------

inline constexpr std::uint32_t kIoSlotWords = 8;
inline constexpr std::uint32_t kIoMaxSlots = 64;
enum class IoOp : std::uint32_t { kRead = 1, kWrite = 2, kFence = 3 };
enum class IoStatus : std::uint32_t {
  kEmpty = 0,
  kPublished = 1,
  kClaimed = 2,
  kOk = 0x10,
  kError = 0x11,
};

// --- DFA tables -----------------------------------------------------------------------------------------

inline constexpr std::uint32_t kDfaColumns = 256;  ///< next states of one state, by input byte

/// First slot of each priority partition and, last, the slot count: a fifth of the ring each, the
/// remainder in kNormal. Source: 0.6.2's partitioning, tests/vectors/priority_offsets.jsonl.
[[nodiscard]] constexpr std::array<std::uint32_t, kPriorityCount + 1> priority_offsets(
    std::uint32_t slot_count) noexcept {
  const std::uint32_t fifth = slot_count / kPriorityCount;
  return {0, fifth, 2 * fifth, slot_count - 2 * fifth, slot_count - fifth, slot_count};
}

/// The partition that slot `index` of a ring lies in.
[[nodiscard]] constexpr Priority priority_of_slot(std::uint32_t index, std::uint32_t slot_count) noexcept {
  const auto offsets = priority_offsets(slot_count);
  std::uint32_t priority = 0;
  while (priority + 1 < kPriorityCount && index >= offsets[priority + 1]) ++priority;
  return static_cast<Priority>(priority);
}

}  // namespace vyre::protocol
