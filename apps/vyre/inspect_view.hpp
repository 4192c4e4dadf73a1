/// What `vyre inspect` shows of a file, as text or as rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "output.hpp"
#include "rows.hpp"
#include "style.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/inspection/records.hpp"
#include "vyre/inspection/slots.hpp"
#include "vyre/inspection/summary.hpp"
#include "word_list.hpp"

namespace vyre::cli {

struct InspectView {
  bool summary = true;
  bool map = false;
  bool slots = false;
  bool windows = false;
  bool faults = false;
  bool debug_lines = false;
  bool io_requests = false;
  bool records = false;
  std::optional<std::vector<WordSpan>> words;  ///< within their buffers
  inspection::SlotFilter filter;               ///< of slots and records
  std::vector<std::uint32_t> window_opcodes;   ///< given or guessed
  bool guessed_windows = false;
  inspection::Names names;  ///< of the file; of text, such as a terminal may see
  bool stable = false;      ///< leave out times, devices and commands
};

/// Everything that is counted before anything is shown.
struct InspectFacts {
  std::optional<inspection::Summary> summary;
  std::optional<inspection::LogSummary> log;
  std::optional<inspection::Stall> stall;
};

struct TextTarget {
  Output& out;
  const Style& style;
  std::size_t width = 80;
};

/// Errors: those of decoding what was asked for.
[[nodiscard]] Result<void> render_inspection(const inspection::Inspection& inspection,
                                             const InspectFacts& facts, const InspectView& view,
                                             const TextTarget& target);
[[nodiscard]] Result<void> render_inspection(const inspection::Inspection& inspection,
                                             const InspectFacts& facts, const InspectView& view, Rows& rows);

// Parts of both, one a file.
void render_summary_text(const inspection::Inspection& inspection, const InspectFacts& facts,
                         const InspectView& view, const TextTarget& target);
void render_summary_rows(const InspectFacts& facts, const InspectView& view, Rows& rows);
[[nodiscard]] Result<void> render_records(const inspection::Inspection& inspection, const InspectView& view,
                                          const TextTarget& target);
[[nodiscard]] Result<void> render_records(const inspection::Inspection& inspection, const InspectView& view,
                                          Rows& rows);
/// The fields of one slot, into a row or object that has begun.
void add_slot(Rows& rows, std::uint32_t index, const protocol::Slot& slot, const inspection::Names& names);
/// The number and, where the file names tenants, the name of one.
void add_tenant(Rows& rows, std::uint32_t tenant, const inspection::Names& names);
/// The ring, one letter a cell, wrapped to the width, with a legend.
void render_map(const inspection::Inspection& inspection, const codec::Occupancy& occupancy,
                const TextTarget& target);

}  // namespace vyre::cli
