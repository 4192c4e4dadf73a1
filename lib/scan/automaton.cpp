#include "scan/automaton.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "scan/limits.hpp"

namespace vyre::scan {
namespace {

constexpr std::uint32_t kMaxRegexStates = 262'144;
/// States of the NFA named by all those of the DFA: what its making may hold.
constexpr std::size_t kMaxSetMembers = std::size_t{64} << 20;

using StateSet = std::vector<std::uint32_t>;

struct SetHash {
  std::size_t operator()(const StateSet& set) const noexcept {
    std::uint64_t hash = set.size();
    for (const std::uint32_t state : set) hash = (hash ^ state) * 0x9E37'79B9'7F4A'7C15ULL;
    return hash ^ hash >> 32;
  }
};

class SubsetConstruction {
 public:
  SubsetConstruction(const Nfa& nfa, std::uint32_t class_count, bool anywhere, const BuildOptions& options)
      : nfa_(nfa), anywhere_(anywhere), options_(options), reached_(class_count) {
    dfa_.class_count = class_count;
  }

  Result<Dfa> run() {
    StateSet start = nfa_.starts;
    tidy(start);
    (void)number(std::move(start));
    for (std::uint32_t state = 0; state < dfa_.state_count(); ++state) {
      VYRE_CHECK(check_size(dfa_.state_count(), dfa_.class_count, "the regular expression's sets", options_));
      if (dfa_.state_count() > kMaxRegexStates || members_ > kMaxSetMembers)
        return fail(ErrorCode::kTooMany,
                    fmt::format("the regular expression has come to {} states and is not done, at most {} "
                                "are possible",
                                dfa_.state_count(), kMaxRegexStates),
                    "", "repeat less, or fewer bytes in a row that may be anything");
      step(*sets_[state]);
    }
    return std::move(dfa_);
  }

 private:
  void step(const StateSet& set) {
    for (auto& to : reached_) to.clear();
    for (const std::uint32_t from : set)
      for (const auto& edge : nfa_.edges[from]) reached_[edge.byte_class].push_back(edge.to);
    for (auto& to : reached_) {
      if (anywhere_) to.insert(to.end(), nfa_.starts.begin(), nfa_.starts.end());
      tidy(to);
      const std::uint32_t next = number(to);
      dfa_.next.push_back(next);
    }
  }

  static void tidy(StateSet& set) {
    std::ranges::sort(set);
    const auto rest = std::ranges::unique(set);
    set.erase(rest.begin(), rest.end());
  }

  std::uint32_t number(StateSet set) {
    const auto [place, is_new] = numbers_.try_emplace(std::move(set), dfa_.state_count());
    if (is_new) {
      sets_.push_back(&place->first);  // which stays where it is
      members_ += place->first.size();
      dfa_.accepts.push_back(
          std::ranges::any_of(place->first, [&](std::uint32_t state) { return nfa_.accepts[state]; }));
    }
    return place->second;
  }

  const Nfa& nfa_;
  bool anywhere_;
  const BuildOptions& options_;
  Dfa dfa_;
  std::vector<StateSet> reached_;  ///< by class; kept for its memory
  std::unordered_map<StateSet, std::uint32_t, SetHash> numbers_;
  std::vector<const StateSet*> sets_;
  std::size_t members_ = 0;
};

/// States in blocks that shrink until no class tells two states of one block apart.
class Hopcroft {
 public:
  Hopcroft(const Dfa& dfa, bool keep_start)
      : dfa_(dfa), order_(dfa.state_count()), block_of_(dfa.state_count()) {
    for (std::uint32_t state = 0; state < dfa.state_count(); ++state) order_[state] = state;
    const auto middle =
        std::ranges::stable_partition(order_, [&](std::uint32_t s) { return dfa_.accepts[s]; });
    const auto accepting = static_cast<std::uint32_t>(middle.begin() - order_.begin());
    if (accepting > 0) add_block(0, accepting);
    // The start, which accepts nothing then, is the first of the others: the partition is stable.
    const std::uint32_t alone = keep_start ? 1 : 0;
    if (keep_start) add_block(accepting, accepting + 1);
    if (accepting + alone < dfa.state_count()) add_block(accepting + alone, dfa.state_count());
    place_.resize(order_.size());
    for (std::uint32_t at = 0; at < order_.size(); ++at) place_[order_[at]] = at;
    index_edges();
  }

