#include "workload/expression_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "workload/expression_code.hpp"
#include "workload/names.hpp"
#include "workload/node.hpp"
#include "workload/number.hpp"

namespace vyre::workload {

namespace {

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxDepth = 48;

struct BinaryOperator {
  std::string_view text;
  Op op;
  int binds;  ///< higher binds tighter
};
/// Longer ones first, where one begins another.
constexpr std::array<BinaryOperator, 10> kOperators{{{"<<", Op::kShiftLeft, 4},
                                                     {">>", Op::kShiftRight, 4},
                                                     {"|", Op::kOr, 1},
                                                     {"^", Op::kXor, 2},
                                                     {"&", Op::kAnd, 3},
                                                     {"+", Op::kAdd, 5},
                                                     {"-", Op::kSubtract, 5},
                                                     {"*", Op::kMultiply, 6},
                                                     {"/", Op::kDivide, 6},
                                                     {"%", Op::kRemainder, 6}}};

/// Which further names an index may use: metrics(atomic_add), tenant_quota(worker), priority_fairness(high).
enum class IndexNames : std::uint8_t { kNone, kOpcodes, kTenants, kPriorities };

IndexNames index_names(std::string_view word) {
  if (word == "metrics") return IndexNames::kOpcodes;
  if (word.starts_with("tenant_")) return IndexNames::kTenants;
  if (word.starts_with("priority_")) return IndexNames::kPriorities;
  return IndexNames::kNone;
}

class Compiler {
 public:
  Compiler(std::string_view text, const Scope& scope, WordNames words)
      : text_(text), scope_(scope), words_(words) {}

  /// Throws ExpressionFault, which never leaves this file.
  std::vector<Instruction> run() {
    if (text_.size() > kMaxText)
      refuse(0, fmt::format("an expression of {} characters, {} can be read", text_.size(), kMaxText),
             "shorten it");
    code_.reserve(4);
    binary(0);
    skip_space();
    if (at_ < text_.size()) refuse_rest();
    return std::move(code_);
  }

 private:
  [[noreturn]] static void refuse(std::size_t offset, std::string what, std::string fix) {
    throw ExpressionFault{offset, std::move(what), std::move(fix)};
  }
  [[noreturn]] void refuse_rest() const {
    refuse(at_, fmt::format("unexpected {} in an expression", quote(text_.substr(at_))),
           "operators are + - * / % << >> & | ^ ~");
  }

  void skip_space() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool take(char c) noexcept {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (take(c)) return;
    if (at_ >= text_.size())
      refuse(at_, fmt::format("the expression ends where '{}' is due", c),
             c == ',' ? "complete it; within {} and [] an expression with a comma stands in quotes"
                      : "complete it");
    refuse(at_, fmt::format("unexpected {} where '{}' is due", quote(text_.substr(at_)), c),
           fmt::format("put '{}' here", c));
  }

  void push(Op op, std::int64_t operand) {
    if (++depth_ > kMaxExpressionStack) refuse(at_, "an expression nested too deeply", "split it");
    code_.push_back({op, operand});
  }
  void emit_unary(Op op, std::size_t offset, std::int64_t operand = 0) {
    Instruction& last = code_.back();
    if (last.op != Op::kConstant) {
      code_.push_back({op, operand});
      return;
    }
    if (const char* const problem = apply(op, last.operand, operand); problem != nullptr)
      refuse(offset, problem, "change the numbers");
  }
  void emit_binary(Op op, std::size_t offset) {
    --depth_;
    const std::size_t size = code_.size();
    if (code_[size - 1].op != Op::kConstant || code_[size - 2].op != Op::kConstant) {
      code_.push_back({op});
      return;
    }
    if (const char* const problem = apply(op, code_[size - 2].operand, code_[size - 1].operand);
        problem != nullptr)
      refuse(offset, fmt::format("{} in {}", problem, quote(text_)), "change the numbers");
    code_.pop_back();
  }

