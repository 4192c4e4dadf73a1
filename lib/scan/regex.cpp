// The only file that includes libfa's header.
extern "C" {  // which the header leaves to us
#include <fa.h>
}
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <unordered_map>

#include "scan/automaton.hpp"
#include "scan/longest_match.hpp"
#include "scan/regex_text.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {
namespace {

using Automaton = std::unique_ptr<struct fa, decltype(&fa_free)>;

Result<Automaton> compile(std::string_view pattern, const std::string& text) {
  struct fa* raw = nullptr;
  const int code = fa_compile(text.c_str(), text.size(), &raw);
  Automaton automaton(raw, &fa_free);
  if (code == REG_NOERROR && automaton != nullptr) return automaton;
  std::array<char, 128> reason{};
  ::regerror(code, nullptr, reason.data(), reason.size());
  return fail(code == REG_ESPACE ? ErrorCode::kTooMany : ErrorCode::kBadInput,
              fmt::format("libfa cannot compile the regular expression: {}", reason.data()),
              regex_place(pattern, 0), "write it in another way");
}

struct Walk {
  struct state* to;
  unsigned char min, max;
};

std::vector<Walk> edges_of(struct state* from) {
  std::vector<Walk> edges(fa_state_num_trans(from));
  for (std::size_t i = 0; i < edges.size(); ++i)
    fa_state_trans(from, i, &edges[i].to, &edges[i].min, &edges[i].max);
  return edges;
}

/// One class for all bytes that no edge takes; of the others, a class begins where some edge begins or has
/// ended.
ByteClasses classes_of(struct fa* automaton) {
  std::bitset<257> cuts;
  std::bitset<257> taken;
  for (struct state* state = fa_state_initial(automaton); state != nullptr; state = fa_state_next(state))
    for (const Walk& edge : edges_of(state)) {
      cuts.set(edge.min);
      cuts.set(std::size_t{edge.max} + 1);
      for (std::size_t byte = edge.min; byte <= edge.max; ++byte) taken.set(byte);
    }
  ByteClasses classes;
  classes.count = taken.count() == 256 ? 0 : 1;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    if (!taken[byte]) continue;
    if (cuts[byte]) ++classes.count;
    classes.of[byte] = static_cast<std::uint8_t>(classes.count - 1);
  }
  return classes;
}

Nfa nfa_of(struct fa* automaton, const ByteClasses& classes) {
  Nfa nfa;
  std::unordered_map<struct state*, std::uint32_t> numbers;  // the initial state comes first
  for (struct state* state = fa_state_initial(automaton); state != nullptr; state = fa_state_next(state)) {
    numbers.emplace(state, static_cast<std::uint32_t>(numbers.size()));
    nfa.accepts.push_back(fa_state_is_accepting(state));
  }
  for (struct state* state = fa_state_initial(automaton); state != nullptr; state = fa_state_next(state)) {
    auto& edges = nfa.edges.emplace_back();
    for (const Walk& edge : edges_of(state))
      for (std::uint32_t one = classes.of[edge.min]; one <= classes.of[edge.max]; ++one)
        edges.push_back({static_cast<std::uint8_t>(one), numbers.at(edge.to)});
  }
  nfa.starts = {0};
  return nfa;
}

/// The same with a start that nothing leads back to, and without states from which no match ends: while a
/// match may begin anywhere, being in the start alone then means that none is in progress.
Nfa fresh_start(Nfa nfa) {
  std::vector<bool> useful = nfa.accepts;
  const auto leads_on = [&](const Nfa::Edge& edge) { return useful[edge.to]; };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t state = nfa.edges.size(); state-- > 0;)
      if (!useful[state] && std::ranges::any_of(nfa.edges[state], leads_on)) useful[state] = changed = true;
  }
  for (auto& edges : nfa.edges) std::erase_if(edges, [&](const auto& edge) { return !leads_on(edge); });
  nfa.starts = {static_cast<std::uint32_t>(nfa.edges.size())};
  nfa.edges.push_back(std::vector(nfa.edges[0]));
  nfa.accepts.push_back(false);
  return nfa;
}

}  // namespace

Result<RegexTables> build_regex(std::string_view pattern, const BuildOptions& options) {
  VYRE_TRY(const auto text, libfa_regex(pattern, options.ignore_case));
  VYRE_TRY(const auto automaton, compile(pattern, text));
  const ByteClasses classes = classes_of(automaton.get());
  const Nfa nfa = nfa_of(automaton.get(), classes);
  if (nfa.accepts[0])
    return fail(ErrorCode::kBadInput, "the regular expression matches the empty string, so every place",
                fmt::format("'{}'", pattern), "make a part of it due, as a+ in place of a*");
  const auto placed = [&](auto result) {
    if (!result) result.error().where = fmt::format("'{}'", pattern);
    return result;
  };
  VYRE_TRY(const auto anchored, placed(determinize(nfa, classes.count, false, options)));
  VYRE_TRY(const auto anywhere, placed(determinize(fresh_start(nfa), classes.count, true, options)));
  VYRE_TRY(const auto backwards,
           placed(determinize(reversed(minimize(anchored)), classes.count, false, options)));
  RegexTables tables;
  VYRE_TRY(tables.scan, placed(to_table(minimize(anywhere, /*keep_start=*/true), classes, TableKind::kRegex,
                                        pattern, options)));
  VYRE_TRY(tables.reverse,
           placed(to_table(minimize(backwards), classes, TableKind::kRegexReverse, pattern, options)));
  tables.reverse.max_length = longest_match(tables.reverse);
  tables.scan.max_length = tables.reverse.max_length;
  return tables;
}

}  // namespace vyre::scan
