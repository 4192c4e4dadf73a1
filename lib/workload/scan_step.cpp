// `scan:` as a step: SCAN of bytes that lie in the arena.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "workload/names.hpp"
#include "workload/step_parser.hpp"

namespace vyre::workload {

namespace {

constexpr std::int64_t kWordBytes = 4;

}  // namespace

StepParser::Made StepParser::parse_scan(const ActionMap& action) {
  const Node& node = *action.value;
  if (!values_.is(node, NodeKind::kMap, "'scan'")) return std::nullopt;
  Fields fields(node, "'scan'", problems_);
  const Node* const table = fields.required("table");
  const Node* const at = fields.required("at");
  const Node* const bytes = fields.required("bytes");
  const Node* const results = fields.required("results");
  const Node* const most = fields.optional("most");
  const Node* const entry = fields.optional("entry");
  const Node* const exit = fields.optional("exit");
  fields.finish();
  auto tenant = operations_.tenant(action.tenant, action.unchecked);
  if (table == nullptr || at == nullptr || bytes == nullptr || results == nullptr) return std::nullopt;
  const std::int64_t longest = action.unchecked ? kMaxU32 : std::int64_t{protocol::kMaxScanBytes};
  auto number = scan_table(*table, action.unchecked);
  auto first = values_.expression(*at, "'at'");
  auto count = values_.expression(*bytes, "'bytes'", {0, longest});
  auto room = most == nullptr ? std::optional(Expression()) : values_.expression(*most, "'most'");
  auto found = arena_word(results, "'results'", 0);
  auto before = arena_word(entry, "'entry'", kWordBytes);
  auto behind = arena_word(exit, "'exit'", kWordBytes);
  if (!tenant || !number || !first || !count || !room || !found || !before || !behind) return std::nullopt;
  if (!action.unchecked) {
    constexpr std::int64_t kHead = kWordBytes * protocol::kScanResultHeadWords;
    constexpr std::int64_t kMatch = kWordBytes * protocol::kScanMatchWords;
    const bool good = check_aligned(*at, "'at'", *first, protocol::kScanAlignment) &&
                      check_in_arena(*at, "a scan", *first, *count, 1, 0) &&
                      check_in_arena(*results, "what a scan finds", *found, *room, kMatch, kHead) &&
                      (entry == nullptr || check_in_arena(*entry, "a cell", *before, {}, 0, kWordBytes)) &&
                      (exit == nullptr || check_in_arena(*exit, "a cell", *behind, {}, 0, kWordBytes));
    if (!good) return std::nullopt;
  }
  SingleStep step{std::move(*tenant), {.opcode = protocol::kOpScan, .args = {}, .position = {}}};
  step.operation.position = action.key->position;
  // As descriptor::Scan lists them: ticket and class are a window's.
  step.operation.args = {Expression(),      Expression(),       std::move(*first),
                         std::move(*count), std::move(*number), found->in_words(),
                         std::move(*room),  before->in_words(), behind->in_words()};
  return step;
}

std::optional<Expression> StepParser::scan_table(const Node& node, bool unchecked) {
  const auto& names = scope_.scan_rules;
  if (const auto named = names.find(node.text); node.kind == NodeKind::kString && named != names.end())
    return Expression(named->second);
  const auto count = static_cast<std::int64_t>(settings_.scan_rules.size());
  const bool is_word = node.kind == NodeKind::kString && is_identifier(node.text) &&
                       !scope_.parameters.contains(node.text) &&
                       std::find(scope_.loops.begin(), scope_.loops.end(), node.text) == scope_.loops.end();
  if (is_word || (count == 0 && !unchecked)) {
    std::vector<std::string_view> known;
    known.reserve(names.size());
    for (const auto& [name, number] : names) known.push_back(name);
    problems_.add(node.position, fmt::format("no scan rule {}", quote(node.text)),
                  suggest(node.text, known, "declare it under 'scan'"));
    return std::nullopt;
  }
  return values_.expression(node, "'table'", {0, unchecked ? kMaxU32 : count - 1});
}

/// A place in bytes that is to become a word, still in bytes; 0 without a node.
std::optional<Expression> StepParser::arena_word(const Node* node, std::string_view label,
                                                 std::int64_t first_byte) {
  if (node == nullptr) return Expression();
  auto place = values_.expression(*node, label, {first_byte, kWordBytes * kMaxU32});
  if (!place || !check_aligned(*node, label, *place, kWordBytes)) return std::nullopt;
  return place;
}

bool StepParser::check_aligned(const Node& node, std::string_view label, const Expression& at,
                               std::int64_t alignment) {
  static const std::vector<std::vector<std::int64_t>> once{{}};
  for (const auto& corner : at.is_constant() ? once : scope_.corners) {
    const auto byte = at.evaluate(corner);
    if (!byte || *byte % alignment == 0) continue;
    problems_.add(
        node.position, fmt::format("{} is {}, no multiple of {}", label, *byte, alignment),
        alignment == kWordBytes ? "the arena is made of 32-bit words" : "scans begin at multiples of 16");
    return false;
  }
  return true;
}

/// `count` of `count_bytes` each and `more_bytes` lie in the arena, from byte `at`.
bool StepParser::check_in_arena(const Node& node, std::string_view what, const Expression& at,
                                const Expression& count, std::int64_t count_bytes, std::int64_t more_bytes) {
  const std::int64_t size = kWordBytes * settings_.arena_words;
  for (const auto& corner : scope_.corners) {
    const auto first = at.evaluate(corner);
    const auto times = count.evaluate(corner);
    if (!first || !times) continue;
    const std::int64_t bytes = *times * count_bytes + more_bytes;  // far from overflow: 2^32 of 8 bytes
    if (*first <= size && bytes <= size - *first) continue;
    problems_.add(node.position,
                  fmt::format("{} of {} bytes at {} leaves the arena of {}", what, bytes, *first, size),
                  size == 0 ? "give the workload an arena: {size: 64KiB}" : "raise 'size' in 'arena'");
    return false;
  }
  return true;
}

}  // namespace vyre::workload
