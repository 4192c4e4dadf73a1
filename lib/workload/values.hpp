/// Reading the values and keys of nodes, with a problem for each that is not what it should be.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workload/expression_compiler.hpp"
#include "workload/node.hpp"
#include "workload/problems.hpp"
#include "workload/scope.hpp"

namespace vyre::workload {

inline constexpr std::int64_t kMaxU32 = std::numeric_limits<std::uint32_t>::max();

struct Range {
  std::int64_t low = 0;
  std::int64_t high = kMaxU32;
};

/// Reads values. `label` names them in messages ("'slots'"). Every function adds a problem and
/// returns nullopt when the node will not do.
class ValueReader {
 public:
  ValueReader(const Scope& scope, Problems& problems) : scope_(scope), problems_(problems) {}

  /// A number or an expression, within the range wherever the loops around it can be tried.
  [[nodiscard]] std::optional<Expression> expression(const Node& node, std::string_view label,
                                                     Range range = {},
                                                     WordNames words = WordNames::kRefused) const;
  /// The same, known now: no loop variable may be in it.
  [[nodiscard]] std::optional<std::int64_t> constant(const Node& node, std::string_view label,
                                                     Range range = {},
                                                     WordNames words = WordNames::kRefused) const;
  [[nodiscard]] std::optional<std::uint32_t> constant_u32(const Node& node, std::string_view label,
                                                          Range range = {},
                                                          WordNames words = WordNames::kRefused) const;
  [[nodiscard]] std::optional<bool> boolean(const Node& node, std::string_view label) const;
  [[nodiscard]] std::optional<std::string> string(const Node& node, std::string_view label) const;
  [[nodiscard]] std::optional<std::chrono::nanoseconds> duration(const Node& node,
                                                                 std::string_view label) const;
  /// One of the names, as its index.
  [[nodiscard]] std::optional<std::size_t> choice(const Node& node, std::string_view label,
                                                  std::span<const std::string_view> names) const;

  /// Adds "'label' must be <expected>, found <the node>" unless the node is of the kind.
  [[nodiscard]] bool is(const Node& node, NodeKind kind, std::string_view label) const;

  [[nodiscard]] const Scope& scope() const noexcept { return scope_; }
  [[nodiscard]] Problems& problems() const noexcept { return problems_; }

 private:
  [[nodiscard]] bool check_corners(const Node& node, const Expression& expression, std::string_view label,
                                   Range range) const;
  void add_fault(const Node& node, const ExpressionFault& fault) const;

  const Scope& scope_;
  Problems& problems_;
};

/// The keys of one map. Asking for a key makes it known; finish() refuses the others, but for those
/// that begin with "x-".
class Fields {
 public:
  /// `owner` names the map in messages ("a tenant"). The node must be a map.
  Fields(const Node& map, std::string_view owner, Problems& problems)
      : map_(map), owner_(owner), problems_(problems) {
    known_.reserve(8);
  }

  [[nodiscard]] const Node* optional(std::string_view key);
  /// finish() adds a problem when the key is missing.
  [[nodiscard]] const Node* required(std::string_view key);
  void finish() const;
  [[nodiscard]] const Node& map() const noexcept { return map_; }

 private:
  const Node& map_;
  std::string owner_;
  Problems& problems_;
  std::vector<std::string_view> known_;
  std::vector<std::string_view> missing_;
};

/// Whether a key is the user's own.
[[nodiscard]] inline bool is_free_key(std::string_view key) noexcept { return key.starts_with("x-"); }

}  // namespace vyre::workload
