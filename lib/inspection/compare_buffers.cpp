#include <fmt/format.h>

#include <algorithm>

#include "inspection/buffers.hpp"
#include "inspection/compare.hpp"
#include "vyre/inspection/slots.hpp"
#include "vyre/inspection/text.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::inspection {
namespace {

using Words = std::span<const std::uint32_t>;

/// "published", or the number of a STATUS that has no name.
std::string status_text(std::uint32_t status) {
  return status < protocol::kStatusCount ? std::string(protocol::kStatusNames[status])
                                         : fmt::format("unknown ({})", status);
}

void compare_lengths(Buffer buffer, Words a, Words b, Collector& found) {
  const auto& shape = shape_of(buffer);
  if (a.size() == b.size()) return;
  found.add([&] {
    const auto rows = [&](Words words) -> DifferingValue {
      if (words.empty()) return {};
      return std::uint64_t{words.size() / shape.row_words};
    };
    return Difference{.part = to_string(buffer),
                      .index = std::min(a.size(), b.size()) / shape.row_words,
                      .name = buffer == Buffer::kCompletions
                                  ? "number of completions"
                                  : fmt::format("number of {} {}s", to_string(buffer), shape.row),
                      .a = rows(a),
                      .b = rows(b)};
  });
}

bool ignores_word(const Ignored& ignored, std::uint32_t word) {
  if (word < protocol::kObservableWord) return ignored.words.contains(word);
  return ignored.has(protocol::kObservableName) ||
         ignored.observables.contains(word - protocol::kObservableWord);
}

void compare_control(Words a, Words b, const Ignored& ignored, Collector& found) {
  compare_lengths(Buffer::kControl, a, b, found);
  for (std::uint32_t word = 0; word < std::min(a.size(), b.size()); ++word)
    if (a[word] != b[word] && !ignores_word(ignored, word))
      found.add([&] {
        return Difference{.part = to_string(Buffer::kControl),
                          .index = word,
                          .name = word_text(word),
                          .a = std::uint64_t{a[word]},
                          .b = std::uint64_t{b[word]}};
      });
}

void compare_ring(const Inspection& a, const Inspection& b, const Ignored& ignored, Collector& found) {
  compare_lengths(Buffer::kRing, a.buffers.ring, b.buffers.ring, found);
  for (std::uint32_t index = 0; index < std::min(a.slot_count(), b.slot_count()); ++index) {
    const auto first = std::size_t{index} * protocol::kSlotWords;
    if (std::equal(a.buffers.ring.begin() + static_cast<std::ptrdiff_t>(first),
                   a.buffers.ring.begin() + static_cast<std::ptrdiff_t>(first + protocol::kSlotWords),
                   b.buffers.ring.begin() + static_cast<std::ptrdiff_t>(first)))
      continue;
    compare_slots({a.slot(index), a.names}, {b.slot(index), b.names}, to_string(Buffer::kRing), index,
                  fmt::format("slot {}", index), ignored, found);
  }
}

std::string completion_text(Words completions, std::size_t word, const Names& names) {
  const std::uint32_t status = protocol::completion_status(completions[word]);
  const auto code = protocol::completion_fault(completions[word]);
  if (completions[word] == 0) return "in flight";
  std::string text = status_text(status);
  if (code != protocol::FaultCode::kNone) text += ": " + fault_text(code, completions[word + 1], names);
  return text;
}

void compare_completions(const Inspection& in_a, const Inspection& in_b, Collector& found) {
  const Words a = in_a.buffers.completions, b = in_b.buffers.completions;
  compare_lengths(Buffer::kCompletions, a, b, found);
  for (std::size_t word = 0; word + 1 < std::min(a.size(), b.size()); word += protocol::kDumpCompletionWords)
    if (a[word] != b[word] || a[word + 1] != b[word + 1])
      found.add([&] {
        const std::size_t slot = word / protocol::kDumpCompletionWords;
        return Difference{.part = to_string(Buffer::kCompletions),
                          .index = slot,
                          .name = fmt::format("completion of slot {}", slot),
                          .a = completion_text(a, word, in_a.names),
                          .b = completion_text(b, word, in_b.names)};
      });
}

/// Buffers whose words have no better name than their row and number.
void compare_words(Buffer buffer, Words a, Words b, Collector& found) {
  compare_lengths(buffer, a, b, found);
  for (std::size_t word = 0; word < std::min(a.size(), b.size()); ++word) {
    if (a[word] == b[word]) continue;
    found.add([&] {
      Difference difference{.part = to_string(buffer),
                            .index = word,
                            .name = {},
                            .a = std::uint64_t{a[word]},
                            .b = std::uint64_t{b[word]}};
      if (buffer == Buffer::kArena)
        difference.name = fmt::format("arena({})", word);
      else if (buffer == Buffer::kIoQueue)
        difference.name = fmt::format("io_queue slot {} word {}", word / protocol::kIoSlotWords,
                                      word % protocol::kIoSlotWords);
      else if (word == 0)
        difference.name = "debug_log cursor";
      else
        difference.name = fmt::format("debug_log record {} word {}", (word - 1) / protocol::kDebugRecordWords,
                                      (word - 1) % protocol::kDebugRecordWords);
      return difference;
    });
  }
}

void compare_formats(const Inspection& a, const Inspection& b, Collector& found) {
  const auto value = [](const auto& formats, std::uint32_t id) -> DifferingValue {
    const auto at = formats.find(id);
    if (at == formats.end()) return {};
    return at->second;
  };
  std::set<std::uint32_t> ids;
  for (const auto* side : {&a, &b})
    for (const auto& format : side->buffers.formats) ids.insert(format.first);
  for (const std::uint32_t id : ids)
    if (const auto left = value(a.buffers.formats, id), right = value(b.buffers.formats, id); left != right)
      found.add([&] {
        return Difference{
            .part = "formats", .index = id, .name = fmt::format("format {}", id), .a = left, .b = right};
      });
}

}  // namespace

