#include "vyre/workload/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/assert.hpp"
#include "workload/expression_code.hpp"
#include "workload/node.hpp"

namespace vyre::workload {

namespace {

constexpr const char* kOverflow = "overflow of signed 64-bit numbers";
constexpr const char* kShiftRange = "shift by a number outside 0..63";

const char* divide(Op op, std::int64_t& left, std::int64_t right) noexcept {
  if (right == 0) return "division by zero";
  if (left == std::numeric_limits<std::int64_t>::min() && right == -1) return kOverflow;
  left = op == Op::kDivide ? left / right : left % right;
  return nullptr;
}

const char* shift(Op op, std::int64_t& left, std::int64_t right) noexcept {
  if (right < 0 || right > 63) return kShiftRange;
  if (op == Op::kShiftRight) {
    left >>= right;
    return nullptr;
  }
  const auto shifted = static_cast<std::int64_t>(static_cast<std::uint64_t>(left) << right);
  if ((shifted >> right) != left) return kOverflow;
  left = shifted;
  return nullptr;
}

bool is_binary(Op op) noexcept { return op >= Op::kAdd && op <= Op::kMax; }

std::string place(const Expression::Code& code) {
  return fmt::format("{}:{}:{}", *code.file, code.position.line, code.position.column);
}

std::string with_loops(LoopValues loops) {
  if (loops.empty()) return {};
  return fmt::format(" (loop variables, outermost first: {})", fmt::join(loops, ", "));
}

}  // namespace

const char* apply(Op op, std::int64_t& left, std::int64_t right) noexcept {
  bool overflow = false;
  switch (op) {
    case Op::kConstant:
    case Op::kLoop: return nullptr;
    case Op::kNegate: overflow = __builtin_sub_overflow(std::int64_t{0}, left, &left); break;
    case Op::kInvert: left = ~left; break;
    case Op::kAdd: overflow = __builtin_add_overflow(left, right, &left); break;
    case Op::kSubtract: overflow = __builtin_sub_overflow(left, right, &left); break;
    case Op::kMultiply: overflow = __builtin_mul_overflow(left, right, &left); break;
    case Op::kDivide:
    case Op::kRemainder: return divide(op, left, right);
    case Op::kShiftLeft:
    case Op::kShiftRight: return shift(op, left, right);
    case Op::kAnd: left &= right; break;
    case Op::kOr: left |= right; break;
    case Op::kXor: left ^= right; break;
    case Op::kMin: left = std::min(left, right); break;
    case Op::kMax: left = std::max(left, right); break;
    case Op::kToWords:
      if (left % 4 != 0) return "no multiple of 4 bytes";
      left /= 4;
      break;
    case Op::kIndex: return left < 0 || left >= right ? "index out of range" : nullptr;
  }
  return overflow ? kOverflow : nullptr;
}

Result<std::int64_t> Expression::evaluate(LoopValues loops) const {
  if (code_ == nullptr) return constant_;
  std::array<std::int64_t, kMaxExpressionStack> stack{};
  std::size_t depth = 0;
  for (const auto& [op, operand] : code_->instructions) {
    if (op == Op::kConstant) {
      stack[depth++] = operand;
      continue;
    }
    if (op == Op::kLoop) {
      VYRE_ASSERT(static_cast<std::size_t>(operand) < loops.size());
      stack[depth++] = loops[static_cast<std::size_t>(operand)];
      continue;
    }
    std::int64_t right = operand;
    if (is_binary(op)) right = stack[--depth];
    if (const char* const problem = apply(op, stack[depth - 1], right); problem != nullptr)
      return fail(ErrorCode::kBadInput,
                  fmt::format("{} in {}{}", problem, quote(code_->text), with_loops(loops)), place(*code_),
                  "change the expression or the loop's count");
  }
  return stack[0];
}

Expression Expression::in_words() const {
  if (code_ == nullptr) {
    VYRE_ASSERT(constant_ % 4 == 0);
    return Expression(constant_ / 4);
  }
  auto code = std::make_shared<Code>(*code_);
  code->instructions.push_back({.op = Op::kToWords});
  return Expression(std::shared_ptr<const Code>(std::move(code)));
}

Result<std::uint32_t> Expression::evaluate_u32(LoopValues loops) const {
  VYRE_TRY(const std::int64_t value, evaluate(loops));
  if (value >= 0 && value <= std::numeric_limits<std::uint32_t>::max())
    return static_cast<std::uint32_t>(value);
  if (code_ == nullptr)
    return fail(ErrorCode::kBadInput, fmt::format("{} is not within 0..4294967295", value), "",
                "write a 32-bit number");
  return fail(
      ErrorCode::kBadInput,
      fmt::format("{} is {}, not within 0..4294967295{}", quote(code_->text), value, with_loops(loops)),
      place(*code_), "keep it in range, for instance with '& 0xFFFFFFFF'");
}

}  // namespace vyre::workload
