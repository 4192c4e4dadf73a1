/// OperationParser: one opcode with its arguments, in every form that files write it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vyre/workload/step.hpp"
#include "vyre/workload/workload.hpp"
#include "workload/node.hpp"
#include "workload/values.hpp"

namespace vyre::workload {

/// The map around an action: its key and value, and the options beside it.
struct ActionMap {
  const Node* map = nullptr;  ///< nullptr for a step that is a bare word, such as `- nop`
  const Node* key = nullptr;
  const Node* value = nullptr;  ///< nullptr for a bare word
  const Node* tenant = nullptr;
  const Node* priority = nullptr;
  const Node* slot = nullptr;
  const Node* async = nullptr;
  const Node* args = nullptr;
  bool unchecked = false;
};

class OperationParser {
 public:
  OperationParser(const Workload& settings, const ValueReader& values)
      : settings_(settings), values_(values), problems_(values.problems()) {}

  /// Splits a step or an item into action and options. `owner` is "a step" or "an item".
  [[nodiscard]] std::optional<ActionMap> split(const Node& node, std::string_view owner) const;

  /// Whether the key is an opcode's or a handler's name, or `opcode`.
  [[nodiscard]] bool is_operation(std::string_view key) const;
  /// The operation that such a key begins.
  [[nodiscard]] std::optional<OperationSpec> parse(const ActionMap& action);

  /// An opcode by name or number, as `opcode:` takes it.
  [[nodiscard]] std::optional<std::uint32_t> opcode(const Node& node, bool unchecked);
  /// The opcodes that were parsed so far.
  [[nodiscard]] const ring::OperationSet& seen() const noexcept { return seen_; }
  /// A list of numbers, which the opcode's own kinds of arguments are applied to from `first_argument`.
  [[nodiscard]] std::optional<std::vector<Expression>> arguments(const Node& list, std::uint32_t opcode,
                                                                 std::size_t first_argument = 0) const;
  /// What to do about a tenant that the workload does not declare.
  enum class Undeclared : std::uint8_t {
    kRefuse,   ///< the host could not do anything with it
    kSuggest,  ///< refuse, and mention `unchecked`
    kAccept,   ///< the step says `unchecked`
  };
  /// A tenant by name or id; tenant 0 when there is none.
  [[nodiscard]] std::optional<Expression> tenant(const Node* node, Undeclared undeclared) const;
  [[nodiscard]] std::optional<Expression> tenant(const Node* node, bool unchecked) const {
    return tenant(node, unchecked ? Undeclared::kAccept : Undeclared::kSuggest);
  }
  /// One number that becomes argument `index` of the opcode.
  [[nodiscard]] std::optional<Expression> argument(const Node& node, std::uint32_t opcode,
                                                   std::size_t index) const;

  /// Adds a problem for the key; it is no action and no option.
  void refuse_key(const Node& key, std::string_view owner) const;

 private:
  [[nodiscard]] const Handler* find_handler(std::string_view name) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> opcode_by_name(const Node& node) const;
  [[nodiscard]] bool check_opcode(const Node& node, std::uint32_t opcode, bool unchecked) const;
  [[nodiscard]] bool check_count(const Node& node, const OperationSpec& operation, bool unchecked) const;
  [[nodiscard]] bool check_format(const Node& node, const OperationSpec& operation, bool unchecked) const;
  [[nodiscard]] bool is_declared(std::int64_t tenant) const noexcept;
  [[nodiscard]] bool read_named(const Node& map, const protocol::OpcodeInfo& info,
                                OperationSpec& operation) const;
  [[nodiscard]] std::string opcode_text(std::uint32_t opcode) const;

  ring::OperationSet seen_ = ring::OperationSet::none();
  const Workload& settings_;
  const ValueReader& values_;
  Problems& problems_;
};

}  // namespace vyre::workload
