#include "recording/run_json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "recording/log_format.hpp"

namespace vyre::recording {
namespace {

using nlohmann::json;

constexpr std::uint32_t kMaxWord = std::numeric_limits<std::uint32_t>::max();
constexpr int kMaxDepth = 4;  ///< the run, its data, a piece of it, its words; or rules and their patterns
/// As many as workloads may have.
constexpr std::size_t kMaxScanRules = 4096;
/// Of all rules: a run with more would be written and not be read again.
constexpr std::size_t kMaxPatterns = 2'000'000;
/// Twice the values of a run that sets every observable, which takes an index and a value for each.
constexpr std::size_t kMaxValues = 4 * std::size_t{protocol::kMaxObservables};

std::runtime_error problem(const std::string& text) { return std::runtime_error(text); }

std::uint32_t word_of(const json& value, std::string_view key, std::uint32_t most = kMaxWord) {
  if (!value.is_number_unsigned())
    throw problem(fmt::format("'{}' is {}, not a whole number", key, value.type_name()));
  const auto number = value.get<std::uint64_t>();
  if (number > most) throw problem(fmt::format("'{}' is {}, at most {} is possible", key, number, most));
  return static_cast<std::uint32_t>(number);
}

std::string text_of(const json& value, std::string_view key) {
  if (!value.is_string()) throw problem(fmt::format("'{}' is {}, not a string", key, value.type_name()));
  return value.get<std::string>();
}

bool flag_of(const json& value, std::string_view key) {
  if (!value.is_boolean()) throw problem(fmt::format("'{}' is {}, not a boolean", key, value.type_name()));
  return value.get<bool>();
}

/// Calls `take(value)` if the object has the key.
template <class Take>
void with(const json& object, const char* key, const Take& take) {
  if (const auto found = object.find(key); found != object.end()) take(*found);
}

void take(const json& object, const char* key, std::string& out) {
  with(object, key, [&](const json& value) { out = text_of(value, key); });
}
void take(const json& object, const char* key, bool& out) {
  with(object, key, [&](const json& value) { out = flag_of(value, key); });
}
void take(const json& object, const char* key, std::uint32_t& out, std::uint32_t most = kMaxWord) {
  with(object, key, [&](const json& value) { out = word_of(value, key, most); });
}

/// Calls `each` with every element of the array at `key`, if there is one.
template <class Each>
void for_each(const json& object, const char* key, const Each& each) {
  with(object, key, [&](const json& list) {
    if (!list.is_array()) throw problem(fmt::format("'{}' is {}, not an array", key, list.type_name()));
    for (const auto& element : list) each(element);
  });
}

const json& object_in(const json& element, const char* list) {
  if (!element.is_object())
    throw problem(fmt::format("'{}' holds {}, not objects", list, element.type_name()));
  return element;
}

void take_tenants(const json& object, RunRecord& run) {
  for_each(object, "tenants", [&](const json& element) {
    auto& tenant = run.tenants.emplace_back();
    const json& fields = object_in(element, "tenants");
    take(fields, "id", tenant.id);
    take(fields, "name", tenant.name);
    take(fields, "quota", tenant.quota);
    take(fields, "enabled", tenant.enabled);
  });
}

void take_handlers(const json& object, RunRecord& run) {
  for_each(object, "handlers", [&](const json& element) {
    auto& handler = run.handlers.emplace_back();
    const json& fields = object_in(element, "handlers");
    take(fields, "opcode", handler.opcode);
    take(fields, "name", handler.name);
    take(fields, "file", handler.file);
    take(fields, "glsl", handler.glsl);
  });
}

void take(const json& object, const char* key, std::uint64_t& out) {
  with(object, key, [&](const json& value) {
    if (!value.is_number_unsigned())
      throw problem(fmt::format("'{}' is {}, not a whole number", key, value.type_name()));
    out = value.get<std::uint64_t>();
  });
}

void take_arena(const json& object, RunRecord& run) {
  take(object, "arena_words", run.arena_words);
  for_each(object, "arena_data", [&](const json& element) {
    auto& data = run.arena_data.emplace_back();
    const json& fields = object_in(element, "arena_data");
    take(fields, "first_word", data.first_word);
    for_each(fields, "words", [&](const json& word) { data.words.push_back(word_of(word, "words")); });
  });
  for_each(object, "resources", [&](const json& element) {
    auto& resource = run.resources.emplace_back();
    const json& fields = object_in(element, "resources");
    take(fields, "name", resource.name);
    take(fields, "file", resource.file);
    take(fields, "offset", resource.offset);
    take(fields, "bytes", resource.bytes);
    take(fields, "first_word", resource.first_word);
    take(fields, "writable", resource.writable);
  });
}

void take_scan_rules(const json& object, RunRecord& run) {
  for_each(object, "scan_rules", [&](const json& element) {
    auto& rule = run.scan_rules.emplace_back();
    const json& fields = object_in(element, "scan_rules");
    take(fields, "name", rule.name);
    take(fields, "regex", rule.is_regex);
    take(fields, "ignore_case", rule.ignore_case);
    take(fields, "checksum", rule.checksum);
    for_each(fields, "patterns",
             [&](const json& pattern) { rule.patterns.push_back(text_of(pattern, "patterns")); });
  });
  take(object, "streams", run.streams);
}

void take_observables(const json& object, RunRecord& run) {
  std::optional<std::uint32_t> index;
  for_each(object, "initial_observables", [&](const json& element) {
    const std::uint32_t word = word_of(element, "initial_observables");
    if (!index) {
      index = word;
    } else {
      run.initial_observables.insert_or_assign(run.initial_observables.end(), *index, word);
      index.reset();
    }
  });
  if (index) throw problem("'initial_observables' has an index without a value");
}

void take_formats(const json& object, RunRecord& run) {
  with(object, "formats", [&](const json& formats) {
    if (!formats.is_object())
      throw problem(fmt::format("'formats' is {}, not an object", formats.type_name()));
    for (const auto& [key, value] : formats.items()) {
      std::uint32_t id = 0;
      const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
      if (error != std::errc{} || end != key.data() + key.size())
        throw problem(fmt::format("'{}' is no format id", key));
      run.formats.insert_or_assign(id, text_of(value, "formats"));
    }
  });
}

RunRecord run_of(const json& object) {
  if (!object.is_object()) throw problem(fmt::format("it is {}, not an object", object.type_name()));
  RunRecord run;
  take(object, "vyre_version", run.vyre_version);
  take(object, "command", run.command);
  take(object, "workload_file", run.workload_file);
  take(object, "workload_name", run.workload_name);
  take(object, "backend", run.backend);
  take(object, "device", run.device);
  take(object, "slot_count", run.slot_count);
  take(object, "observable_count", run.observable_count);
  take(object, "debug_records", run.debug_records);
  take(object, "priority_scheduler", run.priority_scheduler);
  take(object, "open_protection", run.open_protection);
  take_tenants(object, run);
  take_observables(object, run);
  take_formats(object, run);
  take_handlers(object, run);
  take_arena(object, run);
  take_scan_rules(object, run);
  if (auto wrong = problem_of(run)) throw problem(*std::move(wrong));
  return run;
}

/// nlohmann builds a tree many times as large as a text made of brackets, so both are counted before.
void check_bounds(std::string_view text) {
  int depth = 0;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string && c == '\\')
      ++at;
    else if (c == '"')
      in_string = !in_string;
    else if (in_string)
      continue;
    else if (c == ']' || c == '}')
      --depth;
    else if (c == '[' || c == '{' || c == ',')
      ++values;
    if (!in_string && (c == '[' || c == '{') && ++depth > kMaxDepth)
      throw problem(fmt::format("it nests deeper than {} levels", kMaxDepth));
    if (values > kMaxValues) throw problem(fmt::format("it holds more than {} values", kMaxValues));
  }
}

}  // namespace

