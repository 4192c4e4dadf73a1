#include "workload/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/workload/debug_format.hpp"
#include "workload/expression_compiler.hpp"
#include "workload/names.hpp"
#include "workload/step_keys.hpp"

namespace vyre::workload {

namespace {

/// Opcodes that handlers may not have, though the protocol leaves them free: SCAN is the first of them.
constexpr std::uint32_t kFirstReserved = protocol::kOpScan;
constexpr std::uint32_t kLastReserved = kFirstReserved + 15;

/// Why a parameter, loop variable or handler may not be called so; empty when it may.
std::string_view taken_by(std::string_view name) {
  if (name == "min" || name == "max") return "a function of expressions";
  if (name == protocol::kObservableName) return "a name of control words";
  for (const auto& words : protocol::kControlNames)
    if (words.name == name) return "a name of control words";
  return {};
}

class SettingsReader {
 public:
  SettingsReader(const LoadOptions& options, Workload& workload, Scope& scope, Problems& problems)
      : options_(options),
        workload_(workload),
        scope_(scope),
        problems_(problems),
        values_(scope, problems) {}

  void read(const Node& root) {
    Fields fields(root, "a workload", problems_);
    read_version(fields.optional("vyre"), root);
    if (const Node* node = fields.optional("name"))
      if (auto name = values_.string(*node, "'name'")) workload_.name = std::move(*name);
    if (const Node* node = fields.optional("description"))
      static_cast<void>(values_.string(*node, "'description'"));
    read_parameters(fields.optional("parameters"));
    apply_set();
    if (const Node* node = fields.optional("ring")) read_ring(*node);
    read_control(fields.optional("control"));
    if (const Node* node = fields.optional("debug")) read_debug(*node);
    if (const Node* node = fields.optional("formats")) read_formats(*node);
    if (const Node* node = fields.optional("handlers")) read_handlers(*node);
    if (const Node* node = fields.optional("dfa"))
      read_dfa(*node, values_, base_folder(workload_.file), workload_.dfa_table);
    const Node* const arena = fields.optional("arena");
    read_payload(arena, fields.optional("resources"), values_, workload_, scope_);
    if (const Node* node = fields.optional("scan")) read_scan_rules(*node, values_, workload_, scope_);
    if (const Node* node = fields.optional("timeout")) read_timeout(*node);
    if (const Node* node = fields.optional("steps"); node != nullptr && node->kind != NodeKind::kNull)
      static_cast<void>(values_.is(*node, NodeKind::kSequence, "'steps'"));
    if (const Node* node = fields.optional("expect")) read_expectations(*node, values_, workload_);
    fields.finish();
  }

 private:
  void read_version(const Node* node, const Node& root) {
    if (node == nullptr)
      return problems_.add(root.position, "the format's version is missing", "put 'vyre: 1' at the top");
    const auto version = values_.constant(*node, "'vyre'");
    if (version && *version != kFormatVersion)
      problems_.add(
          node->position,
          fmt::format("the file's format is version {}, this vyre reads {}", *version, kFormatVersion),
          *version > kFormatVersion ? "use a newer vyre" : "write 'vyre: 1'");
  }

  void read_parameters(const Node* node) {
    if (node == nullptr || !values_.is(*node, NodeKind::kMap, "'parameters'")) return;
    for_each_entry(*node, [&](const Node& key, const Node& value) {
      if (is_free_key(key.text)) return;
      if (!check_name(key, "a parameter")) return;
      const auto number = values_.constant(
          value, fmt::format("'{}'", key.text),
          {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()});
      // Declared even when its value is wrong, so that its uses are not reported as well.
      scope_.parameters[key.text] = number.value_or(0);
      workload_.parameters.push_back({key.text, number.value_or(0), false});
    });
  }

  bool check_name(const Node& key, std::string_view owner) {
    if (!is_identifier(key.text)) {
      problems_.add(key.position, fmt::format("{} is no name for {}", quote(key.text), owner),
                    "names are letters, digits and underscores, no digit first");
      return false;
    }
    if (const auto owner_of_name = taken_by(key.text); !owner_of_name.empty()) {
      problems_.add(key.position,
                    fmt::format("'{}' is {}, {} cannot have that name", key.text, owner_of_name, owner),
                    "choose another name");
      return false;
    }
    return true;
  }