void compare_slots(const NamedSlot& named_a, const NamedSlot& named_b, std::string_view part,
                   std::uint64_t index, const std::string& name, const Ignored& ignored, Collector& found) {
  const protocol::Slot &a = named_a.slot, &b = named_b.slot;
  const auto field = [&](std::string_view field_name, const DifferingValue& left,
                         const DifferingValue& right) {
    return Difference{
        .part = part, .index = index, .name = fmt::format("{} {}", name, field_name), .a = left, .b = right};
  };
  if (a.status != b.status && !ignored.has("status"))
    found.add([&] { return field("status", status_text(a.status), status_text(b.status)); });
  if ((a.opcode != b.opcode && !ignored.has("opcode")) || (a.args != b.args && !ignored.has("args")))
    found.add([&] {
      return field("operation", operation_text(a, named_a.names), operation_text(b, named_b.names));
    });
  if (a.tenant != b.tenant && !ignored.has("tenant"))
    found.add([&] {
      Difference difference = field("tenant", std::uint64_t{a.tenant}, std::uint64_t{b.tenant});
      difference.name_of_a = named_a.names.tenant(a.tenant);
      difference.name_of_b = named_b.names.tenant(b.tenant);
      return difference;
    });
  if (a.priority != b.priority && !ignored.has("priority"))
    found.add([&] { return field("priority", priority_text(a.priority), priority_text(b.priority)); });
}

void compare_buffers(const Inspection& a, const Inspection& b, const Ignored& ignored, Collector& found) {
  const auto wanted = [&](Buffer buffer) { return !ignored.has(to_string(buffer)); };
  if (wanted(Buffer::kControl)) compare_control(a.buffers.control, b.buffers.control, ignored, found);
  if (wanted(Buffer::kRing)) compare_ring(a, b, ignored, found);
  if (wanted(Buffer::kCompletions)) compare_completions(a, b, found);
  for (const Buffer buffer : {Buffer::kDebugLog, Buffer::kIoQueue, Buffer::kArena})
    if (wanted(buffer)) compare_words(buffer, a.words(buffer), b.words(buffer), found);
  if (!ignored.has("formats")) compare_formats(a, b, found);
}

}  // namespace vyre::inspection