  void binary(int least) {
    unary();
    for (;;) {
      skip_space();
      // What ends most expressions: no need to look for an operator.
      if (at_ >= text_.size() || text_[at_] == ')' || text_[at_] == ',') return;
      const std::string_view rest = text_.substr(at_);
      const auto* const found =
          std::find_if(kOperators.begin(), kOperators.end(),
                       [&](const auto& candidate) { return rest.starts_with(candidate.text); });
      if (found == kOperators.end() || found->binds <= least) return;
      const std::size_t offset = at_;
      at_ += found->text.size();
      binary(found->binds);
      emit_binary(found->op, offset);
    }
  }

  void unary() {
    if (++nesting_ > kMaxDepth) refuse(at_, "an expression nested too deeply", "split it");
    skip_space();
    const std::size_t offset = at_;
    if (take('-')) {
      unary();
      emit_unary(Op::kNegate, offset);
    } else if (take('~')) {
      unary();
      emit_unary(Op::kInvert, offset);
    } else if (take('+')) {
      unary();
    } else {
      primary();
    }
    --nesting_;
  }

  void primary() {
    if (take('(')) {
      binary(0);
      expect(')');
      return;
    }
    if (at_ >= text_.size())
      refuse(at_,
             text_.find_first_not_of(" \t\n") == std::string_view::npos
                 ? "an empty expression"
                 : "the expression ends where a number is due",
             "write a number");
    const std::size_t start = at_;
    while (at_ < text_.size() && is_word_character(text_[at_])) ++at_;
    if (at_ == start) refuse_rest();
    const std::string_view word = text_.substr(start, at_ - start);
    if (word[0] >= '0' && word[0] <= '9') return number(word, start);
    name(word, start);
  }

  /// A dot belongs to what looks like a number, so that 1.5 is refused as a whole.
  bool is_word_character(char c) const noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
  }

  void number(std::string_view word, std::size_t start) {
    const auto value = parse_number(word);
    if (!value) refuse(start, value.error().what, value.error().fix);
    push(Op::kConstant, *value);
  }

  void name(std::string_view word, std::size_t start) {
    if (const auto loop = std::find(scope_.loops.rbegin(), scope_.loops.rend(), word);
        loop != scope_.loops.rend()) {
      push(Op::kLoop, scope_.loops.rend() - loop - 1);
      return;
    }
    if (const auto found = scope_.parameters.find(word); found != scope_.parameters.end()) {
      push(Op::kConstant, found->second);
      return;
    }
    if (const auto value = index_value(word)) {
      push(Op::kConstant, *value);
      return;
    }
    if (word == "min" || word == "max") return function(word == "min" ? Op::kMin : Op::kMax, start);
    if (word == protocol::kObservableName) return observable(start);
    for (const auto& words : protocol::kControlNames)
      if (words.name == word) return control_word(words, start);
    refuse_name(word, start);
  }

  std::optional<std::int64_t> index_value(std::string_view word) const {
    if (index_names_ == IndexNames::kOpcodes) {
      const auto* const info = protocol::find_opcode(word);
      if (info != nullptr && info->opcode < protocol::kMetricsCount) return info->opcode;
    } else if (index_names_ == IndexNames::kTenants) {
      if (const auto found = scope_.tenants.find(word); found != scope_.tenants.end()) return found->second;
    } else if (index_names_ == IndexNames::kPriorities) {
      const auto found = std::find(protocol::kPriorityNames.begin(), protocol::kPriorityNames.end(), word);
      if (found != protocol::kPriorityNames.end()) return found - protocol::kPriorityNames.begin();
    }
    return std::nullopt;
  }

  void function(Op op, std::size_t start) {
    expect('(');
    binary(0);
    expect(',');
    binary(0);
    expect(')');
    emit_binary(op, start);
  }

