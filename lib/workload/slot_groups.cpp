#include <fmt/format.h>

#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "workload/step_parser.hpp"

namespace vyre::workload {

namespace {

constexpr std::uint32_t kPackedOpcodes = 256;  ///< an operation's opcode is one byte

/// The value of an action that a bare word cannot stand for.
const Node& value_or_key(const ActionMap& action) noexcept {
  return action.value != nullptr ? *action.value : *action.key;
}

}  // namespace

std::optional<OperationSpec> StepParser::plain_operation(const Node& node, std::string_view owner,
                                                         bool unchecked) {
  auto action = operations_.split(node, owner);
  if (!action) return std::nullopt;
  action->unchecked = action->unchecked || unchecked;
  for (const Node* option : {action->tenant, action->priority, action->slot, action->async})
    if (option != nullptr) {
      problems_.add(option->position, fmt::format("{} has no options of its own", owner),
                    "put 'tenant' and the others beside the action of the step");
      return std::nullopt;
    }
  if (!operations_.is_operation(action->key->text)) {
    if (action->map == nullptr)
      operations_.refuse_key(*action->key, owner);
    else
      problems_.add(action->key->position, fmt::format("{} cannot be '{}'", owner, action->key->text),
                    "name an opcode");
    return std::nullopt;
  }
  return operations_.parse(*action);
}

std::optional<PackedStep> StepParser::packed(const Node& list, const Node* tenant, bool unchecked) {
  if (!values_.is(list, NodeKind::kSequence, "'packed'")) return std::nullopt;
  auto owner = operations_.tenant(tenant, unchecked);
  seen_.add(protocol::kOpPackedSlot);
  PackedStep step;
  bool good = owner.has_value();
  std::size_t arguments = 0;
  for (const auto& item : list.items) {
    auto operation = plain_operation(item, "a packed operation", unchecked);
    if (operation && operation->opcode >= kPackedOpcodes) {
      problems_.add(
          item.position,
          fmt::format("opcode 0x{:X} cannot be packed, opcodes in a slot are below 256", operation->opcode),
          "make it a step of its own");
      operation.reset();
    }
    good = good && operation.has_value();
    if (!operation) continue;
    arguments += operation->args.size();
    step.operations.push_back(std::move(*operation));
  }
  if (!good) return std::nullopt;
  const std::size_t count = list.items.size();
  if (count == 0) {
    problems_.add(list.position, "a packed slot without operations", "give at least one");
    return std::nullopt;
  }
  const std::size_t words =
      (protocol::kPackedHeaderBytes + protocol::kPackedOpBytes * count + 3) / 4 + arguments;
  if (count > protocol::kPackedMaxOps || words > protocol::kArgWords) {
    problems_.add(list.position,
                  fmt::format("packed slot needs {} words ({} operations, {} arguments), {} fit", words,
                              count, arguments, protocol::kArgWords),
                  "split it over two slots");
    return std::nullopt;
  }
  step.tenant = std::move(*owner);
  return step;
}

StepParser::Made StepParser::parse_packed(const ActionMap& action) {
  if (auto step = packed(value_or_key(action), action.tenant, action.unchecked)) return std::move(*step);
  return std::nullopt;
}

std::optional<std::variant<SingleStep, PackedStep>> StepParser::batch_item(const Node& node,
                                                                           const ActionMap& batch) {
  auto action = operations_.split(node, "an item");
  if (!action) return std::nullopt;
  action->unchecked = action->unchecked || batch.unchecked;
  if (action->tenant == nullptr) action->tenant = batch.tenant;
  for (const Node* option : {action->priority, action->slot, action->async})
    if (option != nullptr) {
      problems_.add(option->position, "an item of a batch cannot be placed on its own",
                    "put 'priority', 'slot' and 'async' beside 'batch'");
      return std::nullopt;
    }
  if (action->key->text == "packed" && action->map != nullptr) {
    auto step = packed(*action->value, action->tenant, action->unchecked);
    if (!step) return std::nullopt;
    return std::move(*step);
  }
  if (!operations_.is_operation(action->key->text)) {
    if (action->map == nullptr)
      operations_.refuse_key(*action->key, "a batch");
    else
      problems_.add(action->key->position,
                    fmt::format("an item of a batch cannot be '{}'", action->key->text),
                    "name an opcode, or 'packed'");
    return std::nullopt;
  }
  auto tenant = operations_.tenant(action->tenant, action->unchecked);
  auto operation = operations_.parse(*action);
  if (!tenant || !operation) return std::nullopt;
  return SingleStep{std::move(*tenant), std::move(*operation)};
}

StepParser::Made StepParser::parse_batch(const ActionMap& action) {
  const Node& list = value_or_key(action);
  if (!values_.is(list, NodeKind::kSequence, "'batch'")) return std::nullopt;
  if (list.items.empty()) {
    problems_.add(list.position, "a batch without items", "give at least one");
    return std::nullopt;
  }
  BatchStep step;
  for (const auto& node : list.items)
    if (auto item = batch_item(node, action)) step.items.push_back(std::move(*item));
  if (step.items.size() < list.items.size()) return std::nullopt;
  return step;
}

StepParser::Made StepParser::parse_fenced_batch(const ActionMap& action) {
  const Node& node = value_or_key(action);
  if (!values_.is(node, NodeKind::kMap, "'fenced_batch'")) return std::nullopt;
  seen_.add(protocol::kOpBatchFence);
  FencedBatchStep step;
  Fields fields(node, "'fenced_batch'", problems_);
  const Node* const tag = fields.optional("tag");
  const Node* const items = fields.required("items");
  fields.finish();
  bool good = items != nullptr;
  if (tag != nullptr) {
    auto value = values_.expression(*tag, "'tag'");
    good = good && value.has_value();
    if (value) step.tag = std::move(*value);
  }
  auto tenant = operations_.tenant(action.tenant, action.unchecked);
  if (items == nullptr || !values_.is(*items, NodeKind::kSequence, "'items'")) return std::nullopt;
  for (const auto& item : items->items)
    if (auto operation = plain_operation(item, "an item of a fenced batch", action.unchecked))
      step.items.push_back(std::move(*operation));
  if (!good || !tenant || step.items.size() < items->items.size()) return std::nullopt;
  step.tenant = std::move(*tenant);
  return step;
}

std::optional<WorkItemSpec> StepParser::work_item(const Node& node, bool unchecked) {
  if (!values_.is(node, NodeKind::kMap, "a work item")) return std::nullopt;
  Fields fields(node, "a work item", problems_);
  const Node* const opcode = fields.required("opcode");
  const Node* const input = fields.required("input");
  const Node* const output = fields.required("output");
  const Node* const param = fields.optional("param");
  fields.finish();
  if (opcode == nullptr || input == nullptr || output == nullptr) return std::nullopt;
  const auto number = operations_.opcode(*opcode, unchecked);
  if (!number) return std::nullopt;
  auto first = operations_.argument(*input, *number, 0);
  auto second = operations_.argument(*output, *number, 1);
  auto third = param == nullptr ? std::optional(Expression()) : operations_.argument(*param, *number, 2);
  if (!first || !second || !third) return std::nullopt;
  return WorkItemSpec{*number, std::move(*first), std::move(*second), std::move(*third)};
}

StepParser::Made StepParser::parse_work_items(const ActionMap& action) {
  const Node& list = value_or_key(action);
  if (!values_.is(list, NodeKind::kSequence, "'work_items'")) return std::nullopt;
  if (list.items.empty()) {
    problems_.add(list.position, "no work items", "give at least one");
    return std::nullopt;
  }
  WorkItemsStep step;
  auto tenant = operations_.tenant(action.tenant, action.unchecked);
  for (const auto& node : list.items)
    if (auto item = work_item(node, action.unchecked)) step.items.push_back(std::move(*item));
  if (!tenant || step.items.size() < list.items.size()) return std::nullopt;
  step.tenant = std::move(*tenant);
  return step;
}

std::optional<std::vector<std::vector<Expression>>> StepParser::payloads(const Node* node,
                                                                         std::string_view label,
                                                                         std::uint32_t opcode) {
  std::vector<std::vector<Expression>> result;
  if (node == nullptr) return result;
  if (!values_.is(*node, NodeKind::kSequence, label)) return std::nullopt;
  bool good = true;
  for (const auto& payload : node->items) {
    if (!values_.is(payload, NodeKind::kSequence, "a payload")) {
      good = false;
      continue;
    }
    if (payload.items.size() > protocol::kWindowPayloadWords) {
      problems_.add(payload.position,
                    fmt::format("window payload has {} words, {} fit beside ticket and class",
                                payload.items.size(), protocol::kWindowPayloadWords),
                    "split the payload over two entries");
      good = false;
      continue;
    }
    auto words = operations_.arguments(payload, opcode, protocol::kWindowHeaderArgs);
    good = good && words.has_value();
    if (words) result.push_back(std::move(*words));
  }
  if (!good) return std::nullopt;
  return result;
}

StepParser::Made StepParser::parse_window(const ActionMap& action) {
  const Node& node = value_or_key(action);
  if (!values_.is(node, NodeKind::kMap, "'window'")) return std::nullopt;
  Fields fields(node, "'window'", problems_);
  const Node* const opcode = fields.required("opcode");
  const Node* const ticket = fields.required("ticket");
  const Node* const required = fields.optional("required");
  const Node* const lookahead = fields.optional("lookahead");
  fields.finish();
  auto tenant = operations_.tenant(action.tenant, action.unchecked);
  if (opcode == nullptr || ticket == nullptr) return std::nullopt;
  const auto number = operations_.opcode(*opcode, action.unchecked);
  auto ticket_value = values_.expression(*ticket, "'ticket'");
  auto needed = payloads(required, "'required'", number.value_or(0));
  auto ahead = payloads(lookahead, "'lookahead'", number.value_or(0));
  if (!tenant || !number || !ticket_value || !needed || !ahead) return std::nullopt;
  if (needed->empty() && ahead->empty()) {
    problems_.add(node.position, "a window without payloads", "give 'required' at least one");
    return std::nullopt;
  }
  return WindowStep{std::move(*tenant), *number, std::move(*ticket_value), std::move(*needed),
                    std::move(*ahead)};
}

std::uint64_t slots_needed(const Step::Action& action) noexcept {
  if (std::holds_alternative<SingleStep>(action) || std::holds_alternative<PackedStep>(action) ||
      std::holds_alternative<LoadStep>(action) || std::holds_alternative<StreamStep>(action))
    return 1;
  if (const auto* const step = std::get_if<BatchStep>(&action)) return step->items.size();
  if (const auto* const step = std::get_if<FencedBatchStep>(&action)) return step->items.size() + 1;
  if (const auto* const step = std::get_if<WorkItemsStep>(&action)) return step->items.size();
  if (const auto* const step = std::get_if<WindowStep>(&action))
    return step->required.size() + step->lookahead.size();
  return 0;
}

}  // namespace vyre::workload
