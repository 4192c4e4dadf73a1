/// A replay log counted, and its records in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/inspection/summary.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::inspection {

struct LogSummary {
  std::uint32_t version = 0;
  std::uint64_t records = 0;
  std::uint64_t runs = 0, publications = 0, control_writes = 0, waits = 0, checkpoints = 0, ends = 0;
  std::uint64_t slots = 0;
  std::uint64_t slots_with_cut_args = 0;
  Histogram opcodes, tenants;
  std::uint64_t first_time_ns = 0, last_time_ns = 0;  ///< wall clock, of the first and last record
  std::uint32_t last_epoch = 0;
  std::optional<recording::RunRecord> run;  ///< the first one; without texts of handlers
  Names names;          ///< of every run, at most kMaxCounted of each kind; where runs disagree there is none
  std::string verdict;  ///< of the last end
  std::optional<Error> damage;  ///< why reading stopped before the end of the file
  bool tail_is_cut = false;     ///< the damage is a tail that was cut, as a killed run leaves it
};
/// One pass over the log. Errors: those of open_records() and of reading.
[[nodiscard]] VYRE_API Result<LogSummary> summarize_log(const Inspection& inspection);

/// "run", "publication", "control_write", "wait", "checkpoint", "end".
[[nodiscard]] VYRE_API std::string_view kind_of(const recording::LogRecord& record) noexcept;
/// "single", "packed", "batch", "fenced_batch", "work_items", "window".
[[nodiscard]] VYRE_API std::string_view form_name(recording::PublicationForm form) noexcept;
/// "ticket", "all", "epoch", "window".
[[nodiscard]] VYRE_API std::string_view wait_name(recording::WaitRecord::For awaited) noexcept;
/// One line: "fenced_batch of 3 slots at slot 4, ticket 2". The names are those of the record's run.
[[nodiscard]] VYRE_API std::string record_text(const recording::LogRecord& record, const Names& names = {});

/// The fields of a record but its slots and its time, as names and texts; origin ones are named "origin.*".
using RecordFields = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] VYRE_API RecordFields record_fields(const recording::LogRecord& record);

}  // namespace vyre::inspection
