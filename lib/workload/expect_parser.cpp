#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "workload/names.hpp"
#include "workload/number.hpp"
#include "workload/settings.hpp"

namespace vyre::workload {

namespace {

struct RelationName {
  std::string_view text;
  Relation relation;
};
/// Longer ones first, where one begins another.
constexpr std::array<RelationName, 6> kRelations{{{"==", Relation::kEqual},
                                                  {"!=", Relation::kNotEqual},
                                                  {"<=", Relation::kLessEqual},
                                                  {">=", Relation::kGreaterEqual},
                                                  {"<", Relation::kLess},
                                                  {">", Relation::kGreater}}};

std::string_view relation_text(Relation relation) {
  for (const auto& name : kRelations)
    if (name.relation == relation) return name.text;
  return "?";
}

/// One side of a relation: a constant, or a control word and a constant added to it.
struct Operand {
  std::int64_t value = 0;
  std::optional<std::uint32_t> other;

  [[nodiscard]] std::string text() const {
    if (!other) return fmt::format("{}", value);
    if (value == 0) return word_name(*other);
    // -value would overflow at the lowest number.
    return value > 0 ? fmt::format("{} + {}", word_name(*other), value)
                     : fmt::format("{} - {}", word_name(*other), 0 - static_cast<std::uint64_t>(value));
  }
};
struct Condition {
  Relation relation = Relation::kEqual;
  Operand operand;
};

/// The part of a scalar from byte `offset`, at its own place.
Node tail_of(const Node& node, std::size_t offset, std::size_t length = std::string::npos) {
  Node part;
  part.kind = NodeKind::kString;
  part.verbatim = node.verbatim;
  part.position = node.position;
  if (node.verbatim) {
    const auto skipped = std::string_view(node.text).substr(0, offset);
    part.position.column = node.text_column() + static_cast<std::uint32_t>(
                                                    std::count_if(skipped.begin(), skipped.end(), [](char c) {
                                                      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                                                    }));
  }
  part.text = node.text.substr(offset, length);
  return part;
}

class ExpectationReader {
 public:
  ExpectationReader(const ValueReader& values, Workload& workload)
      : values_(values), problems_(values.problems()), workload_(workload) {}

  void read(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'expect'")) return;
    Fields fields(node, "'expect'", problems_);
    if (const Node* part = fields.optional("observables")) read_observables(*part);
    if (const Node* part = fields.optional("words")) read_words(*part);
    if (const Node* part = fields.optional("epoch")) read_word(protocol::kEpochWord, *part);
    if (const Node* part = fields.optional("done_count")) read_word(protocol::kDoneCountWord, *part);
    if (const Node* part = fields.optional("metrics")) read_metrics(*part);
    if (const Node* part = fields.optional("debug_log")) read_debug_log(*part);
    if (const Node* part = fields.optional("faults")) read_faults(*part);
    if (const Node* part = fields.optional("windows")) read_windows(*part);
    if (const Node* part = fields.optional("within")) read_within(*part);
    if (const Node* part = fields.optional("arena")) read_arena(*part);
    if (const Node* part = fields.optional("matches"))
      read_count<MatchesExpectation>(*part, "'matches'", "matches");
    fields.finish();
  }

 private:
  void read_arena(const Node& node) {
    if (!values_.is(node, NodeKind::kSequence, "'arena'")) return;
    for (const auto& piece : node.items) {
      auto read = read_arena_piece(piece, values_, workload_);
      if (!read) continue;
      const std::size_t first_byte = 4 * std::size_t{read->first_word};
      add(piece.position,
          fmt::format("arena bytes {}..{} as given", first_byte, first_byte + 4 * read->words.size() - 1),
          ArenaExpectation{read->first_word, std::move(read->words)});
    }
  }

  template <class Kind>
  void add(Position position, std::string text, Kind condition) {
    workload_.expectations.push_back({std::move(condition), position, std::move(text)});
  }

