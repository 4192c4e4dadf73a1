/// Integer expressions of workload files: `i * 4 + base`, `observable(i % 8)`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::workload {

/// Place in a workload file, both counted from 1; 0 when unknown.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Loop variables in force, outermost first; the loader resolved names to indices into it.
using LoopValues = std::span<const std::int64_t>;

/// A compiled expression, signed 64-bit inside. Parameters were substituted at load, so only loop
/// variables remain; an expression without any is folded to a constant at load and costs no memory
/// beyond its 8 bytes. Copies share the code. Thread: const use from any thread.
class VYRE_API Expression {
 public:
  Expression() = default;  ///< the constant 0
  explicit Expression(std::int64_t constant) : constant_(constant) {}

  [[nodiscard]] bool is_constant() const noexcept { return code_ == nullptr; }

  /// Errors: kBadInput on overflow, division by zero or a shift out of range; `where` is the
  /// expression's file:line:column.
  [[nodiscard]] Result<std::int64_t> evaluate(LoopValues loops = {}) const;
  /// The same, refused outside 0..2^32-1.
  [[nodiscard]] Result<std::uint32_t> evaluate_u32(LoopValues loops = {}) const;

  /// A place in bytes as one in words of 4. Where it is no multiple of 4, evaluation refuses it; a constant
  /// must be one.
  [[nodiscard]] Expression in_words() const;

  struct Code;  ///< private to lib/workload
  explicit Expression(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

 private:
  std::int64_t constant_ = 0;
  std::shared_ptr<const Code> code_;
};

}  // namespace vyre::workload
