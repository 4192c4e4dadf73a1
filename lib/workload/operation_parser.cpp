#include "workload/operation_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "vyre/protocol/opcodes.hpp"
#include "workload/names.hpp"
#include "workload/step_keys.hpp"

namespace vyre::workload {

namespace {

WordNames word_names(protocol::ArgKind kind) noexcept {
  switch (kind) {
    case protocol::ArgKind::kWord: return WordNames::kWord;
    case protocol::ArgKind::kObservable: return WordNames::kObservable;
    case protocol::ArgKind::kNumber:
    case protocol::ArgKind::kFormat:
    case protocol::ArgKind::kFlag: break;
  }
  return WordNames::kRefused;
}

/// Named arguments that may be left out and are 0 then.
bool is_optional(std::uint32_t opcode, std::string_view argument) noexcept {
  return (opcode == protocol::kOpPrintf && argument != "format") ||
         (opcode == protocol::kOpBatchFence && argument == "tag");
}

/// An opcode's name and those of its arguments, in quotes.
struct Labels {
  std::string name;
  std::array<std::string, protocol::kMaxNamedArgs> args;
};

/// Messages are rare, operations are not: the names are put in quotes once.
const Labels& labels_of(const protocol::OpcodeInfo& info) {
  static const auto all = [] {
    std::array<Labels, protocol::kOpcodes.size()> labels;
    for (std::size_t row = 0; row < labels.size(); ++row) {
      labels[row].name = fmt::format("'{}'", protocol::kOpcodes[row].name);
      for (std::size_t i = 0; i < protocol::kMaxNamedArgs; ++i)
        labels[row].args[i] = fmt::format("'{}'", protocol::kOpcodes[row].args[i].name);
    }
    return labels;
  }();
  return all[static_cast<std::size_t>(&info - protocol::kOpcodes.data())];
}

bool is_action(std::string_view key) noexcept {
  return std::find(kActionKeys.begin(), kActionKeys.end(), key) != kActionKeys.end();
}

}  // namespace

const Handler* OperationParser::find_handler(std::string_view name) const noexcept {
  for (const auto& handler : settings_.handlers)
    if (handler.name == name) return &handler;
  return nullptr;
}

bool OperationParser::is_operation(std::string_view key) const {
  return key == "opcode" || protocol::find_opcode(key) != nullptr || find_handler(key) != nullptr;
}

std::string OperationParser::opcode_text(std::uint32_t opcode) const {
  if (const auto* const info = protocol::find_opcode(opcode)) return fmt::format("'{}'", info->name);
  for (const auto& handler : settings_.handlers)
    if (handler.opcode == opcode && !handler.name.empty()) return fmt::format("'{}'", handler.name);
  return fmt::format("opcode 0x{:08X}", opcode);
}

void OperationParser::refuse_key(const Node& key, std::string_view owner) const {
  std::vector<std::string_view> known;
  for (const auto& info : protocol::kOpcodes)
    if (info.in_files) known.push_back(info.name);
  for (const auto& handler : settings_.handlers) known.push_back(handler.name);
  known.insert(known.end(), kActionKeys.begin(), kActionKeys.end());
  known.insert(known.end(), kOptionKeys.begin(), kOptionKeys.end());
  problems_.add(
      key.position, fmt::format("unknown opcode or action {} in {}", quote(key.text), owner),
      suggest(key.text, known, "vyre-workload(5) lists them; a custom opcode is declared under 'handlers'"));
}

std::optional<ActionMap> OperationParser::split(const Node& node, std::string_view owner) const {
  ActionMap action;
  if (node.kind == NodeKind::kString) {
    action.key = &node;
    return action;
  }
  if (node.kind != NodeKind::kMap) {
    problems_.add(node.position, fmt::format("{} must be a map, found {}", owner, describe(node)),
                  "write an opcode with its arguments, as in - atomic_add: {value: 1, to: observable(0)}");
    return std::nullopt;
  }
  action.map = &node;
  bool good = true;
  const auto take_action = [&](const Node& key, const Node& value) {
    if (!is_operation(key.text) && !is_action(key.text)) {
      refuse_key(key, owner);
      good = false;
    } else if (action.key != nullptr) {
      problems_.add(key.position, fmt::format("'{}' and '{}' in one step", action.key->text, key.text),
                    "make each a step of its own");
      good = false;
    } else {
      action.key = &key;
      action.value = &value;
    }
  };
  for_each_entry(node, [&](const Node& key, const Node& value) {
    if (is_free_key(key.text)) return;
    if (key.text == "tenant")
      action.tenant = &value;
    else if (key.text == "priority")
      action.priority = &value;
    else if (key.text == "slot")
      action.slot = &value;
    else if (key.text == "async")
      action.async = &value;
    else if (key.text == "args")
      action.args = &value;
    else if (key.text == "unchecked")
      action.unchecked = values_.boolean(value, "'unchecked'").value_or(false);
    else
      take_action(key, value);
  });
  if (!good) return std::nullopt;
  if (action.key == nullptr) {
    problems_.add(node.position, fmt::format("{} without an action", owner),
                  "name an opcode or an action, as in - atomic_add: {value: 1, to: observable(0)}");
    return std::nullopt;
  }
  if (action.args != nullptr && action.key->text != "opcode") {
    problems_.add(action.args->position, fmt::format("'args' stands beside '{}'", action.key->text),
                  fmt::format("put it inside: {}: {{args: [...]}}", action.key->text));
    return std::nullopt;
  }
  return action;
}

std::optional<std::uint32_t> OperationParser::opcode_by_name(const Node& node) const {
  if (const auto* const info = protocol::find_opcode(node.text)) return info->opcode;
  if (const auto* const handler = find_handler(node.text)) return handler->opcode;
  return std::nullopt;
}

std::optional<std::uint32_t> OperationParser::opcode(const Node& node, bool unchecked) {
  std::optional<std::uint32_t> found;
  if (node.kind == NodeKind::kString) found = opcode_by_name(node);
  if (!found) {
    const bool is_name = node.kind == NodeKind::kString && is_identifier(node.text) &&
                         !values_.scope().parameters.contains(node.text);
    if (is_name) {
      std::vector<std::string_view> known;
      for (const auto& info : protocol::kOpcodes)
        if (info.in_files) known.push_back(info.name);
      for (const auto& handler : settings_.handlers) known.push_back(handler.name);
      problems_.add(node.position, fmt::format("unknown opcode {}", quote(node.text)),
                    suggest(node.text, known, "a custom opcode is declared under 'handlers'"));
      return std::nullopt;
    }
    found = values_.constant_u32(node, "'opcode'");
  }
  if (!found || !check_opcode(node, *found, unchecked)) return std::nullopt;
  if (*found == protocol::kOpPackedSlot) seen_ = {};  // its words may be any operations
  seen_.add(*found);
  return found;
}

bool OperationParser::check_opcode(const Node& node, std::uint32_t opcode, bool unchecked) const {
  if (!protocol::is_publishable_opcode(opcode)) {
    problems_.add(node.position, fmt::format("opcode 0x{:08X} is reserved by the protocol", opcode),
                  "use a built-in, or a custom opcode: 8 to 0x7FFFFFFF, without 0xFFF0 to 0xFFFF");
    return false;
  }
  if (unchecked) return true;
  if (opcode == protocol::kOpPackedSlot) {
    problems_.add(node.position, "'packed_slot' has a form of its own",
                  "write - packed: [...], or add unchecked: true");
    return false;
  }
  if (!protocol::is_custom_opcode(opcode) || opcode == protocol::kOpScan) return true;
  for (const auto& handler : settings_.handlers)
    if (handler.opcode == opcode) return true;
  problems_.add(node.position, fmt::format("opcode 0x{:08X} has no handler", opcode),
                "declare one under 'handlers', or add unchecked: true to see the fault");
  return false;
}

std::optional<Expression> OperationParser::argument(const Node& node, std::uint32_t opcode,
                                                    std::size_t index) const {
  const auto* const info = protocol::find_opcode(opcode);
  if (info == nullptr || index >= info->arg_count)
    return values_.expression(node, "an argument", {}, WordNames::kWord);
  return values_.expression(node, labels_of(*info).args[index], {}, word_names(info->args[index].kind));
}

std::optional<std::vector<Expression>> OperationParser::arguments(const Node& list, std::uint32_t opcode,
                                                                  std::size_t first_argument) const {
  if (!values_.is(list, NodeKind::kSequence, "the argument list")) return std::nullopt;
  std::vector<Expression> arguments;
  arguments.reserve(list.items.size());
  bool good = true;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    auto value = argument(list.items[i], opcode, first_argument + i);
    good = good && value.has_value();
    arguments.push_back(std::move(value).value_or(Expression()));
  }
  if (!good) return std::nullopt;
  return arguments;
}

