#include "vyre/inspection/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "inspection/compare.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::inspection {
namespace {

// Names that are neither buffers nor control words.
constexpr std::array<std::string_view, 14> kOtherNames{
    "formats", "timestamps", "origin",      "status",        "opcode", "tenant",     "priority",
    "args",    "run",        "publication", "control_write", "wait",   "checkpoint", "end"};
constexpr std::string_view kSlots = "slots";  ///< the ring by another name

std::string value_text(const DifferingValue& value, const std::string& name) {
  if (const auto* number = std::get_if<std::uint64_t>(&value))
    return name.empty() ? std::to_string(*number) : fmt::format("{} ({})", *number, name);
  if (const auto* text = std::get_if<std::string>(&value)) return fmt::format("`{}`", *text);
  return "absent";
}

/// The number in "name(7)", or nothing.
std::optional<std::uint32_t> index_of(std::string_view inside) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), value);
  if (error != std::errc() || end != inside.data() + inside.size()) return std::nullopt;
  return value;
}

/// Ignores control words; false if `name` names none.
bool ignore_words(std::string_view name, Ignored& ignored) {
  const auto open = name.find('(');
  const std::string_view base = name.substr(0, open);
  std::optional<std::uint32_t> index;
  if (open != std::string_view::npos) {
    if (!name.ends_with(')')) return false;
    index = index_of(name.substr(open + 1, name.size() - open - 2));
    if (!index) return false;
  }
  if (base == protocol::kObservableName) {
    if (index)
      ignored.observables.insert(*index);
    else
      ignored.names.emplace(base);
    return true;
  }
  const auto words = std::ranges::find(protocol::kControlNames, base, &protocol::ControlWords::name);
  if (words == protocol::kControlNames.end() || (index && (*index >= words->count || words->count == 1)))
    return false;
  for (std::uint32_t k = index.value_or(0); k < (index ? *index + 1 : words->count); ++k)
    ignored.words.insert(words->first + k);
  return true;
}

}  // namespace

std::string to_text(const Difference& difference) {
  std::string name = difference.name;
  while (name.ends_with(' ')) name.pop_back();
  return fmt::format("{}: {} in A, {} in B", name, value_text(difference.a, difference.name_of_a),
                     value_text(difference.b, difference.name_of_b));
}

std::vector<std::string> ignorable_names() {
  std::vector<std::string> names(kBufferNames.begin(), kBufferNames.end());
  names.emplace_back(kSlots);
  names.insert(names.end(), kOtherNames.begin(), kOtherNames.end());
  names.emplace_back(protocol::kObservableName);
  for (const auto& words : protocol::kControlNames) names.emplace_back(words.name);
  std::ranges::sort(names);
  return names;
}

Result<Ignored> parse_ignored(std::span<const std::string> names) {
  Ignored ignored;
  for (const auto& name : names) {
    if (name == kSlots)
      ignored.names.emplace(to_string(Buffer::kRing));
    else if (find_buffer(name) || std::ranges::find(kOtherNames, name) != kOtherNames.end())
      ignored.names.insert(name);
    else if (!ignore_words(name, ignored))
      return fail(ErrorCode::kBadInput, fmt::format("nothing to compare is called '{}'", name), name,
                  "name a buffer, a field of slots, a kind of record, or control words such as metrics(2)");
  }
  return ignored;
}

Result<Differences> compare(const Inspection& a, const Inspection& b, const Ignored& ignored,
                            std::size_t limit) {
  const bool log_a = a.content == Content::kLog, log_b = b.content == Content::kLog;
  if (log_a != log_b)
    return fail(
        ErrorCode::kBadInput,
        fmt::format("{} is a {}, {} is a {}", a.file, to_string(a.content), b.file, to_string(b.content)),
        b.file, "compare two snapshots, or two logs");
  Collector found(limit);
  if (log_a)
    VYRE_CHECK(compare_logs(a, b, ignored, found));
  else
    compare_buffers(a, b, ignored, found);
  return found.take();
}

}  // namespace vyre::inspection
