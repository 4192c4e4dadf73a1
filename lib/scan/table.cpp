#include "vyre/scan/table.hpp"

#include <fmt/format.h>

#include "scan/limits.hpp"

namespace vyre::scan {
namespace {

constexpr std::uint32_t kMaxExpandedStates = 65'536;  ///< vyre-workload(5), `dfa`

}  // namespace

std::string_view to_string(TableKind kind) noexcept {
  switch (kind) {
    case TableKind::kLiterals: return "literals";
    case TableKind::kRegex: return "regex";
    case TableKind::kRegexReverse: return "regex_reverse";
  }
  return "unknown";
}

Result<void> check_size(std::uint64_t states, std::uint32_t classes, const char* subject,
                        const BuildOptions& options) {
  const std::uint64_t words = states * classes;
  if (words <= options.max_transition_bytes / sizeof(std::uint32_t) && words < kMaxTransitionWords) return {};
  return fail(
      ErrorCode::kTooMany,
      fmt::format("{} come to {} states of {} byte classes: {} bytes of transitions, at most {} are "
                  "allowed",
                  subject, states, classes, words * sizeof(std::uint32_t), options.max_transition_bytes),
      "", "split the patterns over several tables, or allow a larger one");
}

Result<std::vector<std::uint32_t>> expand(const Table& table) {
  const std::uint32_t states = table.state_count();
  if (states > kMaxExpandedStates)
    return fail(ErrorCode::kTooMany,
                fmt::format("a table of {} states, DFA_STEP takes at most {}", states, kMaxExpandedStates),
                "", "build it from fewer patterns");
  std::vector<std::uint32_t> words;
  words.reserve(std::size_t{states} * table.class_of.size());
  for (std::uint32_t state = 0; state < states; ++state)
    for (const std::uint8_t byte_class : table.class_of) {
      const std::uint32_t entry = table.transitions[state * table.class_count + byte_class];
      words.push_back((entry & ~kAcceptBit) / table.class_count);
    }
  return words;
}

}  // namespace vyre::scan
