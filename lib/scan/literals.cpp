// Aho-Corasick. States are numbered level by level, so that every failure is a lower number than what fails.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "scan/limits.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {
namespace {

std::uint8_t byte_at(const std::string& text, std::size_t at, bool ignore_case) noexcept {
  const auto byte = static_cast<std::uint8_t>(text[at]);
  return ignore_case ? lower(byte) : byte;
}

/// A class for each byte that some pattern has, and one for all others, if there are others.
void assign_classes(Table& table) {
  std::array<bool, 256> used{};
  for (const auto& pattern : table.patterns)
    for (std::size_t at = 0; at < pattern.size(); ++at) used[byte_at(pattern, at, table.ignore_case)] = true;
  std::array<std::uint32_t, 256> classes{};
  const auto is_free = [&](std::uint32_t byte) {
    return !used[table.ignore_case ? lower(static_cast<std::uint8_t>(byte)) : byte];
  };
  for (std::uint32_t byte = 0; byte < 256; ++byte)
    if (is_free(byte)) table.class_count = 1;
  for (std::uint32_t byte = 0; byte < 256; ++byte)
    if (used[byte]) classes[byte] = table.class_count++;
  for (std::uint32_t byte = 0; byte < 256; ++byte)
    table.class_of[byte] = static_cast<std::uint8_t>(
        is_free(byte) ? 0 : classes[table.ignore_case ? lower(static_cast<std::uint8_t>(byte)) : byte]);
}

class Builder {
 public:
  Builder(Table& table, const BuildOptions& options) : table_(table), options_(options) {}

  Result<void> build() {
    assign_classes(table_);
    const std::uint64_t states = count_states();
    VYRE_CHECK(check_size(states, table_.class_count, "the literals", options_));
    table_.transitions.resize(states * table_.class_count);
    plant();
    resolve_failures();
    VYRE_CHECK(list_outputs());
    finish_entries();
    return {};
  }

 private:
  [[nodiscard]] std::uint8_t class_at(std::size_t pattern, std::size_t at) const noexcept {
    return table_.class_of[static_cast<std::uint8_t>(table_.patterns[pattern][at])];
  }
  /// For now a state's number, 0 where there is no edge: nothing leads back to the root yet.
  std::uint32_t& next(std::uint32_t state, std::uint32_t byte_class) noexcept {
    return table_.transitions[std::size_t{state} * table_.class_count + byte_class];
  }

  /// How many prefixes there are: among sorted patterns, each adds what it does not share with the one
  /// before.
  [[nodiscard]] std::uint64_t count_states() const {
    std::vector<std::size_t> order(table_.patterns.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto size = [&](std::size_t pattern) { return table_.patterns[pattern].size(); };
    const auto shared = [&](std::size_t a, std::size_t b) {
      const std::size_t most = std::min(size(a), size(b));
      std::size_t same = 0;
      while (same < most && class_at(a, same) == class_at(b, same)) ++same;
      return same;
    };
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      const std::size_t same = shared(a, b);
      if (same == size(a) || same == size(b)) return size(a) < size(b);
      return class_at(a, same) < class_at(b, same);
    });
    std::uint64_t states = 1 + size(order[0]);
    for (std::size_t i = 1; i < order.size(); ++i) states += size(order[i]) - shared(order[i - 1], order[i]);
    return states;
  }

  void plant() {
    state_of_.assign(table_.patterns.size(), 0);
    std::vector<std::uint32_t> growing(table_.patterns.size());
    std::iota(growing.begin(), growing.end(), 0U);
    std::uint32_t states = 1;
    for (std::size_t depth = 0; !growing.empty(); ++depth) {
      std::erase_if(growing, [&](std::uint32_t pattern) { return table_.patterns[pattern].size() == depth; });
      for (const std::uint32_t pattern : growing) {
        std::uint32_t& child = next(state_of_[pattern], class_at(pattern, depth));
        if (child == 0) child = states++;
        state_of_[pattern] = child;
      }
    }
  }

