#include "session/logged_rules.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "base/crc32c.hpp"
#include "vyre/scan/literals_file.hpp"
#include "workload/source_text.hpp"

namespace vyre::session {

namespace {

/// As scan::read_literal() reads it with escapes, and as JSON and YAML can hold it.
std::string escaped(std::string_view bytes) {
  const bool is_text = !workload::check_text(bytes);
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\')
      text += "\\\\";
    else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !is_text))
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", byte);
    else
      text += c;
  }
  return text;
}

}  // namespace

recording::LoggedScanRule describe_rule(const workload::ScanRule& rule) {
  recording::LoggedScanRule logged{.name = rule.name,
                                   .is_regex = rule.table.kind == scan::TableKind::kRegex,
                                   .ignore_case = rule.table.ignore_case,
                                   .checksum = checksum(rule.table),
                                   .patterns = {}};
  logged.patterns.reserve(rule.table.patterns.size());
  for (const auto& pattern : rule.table.patterns) logged.patterns.push_back(escaped(pattern));
  return logged;
}

Result<std::vector<std::string>> patterns_of(const recording::LoggedScanRule& rule) {
  std::vector<std::string> patterns;
  patterns.reserve(rule.patterns.size());
  for (std::size_t i = 0; i < rule.patterns.size(); ++i) {
    VYRE_TRY(patterns.emplace_back(),
             scan::read_literal(rule.patterns[i], true, fmt::format("pattern {}", i)));
  }
  return patterns;
}

Result<std::vector<scan::Table>> build_rule(const recording::LoggedScanRule& rule) {
  VYRE_TRY(const auto patterns, patterns_of(rule));
  const scan::BuildOptions options{.ignore_case = rule.ignore_case};
  std::vector<scan::Table> tables;
  if (!rule.is_regex) {
    VYRE_TRY(tables.emplace_back(), scan::build_literals(patterns, options));
    return tables;
  }
  if (patterns.size() != 1)
    return fail(ErrorCode::kBadInput, fmt::format("{} regular expressions in one rule", patterns.size()), "",
                "record the run again");
  VYRE_TRY(auto both, scan::build_regex(patterns[0], options));
  tables.push_back(std::move(both.scan));
  tables.push_back(std::move(both.reverse));
  return tables;
}

std::uint32_t checksum(const scan::Table& table) {
  const std::array<std::uint32_t, 2> head{table.class_count, table.start};
  std::uint32_t crc = base::crc32c(std::as_bytes(std::span(head)));
  crc = base::crc32c(std::as_bytes(std::span(table.class_of)), crc);
  for (const auto* words : {&table.transitions, &table.output_begin, &table.outputs})
    crc = base::crc32c(std::as_bytes(std::span(*words)), crc);
  return crc;
}

}  // namespace vyre::session