  void apply_set() {
    for (const auto& [name, text] : options_.set) {
      const std::string where = fmt::format("--set {}={}", name, text);
      const auto found = std::find_if(workload_.parameters.begin(), workload_.parameters.end(),
                                      [&](const Parameter& parameter) { return parameter.name == name; });
      if (found == workload_.parameters.end()) {
        std::vector<std::string_view> known;
        known.reserve(workload_.parameters.size());
        for (const auto& parameter : workload_.parameters) known.push_back(parameter.name);
        problems_.add_elsewhere(where, fmt::format("the workload has no parameter {}", quote(name)),
                                suggest(name, known,
                                        known.empty() ? "it declares none under 'parameters'"
                                                      : fmt::format("it has {}", list_names(known))));
        continue;
      }
      const auto value = compile_expression(text, scope_, WordNames::kRefused, {});
      if (!value) {
        problems_.add_elsewhere(where, value.error().what, value.error().fix);
        continue;
      }
      found->value = *value->evaluate();
      found->overridden = true;
      scope_.parameters[name] = found->value;
    }
  }

  void read_ring(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'ring'")) return;
    Fields fields(node, "'ring'", problems_);
    if (const Node* slots = fields.optional("slots"))
      if (const auto count = values_.constant_u32(*slots, "'slots'", {1, protocol::kMaxSlots}))
        workload_.slot_count = *count;
    if (const Node* scheduler = fields.optional("scheduler")) {
      static constexpr std::array<std::string_view, 2> kNames{"slot", "priority"};
      if (const auto choice = values_.choice(*scheduler, "'scheduler'", kNames))
        workload_.scheduler = *choice == 0 ? ring::Scheduler::kSlot : ring::Scheduler::kPriority;
    }
    fields.finish();
  }

  void read_control(const Node* node) {
    if (node != nullptr && values_.is(*node, NodeKind::kMap, "'control'")) {
      Fields fields(*node, "'control'", problems_);
      if (const Node* count = fields.optional("observables"))
        if (const auto number = values_.constant_u32(*count, "'observables'", {0, protocol::kMaxObservables}))
          workload_.observable_count = *number;
      if (const Node* tenants = fields.optional("tenants")) read_tenants(*tenants);
      if (const Node* initial = fields.optional("initial")) read_initial(*initial);
      if (const Node* protection = fields.optional("protection")) {
        static constexpr std::array<std::string_view, 2> kNames{"strict", "open"};
        if (const auto choice = values_.choice(*protection, "'protection'", kNames))
          workload_.open_protection = *choice == 1;
      }
      fields.finish();
    }
    const auto is_system = [](const Tenant& tenant) { return tenant.id == protocol::kSystemTenant; };
    if (std::none_of(workload_.tenants.begin(), workload_.tenants.end(), is_system))
      workload_.tenants.push_back({});
    std::sort(workload_.tenants.begin(), workload_.tenants.end(),
              [](const Tenant& a, const Tenant& b) { return a.id < b.id; });
  }

  void read_tenants(const Node& node) {
    if (!values_.is(node, NodeKind::kSequence, "'tenants'")) return;
    for (const auto& entry : node.items) {
      if (!values_.is(entry, NodeKind::kMap, "a tenant")) continue;
      read_tenant(entry);
    }
  }

  void read_tenant(const Node& node) {
    Tenant tenant;
    Fields fields(node, "a tenant", problems_);
    const Node* const id = fields.required("id");
    if (const Node* name = fields.optional("name"))
      if (auto text = values_.string(*name, "a tenant's 'name'")) tenant.name = read_tenant_name(*name);
    if (const Node* quota = fields.optional("quota"))
      tenant.quota = values_.constant_u32(*quota, "'quota'").value_or(tenant.quota);
    if (const Node* backlog = fields.optional("backlog"))
      tenant.backlog =
          values_.constant_u32(*backlog, "'backlog'", {1, protocol::kMaxSlots}).value_or(tenant.backlog);
    if (const Node* enabled = fields.optional("enabled"))
      tenant.enabled = values_.boolean(*enabled, "'enabled'").value_or(true);
    fields.finish();
    if (id == nullptr) return;
    const auto number = values_.constant_u32(*id, "a tenant's 'id'", {0, protocol::kTenantCount - 1});
    if (!number) return;
    tenant.id = *number;
    for (const auto& other : workload_.tenants)
      if (other.id == tenant.id) {
        problems_.add(id->position, fmt::format("tenant {} is declared twice", tenant.id),
                      "give each its own id");
        return;
      }
    if (!tenant.name.empty()) scope_.tenants[tenant.name] = tenant.id;
    workload_.tenants.push_back(std::move(tenant));
  }

