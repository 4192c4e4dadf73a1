#include "vyre/scan/kernel_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "vyre/protocol/kernel_layout.hpp"

namespace vyre::scan {

namespace {

constexpr std::uint32_t kClassOfWords = 64;  ///< 256 bytes
constexpr std::uint32_t kGuessReadAheadBytes =
    256;  ///< from which most automata have forgotten what was before

std::uint64_t words_of(const Table& table) {
  return protocol::kScanHeadWords + kClassOfWords + std::uint64_t{table.transitions.size()} +
         table.output_begin.size() + table.outputs.size();
}

bool is_bounded(const Table& table) {
  return table.max_length != 0 && table.max_length <= kMaxReadAheadBytes;
}

std::uint32_t read_ahead(const Table& table) {
  if (!is_bounded(table)) return kGuessReadAheadBytes;
  return (table.max_length - 1 + protocol::kScanAlignment - 1) / protocol::kScanAlignment *
         protocol::kScanAlignment;
}

std::uint32_t most_outputs(const Table& table) {
  std::uint32_t most = 0;
  for (std::size_t state = 1; state < table.output_begin.size(); ++state)
    most = std::max(most, table.output_begin[state] - table.output_begin[state - 1]);
  return most;
}

/// Appends the parts of a table, and fills in its head.
void append(const Table& table, std::size_t head, std::vector<std::uint32_t>& words) {
  const auto put = [&](std::uint32_t word, std::uint64_t value) {
    words[head + word] = static_cast<std::uint32_t>(value);
  };
  const auto part = [&](std::uint32_t word, const std::vector<std::uint32_t>& from) {
    put(word, words.size());
    words.insert(words.end(), from.begin(), from.end());
  };
  put(protocol::kScanClassesWord, table.class_count);
  put(protocol::kScanStartWord, table.start);
  put(protocol::kScanStatesWord, table.state_count());
  put(protocol::kScanFlagsWord, is_bounded(table) ? 0 : protocol::kScanUnbounded);
  put(protocol::kScanReadAheadWord, read_ahead(table));
  put(protocol::kScanMostOutputsWord, most_outputs(table));
  put(protocol::kScanSharedWord, protocol::kNotShared);
  put(protocol::kScanSharedClassesWord, protocol::kNotShared);
  put(protocol::kScanTransitionWordsWord, table.transitions.size());
  std::vector<std::uint32_t> classes(kClassOfWords);
  for (std::uint32_t byte = 0; byte < 256; ++byte)
    classes[byte / 4] |= std::uint32_t{table.class_of[byte]} << (8 * (byte % 4));
  part(protocol::kScanClassOfWord, classes);
  part(protocol::kScanTransitionsWord, table.transitions);
  part(protocol::kScanOutputBeginWord, table.output_begin);
  part(protocol::kScanOutputsWord, table.outputs);
}

}  // namespace

Result<std::vector<std::uint32_t>> encode_for_kernel(std::span<const Table> tables, std::uint64_t max_words) {
  std::vector<const Table*> apart;
  apart.reserve(tables.size());
  for (const Table& table : tables) apart.push_back(&table);
  return encode_for_kernel(std::span<const Table* const>(apart), max_words);
}

Result<std::vector<std::uint32_t>> encode_for_kernel(std::span<const Table* const> tables,
                                                     std::uint64_t max_words) {
  std::uint64_t total = protocol::kScanTablesHeadWord;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i]->kind == TableKind::kRegexReverse)
      return fail(ErrorCode::kBadInput, fmt::format("table {} is a reverse one", i), "encode_for_kernel",
                  "give the table that goes with it");
    total += words_of(*tables[i]);
  }
  if (total > max_words)
    return fail(ErrorCode::kTooMany,
                fmt::format("the tables have {} words, a kernel takes {}", total, max_words),
                "encode_for_kernel", "look for less at a time");
  std::vector<std::uint32_t> words;
  words.reserve(total);
  words.resize(protocol::kScanTablesHeadWord + protocol::kScanHeadWords * tables.size());
  words[0] = static_cast<std::uint32_t>(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i)
    append(*tables[i], protocol::kScanTablesHeadWord + protocol::kScanHeadWords * i, words);
  return words;
}

}  // namespace vyre::scan