  bool exists(const Node& place, std::uint32_t word) {
    if (word < protocol::kControlFixedWords + std::uint64_t{workload_.observable_count}) return true;
    problems_.add(
        place.position,
        fmt::format("no {}, the workload has {} observables", word_name(word), workload_.observable_count),
        "raise 'observables' in 'control'");
    return false;
  }

  std::optional<Operand> read_operand(const Node& node, std::string_view label) {
    const auto start = node.text.find_first_not_of(" \t");
    const Node trimmed = start == std::string::npos ? node : tail_of(node, start);
    std::string_view rest = trimmed.text;
    const auto name_end = std::min(rest.find_first_of(" \t()+-*/%<>&|^~,"), rest.size());
    const std::string_view name = rest.substr(0, name_end);
    const bool is_word = name == protocol::kObservableName ||
                         std::any_of(protocol::kControlNames.begin(), protocol::kControlNames.end(),
                                     [&](const auto& words) { return words.name == name; });
    if (!is_word) {
      const auto value = values_.constant(trimmed, label);
      if (!value) return std::nullopt;
      return Operand{*value, std::nullopt};
    }
    std::size_t end = name_end;
    if (const auto open = rest.find_first_not_of(" \t", end);
        open != std::string_view::npos && rest[open] == '(') {
      int depth = 0;
      for (end = open; end < rest.size(); ++end) {
        if (rest[end] == '(') ++depth;
        if (rest[end] == ')' && --depth == 0) break;
      }
      end = std::min(end + 1, rest.size());
    }
    const Node reference = tail_of(trimmed, 0, end);
    const auto word = values_.constant_u32(reference, label, {}, WordNames::kWord);
    if (!word || !exists(reference, *word)) return std::nullopt;
    const auto offset_at = rest.find_first_not_of(" \t", end);
    if (offset_at == std::string_view::npos) return Operand{0, *word};
    const Node offset = tail_of(trimmed, offset_at);
    if (offset.text[0] != '+' && offset.text[0] != '-') {
      problems_.add(offset.position,
                    fmt::format("unexpected {} behind {}", quote(offset.text), word_name(*word)),
                    "only + or - and a number may follow the word");
      return std::nullopt;
    }
    const auto value = values_.constant(offset, "the offset", {-kMaxU32, kMaxU32});
    if (!value) return std::nullopt;
    return Operand{*value, *word};
  }

  /// A number, a relation such as ">= 5", or {min, max}; a failed one gives no conditions.
  std::vector<Condition> read_conditions(const Node& node, std::string_view label) {
    std::vector<Condition> conditions;
    if (node.kind == NodeKind::kMap) {
      Fields fields(node, fmt::format("the range of {}", label), problems_);
      const Node* const low = fields.optional("min");
      const Node* const high = fields.optional("max");
      fields.finish();
      if (low == nullptr && high == nullptr)
        problems_.add(node.position, fmt::format("the range of {} has no bound", label),
                      "give 'min', 'max' or both");
      if (low != nullptr)
        if (const auto operand = read_operand(*low, "'min'"))
          conditions.push_back({Relation::kGreaterEqual, *operand});
      if (high != nullptr)
        if (const auto operand = read_operand(*high, "'max'"))
          conditions.push_back({Relation::kLessEqual, *operand});
      const bool both =
          conditions.size() == 2 && !conditions[0].operand.other && !conditions[1].operand.other;
      if (both && conditions[0].operand.value > conditions[1].operand.value)
        problems_.add(node.position,
                      fmt::format("an empty range: min {} is above max {}", conditions[0].operand.value,
                                  conditions[1].operand.value),
                      "swap the two");
      return conditions;
    }
    if (!node.is_scalar()) {
      problems_.add(node.position, fmt::format("{} must be a number, found {}", label, describe(node)),
                    "write a number, a relation such as \">= 5\", or {min: 1, max: 9}");
      return conditions;
    }
    Relation relation = Relation::kEqual;
    std::size_t start = 0;
    const auto first = node.text.find_first_not_of(" \t");
    if (node.kind == NodeKind::kString && first != std::string::npos)
      for (const auto& name : kRelations)
        if (std::string_view(node.text).substr(first).starts_with(name.text)) {
          relation = name.relation;
          start = first + name.text.size();
          break;
        }
    if (const auto operand = read_operand(start == 0 ? node : tail_of(node, start), label))
      conditions.push_back({relation, *operand});
    return conditions;
  }