  std::string read_tenant_name(const Node& node) {
    const bool digit_first = !node.text.empty() && node.text[0] >= '0' && node.text[0] <= '9';
    if (node.text.empty() || digit_first || node.text.find_first_of(" \t\n:,") != std::string::npos) {
      problems_.add(node.position, fmt::format("{} is no name for a tenant", quote(node.text)),
                    "use a word that does not begin with a digit");
      return {};
    }
    if (scope_.tenants.contains(node.text)) {
      problems_.add(node.position, fmt::format("two tenants are called {}", quote(node.text)),
                    "give each its own name");
      return {};
    }
    return node.text;
  }

  void add_initial(const Node& place, std::uint32_t index, const Node& value) {
    if (index >= workload_.observable_count) {
      problems_.add(place.position,
                    fmt::format("no observable {}, the workload has {}", index, workload_.observable_count),
                    "raise 'observables' in 'control'");
      return;
    }
    if (!initial_seen_.insert(index).second) {
      problems_.add(place.position, fmt::format("observable {} is set twice", index), "keep one of them");
      return;
    }
    if (const auto number = values_.constant_u32(value, fmt::format("observable({})", index)))
      workload_.initial_observables.emplace_back(index, *number);
  }

  void read_initial(const Node& node) {
    if (node.kind == NodeKind::kSequence) {
      for (std::size_t i = 0; i < node.items.size(); ++i)
        add_initial(node.items[i], static_cast<std::uint32_t>(std::min<std::size_t>(i, kMaxU32)),
                    node.items[i]);
      return;
    }
    if (!values_.is(node, NodeKind::kMap, "'initial'")) return;
    for_each_entry(node, [&](const Node& key, const Node& value) {
      if (is_free_key(key.text)) return;
      if (const auto index = values_.constant_u32(key, "an observable", {}, WordNames::kObservable))
        add_initial(key, *index, value);
    });
    std::sort(workload_.initial_observables.begin(), workload_.initial_observables.end());
  }

  void read_debug(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'debug'")) return;
    Fields fields(node, "'debug'", problems_);
    if (const Node* records = fields.optional("records"))
      workload_.debug_records = values_.constant_u32(*records, "'records'", {0, protocol::kMaxDebugRecords})
                                    .value_or(workload_.debug_records);
    fields.finish();
  }

  void read_formats(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'formats'")) return;
    for_each_entry(node, [&](const Node& key, const Node& value) {
      if (is_free_key(key.text)) return;
      const auto id = values_.constant_u32(key, "a format's id");
      const auto text = values_.string(value, "a format");
      if (!id || !text) return;
      if (const auto valid = validate_debug_format(*text); !valid)
        problems_.add(value.position,
                      fmt::format("{}, at {} of the format", valid.error().what, valid.error().where),
                      valid.error().fix);
      if (!workload_.formats.emplace(*id, *text).second)
        problems_.add(key.position, fmt::format("format {} is defined twice", *id), "give each its own id");
    });
  }

  void read_handlers(const Node& node) {
    if (!values_.is(node, NodeKind::kSequence, "'handlers'")) return;
    for (const auto& entry : node.items)
      if (values_.is(entry, NodeKind::kMap, "a handler")) read_handler(entry);
    std::sort(workload_.handlers.begin(), workload_.handlers.end(),
              [](const Handler& a, const Handler& b) { return a.opcode < b.opcode; });
  }

