/// StepParser: nodes of the list of steps into Steps.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vyre/workload/step.hpp"
#include "vyre/workload/workload.hpp"
#include "workload/node.hpp"
#include "workload/operation_parser.hpp"
#include "workload/problems.hpp"
#include "workload/scope.hpp"
#include "workload/values.hpp"

namespace vyre::workload {

class StepParser {
 public:
  /// Both must outlive the parser; `scope` is copied, since loops add to it.
  StepParser(const Workload& settings, const Scope& scope, Problems& problems);
  StepParser(const StepParser&) = delete;
  StepParser& operator=(const StepParser&) = delete;

  /// nullopt when problems were added.
  [[nodiscard]] std::optional<Step> parse(const Node& node);

  /// The operations of the steps so far.
  [[nodiscard]] ring::OperationSet operations() const noexcept {
    ring::OperationSet all = seen_;
    all.add(operations_.seen());
    return all;
  }
  /// Whether a step so far streams files.
  [[nodiscard]] bool saw_stream() const noexcept { return saw_stream_; }

 private:
  using Made = std::optional<Step::Action>;

  // step_parser.cpp: steps that publish nothing, and the options of those that do
  Made parse_action(const ActionMap& action);
  Made parse_load(const ActionMap& action, descriptor::LoadMode mode);
  Made check_writable(const Node& node, LoadStep step);
  Made parse_host_action(const ActionMap& action);
  Made parse_repeat(const Node& node);
  Made parse_wait(const Node& node);
  Made parse_sleep(const Node& node);
  Made parse_snapshot(const Node& node);
  Made parse_set_quota(const Node& node);
  Made parse_set_observable(const Node& node);
  bool enter_loop(const Node& node, const Expression& count, const Node* variable);
  void leave_loop();
  bool read_options(const ActionMap& action, Step& step);
  bool read_placement(const ActionMap& action, Step& step);

  // slot_groups.cpp: steps of several slots or operations
  Made parse_packed(const ActionMap& action);
  Made parse_batch(const ActionMap& action);
  Made parse_fenced_batch(const ActionMap& action);
  Made parse_work_items(const ActionMap& action);
  Made parse_window(const ActionMap& action);
  std::optional<PackedStep> packed(const Node& list, const Node* tenant, bool unchecked);
  std::optional<std::variant<SingleStep, PackedStep>> batch_item(const Node& node, const ActionMap& batch);
  std::optional<WorkItemSpec> work_item(const Node& node, bool unchecked);
  std::optional<OperationSpec> plain_operation(const Node& node, std::string_view owner, bool unchecked);
  std::optional<std::vector<std::vector<Expression>>> payloads(const Node* node, std::string_view label,
                                                               std::uint32_t opcode);

  // scan_step.cpp: a scan of bytes in the arena
  Made parse_scan(const ActionMap& action);
  std::optional<Expression> scan_table(const Node& node, bool unchecked);
  std::optional<Expression> arena_word(const Node* node, std::string_view label, std::int64_t first_byte);
  bool check_in_arena(const Node& node, std::string_view what, const Expression& at, const Expression& count,
                      std::int64_t count_bytes, std::int64_t more_bytes);
  bool check_aligned(const Node& node, std::string_view label, const Expression& at, std::int64_t alignment);

  // stream_step.cpp: files, as they stream in
  Made parse_stream(const ActionMap& action);
  bool read_stream_files(const Node& node, StreamStep& step);
  bool read_stream_handler(const Node& map, const Node* node, StreamStep& step);
  bool read_stream_sizes(Fields& fields, StreamStep& step);
  bool read_stream_ways(Fields& fields, StreamStep& step);

  struct Loop {
    std::vector<std::vector<std::int64_t>> corners;
    std::int64_t runs;  ///< how often the steps outside it run, at most
  };

  const Workload& settings_;
  Scope scope_;
  Problems& problems_;
  ValueReader values_;
  OperationParser operations_;
  std::vector<Loop> loops_;
  std::int64_t runs_ = 1;
  ring::OperationSet seen_ = ring::OperationSet::none();  ///< besides those of operations_
  bool saw_stream_ = false;
};

/// Slots that a step occupies at one time; 0 for one that publishes nothing.
[[nodiscard]] std::uint64_t slots_needed(const Step::Action& action) noexcept;

}  // namespace vyre::workload
