#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>

#include "inspection/compare.hpp"
#include "vyre/inspection/records.hpp"

namespace vyre::inspection {
namespace {

using recording::LogRecord;
using recording::PublicationRecord;

/// One side: its records but those of ignored kinds.
class Side {
 public:
  Side(std::unique_ptr<recording::LogReader> reader, const Ignored& ignored)
      : reader_(std::move(reader)), ignored_(ignored) {}

  Result<bool> next() {
    do {
      VYRE_TRY(const bool more, reader_->next(record));
      if (!more) return false;
      if (const auto* run = std::get_if<recording::RunRecord>(&record.what)) names = names_of(*run);
    } while (ignored_.has(kind_of(record)));
    return true;
  }
  [[nodiscard]] const std::optional<Error>& damage() const noexcept { return reader_->damage(); }
  LogRecord record;
  Names names;  ///< of the run that the record belongs to

 private:
  std::unique_ptr<recording::LogReader> reader_;
  const Ignored& ignored_;
};

/// A field's text, or its number.
DifferingValue value_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return text;
}

/// Finds a field; the two lists may hold different ones.
DifferingValue value_of(const RecordFields& fields, const std::string& name) {
  const auto found = std::ranges::find(fields, name, &RecordFields::value_type::first);
  if (found == fields.end()) return {};
  return value_of(found->second);
}

void compare_published(const Side& side_a, const Side& side_b, std::uint64_t index, const Ignored& ignored,
                       Collector& found) {
  if (ignored.has("ring")) return;
  const auto& a = std::get<PublicationRecord>(side_a.record.what);
  const auto& b = std::get<PublicationRecord>(side_b.record.what);
  for (std::size_t k = 0; k < std::min(a.slots.size(), b.slots.size()); ++k)
    if (a.slots[k] != b.slots[k])
      compare_slots({a.slots[k], side_a.names}, {b.slots[k], side_b.names}, "records", index,
                    fmt::format("record {} slot {}", index, a.first_slot + k), ignored, found);
}

/// What a run's fields name only by its size.
void compare_runs(const recording::RunRecord& a, const recording::RunRecord& b, std::uint64_t index,
                  Collector& found) {
  const auto add = [&](const std::string& name, const DifferingValue& left, const DifferingValue& right) {
    found.add([&] {
      return Difference{.part = "records",
                        .index = index,
                        .name = fmt::format("record {} {}", index, name),
                        .a = left,
                        .b = right};
    });
  };
  for (std::size_t k = 0; k < std::min(a.handlers.size(), b.handlers.size()); ++k)
    if (a.handlers[k].glsl != b.handlers[k].glsl)
      add(fmt::format("text of handler 0x{:x}", a.handlers[k].opcode), a.handlers[k].glsl,
          b.handlers[k].glsl);
  for (std::size_t word = 0; word < std::min(a.dfa_table.size(), b.dfa_table.size()); ++word)
    if (a.dfa_table[word] != b.dfa_table[word])
      add(fmt::format("dfa_table word {}", word), std::uint64_t{a.dfa_table[word]},
          std::uint64_t{b.dfa_table[word]});
}

void compare_records(const Side& side_a, const Side& side_b, std::uint64_t index, const Ignored& ignored,
                     Collector& found) {
  const LogRecord &a = side_a.record, &b = side_b.record;
  const auto add = [&](std::string_view field, const DifferingValue& left, const DifferingValue& right) {
    found.add([&] {
      return Difference{.part = "records",
                        .index = index,
                        .name = fmt::format("record {} {}", index, field),
                        .a = left,
                        .b = right};
    });
  };
  if (a.what.index() != b.what.index())
    return add("", record_text(a, side_a.names), record_text(b, side_b.names));
  if (a.time_ns != b.time_ns && !ignored.has("timestamps")) add("timestamp_ns", a.time_ns, b.time_ns);
  if (a.what == b.what) return;
  const RecordFields left = record_fields(a), right = record_fields(b);
  for (const auto& [name, value] : left) {
    const DifferingValue other = value_of(right, name);
    if (other == value_of(value) || (name.starts_with("origin.") && ignored.has("origin"))) continue;
    add(name, value_of(value), other);
  }
  for (const auto& [name, value] : right)
    if (value_of(left, name) == DifferingValue{}) add(name, {}, value_of(value));
  if (const auto* run = std::get_if<recording::RunRecord>(&a.what))
    compare_runs(*run, std::get<recording::RunRecord>(b.what), index, found);
  if (std::holds_alternative<PublicationRecord>(a.what))
    compare_published(side_a, side_b, index, ignored, found);
}

void add_absent(const Side& side, bool in_a, std::uint64_t index, Collector& found) {
  found.add([&] {
    Difference difference{
        .part = "records", .index = index, .name = fmt::format("record {}", index), .a = {}, .b = {}};
    (in_a ? difference.a : difference.b) = record_text(side.record, side.names);
    return difference;
  });
}

/// Where one log ends early, that is itself a difference: its reason is compared in words.
void compare_damage(const Side& a, const Side& b, std::uint64_t index, Collector& found) {
  const auto text = [](const Side& side) -> DifferingValue {
    if (!side.damage()) return {};
    return side.damage()->what;
  };
  if (text(a) == text(b)) return;
  found.add([&] {
    return Difference{.part = "records", .index = index, .name = "damage", .a = text(a), .b = text(b)};
  });
}

Result<void> compare_all(Side& a, Side& b, const Ignored& ignored, Collector& found) {
  for (std::uint64_t index = 0;; ++index) {
    VYRE_TRY(const bool more_a, a.next());
    VYRE_TRY(const bool more_b, b.next());
    if (more_a && more_b) {
      compare_records(a, b, index, ignored, found);
    } else if (more_a || more_b) {
      add_absent(more_a ? a : b, more_a, index, found);
    } else {
      compare_damage(a, b, index, found);
      return {};
    }
  }
}

}  // namespace

Result<void> compare_logs(const Inspection& a, const Inspection& b, const Ignored& ignored,
                          Collector& found) {
  VYRE_TRY(auto reader_a, open_records(a));
  VYRE_TRY(auto reader_b, open_records(b));
  Side side_a(std::move(reader_a), ignored);
  Side side_b(std::move(reader_b), ignored);
  return compare_all(side_a, side_b, ignored, found);
}

}  // namespace vyre::inspection