  void read_word(std::uint32_t word, const Node& node) {
    const std::string name = word_name(word);
    for (const auto& condition : read_conditions(node, name))
      add(node.position,
          fmt::format("{} {} {}", name, relation_text(condition.relation), condition.operand.text()),
          WordExpectation{word, condition.relation, condition.operand.value, condition.operand.other});
  }

  void read_observables(const Node& node) {
    if (node.kind == NodeKind::kSequence) {
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto word = protocol::kObservableWord +
                          static_cast<std::uint32_t>(std::min<std::size_t>(i, protocol::kMaxObservables));
        if (!exists(node.items[i], word)) return;
        read_word(word, node.items[i]);
      }
      return;
    }
    if (!values_.is(node, NodeKind::kMap, "'observables'")) return;
    for_each_entry(node, [&](const Node& key, const Node& value) {
      if (is_free_key(key.text)) return;
      const auto index = values_.constant_u32(key, "an observable", {0, kMaxU32 - protocol::kObservableWord},
                                              WordNames::kObservable);
      if (index && exists(key, protocol::kObservableWord + *index))
        read_word(protocol::kObservableWord + *index, value);
    });
  }

  void read_words(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'words'")) return;
    for_each_entry(node, [&](const Node& key, const Node& value) {
      if (is_free_key(key.text)) return;
      const auto word = values_.constant_u32(key, "a control word", {}, WordNames::kWord);
      if (word && exists(key, *word)) read_word(*word, value);
    });
  }

  void read_metrics(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'metrics'")) return;
    for_each_entry(node, [&](const Node& key, const Node& value) {
      if (is_free_key(key.text)) return;
      std::optional<std::uint32_t> opcode;
      if (const auto* const info = protocol::find_opcode(key.text); info == nullptr)
        opcode = values_.constant_u32(key, "an opcode with a metric", {0, protocol::kMetricsCount - 1});
      else if (info->opcode < protocol::kMetricsCount)
        opcode = info->opcode;
      else
        problems_.add(key.position, fmt::format("'{}' has no metric", key.text),
                      fmt::format("only opcodes below {} are counted", protocol::kMetricsCount));
      if (opcode) read_word(protocol::kMetricsWord + *opcode, value);
    });
  }

  void read_debug_log(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'debug_log'")) return;
    Fields fields(node, "'debug_log'", problems_);
    const Node* const lines = fields.optional("lines");
    const Node* const count = fields.optional("count");
    fields.finish();
    if (lines != nullptr && values_.is(*lines, NodeKind::kSequence, "'lines'"))
      for (const auto& line : lines->items) read_debug_line(line);
    if (count != nullptr) read_count<DebugCountExpectation>(*count, "'count'", "debug lines");
  }

  /// How many `things` there are, which no control word knows.
  template <class Kind>
  void read_count(const Node& node, std::string_view label, std::string_view things) {
    for (const auto& condition : read_conditions(node, label)) {
      if (condition.operand.other) {
        problems_.add(node.position, fmt::format("the count of {} cannot be compared with a word", things),
                      "write a number");
        continue;
      }
      add(node.position,
          fmt::format("{} {} {}", things, relation_text(condition.relation), condition.operand.value),
          Kind{condition.relation, static_cast<std::uint64_t>(condition.operand.value)});
    }
  }

