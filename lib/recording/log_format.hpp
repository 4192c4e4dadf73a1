/// The two layouts of replay logs, each number written once. All are little-endian.
///
/// Version 1                                  | Version 2
///   header, 32 bytes                         |   header, 16 bytes
///     0  "VRRL0001"                          |     0  "VRRL0002"
///     8  u32 version: 1                      |     8  u32 version: 2
///    12  u32 flags: 0                        |    12  u32 CRC32C of bytes 0 to 11
///    16  u64 capacity, in records            |
///    24  u64 next record to write            |
///   `capacity` records of 64 bytes           |   records, one after the other, to the end of the file
///     0  u32 0xDEADBEEF; 0: never written    |     0  u32 payload bytes P, a multiple of 4
///     4  u64 ns since 1970                   |     4  u16 kind; bit 15: whoever does not know it passes it
///     over
///    12  u32 slot index                      |     6  u16 the low half of the CRC32C of bytes 0 to 5
///    16  u32 tenant                          |     8  u64 ns since 1970
///    20  u32 opcode                          |    16  payload
///    24  u32 args[4]                         |  16+P  u32 CRC32C of bytes 0 to 15+P
///    40  u32 epoch at publication            |
///    44  0, or other programs' data          |
///
/// Payloads of version 2:
///   1 run            0 u32 text bytes T, a multiple of 4 | 4 JSON text, padded with spaces | 4+T the DFA
///   table,
///                    u32 each
///   2 publication    0 u8 form, u8 flags, u16 0 | 4 u64 ticket | 12 u32 first slot | 16 u32 window ticket
///                    | 20 u32 window's required slots | 24 u32 epoch | 28 u32 slots N | 32 N slots of 64
///                    bytes
///   3 control write  0 u32 word | 4 u32 value
///   4 wait           0 u32 what | 4 u32 0 | 8 u64 value
///   5 checkpoint     0 u32 epoch | 4 u32 done count | 8 u64 published | 16 u32 flags | 20 u32 observables N
///                    | 24 N times u32 index, u32 value, by ascending index
///   6 end            0 u64 published | 8 u64 done | 16 u64 faulted | 24 u32 text bytes T | 28 the verdict,
///                    padded with zeros
///
/// A record's head has a check of its own, so that a damaged length is told from a cut file.
/// Source: vyre-replay-log(5).
#pragma once

#include <cstdint>
#include <string_view>

#include "vyre/protocol/layout.hpp"

namespace vyre::recording {

inline constexpr std::string_view kLogMagicStem = "VRRL";  ///< four digits follow
inline constexpr std::string_view kLogV1Magic = "VRRL0001";
inline constexpr std::string_view kLogV2Magic = "VRRL0002";
inline constexpr std::uint32_t kLogMagicBytes = 8;
inline constexpr std::uint32_t kLogVersionAt = 8;

inline constexpr std::uint32_t kLogV1HeaderBytes = 32;
inline constexpr std::uint32_t kLogV1FlagsAt = 12;
inline constexpr std::uint32_t kLogV1CapacityAt = 16;
inline constexpr std::uint32_t kLogV1NextAt = 24;
inline constexpr std::uint32_t kLogV1RecordBytes = 64;
inline constexpr std::uint32_t kLogV1RecordMagic = 0xDEAD'BEEF;
inline constexpr std::uint32_t kLogV1Args = 4;
inline constexpr std::uint32_t kLogV1OtherWords = 5;  ///< bytes 44 to 63

inline constexpr std::uint32_t kLogV2HeaderBytes = 16;
inline constexpr std::uint32_t kLogV2HeaderCrcAt = 12;
inline constexpr std::uint32_t kRecordHeadBytes = 16;
inline constexpr std::uint32_t kRecordKindAt = 4;
inline constexpr std::uint32_t kRecordCheckAt = 6;
inline constexpr std::uint32_t kRecordTimeAt = 8;
inline constexpr std::uint32_t kRecordCrcBytes = 4;

enum class RecordKind : std::uint16_t {
  kRun = 1,
  kPublication = 2,
  kControlWrite = 3,
  kWait = 4,
  kCheckpoint = 5,
  kEnd = 6,
};
inline constexpr std::uint16_t kLastRecordKind = 6;
inline constexpr std::uint16_t kOptionalKindBit = 0x8000;

inline constexpr std::uint32_t kPublicationHeadBytes = 32;
inline constexpr std::uint32_t kPublicationForms = 6;
inline constexpr std::uint8_t kFlagAtSlot = 1;
inline constexpr std::uint8_t kFlagInPartition = 2;
inline constexpr std::uint8_t kFlagHasEpoch = 4;
inline constexpr std::uint8_t kFlagArgsCut = 8;
inline constexpr std::uint8_t kKnownPublicationFlags = 15;

inline constexpr std::uint32_t kControlWriteBytes = 8;
inline constexpr std::uint32_t kWaitBytes = 16;
inline constexpr std::uint32_t kWaitKinds = 4;
inline constexpr std::uint32_t kCheckpointHeadBytes = 24;
inline constexpr std::uint32_t kFlagQuiescent = 1;
inline constexpr std::uint32_t kEndHeadBytes = 28;
inline constexpr std::uint32_t kMaxVerdictBytes = 4096;

inline constexpr std::uint32_t kRunHeadBytes = 4;
inline constexpr std::uint32_t kMaxRunTextBytes = 1U << 26;
inline constexpr std::uint32_t kMaxDfaWords =
    65'536 * protocol::kDfaColumns;  ///< as many states as workloads may

/// The largest payload there can be: a run with the largest text and DFA table.
inline constexpr std::uint32_t kMaxPayloadBytes = kRunHeadBytes + kMaxRunTextBytes + 4 * kMaxDfaWords;
static_assert(kPublicationHeadBytes + protocol::kMaxSlots * protocol::kSlotBytes <= kMaxPayloadBytes);
static_assert(kCheckpointHeadBytes + 8 * protocol::kMaxObservables <= kMaxPayloadBytes);

}  // namespace vyre::recording