  void resolve_failures() {
    const std::uint32_t states = table_.state_count();
    failure_.assign(states, 0);
    for (std::uint32_t state = 0; state < states; ++state)
      for (std::uint32_t byte_class = 0; byte_class < table_.class_count; ++byte_class) {
        std::uint32_t& child = next(state, byte_class);
        const std::uint32_t instead = state == 0 ? 0 : next(failure_[state], byte_class);
        if (child == 0)
          child = instead;
        else
          failure_[child] = instead;
      }
  }

  /// A state's patterns are those that end with it, and all of its failure's, which stand before.
  Result<void> list_outputs() {
    std::vector<std::uint32_t> by_state(state_of_.size());
    std::iota(by_state.begin(), by_state.end(), 0U);
    std::ranges::stable_sort(by_state, {}, [&](std::uint32_t pattern) { return state_of_[pattern]; });
    auto own = by_state.cbegin();
    const std::uint64_t most = options_.max_transition_bytes / sizeof(std::uint32_t);
    std::vector<std::uint32_t> of_failure;
    table_.output_begin.push_back(0);
    for (std::uint32_t state = 0; state < table_.state_count(); ++state) {
      auto own_end = own;
      while (own_end != by_state.cend() && state_of_[*own_end] == state) ++own_end;
      const auto inherited = std::span(table_.outputs)
                                 .subspan(table_.output_begin[failure_[state]],
                                          state == 0 ? 0
                                                     : table_.output_begin[failure_[state] + 1] -
                                                           table_.output_begin[failure_[state]]);
      of_failure.assign(inherited.begin(), inherited.end());
      if (table_.outputs.size() + of_failure.size() + static_cast<std::size_t>(own_end - own) > most)
        return fail(ErrorCode::kTooMany,
                    fmt::format("the literals end in each other so often that the lists of matches pass {} "
                                "bytes at state {} of {}",
                                options_.max_transition_bytes, state, table_.state_count()),
                    "", "split the patterns over several tables, or allow a larger one");
      std::merge(own, own_end, of_failure.begin(), of_failure.end(), std::back_inserter(table_.outputs));
      table_.output_begin.push_back(static_cast<std::uint32_t>(table_.outputs.size()));
      own = own_end;
    }
    return {};
  }

  void finish_entries() {
    for (std::uint32_t& entry : table_.transitions) {
      const bool accepts = table_.output_begin[entry] != table_.output_begin[entry + 1];
      entry = entry * table_.class_count | (accepts ? kAcceptBit : 0);
    }
  }

  Table& table_;
  const BuildOptions& options_;
  std::vector<std::uint32_t> state_of_;  ///< of each pattern, where it ends
  std::vector<std::uint32_t> failure_;   ///< of each state: that of its longest proper suffix
};

}  // namespace

Result<Table> build_literals(std::span<const std::string> patterns, const BuildOptions& options) {
  if (patterns.empty()) return fail(ErrorCode::kBadInput, "no pattern to look for", "", "give at least one");
  Table table;
  table.kind = TableKind::kLiterals;
  table.ignore_case = options.ignore_case;
  table.patterns.assign(patterns.begin(), patterns.end());
  for (std::size_t id = 0; id < patterns.size(); ++id) {
    if (patterns[id].empty())
      return fail(ErrorCode::kBadInput, "an empty pattern, which every place would match",
                  fmt::format("pattern {}", id), "remove it");
    // Longer ones cannot fit in a table, and would wrap here.
    table.pattern_length.push_back(
        static_cast<std::uint32_t>(std::min<std::size_t>(patterns[id].size(), std::uint32_t{0xFFFF'FFFF})));
    table.max_length = std::max(table.max_length, table.pattern_length.back());
  }
  VYRE_CHECK(Builder(table, options).build());
  return table;
}

}  // namespace vyre::scan