  void index(std::string_view word, std::int64_t limit) {
    const IndexNames outer = index_names_;
    const WordNames outer_words = words_;
    index_names_ = workload::index_names(word);
    words_ = WordNames::kRefused;
    expect('(');
    const std::size_t inside = at_;
    binary(0);
    expect(')');
    index_names_ = outer;
    words_ = outer_words;
    if (code_.back().op == Op::kConstant && (code_.back().operand < 0 || code_.back().operand >= limit))
      refuse(inside, fmt::format("no {}({})", word, code_.back().operand),
             fmt::format("{} has the numbers 0 to {}", word, limit - 1));
    emit_unary(Op::kIndex, inside, limit);
  }

  void observable(std::size_t start) {
    const WordNames words = words_;
    if (words == WordNames::kRefused) refuse_place(protocol::kObservableName, start);
    index(protocol::kObservableName,
          std::int64_t{std::numeric_limits<std::uint32_t>::max()} - protocol::kObservableWord);
    if (words == WordNames::kObservable) return;
    push(Op::kConstant, protocol::kObservableWord);
    emit_binary(Op::kAdd, start);
  }

  void control_word(const protocol::ControlWords& words, std::size_t start) {
    if (words_ == WordNames::kRefused) refuse_place(words.name, start);
    if (words_ == WordNames::kObservable)
      refuse(start, fmt::format("'{}' is no observable", words.name),
             "write observable(0), or its plain number");
    if (words.count == 1) {
      push(Op::kConstant, words.first);
      return;
    }
    index(words.name, words.count);
    push(Op::kConstant, words.first);
    emit_binary(Op::kAdd, start);
  }

  [[noreturn]] static void refuse_place(std::string_view name, std::size_t start) {
    refuse(start, fmt::format("'{}' names a place, a plain number is due here", name),
           "write a number; 'load_u32' reads a word when the workload runs");
  }

  [[noreturn]] void refuse_name(std::string_view word, std::size_t start) const {
    std::vector<std::string_view> known;
    known.reserve(scope_.parameters.size() + scope_.loops.size());
    for (const auto& [parameter, value] : scope_.parameters) known.push_back(parameter);
    for (const auto& loop : scope_.loops)
      if (!loop.empty()) known.push_back(loop);
    if (words_ != WordNames::kRefused) {
      known.push_back(protocol::kObservableName);
      if (words_ == WordNames::kWord)
        for (const auto& words : protocol::kControlNames) known.push_back(words.name);
    }
    if (index_names_ == IndexNames::kTenants)
      for (const auto& [tenant, id] : scope_.tenants) known.push_back(tenant);
    if (index_names_ == IndexNames::kOpcodes)
      for (const auto& info : protocol::kOpcodes)
        if (info.opcode < protocol::kMetricsCount) known.push_back(info.name);
    refuse(start, fmt::format("unknown name {}", quote(word)),
           suggest(word, known, "declare it under 'parameters', or as 'var' of a repeat"));
  }

  std::string_view text_;
  const Scope& scope_;
  WordNames words_;
  IndexNames index_names_ = IndexNames::kNone;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t nesting_ = 0;
  std::vector<Instruction> code_;
};

/// Most expressions are plain decimal numbers, which need no compiler; nullopt for all that may be more.
std::optional<std::int64_t> plain_number(std::string_view text) noexcept {
  constexpr std::size_t kMaxDigits = 18;  // cannot overflow
  if (text.empty() || text.size() > kMaxDigits || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  return value;
}

}  // namespace

std::expected<Expression, ExpressionFault> compile_expression(std::string_view text, const Scope& scope,
                                                              WordNames words, Position position) {
  if (const auto number = plain_number(text)) return Expression(*number);
  try {
    std::vector<Instruction> code = Compiler(text, scope, words).run();
    if (code.size() == 1 && code[0].op == Op::kConstant) return Expression(code[0].operand);
    auto shared = std::make_shared<Expression::Code>();
    code.shrink_to_fit();
    shared->instructions = std::move(code);
    shared->text = text;
    shared->file = scope.file;
    shared->position = position;
    return Expression(std::shared_ptr<const Expression::Code>(std::move(shared)));
  } catch (ExpressionFault& fault) { return std::unexpected(std::move(fault)); }
}

}  // namespace vyre::workload
