/// The compiled form of an expression: a short program for a stack machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/workload/expression.hpp"

namespace vyre::workload {

enum class Op : std::uint8_t {
  kConstant,  ///< push `operand`
  kLoop,      ///< push loop variable number `operand`
  kNegate,
  kInvert,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kShiftLeft,
  kShiftRight,
  kAnd,
  kOr,
  kXor,
  kMin,
  kMax,
  kIndex,    ///< refuse the top unless it is 0..operand-1: the index of a named control word
  kToWords,  ///< the top is a place in bytes: refuse it unless it is a multiple of 4, else divide by 4
};

struct Instruction {
  Op op;
  std::int64_t operand = 0;
};

/// The deepest stack that a compiled expression may need.
inline constexpr std::size_t kMaxExpressionStack = 64;

struct Expression::Code {
  std::vector<Instruction> instructions;
  std::string text;  ///< as written, for messages
  std::shared_ptr<const std::string> file;
  Position position;
};

/// One operation on values at hand; nullptr when it worked, else what is wrong ("division by zero").
/// `left` is the operand of unary operations and of kIndex, and takes the result.
[[nodiscard]] const char* apply(Op op, std::int64_t& left, std::int64_t right) noexcept;

}  // namespace vyre::workload
