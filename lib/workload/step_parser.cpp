#include "workload/step_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "vyre/protocol/names.hpp"
#include "workload/names.hpp"

namespace vyre::workload {

namespace {

constexpr std::int64_t kMaxRuns = std::int64_t{1} << 40;  ///< of one step, by the repeats around it

std::optional<descriptor::LoadMode> load_mode(std::string_view key) {
  if (key == "load") return descriptor::LoadMode::kLoad;
  if (key == "prefetch") return descriptor::LoadMode::kPrefetch;
  if (key == "write_back") return descriptor::LoadMode::kWriteBack;
  return std::nullopt;
}

bool publishes(std::string_view key, const OperationParser& operations) {
  return operations.is_operation(key) || key == "packed" || key == "batch" || key == "fenced_batch" ||
         key == "work_items" || key == "window" || load_mode(key);
}

}  // namespace

StepParser::StepParser(const Workload& settings, const Scope& scope, Problems& problems)
    : settings_(settings),
      scope_(scope),
      problems_(problems),
      values_(scope_, problems),
      operations_(settings, values_) {}

std::optional<Step> StepParser::parse(const Node& node) {
  const auto action = operations_.split(node, "a step");
  if (!action) return std::nullopt;
  Step step;
  step.position = node.position;
  auto made = parse_action(*action);
  if (!made) return std::nullopt;
  step.action = std::move(*made);
  if (!read_options(*action, step)) return std::nullopt;
  return step;
}

StepParser::Made StepParser::parse_action(const ActionMap& action) {
  const std::string_view key = action.key->text;
  if (key == "scan" && action.map != nullptr) return parse_scan(action);
  if (operations_.is_operation(key) && !(key == "opcode" && action.map == nullptr)) {
    auto tenant = operations_.tenant(action.tenant, action.unchecked);
    auto operation = operations_.parse(action);
    if (!tenant || !operation) return std::nullopt;
    return SingleStep{std::move(*tenant), std::move(*operation)};
  }
  if (action.map == nullptr) {  // a bare word is an opcode without arguments
    operations_.refuse_key(*action.key, "a step");
    return std::nullopt;
  }
  if (key == "packed") return parse_packed(action);
  if (key == "batch") return parse_batch(action);
  if (key == "fenced_batch") return parse_fenced_batch(action);
  if (key == "work_items") return parse_work_items(action);
  if (key == "window") return parse_window(action);
  if (key == "stream") return parse_stream(action);
  if (const auto mode = load_mode(key)) return parse_load(action, *mode);
  return parse_host_action(action);
}

StepParser::Made StepParser::parse_load(const ActionMap& action, descriptor::LoadMode mode) {
  for (const auto& [option, node] : {std::pair{"tenant", action.tenant}, {"priority", action.priority}})
    if (node != nullptr) {
      problems_.add(node->position, fmt::format("'{}' has no meaning beside '{}'", option, action.key->text),
                    "requests to the host are the system tenant's, of priority critical");
      return std::nullopt;
    }
  seen_.add(protocol::kOpLoadMiss);
  const Node& value = *action.value;
  const auto& names = scope_.resources;
  if (const auto named = names.find(value.text); value.kind == NodeKind::kString && named != names.end())
    return check_writable(value, {Expression(named->second), mode});
  const bool is_word = value.kind == NodeKind::kString && is_identifier(value.text) &&
                       !scope_.parameters.contains(value.text) &&
                       std::find(scope_.loops.begin(), scope_.loops.end(), value.text) == scope_.loops.end();
  if (is_word || names.empty()) {
    std::vector<std::string_view> known;
    known.reserve(names.size());
    for (const auto& [name, number] : names) known.push_back(name);
    problems_.add(value.position, fmt::format("no resource {}", quote(value.text)),
                  suggest(value.text, known, "declare it under 'resources'"));
    return std::nullopt;
  }
  auto number = values_.expression(value, fmt::format("'{}'", action.key->text),
                                   {0, static_cast<std::int64_t>(settings_.resources.size()) - 1});
  if (!number) return std::nullopt;
  return check_writable(value, {std::move(*number), mode});
}

StepParser::Made StepParser::check_writable(const Node& node, LoadStep step) {
  if (step.mode != descriptor::LoadMode::kWriteBack) return step;
  for (const auto& corner : scope_.corners) {
    const auto number = step.number.evaluate(corner);
    if (!number || settings_.resources[static_cast<std::size_t>(*number)].writable) continue;
    problems_.add(node.position,
                  fmt::format("resource '{}' is only read",
                              settings_.resources[static_cast<std::size_t>(*number)].name),
                  "declare it with writable: true");
    return std::nullopt;
  }
  return step;
}

StepParser::Made StepParser::parse_host_action(const ActionMap& action) {
  const std::string_view key = action.key->text;
  const Node& value = *action.value;
  if (key == "repeat") return parse_repeat(value);
  if (key == "wait") return parse_wait(value);
  if (key == "sleep") return parse_sleep(value);
  if (key == "snapshot") return parse_snapshot(value);
  if (key == "set_quota") return parse_set_quota(value);
  if (key == "set_observable") return parse_set_observable(value);
  auto tenant = operations_.tenant(&value, OperationParser::Undeclared::kRefuse);
  if (!tenant) return std::nullopt;
  return SetTenantEnabledStep{std::move(*tenant), key == "enable_tenant"};
}

StepParser::Made StepParser::parse_repeat(const Node& node) {
  if (!values_.is(node, NodeKind::kMap, "'repeat'")) return std::nullopt;
  Fields fields(node, "'repeat'", problems_);
  const Node* const count = fields.required("count");
  const Node* const variable = fields.optional("var");
  const Node* const steps = fields.required("steps");
  fields.finish();
  if (count == nullptr || steps == nullptr) return std::nullopt;
  RepeatStep repeat;
  auto value = values_.expression(*count, "'count'", {0, kMaxRuns});
  bool good = value.has_value();
  // With a wrong count the steps are still checked, as if they ran once.
  repeat.count = std::move(value).value_or(Expression(1));
  if (!enter_loop(node, repeat.count, variable)) return std::nullopt;
  if (steps->kind != NodeKind::kNull && values_.is(*steps, NodeKind::kSequence, "'steps'")) {
    for (const auto& inner : steps->items) {
      auto step = parse(inner);
      good = good && step.has_value();
      if (step) repeat.steps.push_back(std::move(*step));
    }
  } else {
    good = good && steps->kind == NodeKind::kNull;
  }
  leave_loop();
  if (!good) return std::nullopt;
  return repeat;
}

bool StepParser::enter_loop(const Node& node, const Expression& count, const Node* variable) {
  if (loops_.size() == kMaxLoops) {
    problems_.add(node.position, fmt::format("more than {} repeats inside each other", kMaxLoops),
                  "flatten them");
    return false;
  }
  std::string name;
  if (variable != nullptr) {
    if (!values_.is(*variable, NodeKind::kString, "'var'")) return false;
    name = variable->text;
    const bool taken = scope_.parameters.contains(name) || name == "min" || name == "max" ||
                       std::find(scope_.loops.begin(), scope_.loops.end(), name) != scope_.loops.end();
    if (!is_identifier(name) || taken) {
      problems_.add(
          variable->position,
          taken ? fmt::format("the name {} is in use", quote(name))
                : fmt::format("{} is no name for a loop variable", quote(name)),
          taken ? "choose another name" : "names are letters, digits and underscores, no digit first");
      return false;
    }
  }
  std::vector<std::vector<std::int64_t>> corners;
  std::int64_t most = 0;
  for (const auto& corner : scope_.corners) {
    const std::int64_t times = count.evaluate(corner).value_or(0);
    most = std::max(most, times);
    if (corners.size() + 2 > kMaxCorners) break;
    if (times > 0) {
      corners.push_back(corner);
      corners.back().push_back(0);
    }
    if (times > 1) {
      corners.push_back(corner);
      corners.back().push_back(times - 1);
    }
  }
  loops_.push_back({std::move(scope_.corners), runs_});
  scope_.corners = std::move(corners);
  scope_.loops.push_back(std::move(name));
  // Loops that never run have no product to overflow.
  if (__builtin_mul_overflow(runs_, most, &runs_) || runs_ > kMaxRuns) {
    problems_.add(node.position, "the repeats here run their steps more than 1099511627776 (2^40) times",
                  "lower a count");
    runs_ = 1;
  }
  return true;
}

void StepParser::leave_loop() {
  scope_.corners = std::move(loops_.back().corners);
  runs_ = loops_.back().runs;
  scope_.loops.pop_back();
  loops_.pop_back();
}

StepParser::Made StepParser::parse_wait(const Node& node) {
  WaitStep wait;
  if (node.kind == NodeKind::kString && node.text == "all") return wait;
  if (node.kind != NodeKind::kMap) {
    problems_.add(node.position, fmt::format("'wait' must be all or a map, found {}", describe(node)),
                  "write all, {epoch: 1} or {window: 7}");
    return std::nullopt;
  }
  Fields fields(node, "'wait'", problems_);
  const Node* const all = fields.optional("all");
  const Node* const epoch = fields.optional("epoch");
  const Node* const window = fields.optional("window");
  const Node* const timeout = fields.optional("timeout");
  fields.finish();
  if ((all != nullptr) + (epoch != nullptr) + (window != nullptr) != 1) {
    problems_.add(node.position, "'wait' needs one of 'all', 'epoch' and 'window'",
                  "write all, {epoch: 1} or {window: 7}");
    return std::nullopt;
  }
  if (timeout != nullptr) {
    wait.timeout = values_.duration(*timeout, "'timeout'");
    if (!wait.timeout) return std::nullopt;
    if (wait.timeout->count() <= 0) {
      problems_.add(timeout->position, "a timeout of nothing", "write a duration above 0");
      return std::nullopt;
    }
  }
  if (all != nullptr) {
    const auto wanted = values_.boolean(*all, "'all'");
    if (wanted && !*wanted) problems_.add(all->position, "a wait for nothing", "write all: true");
    if (!wanted || !*wanted) return std::nullopt;
    return wait;
  }
  auto value =
      values_.expression(epoch != nullptr ? *epoch : *window, epoch != nullptr ? "'epoch'" : "'window'");
  if (!value) return std::nullopt;
  if (epoch != nullptr)
    wait.condition = WaitStep::Epoch{std::move(*value)};
  else
    wait.condition = WaitStep::WindowUsable{std::move(*value)};
  return wait;
}

StepParser::Made StepParser::parse_sleep(const Node& node) {
  const auto duration = values_.duration(node, "'sleep'");
  if (!duration) return std::nullopt;
  return SleepStep{*duration};
}

StepParser::Made StepParser::parse_snapshot(const Node& node) {
  auto path = values_.string(node, "'snapshot'");
  if (!path) return std::nullopt;
  if (path->empty()) {
    problems_.add(node.position, "a snapshot without a file name", "name the file to write");
    return std::nullopt;
  }
  return SnapshotStep{std::move(*path)};
}

StepParser::Made StepParser::parse_set_quota(const Node& node) {
  if (!values_.is(node, NodeKind::kMap, "'set_quota'")) return std::nullopt;
  Fields fields(node, "'set_quota'", problems_);
  const Node* const tenant = fields.required("tenant");
  const Node* const quota = fields.required("quota");
  fields.finish();
  if (tenant == nullptr || quota == nullptr) return std::nullopt;
  auto owner = operations_.tenant(tenant, OperationParser::Undeclared::kRefuse);
  auto value = values_.expression(*quota, "'quota'");
  if (!owner || !value) return std::nullopt;
  return SetTenantQuotaStep{std::move(*owner), std::move(*value)};
}

StepParser::Made StepParser::parse_set_observable(const Node& node) {
  if (!values_.is(node, NodeKind::kMap, "'set_observable'")) return std::nullopt;
  Fields fields(node, "'set_observable'", problems_);
  const Node* const index = fields.required("index");
  const Node* const value = fields.required("value");
  fields.finish();
  if (index == nullptr || value == nullptr) return std::nullopt;
  if (settings_.observable_count == 0) {
    problems_.add(index->position, "the workload has no observables", "raise 'observables' in 'control'");
    return std::nullopt;
  }
  auto place = values_.expression(*index, "'index'", {0, std::int64_t{settings_.observable_count} - 1},
                                  WordNames::kObservable);
  auto number = values_.expression(*value, "'value'");
  if (!place || !number) return std::nullopt;
  return SetObservableStep{std::move(*place), std::move(*number)};
}

bool StepParser::read_options(const ActionMap& action, Step& step) {
  if (action.map == nullptr) return true;
  const std::string_view key = action.key->text;
  if (!publishes(key, operations_)) {
    for (const auto& [option, node] : {std::pair{"tenant", action.tenant},
                                       {"priority", action.priority},
                                       {"slot", action.slot},
                                       {"async", action.async}})
      if (node != nullptr) {
        problems_.add(node->position, fmt::format("'{}' has no meaning beside '{}'", option, key),
                      key == "stream" ? "a stream places its own slots, and the next step waits for it"
                                      : "only steps that publish slots take it");
        return false;
      }
    return true;
  }
  if (action.async != nullptr) {
    const auto value = values_.boolean(*action.async, "'async'");
    if (!value) return false;
    step.async = *value;
  }
  return read_placement(action, step);
}

bool StepParser::read_placement(const ActionMap& action, Step& step) {
  const std::uint64_t slots = slots_needed(step.action);
  std::uint32_t first = 0;
  std::uint32_t end = settings_.slot_count;
  if (action.priority != nullptr) {
    std::optional<std::size_t> level;
    if (action.priority->kind == NodeKind::kNumber) {
      if (const auto number =
              values_.constant_u32(*action.priority, "'priority'", {0, protocol::kPriorityCount - 1}))
        level = *number;
    } else {
      level = values_.choice(*action.priority, "'priority'", protocol::kPriorityNames);
    }
    if (!level) return false;
    step.priority = static_cast<protocol::Priority>(*level);
    const auto offsets = protocol::priority_offsets(settings_.slot_count);
    first = offsets[*level];
    end = offsets[*level + 1];
  }
  if (slots > end - first) {
    const std::string room =
        step.priority
            ? fmt::format("partition {} has {}",
                          protocol::kPriorityNames[static_cast<std::size_t>(*step.priority)], end - first)
            : fmt::format("the ring has {}", end - first);
    problems_.add(action.key->position, fmt::format("'{}' needs {} slots, {}", action.key->text, slots, room),
                  "split it, or raise 'slots' in 'ring'");
    return false;
  }
  if (action.slot == nullptr) return true;
  step.at_slot = values_.expression(*action.slot, "'slot'", {first, static_cast<std::int64_t>(end - slots)});
  return step.at_slot.has_value();
}

}  // namespace vyre::workload
