#include "session/workload_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "session/logged_rules.hpp"
#include "vyre/scan/table_file.hpp"
#include "workload/source_text.hpp"

namespace vyre::session {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;
/// A larger table goes into a file of its own.
constexpr std::size_t kMaxInlineStates = 64;
/// Begins a scan rule that is in a file, with its ways.
constexpr std::string_view kTables = "tables: ";

template <class... Values>
void put(std::string& out, fmt::format_string<Values...> format, Values&&... values) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Values>(values)...);
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string little_endian(const std::vector<std::uint32_t>& words) {
  std::string bytes;
  bytes.reserve(4 * words.size());
  for (const std::uint32_t word : words)
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift & 0xFF);
  return bytes;
}

/// One list of next states for each state.
void put_rows(std::string& out, const std::vector<std::uint32_t>& table) {
  out += "dfa:\n  states:\n";
  for (auto row = table.begin(); row != table.end(); row += protocol::kDfaColumns)
    put(out, "    - [{}]\n", fmt::join(row, row + protocol::kDfaColumns, ", "));
}

/// The table as edges to other states than 0.
void put_edges(std::string& out, const std::vector<std::uint32_t>& table) {
  const std::size_t states = table.size() / protocol::kDfaColumns;
  put(out, "dfa:\n  states: {}\n  edges:\n", states);
  const std::size_t before = out.size();
  for (std::size_t state = 0; state < states; ++state) {
    const auto* row = &table[state * protocol::kDfaColumns];
    for (std::uint32_t first = 0; first < protocol::kDfaColumns;) {
      std::uint32_t end = first + 1;
      while (end < protocol::kDfaColumns && row[end] == row[first]) ++end;
      if (row[first] != 0)
        put(out, "    - {{from: {}, to: {}, range: [{}, {}]}}\n", state, row[first], first, end - 1);
      first = end;
    }
  }
  if (out.size() == before) out += "    []\n";
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7F)
      put(out, "\\x{:02x}", byte);
    else
      out += c;
  }
  return out + '"';
}

WorkloadText::~WorkloadText() {
  if (finished_) return;
  std::error_code ignored;
  for (const auto& file : report_.files) std::filesystem::remove(file, ignored);
}

Result<void> WorkloadText::drain() {
  if (text_.size() < kPieceBytes) return {};
  auto written = sink_(text_);
  text_.clear();
  return written;
}

Result<void> WorkloadText::finish() {
  VYRE_CHECK(sink_(text_));
  text_.clear();
  finished_ = true;
  return {};
}

void WorkloadText::remark(const std::string& text) {
  put(text_, "  # {}\n", text);
  if (report_.notes.size() < kMaxExportNotes) report_.notes.push_back(text);
}

Result<void> WorkloadText::settings(const recording::RunRecord& run, std::string_view comments) {
  while (!comments.empty()) {
    const auto end = std::min(comments.find('\n'), comments.size());
    std::string line(comments.substr(0, end));
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    put(text_, "# {}\n", line);
    comments.remove_prefix(std::min(end + 1, comments.size()));
  }
  text_ += "vyre: 1\n";
  if (!run.workload_name.empty()) put(text_, "name: {}\n", in_quotes(run.workload_name));
  ring_and_control(run);
  if (run.debug_records != protocol::kDebugDefaultRecords)
    put(text_, "debug: {{records: {}}}\n", run.debug_records);
  if (!run.formats.empty()) text_ += "formats:\n";
  for (const auto& [id, format] : run.formats) put(text_, "  {}: {}\n", id, in_quotes(format));
  VYRE_CHECK(handlers(run));
  VYRE_CHECK(dfa(run));
  payload(run);
  return scan_rules(run);
}

Result<void> WorkloadText::scan_rules(const recording::RunRecord& run) {
  if (!run.scan_rules.empty()) text_ += "scan:\n";
  for (std::size_t i = 0; i < run.scan_rules.size(); ++i) {
    const auto& rule = run.scan_rules[i];
    std::string source;
    if (rule.is_regex) {
      VYRE_TRY(source, regex_rule(rule, i));
    } else {
      const bool escapes = std::ranges::any_of(
          rule.patterns, [](const auto& pattern) { return pattern.find('\\') != std::string::npos; });
      source = "literals: [";
      for (std::size_t at = 0; at < rule.patterns.size(); ++at)
        source += (at == 0 ? "" : ", ") + in_quotes(rule.patterns[at]);
      source += escapes ? "], escapes: true" : "]";
    }
    put(text_, "  - {{{}", source);
    if (!rule.name.empty()) put(text_, ", name: {}", rule.name);
    if (rule.ignore_case && !source.starts_with(kTables)) text_ += ", ignore_case: true";
    text_ += "}\n";
    VYRE_CHECK(drain());
  }
  return {};
}