  void read_handler(const Node& node) {
    Handler handler;
    handler.position = node.position;
    Fields fields(node, "a handler", problems_);
    const Node* const opcode = fields.required("opcode");
    const Node* const name = fields.required("name");
    const Node* const file = fields.required("file");
    fields.finish();
    const bool opcode_good = opcode != nullptr && read_handler_opcode(*opcode, handler);
    const bool name_good = name != nullptr && read_handler_name(*name, handler);
    const bool file_good = file != nullptr && read_handler_file(*file, handler);
    // A handler with a name is kept even when the rest is wrong, so that its uses are not reported too.
    if (name_good || (opcode_good && file_good)) workload_.handlers.push_back(std::move(handler));
  }

  bool read_handler_opcode(const Node& node, Handler& handler) {
    const auto opcode = values_.constant_u32(node, "a handler's 'opcode'");
    if (!opcode) return false;
    handler.opcode = *opcode;
    if (*opcode >= kFirstReserved && *opcode <= kLastReserved) {
      problems_.add(node.position,
                    fmt::format("opcode 0x{:08X} is reserved for operations of vyre's own", *opcode),
                    "custom opcodes are 8 to 0x7FFFFFFF, without 0xFFE0 to 0xFFFF");
      return false;
    }
    if (!protocol::is_custom_opcode(*opcode)) {
      problems_.add(node.position, fmt::format("opcode 0x{:08X} belongs to the protocol", *opcode),
                    "custom opcodes are 8 to 0x7FFFFFFF, without 0xFFF0 to 0xFFFF");
      return false;
    }
    for (const auto& other : workload_.handlers)
      if (other.opcode == *opcode) {
        problems_.add(node.position,
                      fmt::format("opcode 0x{:08X} has a handler already, '{}'", *opcode, other.name),
                      "give each handler its own opcode");
        return false;
      }
    return true;
  }

  bool read_handler_name(const Node& node, Handler& handler) {
    if (!values_.is(node, NodeKind::kString, "a handler's 'name'") || !check_name(node, "a handler"))
      return false;
    const bool is_key = std::find(kActionKeys.begin(), kActionKeys.end(), node.text) != kActionKeys.end() ||
                        std::find(kOptionKeys.begin(), kOptionKeys.end(), node.text) != kOptionKeys.end();
    if (is_key || protocol::find_opcode(node.text) != nullptr) {
      problems_.add(node.position,
                    fmt::format("'{}' has a meaning in steps, a handler cannot have that name", node.text),
                    "choose another name");
      return false;
    }
    for (const auto& other : workload_.handlers)
      if (other.name == node.text) {
        problems_.add(node.position, fmt::format("two handlers are called '{}'", node.text),
                      "give each its own name");
        return false;
      }
    handler.name = node.text;
    return true;
  }

  bool read_handler_file(const Node& node, Handler& handler) {
    if (!values_.is(node, NodeKind::kString, "a handler's 'file'")) return false;
    handler.path = base_folder(workload_.file) / node.text;
    std::error_code error;
    if (std::filesystem::is_regular_file(handler.path, error)) return true;
    const bool exists = std::filesystem::exists(handler.path, error);
    problems_.add(
        node.position,
        fmt::format("{} {}", quote(handler.path.string()), exists ? "is not a file" : "does not exist"),
        "name a GLSL file; relative names start at the workload's folder");
    return false;
  }

  void read_timeout(const Node& node) {
    const auto duration = values_.duration(node, "'timeout'");
    if (!duration) return;
    if (duration->count() <= 0)
      problems_.add(node.position, "a timeout of nothing", "write a duration above 0");
    else
      workload_.timeout = *duration;
  }

  const LoadOptions& options_;
  Workload& workload_;
  Scope& scope_;
  Problems& problems_;
  ValueReader values_;
  std::set<std::uint32_t> initial_seen_;
};

}  // namespace

std::filesystem::path base_folder(const std::string& file) {
  return file == "-" ? std::filesystem::path() : std::filesystem::path(file).parent_path();
}

void read_settings(const Node& root, const LoadOptions& options, Workload& workload, Scope& scope,
                   Problems& problems) {
  SettingsReader(options, workload, scope, problems).read(root);
}

}  // namespace vyre::workload
