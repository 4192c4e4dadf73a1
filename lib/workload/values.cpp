#include "workload/values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workload/names.hpp"
#include "workload/number.hpp"

namespace vyre::workload {

namespace {

std::string_view kind_phrase(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNull: return "empty";
    case NodeKind::kBoolean: return "true or false";
    case NodeKind::kNumber: return "a number";
    case NodeKind::kString: return "a string";
    case NodeKind::kSequence: return "a list";
    case NodeKind::kMap: return "a map";
  }
  return "something else";
}

std::string range_fix(std::int64_t value, Range range) {
  if (range.high == kMaxU32 && value < 0 && value >= std::numeric_limits<std::int32_t>::min())
    return fmt::format("write 0x{:08X}, the 32-bit word of {}", static_cast<std::uint32_t>(value), value);
  if (range.low == range.high) return fmt::format("write {}", range.low);
  return fmt::format("write a number from {} to {}", range.low, range.high);
}

std::uint32_t characters(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// " when i = 3, j = 0", or nothing without loops.
std::string corner_text(const Scope& scope, const std::vector<std::int64_t>& corner) {
  std::string text;
  for (std::size_t i = 0; i < corner.size(); ++i)
    if (!scope.loops[i].empty())
      text += fmt::format("{}{} = {}", text.empty() ? " when " : ", ", scope.loops[i], corner[i]);
  return text;
}

}  // namespace

void ValueReader::add_fault(const Node& node, const ExpressionFault& fault) const {
  Position position = node.position;
  if (node.verbatim && fault.offset <= node.text.size())
    position.column = node.text_column() + characters(std::string_view(node.text).substr(0, fault.offset));
  problems_.add(position, fault.what, fault.fix);
}

std::optional<Expression> ValueReader::expression(const Node& node, std::string_view label, Range range,
                                                  WordNames words) const {
  if (node.kind != NodeKind::kNumber && node.kind != NodeKind::kString) {
    problems_.add(node.position, fmt::format("{} must be a number, found {}", label, describe(node)),
                  "write a number or an expression");
    return std::nullopt;
  }
  auto compiled = compile_expression(node.text, scope_, words, node.position);
  if (!compiled) {
    add_fault(node, compiled.error());
    return std::nullopt;
  }
  if (!check_corners(node, *compiled, label, range)) return std::nullopt;
  return std::move(*compiled);
}

bool ValueReader::check_corners(const Node& node, const Expression& expression, std::string_view label,
                                Range range) const {
  // A constant is wrong even in a loop that never runs.
  static const std::vector<std::vector<std::int64_t>> kOnce{{}};
  for (const auto& corner : expression.is_constant() ? kOnce : scope_.corners) {
    const auto value = expression.evaluate(corner);
    if (!value) {
      problems_.add(node.position, value.error().what, value.error().fix);
      return false;
    }
    if (*value >= range.low && *value <= range.high) continue;
    problems_.add(node.position,
                  fmt::format("{} is {}{}, not within {}..{}", label, *value, corner_text(scope_, corner),
                              range.low, range.high),
                  range_fix(*value, range));
    return false;
  }
  return true;
}

std::optional<std::int64_t> ValueReader::constant(const Node& node, std::string_view label, Range range,
                                                  WordNames words) const {
  const auto compiled = expression(node, label, range, words);
  if (!compiled) return std::nullopt;
  if (!compiled->is_constant()) {
    problems_.add(node.position, fmt::format("{} must be known before the run, it depends on a loop", label),
                  "use numbers and parameters only");
    return std::nullopt;
  }
  return *compiled->evaluate();
}

std::optional<std::uint32_t> ValueReader::constant_u32(const Node& node, std::string_view label, Range range,
                                                       WordNames words) const {
  const auto value = constant(node, label, range, words);
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

bool ValueReader::is(const Node& node, NodeKind kind, std::string_view label) const {
  if (node.kind == kind) return true;
  std::string fix = fmt::format("write {}", kind_phrase(kind));
  if (kind == NodeKind::kString && node.is_scalar() && node.kind != NodeKind::kNull)
    fix = fmt::format("put it in quotes: \"{}\"", node.text.substr(0, 48));
  problems_.add(node.position,
                fmt::format("{} must be {}, found {}", label, kind_phrase(kind), describe(node)),
                std::move(fix));
  return false;
}

std::optional<bool> ValueReader::boolean(const Node& node, std::string_view label) const {
  if (!is(node, NodeKind::kBoolean, label)) return std::nullopt;
  return node.text == "true";
}

std::optional<std::string> ValueReader::string(const Node& node, std::string_view label) const {
  if (!is(node, NodeKind::kString, label)) return std::nullopt;
  return node.text;
}

std::optional<std::chrono::nanoseconds> ValueReader::duration(const Node& node,
                                                              std::string_view label) const {
  if (node.kind != NodeKind::kNumber && node.kind != NodeKind::kString) {
    problems_.add(node.position, fmt::format("{} must be a duration, found {}", label, describe(node)),
                  "durations look like 10ms, 1.5s, 250us or 80ns");
    return std::nullopt;
  }
  const auto value = parse_duration(node.text);
  if (value) return *value;
  problems_.add(node.position, value.error().what, value.error().fix);
  return std::nullopt;
}

std::optional<std::size_t> ValueReader::choice(const Node& node, std::string_view label,
                                               std::span<const std::string_view> names) const {
  const auto found = std::find(names.begin(), names.end(), std::string_view(node.text));
  if (node.kind == NodeKind::kString && found != names.end())
    return static_cast<std::size_t>(found - names.begin());
  const std::string fallback = fmt::format("write {}", list_names(names));
  problems_.add(node.position,
                fmt::format("{} must be {}, found {}", label, list_names(names), describe(node)),
                node.kind == NodeKind::kString ? suggest(node.text, names, fallback) : fallback);
  return std::nullopt;
}

const Node* Fields::optional(std::string_view key) {
  known_.push_back(key);
  return find_entry(map_, key);
}

const Node* Fields::required(std::string_view key) {
  const Node* const found = optional(key);
  if (found == nullptr) missing_.push_back(key);
  return found;
}

void Fields::finish() const {
  std::vector<std::string_view> missing = missing_;
  for_each_entry(map_, [&](const Node& key, const Node&) {
    if (is_free_key(key.text) || std::find(known_.begin(), known_.end(), key.text) != known_.end()) return;
    if (key.text == "<<") {
      problems_.add(key.position, "merge keys ('<<') are not read",
                    "repeat the entries, or use an alias for a whole value");
      return;
    }
    problems_.add(key.position, fmt::format("unknown key {} in {}", quote(key.text), owner_),
                  suggest(key.text, known_,
                          known_.empty() ? "it takes none; keys of your own begin with 'x-'"
                                         : fmt::format("known keys: {}; keys of your own begin with 'x-'",
                                                       fmt::join(known_, ", "))));
    // A misspelt key is not missing as well.
    if (const auto meant = nearest_name(key.text, known_)) std::erase(missing, *meant);
  });
  for (const auto key : missing)
    problems_.add(map_.position, fmt::format("{} needs the key '{}'", owner_, key),
                  fmt::format("add '{}:'", key));
}

}  // namespace vyre::workload