bool OperationParser::read_named(const Node& map, const protocol::OpcodeInfo& info,
                                 OperationSpec& operation) const {
  Fields fields(map, labels_of(info).name, problems_);
  operation.args.reserve(info.arg_count);
  bool good = true;
  for (std::size_t i = 0; i < info.arg_count; ++i) {
    const std::string_view name = info.args[i].name;
    const Node* const node = is_optional(info.opcode, name) ? fields.optional(name) : fields.required(name);
    auto value = node == nullptr ? std::nullopt : argument(*node, info.opcode, i);
    good = good && (value || (node == nullptr && is_optional(info.opcode, name)));
    operation.args.push_back(std::move(value).value_or(Expression()));
  }
  fields.finish();
  return good;
}

std::optional<OperationSpec> OperationParser::parse(const ActionMap& action) {
  OperationSpec operation;
  operation.position = action.key->position;
  const bool raw = action.key->text == "opcode" && action.map != nullptr;
  const auto opcode = raw ? this->opcode(*action.value, action.unchecked) : opcode_by_name(*action.key);
  if (!opcode) return std::nullopt;
  seen_.add(*opcode);
  operation.opcode = *opcode;
  const auto* const info = protocol::find_opcode(*opcode);
  if (!raw && *opcode == protocol::kOpScan) {
    problems_.add(action.key->position, "'scan' is a step with a map of its own",
                  "write - scan: {table: 0, at: 0, bytes: 64, results: 1024}");
    return std::nullopt;
  }
  if (!raw && info != nullptr && !info->in_files) {
    problems_.add(
        action.key->position, fmt::format("'{}' cannot be a step of its own", info->name),
        *opcode == protocol::kOpPackedSlot ? "write - packed: [...]" : "only the kernel publishes it");
    return std::nullopt;
  }

  const Node* list = raw ? action.args : action.value;
  if (list != nullptr && list->kind == NodeKind::kMap) {
    const bool has_args = find_entry(*list, "args") != nullptr;
    if (info != nullptr && !raw && !has_args) {
      if (!read_named(*list, *info, operation)) return std::nullopt;
      return check_format(*action.key, operation, action.unchecked) ? std::optional(std::move(operation))
                                                                    : std::nullopt;
    }
    Fields fields(*list, opcode_text(*opcode), problems_);
    list = fields.optional("args");
    fields.finish();
  }
  if (list != nullptr && list->kind != NodeKind::kNull) {
    auto arguments = this->arguments(*list, *opcode);
    if (!arguments) return std::nullopt;
    operation.args = std::move(*arguments);
  }
  const Node& place = list != nullptr ? *list : *action.key;
  if (!check_count(place, operation, action.unchecked) || !check_format(place, operation, action.unchecked))
    return std::nullopt;
  return operation;
}

