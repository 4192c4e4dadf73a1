/// What a replay log holds, whichever version it has.
///
/// A log is a list of runs, one after the other; each begins with a RunRecord (version 1 has none) and holds,
/// in order, what the host did: publications, writes of control words, waits, and what it saw.
/// Source: vyre-replay-log(5).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vyre/protocol/layout.hpp"

namespace vyre::recording {

struct LoggedTenant {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t quota = 0;
  bool enabled = true;
  friend bool operator==(const LoggedTenant&, const LoggedTenant&) = default;
};

/// A custom opcode with the whole text of its GLSL, so that the log runs without the file.
struct LoggedHandler {
  std::uint32_t opcode = 0;
  std::string name;
  std::string file;  ///< where the text came from; for messages only
  std::string glsl;
  friend bool operator==(const LoggedHandler&, const LoggedHandler&) = default;
};

/// Words that lay in the arena at the start.
struct LoggedData {
  std::uint32_t first_word = 0;
  std::vector<std::uint32_t> words;
  friend bool operator==(const LoggedData&, const LoggedData&) = default;
};

/// What LOAD_MISS could ask for: a range of a file that has to be there when the log is played again.
struct LoggedResource {
  std::string name;
  std::string file;
  std::uint64_t offset = 0;  ///< bytes
  std::uint32_t bytes = 0;
  std::uint32_t first_word = 0;  ///< in the arena
  bool writable = false;
  friend bool operator==(const LoggedResource&, const LoggedResource&) = default;
};

/// What one table of SCAN looked for, enough to build the table again.
struct LoggedScanRule {
  std::string name;
  bool is_regex = false;  ///< one pattern, a regular expression; else any number of literals
  bool ignore_case = false;
  std::uint32_t checksum = 0;         ///< of the table, to tell whether another one was built
  std::vector<std::string> patterns;  ///< UTF-8, other bytes as \xNN and a backslash as two
  friend bool operator==(const LoggedScanRule&, const LoggedScanRule&) = default;
};

/// Everything needed to run the log again, and where it came from.
struct RunRecord {
  // Origin
  std::string vyre_version, command, workload_file, workload_name, backend, device;
  // The ring and its rules
  std::uint32_t slot_count = 0;
  std::uint32_t observable_count = 0;
  std::uint32_t debug_records = 0;
  bool priority_scheduler = false;
  bool open_protection = false;
  std::vector<LoggedTenant> tenants;
  std::map<std::uint32_t, std::uint32_t> initial_observables;  ///< index -> value; the others are 0
  std::map<std::uint32_t, std::string> formats;                ///< PRINTF formats by id
  std::vector<LoggedHandler> handlers;
  std::vector<std::uint32_t> dfa_table;
  std::uint32_t arena_words = 0;
  std::vector<LoggedData> arena_data;      ///< in order: where they overlap, the later ones count
  std::vector<LoggedResource> resources;   ///< by number
  std::vector<LoggedScanRule> scan_rules;  ///< by number
  /// It streamed files, whose bytes the log does not hold: it cannot be played again.
  bool streams = false;
  friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

/// The descriptor that slots came from.
enum class PublicationForm : std::uint8_t { kSingle, kPacked, kBatch, kFencedBatch, kWorkItems, kWindow };

/// One publication: whole slots as they were written, STATUS as PUBLISHED, in consecutive ring slots.
struct PublicationRecord {
  PublicationForm form = PublicationForm::kSingle;
  std::uint64_t ticket = 0;  ///< the publisher's, 1, 2, ...
  std::uint32_t first_slot = 0;
  bool at_slot = false;                ///< the workload asked for this very place
  bool in_partition = false;           ///< the workload asked for the partition of the slots' PRIORITY
  std::uint32_t window_ticket = 0;     ///< of a window
  std::uint32_t window_required = 0;   ///< the first so many slots of a window are required
  std::vector<protocol::Slot> slots;   ///< at least one
  std::optional<std::uint32_t> epoch;  ///< at publication: version 1 alone knows it
  bool args_cut = false;               ///< version 1: arguments 4 to 11 are not known and stand as 0
  /// Version 1: bytes 44 to 63 of the record, where other programs keep data of theirs. Only version 1 holds
  /// them; they are written for the first slot.
  std::array<std::uint32_t, 5> other_words{};
  friend bool operator==(const PublicationRecord&, const PublicationRecord&) = default;
};

/// The host wrote a control word while the kernel ran (tenant mask, quota, observable).
struct ControlWriteRecord {
  std::uint32_t word = 0;
  std::uint32_t value = 0;
  friend bool operator==(const ControlWriteRecord&, const ControlWriteRecord&) = default;
};

/// The host waited here, successfully, before it went on.
struct WaitRecord {
  enum class For : std::uint8_t { kTicket, kAll, kEpoch, kWindow };
  For awaited = For::kAll;
  std::uint64_t value = 0;  ///< ticket, -, epoch at least, window ticket
  friend bool operator==(const WaitRecord&, const WaitRecord&) = default;
};

/// What the host read back when the epoch had changed, and at the end of a run.
struct CheckpointRecord {
  std::uint32_t epoch = 0;
  std::uint32_t done_count = 0;
  std::uint64_t published = 0;  ///< slots published before
  bool quiescent = false;       ///< all of them were finished: a race-free workload gives these values again
  std::map<std::uint32_t, std::uint32_t> observables;  ///< those that differ from the checkpoint before
  friend bool operator==(const CheckpointRecord&, const CheckpointRecord&) = default;
};

/// The run came to its end; a log without it was cut.
struct EndRecord {
  std::string
      verdict;  ///< "finished", "stopped" when an error or the user ended the run before its last step, or
                ///< "cut": a part of a run, of which done and faulted are not known and stand as 0
  std::uint64_t published = 0, done = 0, faulted = 0;
  friend bool operator==(const EndRecord&, const EndRecord&) = default;
};

struct LogRecord {
  std::uint64_t time_ns = 0;  ///< wall clock since 1970
  std::uint64_t offset = 0;   ///< of the record in the file, in bytes; not written
  std::variant<RunRecord, PublicationRecord, ControlWriteRecord, WaitRecord, CheckpointRecord, EndRecord>
      what;
};

}  // namespace vyre::recording