  void read_debug_line(const Node& node) {
    if (node.kind != NodeKind::kMap) {
      if (const auto line = values_.string(node, "a debug line"))
        add(node.position, fmt::format("debug line '{}'", *line), DebugLineExpectation{*line, std::nullopt});
      return;
    }
    Fields fields(node, "a debug line", problems_);
    const Node* const at = fields.required("at");
    const Node* const text = fields.required("line");
    fields.finish();
    if (at == nullptr || text == nullptr) return;
    const auto index = values_.constant_u32(*at, "'at'");
    const auto line = values_.string(*text, "'line'");
    if (index && line)
      add(node.position, fmt::format("debug line {} is '{}'", *index, *line),
          DebugLineExpectation{*line, *index});
  }

  void read_faults(const Node& node) {
    if (node.kind == NodeKind::kString && node.text == "none")
      return add(node.position, "no faults", FaultExpectation{{}, {}, {}, 0});
    if (node.kind != NodeKind::kSequence) {
      problems_.add(node.position, fmt::format("'faults' must be a list or none, found {}", describe(node)),
                    "write [{reason: protected_word}], or none");
      return;
    }
    if (node.items.empty()) return add(node.position, "no faults", FaultExpectation{{}, {}, {}, 0});
    for (const auto& entry : node.items)
      if (values_.is(entry, NodeKind::kMap, "a fault")) read_fault(entry);
  }

  void read_fault(const Node& node) {
    static constexpr auto kNames = [] {
      std::array<std::string_view, protocol::kFaults.size()> names{};
      for (std::size_t i = 0; i < names.size(); ++i) names[i] = protocol::kFaults[i].name;
      return names;
    }();
    FaultExpectation fault;
    std::string text;
    Fields fields(node, "a fault", problems_);
    if (const Node* count = fields.optional("count"))
      if (const auto value = values_.constant(*count, "'count'", {0, std::int64_t{1} << 40})) {
        fault.count = static_cast<std::uint64_t>(*value);
        text += fmt::format("{} ", *value);
      }
    text += fault.count && *fault.count != 1 ? "faults" : "fault";
    if (const Node* reason = fields.optional("reason"))
      if (const auto choice = values_.choice(*reason, "'reason'", kNames)) {
        fault.reason = protocol::kFaults[*choice].code;
        text += fmt::format(" {}", kNames[*choice]);
      }
    if (const Node* slot = fields.optional("slot"))
      if ((fault.slot = values_.constant_u32(*slot, "'slot'", {0, std::int64_t{workload_.slot_count} - 1})))
        text += fmt::format(" in slot {}", *fault.slot);
    if (const Node* detail = fields.optional("detail"))
      if ((fault.detail = values_.constant_u32(*detail, "'detail'", {}, WordNames::kWord)))
        text += fmt::format(" with detail {}", *fault.detail);
    fields.finish();
    add(node.position, std::move(text), fault);
  }

  void read_windows(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'windows'")) return;
    Fields fields(node, "'windows'", problems_);
    read_tickets(fields.optional("usable"), "'usable'", true);
    read_tickets(fields.optional("unusable"), "'unusable'", false);
    fields.finish();
  }

  void read_tickets(const Node* node, std::string_view label, bool usable) {
    if (node == nullptr || !values_.is(*node, NodeKind::kSequence, label)) return;
    for (const auto& entry : node->items)
      if (const auto ticket = values_.constant_u32(entry, "a ticket"))
        add(entry.position, fmt::format("window {} is {}", *ticket, usable ? "usable" : "not usable"),
            WindowExpectation{*ticket, usable});
  }

  void read_within(const Node& node) {
    if (const auto duration = values_.duration(node, "'within'"))
      add(node.position, fmt::format("done within {}", format_duration(*duration)),
          TimeExpectation{*duration});
  }

  const ValueReader& values_;
  Problems& problems_;
  Workload& workload_;
};

}  // namespace

void read_expectations(const Node& node, const ValueReader& values, Workload& workload) {
  ExpectationReader(values, workload).read(node);
}

}  // namespace vyre::workload