std::optional<std::string> problem_of(const RunRecord& run) {
  const auto above = [](std::string_view name, std::size_t value, std::size_t most) {
    return fmt::format("'{}' is {}, at most {} is possible", name, value, most);
  };
  if (run.slot_count > protocol::kMaxSlots) return above("slot_count", run.slot_count, protocol::kMaxSlots);
  if (run.observable_count > protocol::kMaxObservables)
    return above("observable_count", run.observable_count, protocol::kMaxObservables);
  if (run.debug_records > protocol::kMaxDebugRecords)
    return above("debug_records", run.debug_records, protocol::kMaxDebugRecords);
  for (const auto& tenant : run.tenants)
    if (tenant.id >= protocol::kTenantCount) return above("id", tenant.id, protocol::kTenantCount - 1);
  if (!run.initial_observables.empty() &&
      run.initial_observables.rbegin()->first >= protocol::kMaxObservables)
    return above("initial_observables", run.initial_observables.rbegin()->first,
                 protocol::kMaxObservables - 1);
  const auto leaves = [&](std::uint64_t first, std::uint64_t words) {
    return first > run.arena_words || words > run.arena_words - first;
  };
  for (const auto& data : run.arena_data)
    if (leaves(data.first_word, data.words.size()))
      return fmt::format("'arena_data' of {} words at {} leaves the arena of {}", data.words.size(),
                         data.first_word, run.arena_words);
  for (const auto& resource : run.resources)
    if (leaves(resource.first_word, (std::uint64_t{resource.bytes} + 3) / 4))
      return fmt::format("'resources' has {} bytes at word {}, which leave the arena of {}", resource.bytes,
                         resource.first_word, run.arena_words);
  if (run.scan_rules.size() > kMaxScanRules) return above("scan_rules", run.scan_rules.size(), kMaxScanRules);
  std::size_t patterns = 0;
  for (const auto& rule : run.scan_rules) patterns += rule.patterns.size();
  if (patterns > kMaxPatterns) return above("patterns", patterns, kMaxPatterns);
  if (run.dfa_table.size() > kMaxDfaWords)
    return fmt::format("a DFA table of {} words, at most {} are possible", run.dfa_table.size(),
                       kMaxDfaWords);
  return std::nullopt;
}