  /// The block of every state.
  std::vector<std::uint32_t> run() {
    while (!work_.empty()) {
      const std::uint32_t splitter = work_.back();
      work_.pop_back();
      waiting_[splitter] = false;
      // The block may itself be split by what leads into it, so its states are noted first.
      const std::vector<std::uint32_t> members(order_.begin() + blocks_[splitter].begin,
                                               order_.begin() + blocks_[splitter].end);
      for (std::uint32_t byte_class = 0; byte_class < dfa_.class_count; ++byte_class)
        split_by(members, byte_class);
    }
    return std::move(block_of_);
  }

 private:
  struct Block {
    std::uint32_t begin, end;
    std::uint32_t marked = 0;  ///< so many of its states, at its front, lead into the splitter
  };

  void add_block(std::uint32_t begin, std::uint32_t end) {
    const auto block = static_cast<std::uint32_t>(blocks_.size());
    blocks_.push_back({begin, end});
    for (std::uint32_t at = begin; at < end; ++at) block_of_[order_[at]] = block;
    waiting_.push_back(true);
    work_.push_back(block);
  }

  /// sources_[edge_begin_[state * classes + class] ..]: the states that lead to `state` by that class.
  void index_edges() {
    const std::size_t classes = dfa_.class_count;
    edge_begin_.assign(order_.size() * classes + 1, 0);
    const auto slot = [&](std::size_t edge) { return dfa_.next[edge] * classes + edge % classes; };
    for (std::size_t edge = 0; edge < dfa_.next.size(); ++edge) ++edge_begin_[slot(edge) + 1];
    for (std::size_t i = 1; i < edge_begin_.size(); ++i) edge_begin_[i] += edge_begin_[i - 1];
    auto fill = edge_begin_;
    sources_.resize(dfa_.next.size());
    for (std::size_t edge = 0; edge < dfa_.next.size(); ++edge)
      sources_[fill[slot(edge)]++] = static_cast<std::uint32_t>(edge / classes);
  }

  void split_by(const std::vector<std::uint32_t>& members, std::uint32_t byte_class) {
    touched_.clear();
    for (const std::uint32_t target : members) {
      const std::size_t slot = std::size_t{target} * dfa_.class_count + byte_class;
      for (std::uint32_t i = edge_begin_[slot]; i < edge_begin_[slot + 1]; ++i) mark(sources_[i]);
    }
    for (const std::uint32_t block : touched_) {
      Block& old = blocks_[block];
      const std::uint32_t middle = old.begin + old.marked;
      const std::uint32_t end = old.end;
      old.marked = 0;
      if (middle == end) continue;
      // The marked half keeps the number only if it is the larger: the new block, which waits, is small.
      const bool front_is_smaller = middle - old.begin <= end - middle;
      const std::uint32_t begin = old.begin;
      if (front_is_smaller) {
        old.begin = middle;
        add_block(begin, middle);
      } else {
        old.end = middle;
        add_block(middle, end);
      }
    }
  }

  void mark(std::uint32_t state) {
    Block& block = blocks_[block_of_[state]];
    const std::uint32_t to = block.begin + block.marked;
    if (place_[state] < to) return;  // marked before
    if (block.marked++ == 0) touched_.push_back(block_of_[state]);
    const std::uint32_t other = order_[to];
    std::swap(order_[place_[state]], order_[to]);
    place_[other] = place_[state];
    place_[state] = to;
  }

