/// Buffers that only the kernel and its host runtime know: no wire format, never in a dump.
/// Shared with the shaders through shaders/emit_protocol.cpp.
#pragma once

#include <cstdint>

#include "vyre/protocol/layout.hpp"

namespace vyre::protocol {

// --- Kernel state: device memory, zero at the start, written by the kernel alone ----------------------
//
// word  0       number of the last slice that was told to leave
// word  1       activity: changes whenever any subgroup made progress
// word  2       parked slots: how many bits of the bitmap are set
// words 8-39    claimed slots of each tenant, as far as its quota can bind
// words 40-41   IO slots that a request holds, one bit each
// words 42-43   those of them whose answer no ring slot waits for
// word  44      requests published so far
// words 64...   heads of the stripes, free-running: stripe s of queue q is word q * stripes + s, and counts
// the
//               entries s, s + stripes, s + 2 * stripes... of the queue (doorbells:
//               vyre/ring/ring_memory.hpp)
// then          two words a slot, for slots parked in YIELD or REQUEUE: the operation to go on with
//               (bit 31: the slot counts against its tenant's quota), and its progress
// then          one word a slot: the detail of its fault, which the host reads
// then          the bitmap of parked slots, one bit a slot
// then          one word a resource: kResourceAbsent, kResourceComing or kResourceHere
// then, where there are scan tables, what shaders/include/scan.glsl says: see kScanJobs

inline constexpr std::uint32_t kStateLeaveWord = 0;
inline constexpr std::uint32_t kStateActivityWord = 1;
inline constexpr std::uint32_t kStateParkedCountWord = 2;
inline constexpr std::uint32_t kStateInFlightWord = 8;
inline constexpr std::uint32_t kStateIoHeldWord = 40;
inline constexpr std::uint32_t kStateIoUnattendedWord = 42;
inline constexpr std::uint32_t kStateIoRequestsWord = 44;
inline constexpr std::uint32_t kStateHeadsWord = 64;
inline constexpr std::uint32_t kMaxStripes = 1024;  ///< of all queues together
inline constexpr std::uint32_t kStateSlotsWord = kStateHeadsWord + kMaxStripes;
inline constexpr std::uint32_t kStateSlotWords = 2;

inline constexpr std::uint32_t kResourceAbsent = 0;
inline constexpr std::uint32_t kResourceComing = 1;  ///< a read of it is out
inline constexpr std::uint32_t kResourceHere = 2;

[[nodiscard]] constexpr std::uint32_t state_details_word(std::uint32_t slot_count) noexcept {
  return kStateSlotsWord + kStateSlotWords * slot_count;
}
[[nodiscard]] constexpr std::uint32_t kernel_state_words(std::uint32_t slot_count,
                                                         std::uint32_t resource_count) noexcept {
  return kStateSlotsWord + (kStateSlotWords + 1) * slot_count + (slot_count + 31) / 32 + resource_count;
}

// Scans that are under way: kScanJobsHeadWords words (0 a bit for each with segments to take, 1 a bit for
// each in use), then kScanJobWords words a job, then kScanRecordWords words a segment, kScanRecords segments
// a job.
//    0 segments taken, but for the first   1 segments finished   2 matches found   3 phase
//    4 whether the first segment is taken  5 ring slot   6 first byte   7 bytes   8 head of its table
//    9 results   10 most   11 entry cell   12 exit cell   13 bytes of a segment   14 segments
//    15 row behind the last byte   16-18 how far kScanPhaseJoin came: segment, byte in it, row
//    19 what the entry cell says, if that is no row   20 the driver cut a loop of it short
// A record: row before the segment, row behind it.

inline constexpr std::uint32_t kScanJobs = 32;
inline constexpr std::uint32_t kScanJobsHeadWords = 16;
inline constexpr std::uint32_t kScanJobWords = 32;
inline constexpr std::uint32_t kScanRecordWords = 2;
inline constexpr std::uint32_t kScanRecords = 16'384;  ///< a job, where a table is kScanUnbounded
inline constexpr std::uint32_t kScanJobTaken = 0;
inline constexpr std::uint32_t kScanJobFinished = 1;
inline constexpr std::uint32_t kScanJobFound = 2;
inline constexpr std::uint32_t kScanJobPhase = 3;
inline constexpr std::uint32_t kScanJobFirstTaken = 4;
inline constexpr std::uint32_t kScanJobSlot = 5;
inline constexpr std::uint32_t kScanJobAt = 6;
inline constexpr std::uint32_t kScanJobBytes = 7;
inline constexpr std::uint32_t kScanJobHead = 8;
inline constexpr std::uint32_t kScanJobResults = 9;
inline constexpr std::uint32_t kScanJobMost = 10;
inline constexpr std::uint32_t kScanJobEntry = 11;
inline constexpr std::uint32_t kScanJobExit = 12;
inline constexpr std::uint32_t kScanJobSegment = 13;
inline constexpr std::uint32_t kScanJobSegments = 14;
inline constexpr std::uint32_t kScanJobRow = 15;
inline constexpr std::uint32_t kScanJobJoinSegment = 16;
inline constexpr std::uint32_t kScanJobJoinByte = 17;
inline constexpr std::uint32_t kScanJobJoinRow = 18;
inline constexpr std::uint32_t kScanJobWrongEntry = 19;
inline constexpr std::uint32_t kScanJobCut = 20;

inline constexpr std::uint32_t kScanPhaseReport = 0;  ///< matches are written; the last phase
inline constexpr std::uint32_t kScanPhaseGuess = 1;   ///< rows are found from guesses
inline constexpr std::uint32_t kScanPhaseJoin = 2;    ///< one lane sets the guesses right

[[nodiscard]] constexpr std::uint32_t scan_state_words(std::uint32_t records) noexcept {
  return kScanJobsHeadWords + kScanJobs * (kScanJobWords + kScanRecordWords * records);
}

// --- IO table: what the kernel may ask the host for; memory of the ring's kind, written by the host -----
//
// words 0-63    errno of the request in that IO slot, where its STATUS is ERROR
// then          six words a resource: first arena word, bytes, offset in its file (low, high), flags, 0

inline constexpr std::uint32_t kIoTableResourcesWord = 64;
inline constexpr std::uint32_t kResourceWords = 6;
inline constexpr std::uint32_t kResourceFirstWord = 0;
inline constexpr std::uint32_t kResourceBytesWord = 1;
inline constexpr std::uint32_t kResourceOffsetWord = 2;
inline constexpr std::uint32_t kResourceFlagsWord = 4;
inline constexpr std::uint32_t kResourceWritable = 1;  ///< flag: it may be written back
inline constexpr std::uint32_t kMaxResources = 65'536;

[[nodiscard]] constexpr std::uint32_t io_table_words(std::uint32_t resource_count) noexcept {
  return kIoTableResourcesWord + kResourceWords * resource_count;
}

// --- Scan tables: device memory, fixed for the run; made by scan::encode_for_kernel() ----------------------
//
// word  0       number of tables; 1-15 zero
// words 16...   kScanHeadWords a table, offsets counted from word 0 of the buffer:
//    0 classes   1 start row   2 states   3 kScanUnbounded: how far back a match begins has no bound
//    4 classes of the 256 bytes, four a word   5 transitions, rows of `classes` words, bit 31: accepts
//    6 states + 1 places in outputs   7 outputs   8 bytes to read ahead of where a lane begins to report:
//    as long as the longest match less one byte (unbounded: enough to guess the state), a multiple of 16
//    9 most outputs of a state   10 bytes that a lane takes (the backend fills it in)
//    11 where the transitions lie in shared memory, or kNotShared (the backend fills it in)
//    12 words of the transitions   13 as 11, where the classes of bytes lie   14, 15 zero
// then          what the heads point to

inline constexpr std::uint32_t kScanTablesHeadWord = 16;
inline constexpr std::uint32_t kScanHeadWords = 16;
inline constexpr std::uint32_t kScanClassesWord = 0;
inline constexpr std::uint32_t kScanStartWord = 1;
inline constexpr std::uint32_t kScanStatesWord = 2;
inline constexpr std::uint32_t kScanFlagsWord = 3;
inline constexpr std::uint32_t kScanClassOfWord = 4;
inline constexpr std::uint32_t kScanTransitionsWord = 5;
inline constexpr std::uint32_t kScanOutputBeginWord = 6;
inline constexpr std::uint32_t kScanOutputsWord = 7;
inline constexpr std::uint32_t kScanReadAheadWord = 8;
inline constexpr std::uint32_t kScanMostOutputsWord = 9;
inline constexpr std::uint32_t kScanSegmentWord = 10;
inline constexpr std::uint32_t kScanSharedWord = 11;
inline constexpr std::uint32_t kScanTransitionWordsWord = 12;
inline constexpr std::uint32_t kScanSharedClassesWord = 13;
inline constexpr std::uint32_t kScanUnbounded = 1;  ///< flag
inline constexpr std::uint32_t kNotShared = 0xFFFF'FFFF;
inline constexpr std::uint32_t kScanAccepts = 0x8000'0000;  ///< in a transition
inline constexpr std::uint32_t kMaxScanBytes = 32U << 20;   ///< of one SCAN
inline constexpr std::uint32_t kScanAlignment = 16;         ///< of the bytes that it begins at

// --- What SCAN leaves: in the arena, or in result memory (bit 31 of its argument `results`) ----------------
//
// word 0 matches found; word 1 the row behind the last byte; then two words for each of the first `most`
// matches, in no order: pattern, end (bytes of the scan before and in the match).
// Cells, words of the arena by which scans of consecutive bytes hand on their state: 0 not known yet, else
// the row + 1. A SCAN with an `entry` cell waits until it is known; 0 there stands for the table's start.

inline constexpr std::uint32_t kScanResultHeadWords = 2;
inline constexpr std::uint32_t kScanMatchWords = 2;
inline constexpr std::uint32_t kInResultMemory = 0x8000'0000;

// --- Slice report: host-cached memory, written by the kernel as a slice ends ----------------------------

/// Number of the last slice that ended for want of fuel.
inline constexpr std::uint32_t kReportCutSliceWord = 0;
/// Changes whenever a request was published in the IO queue.
inline constexpr std::uint32_t kReportIoBellWord = 1;
inline constexpr std::uint32_t kReportWords = 16;

// --- Trace: host-cached memory, only where a timeline is wanted; written by the kernel ------------------
//
// ten words a slot. Of the claim: 0-1 the device's clock, low word first; 2 the invocation that claimed it
// (workgroup * lanes + lane); 3 that one's subgroup in its workgroup; 4 the number of the slice. Of the end:
// 5-6 the clock; 7 the invocation, another one if the slot was parked; 8 the slice; 9 how many ticks the pass
// took that finished it, which is all there were unless it was parked (0xFFFFFFFF: unknown)

inline constexpr std::uint32_t kTraceWords = 10;
inline constexpr std::uint32_t kTraceClaimWord = 0;
inline constexpr std::uint32_t kTraceClaimerWord = 2;
inline constexpr std::uint32_t kTraceSubgroupWord = 3;
inline constexpr std::uint32_t kTraceClaimSliceWord = 4;
inline constexpr std::uint32_t kTraceEndWord = 5;
inline constexpr std::uint32_t kTraceFinisherWord = 7;
inline constexpr std::uint32_t kTraceEndSliceWord = 8;
inline constexpr std::uint32_t kTraceLastPassWord = 9;

// --- Handshake: the host counts up one word in memory that the kernel polls, and gets answers -----------
//
// question: word 0 a number; an answer comes for each change. answers, host-cached: word 0 the number,
// written last; 1-2 the device's clock when it was seen, low word first

inline constexpr std::uint32_t kAnswerNumberWord = 0;
inline constexpr std::uint32_t kAnswerClockWord = 1;
inline constexpr std::uint32_t kAnswerWords = 4;
inline constexpr std::uint32_t kLastQuestion = 0xFFFF'FFFF;  ///< answered, the dispatch ends

// --- Fuel -----------------------------------------------------------------------------------------------

/// Back-edges of loops that one slice may take in each subgroup. llvmpipe ends every loop of an
/// invocation after 65,535 of them, in silence (Mesa 22.3, LP_MAX_TGSI_LOOP_ITERATIONS); the rest is reserve.
inline constexpr std::uint32_t kSliceBackEdges = 60'000;
/// Loop iterations that one lane may spend on its slot in one pass; longer operations park.
inline constexpr std::uint32_t kQuantumSteps = 128;

}  // namespace vyre::protocol
