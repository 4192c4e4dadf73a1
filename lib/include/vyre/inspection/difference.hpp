/// What differs between two snapshots or two logs, first difference first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/inspection/inspection.hpp"

namespace vyre::inspection {

/// One side's value: nothing (it is not there), a number, or words.
using DifferingValue = std::variant<std::monostate, std::uint64_t, std::string>;

struct Difference {
  std::string_view part;    ///< a buffer's name, "formats" or "records"
  std::uint64_t index = 0;  ///< word, slot or record, counted from 0
  std::string name;         ///< "observable(3)", "slot 7 status", "record 2 timestamp_ns"
  DifferingValue a, b;
  std::string name_of_a{}, name_of_b{};  ///< what each side calls its number, where it has a name: a tenant
};
/// "observable(3): 42 in A, 43 in B", "slot 7 tenant: 0 in A, 2 (guest) in B".
[[nodiscard]] VYRE_API std::string to_text(const Difference& difference);

/// What not to compare.
struct Ignored {
  std::set<std::string, std::less<>>
      names;                      ///< parts, fields of slots, "timestamps", "origin", kinds of records
  std::set<std::uint32_t> words;  ///< fixed control words
  std::set<std::uint32_t> observables;
  [[nodiscard]] bool has(std::string_view name) const { return names.contains(name); }
};
/// Names: buffers ("slots" is the ring), "formats", "timestamps", "origin", kinds of log records, fields of
/// slots (status, opcode, tenant, priority, args), control words ("epoch", "metrics", "metrics(2)",
/// "observable", "observable(3)"). Errors: kBadInput, an unknown name; `where` is the name.
[[nodiscard]] VYRE_API Result<Ignored> parse_ignored(std::span<const std::string> names);
/// Every name that stands alone, for messages and completion.
[[nodiscard]] VYRE_API std::vector<std::string> ignorable_names();

struct Differences {
  std::uint64_t count = 0;
  std::vector<Difference> first;  ///< at most as many as were asked for
};
/// Order: control words, slots, completions, debug log, IO queue, arena, formats; or records as they stand.
/// Keeps the first `limit`, and counts all.
/// Errors: kBadInput (a log against buffers), those of reading logs; a damaged log is compared up to there.
[[nodiscard]] VYRE_API Result<Differences> compare(const Inspection& a, const Inspection& b,
                                                   const Ignored& ignored, std::size_t limit);

}  // namespace vyre::inspection