bool OperationParser::check_count(const Node& node, const OperationSpec& operation, bool unchecked) const {
  const std::size_t count = operation.args.size();
  if (count > protocol::kArgWords) {
    problems_.add(node.position, fmt::format("{} arguments, a slot holds {}", count, protocol::kArgWords),
                  "pass fewer");
    return false;
  }
  const auto* const info = protocol::find_opcode(operation.opcode);
  if (unchecked || info == nullptr) return true;
  std::size_t least = info->arg_count;
  while (least > 0 && is_optional(operation.opcode, info->args[least - 1].name)) --least;
  if (count >= least && count <= info->arg_count) return true;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < info->arg_count; ++i) names.push_back(info->args[i].name);
  problems_.add(node.position,
                fmt::format("'{}' takes {} argument{}, got {}", info->name, info->arg_count,
                            info->arg_count == 1 ? "" : "s", count),
                names.empty() ? "leave them out, or add unchecked: true"
                              : fmt::format("pass {}, or add unchecked: true", fmt::join(names, ", ")));
  return false;
}

bool OperationParser::check_format(const Node& node, const OperationSpec& operation, bool unchecked) const {
  if (operation.opcode != protocol::kOpPrintf || unchecked || !operation.args[0].is_constant()) return true;
  const auto id = operation.args[0].evaluate_u32();
  if (!id || settings_.formats.contains(*id)) return true;
  problems_.add(node.position, fmt::format("no format {}", *id),
                "define it under 'formats', or add unchecked: true");
  return false;
}

bool OperationParser::is_declared(std::int64_t tenant) const noexcept {
  return tenant == protocol::kSystemTenant ||
         std::any_of(settings_.tenants.begin(), settings_.tenants.end(),
                     [&](const Tenant& declared) { return declared.id == tenant; });
}

std::optional<Expression> OperationParser::tenant(const Node* node, Undeclared undeclared) const {
  if (node == nullptr) return Expression();
  const auto& scope = values_.scope();
  if (const auto named = scope.tenants.find(node->text);
      node->kind == NodeKind::kString && named != scope.tenants.end())
    return Expression(named->second);
  const bool is_word = node->kind == NodeKind::kString && is_identifier(node->text) &&
                       !scope.parameters.contains(node->text) &&
                       std::find(scope.loops.begin(), scope.loops.end(), node->text) == scope.loops.end();
  if (is_word) {
    std::vector<std::string_view> known;
    known.reserve(scope.tenants.size());
    for (const auto& [name, id] : scope.tenants) known.push_back(name);
    problems_.add(node->position, fmt::format("no tenant {}", quote(node->text)),
                  suggest(node->text, known, "declare it under 'tenants' in 'control'"));
    return std::nullopt;
  }
  auto value = values_.expression(*node, "'tenant'");
  if (!value || undeclared == Undeclared::kAccept) return value;
  for (const auto& corner : scope.corners) {
    const auto id = value->evaluate(corner);
    if (!id || is_declared(*id)) continue;
    problems_.add(node->position, fmt::format("no tenant {}", *id),
                  undeclared == Undeclared::kRefuse
                      ? "declare it under 'tenants' in 'control'"
                      : "declare it under 'tenants' in 'control', or add unchecked: true to see the fault");
    return std::nullopt;
  }
  return value;
}

}  // namespace vyre::workload
