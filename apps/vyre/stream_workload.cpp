#include "stream_workload.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "json_string.hpp"
#include "style.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/scan/table.hpp"
#include "vyre/scan/table_file.hpp"

namespace vyre::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t kOpcode = 0x4000'0001;  ///< of the handler
constexpr std::uint64_t kChunkUnit = 4096;
constexpr std::size_t kMostArgs = 4;

/// As read_literal() takes it back, whatever its bytes are.
std::string escaped(std::string_view literal) {
  std::string text;
  for (const char c : literal) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\')
      text += "\\\\";
    else if (byte >= 0x20 && byte < 0x7F)
      text += c;
    else
      text += fmt::format("\\x{:02x}", byte);
  }
  return text;
}

bool is_identifier(std::string_view name) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::ranges::all_of(name, is_part);
}

bool is_file(const std::string& handler) { return handler != "scan" && handler != "nop"; }

std::unexpected<Error> wrong(std::string what, std::string where, std::string fix) {
  return fail(ErrorCode::kBadInput, std::move(what), std::move(where), std::move(fix));
}

Result<void> check_text(const std::vector<std::string>& texts, std::string_view noun, std::string_view where,
                        std::string_view fix) {
  for (const auto& text : texts)
    if (!json_string(text))
      return wrong(fmt::format("{} that is no UTF-8: '{}'", noun, escaped(text)), std::string(where),
                   std::string(fix));
  return {};
}

Result<void> check_handler(const StreamRequest& request) {
  if (is_file(request.handler)) {
    const std::string name = handler_name(request.handler);
    if (!is_identifier(name))
      return wrong(fmt::format("the file defines a function of its own name, and '{}' is no name of one",
                               printable(name)),
                   "--handler", "rename the file and the function: checksum.glsl for void checksum()");
    VYRE_CHECK(check_text({request.handler}, "a file name", "--handler", "rename the file"));
  } else if (!request.args.empty()) {
    return wrong(fmt::format("{} takes no arguments", request.handler), "--arg",
                 "leave it out, or give --handler a file");
  }
  if (request.args.size() > kMostArgs)
    return wrong(fmt::format("{} arguments, a stream passes {} on", request.args.size(), kMostArgs), "--arg",
                 "pass fewer");
  return {};
}

Json rules_json(const StreamRequest& request) {
  Json rules = Json::array();
  if (!request.literals.empty()) {
    Json literals = Json::array();
    for (const auto& literal : request.literals) literals.push_back(escaped(literal));
    rules.push_back(
        {{"literals", std::move(literals)}, {"escapes", true}, {"ignore_case", request.ignore_case}});
  }
  for (const auto& regex : request.regexes)
    rules.push_back({{"regex", regex}, {"ignore_case", request.ignore_case}});
  for (const auto& table : request.tables) rules.push_back({{"tables", table}});
  return rules;
}

}  // namespace

std::string handler_name(const std::string& file) { return std::filesystem::path(file).stem().string(); }

Result<void> check(const StreamRequest& request) {
  const bool has_rules = !request.literals.empty() || !request.regexes.empty() || !request.tables.empty();
  if (request.handler == "scan" && !has_rules)
    return wrong("nothing to look for", "vyre stream",
                 "give --literal, --literals, --regex or --table, or else --handler");
  if (request.handler != "scan" && has_rules)
    return wrong("something to look for, and a handler that does not look", "--handler",
                 "leave out one of them");
  if (request.handler == "scan" && !request.in_order)
    return wrong("a scan needs its files in order: matches may lie across two pieces", "--any-order",
                 "leave it out");
  if (request.chunk_bytes < kChunkUnit || request.chunk_bytes > protocol::kMaxScanBytes ||
      request.chunk_bytes % kChunkUnit != 0)
    return wrong(fmt::format("a chunk of {} bytes: it is a multiple of {}, and at most {}",
                             request.chunk_bytes, kChunkUnit, protocol::kMaxScanBytes),
                 "--chunk", "write a size such as 64KiB or 1MiB");
  if (std::ranges::find(request.files, "") != request.files.end())
    return wrong("a file without a name", "vyre stream", "name a file or a folder");
  if (std::ranges::count(request.files, "-") > 1)
    return wrong("the standard input cannot be read twice", "vyre stream", "name - once");
  VYRE_CHECK(check_text(request.files, "a file name", "vyre stream",
                        "name the folder that it lies in, or let the standard input come from it"));
  VYRE_CHECK(check_text(request.regexes, "a regular expression", "--regex", "write the bytes as \\xNN"));
  VYRE_CHECK(check_text(request.tables, "a file name", "--table", "rename the file"));
  return check_handler(request);
}

std::string workload_text(const StreamRequest& request) {
  Json workload{{"vyre", 1}, {"name", "stream"}, {"control", {{"observables", request.observables}}}};
  Json stream{
      {"files", request.files},   {"chunk", request.chunk_bytes}, {"handler", request.handler},
      {"depth", request.depth},   {"jobs", request.jobs},         {"road", request.road},
      {"direct", request.direct}, {"in_order", request.in_order}, {"max_matches", request.max_matches}};
  if (request.handler == "scan") workload["scan"] = rules_json(request);
  if (is_file(request.handler)) {
    stream["handler"] = handler_name(request.handler);
    if (!request.args.empty()) stream["args"] = request.args;
    workload["handlers"] = Json::array(
        {{{"opcode", kOpcode}, {"name", handler_name(request.handler)}, {"file", request.handler}}});
  }
  workload["steps"] = Json::array({{{"stream", std::move(stream)}}});
  return workload.dump(1) + "\n";
}

Result<void> check_rules(const StreamRequest& request) {
  const scan::BuildOptions options{.ignore_case = request.ignore_case};
  if (!request.literals.empty()) VYRE_CHECK(scan::build_literals(request.literals, options));
  for (const auto& regex : request.regexes) VYRE_CHECK(scan::build_regex(regex, options));
  for (const auto& table : request.tables) VYRE_CHECK(scan::read_tables(table));
  return {};
}

}  // namespace vyre::cli