/// A regular expression of bytes that are no text is in a file beside the workload.
Result<std::string> WorkloadText::regex_rule(const recording::LoggedScanRule& rule, std::size_t number) {
  VYRE_TRY(const auto patterns, patterns_of(rule));
  if (patterns.size() == 1 && !workload::check_text(patterns[0]))
    return fmt::format("regex: {}", in_quotes(patterns[0]));
  VYRE_TRY(const auto tables, build_rule(rule));
  VYRE_TRY(const auto bytes, scan::encode_tables(tables));
  VYRE_TRY(const auto file,
           write_beside(fmt::format("rule{}.tables", number),
                        std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                        fmt::format("the regular expression of scan rule {}", number)));
  return fmt::format("{}{}", kTables, in_quotes(file));
}

void WorkloadText::payload(const recording::RunRecord& run) {
  if (run.arena_words == 0) return;
  put(text_, "arena:\n  size: {}\n", 4 * std::uint64_t{run.arena_words});
  if (!run.arena_data.empty()) text_ += "  data:\n";
  for (const auto& data : run.arena_data)
    put(text_, "    - {{at: {}, words: [{}]}}\n", 4 * std::uint64_t{data.first_word},
        fmt::join(data.words, ", "));
  if (!run.resources.empty()) text_ += "resources:\n";
  for (const auto& resource : run.resources)
    put(text_, "  - {{name: {}, file: {}, offset: {}, length: {}, at: {}{}}}\n", in_quotes(resource.name),
        in_quotes(resource.file), resource.offset, resource.bytes, 4 * std::uint64_t{resource.first_word},
        resource.writable ? ", writable: true" : "");
}

void WorkloadText::ring_and_control(const recording::RunRecord& run) {
  put(text_, "ring: {{slots: {}{}}}\n", run.slot_count,
      run.priority_scheduler ? ", scheduler: priority" : "");
  put(text_, "control:\n  observables: {}\n", run.observable_count);
  if (run.open_protection) text_ += "  protection: open\n";
  if (!run.tenants.empty()) text_ += "  tenants:\n";
  for (const auto& tenant : run.tenants) {
    put(text_, "    - {{id: {}", tenant.id);
    if (!tenant.name.empty()) put(text_, ", name: {}", in_quotes(tenant.name));
    if (tenant.quota != protocol::kTenantQuotaDefault) put(text_, ", quota: {}", tenant.quota);
    put(text_, "{}}}\n", tenant.enabled ? "" : ", enabled: false");
  }
  if (!run.initial_observables.empty()) text_ += "  initial:\n";
  for (const auto& [index, value] : run.initial_observables) put(text_, "    {}: {}\n", index, value);
}

Result<void> WorkloadText::handlers(const recording::RunRecord& run) {
  if (!run.handlers.empty()) text_ += "handlers:\n";
  for (const auto& handler : run.handlers) {
    const auto suffix = is_identifier(handler.name) ? handler.name : fmt::format("{:08x}", handler.opcode);
    VYRE_TRY(const auto file,
             write_beside(suffix + ".glsl", handler.glsl, fmt::format("the handler '{}'", handler.name)));
    put(text_, "  - {{opcode: {:#x}, name: {}, file: {}}}\n", handler.opcode, in_quotes(handler.name),
        in_quotes(file));
  }
  return {};
}

Result<void> WorkloadText::dfa(const recording::RunRecord& run) {
  const auto& table = run.dfa_table;
  if (table.empty()) return {};
  const std::size_t states = table.size() / protocol::kDfaColumns;
  if (table.size() % protocol::kDfaColumns != 0)
    return fail(ErrorCode::kBadInput,
                fmt::format("a DFA table of {} words, a state has {}", table.size(), protocol::kDfaColumns),
                "", "record the run again");
  if (states > kMaxInlineStates) {
    VYRE_TRY(const auto file,
             write_beside("dfa", little_endian(table), fmt::format("the table of {} states", states)));
    put(text_, "dfa: {{file: {}}}\n", in_quotes(file));
  } else if (std::ranges::all_of(table, [&](std::uint32_t next) { return next < states; })) {
    put_edges(text_, table);
  } else {
    put_rows(text_, table);
  }
  return {};
}

Result<std::string> WorkloadText::write_beside(const std::string& suffix, std::string_view bytes,
                                               std::string_view what) {
  if (!options_.workload)
    return fail(ErrorCode::kUnsupported, fmt::format("{} needs a file beside the workload", what), "",
                "name the workload's file with -o");
  const auto path =
      options_.workload->parent_path() / fmt::format("{}.{}", options_.workload->stem().string(), suffix);
  const auto refuse = [&](int error) {
    return fail(ErrorCode::kFile, fmt::format("cannot write {}: {}", what, std::strerror(error)),
                path.string(),
                error == EEXIST ? "remove it, or name another workload file"
                                : "name a workload in a folder that you may write to");
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wbx"), &std::fclose);
  if (file == nullptr) return refuse(errno);
  report_.files.push_back(path);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  const int error = errno;
  if (std::fclose(file.release()) != 0 && written) return refuse(errno);
  if (!written) return refuse(error);
  return path.filename().string();
}

}  // namespace vyre::session