std::string run_to_json(const RunRecord& run) {
  json object{{"vyre_version", run.vyre_version},
              {"command", run.command},
              {"workload_file", run.workload_file},
              {"workload_name", run.workload_name},
              {"backend", run.backend},
              {"device", run.device},
              {"slot_count", run.slot_count},
              {"observable_count", run.observable_count},
              {"debug_records", run.debug_records},
              {"priority_scheduler", run.priority_scheduler},
              {"open_protection", run.open_protection}};
  json& tenants = object["tenants"] = json::array();
  for (const auto& tenant : run.tenants)
    tenants.push_back(
        {{"id", tenant.id}, {"name", tenant.name}, {"quota", tenant.quota}, {"enabled", tenant.enabled}});
  json& observables = object["initial_observables"] = json::array();
  for (const auto& [index, value] : run.initial_observables) {
    observables.push_back(index);
    observables.push_back(value);
  }
  json& formats = object["formats"] = json::object();
  for (const auto& [id, text] : run.formats) formats[std::to_string(id)] = text;
  json& handlers = object["handlers"] = json::array();
  for (const auto& handler : run.handlers)
    handlers.push_back(
        {{"opcode", handler.opcode}, {"name", handler.name}, {"file", handler.file}, {"glsl", handler.glsl}});
  // Logs of runs without payload are as they were before there was any.
  if (run.arena_words != 0) {
    object["arena_words"] = run.arena_words;
    json& pieces = object["arena_data"] = json::array();
    for (const auto& data : run.arena_data)
      pieces.push_back({{"first_word", data.first_word}, {"words", data.words}});
    json& resources = object["resources"] = json::array();
    for (const auto& resource : run.resources)
      resources.push_back({{"name", resource.name},
                           {"file", resource.file},
                           {"offset", resource.offset},
                           {"bytes", resource.bytes},
                           {"first_word", resource.first_word},
                           {"writable", resource.writable}});
  }
  for (const auto& rule : run.scan_rules)
    object["scan_rules"].push_back({{"name", rule.name},
                                    {"regex", rule.is_regex},
                                    {"ignore_case", rule.ignore_case},
                                    {"checksum", rule.checksum},
                                    {"patterns", rule.patterns}});
  if (run.streams) object["streams"] = true;
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::string> run_from_json(std::string_view text, RunRecord& run) {
  try {
    check_bounds(text);
    run = run_of(json::parse(text));
    return std::nullopt;
  } catch (const json::parse_error& wrong) {
    return fmt::format("the run is no JSON at its byte {}", wrong.byte);
  } catch (const std::runtime_error& wrong) { return fmt::format("the run's JSON: {}", wrong.what()); }
}

}  // namespace vyre::recording