  const Dfa& dfa_;
  std::vector<std::uint32_t> order_;  ///< states, block by block
  std::vector<std::uint32_t> place_;  ///< of each state in order_
  std::vector<std::uint32_t> block_of_;
  std::vector<Block> blocks_;
  std::vector<bool> waiting_;
  std::vector<std::uint32_t> work_;
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint32_t> edge_begin_;
  std::vector<std::uint32_t> sources_;
};

}  // namespace

Result<Dfa> determinize(const Nfa& nfa, std::uint32_t class_count, bool anywhere,
                        const BuildOptions& options) {
  return SubsetConstruction(nfa, class_count, anywhere, options).run();
}

Dfa minimize(const Dfa& dfa, bool keep_start) {
  const auto block_of = Hopcroft(dfa, keep_start).run();
  constexpr std::uint32_t kUnseen = 0xFFFF'FFFF;
  std::vector<std::uint32_t> number(dfa.state_count(), kUnseen);  // of blocks, of which there are no more
  std::vector<std::uint32_t> one_of{0};                           // a state of each block seen
  number[block_of[0]] = 0;
  Dfa least{.class_count = dfa.class_count, .next = {}, .accepts = {}};
  for (std::uint32_t state = 0; state < one_of.size(); ++state) {
    least.accepts.push_back(dfa.accepts[one_of[state]]);
    for (std::uint32_t byte_class = 0; byte_class < dfa.class_count; ++byte_class) {
      const std::uint32_t target = dfa.next[std::size_t{one_of[state]} * dfa.class_count + byte_class];
      std::uint32_t& numbered = number[block_of[target]];
      if (numbered == kUnseen) {
        numbered = static_cast<std::uint32_t>(one_of.size());
        one_of.push_back(target);
      }
      least.next.push_back(numbered);
    }
  }
  return least;
}

Nfa reversed(const Dfa& dfa) {
  Nfa nfa;
  nfa.edges.resize(dfa.state_count());
  nfa.accepts.assign(dfa.state_count(), false);
  nfa.accepts[0] = true;
  for (std::uint32_t state = 0; state < dfa.state_count(); ++state) {
    if (dfa.accepts[state]) nfa.starts.push_back(state);
    for (std::uint32_t byte_class = 0; byte_class < dfa.class_count; ++byte_class)
      nfa.edges[dfa.next[std::size_t{state} * dfa.class_count + byte_class]].push_back(
          {static_cast<std::uint8_t>(byte_class), state});
  }
  return nfa;
}

Result<Table> to_table(const Dfa& dfa, const ByteClasses& classes, TableKind kind, std::string_view pattern,
                       const BuildOptions& options) {
  // Columns by what is in them.
  std::map<std::vector<std::uint32_t>, std::uint32_t> columns;
  std::vector<std::uint32_t> kept;                       // a class for each column
  std::vector<std::uint8_t> column_of(dfa.class_count);  // by class
  for (std::uint32_t byte_class = 0; byte_class < dfa.class_count; ++byte_class) {
    std::vector<std::uint32_t> column;
    for (std::size_t at = byte_class; at < dfa.next.size(); at += dfa.class_count)
      column.push_back(dfa.next[at]);
    const auto [place, is_new] =
        columns.try_emplace(std::move(column), static_cast<std::uint32_t>(kept.size()));
    if (is_new) kept.push_back(byte_class);
    column_of[byte_class] = static_cast<std::uint8_t>(place->second);
  }

  Table table;
  table.kind = kind;
  table.ignore_case = options.ignore_case;
  table.class_count = static_cast<std::uint32_t>(kept.size());
  VYRE_CHECK(check_size(dfa.state_count(), table.class_count, "the regular expression's states", options));
  for (std::size_t byte = 0; byte < 256; ++byte) table.class_of[byte] = column_of[classes.of[byte]];
  table.output_begin.push_back(0);
  for (std::uint32_t state = 0; state < dfa.state_count(); ++state) {
    bool leaves = false;
    for (const std::uint32_t byte_class : kept) {
      const std::uint32_t next = dfa.next[std::size_t{state} * dfa.class_count + byte_class];
      leaves = leaves || next != state;
      table.transitions.push_back(next * table.class_count | (dfa.accepts[next] ? kAcceptBit : 0));
    }
    if (dfa.accepts[state]) table.outputs.push_back(0);
    table.output_begin.push_back(static_cast<std::uint32_t>(table.outputs.size()));
    if (!leaves && !dfa.accepts[state]) table.dead = state * table.class_count;
  }
  table.pattern_length = {0};
  table.patterns = {std::string(pattern)};
  return table;
}

}  // namespace vyre::scan
