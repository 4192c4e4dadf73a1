// `stream:` as a step: files that are read into the arena, piece by piece, and worked on there.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "vyre/protocol/kernel_layout.hpp"
#include "workload/names.hpp"
#include "workload/settings.hpp"
#include "workload/step_parser.hpp"

namespace vyre::workload {

namespace {

constexpr std::int64_t kChunkUnit = 4096;
constexpr std::size_t kMaxStreamArgs = 4;
constexpr std::string_view kStandardInput = "-";
/// In the order of ring::PayloadRoad.
constexpr std::array<std::string_view, 4> kRoads{"auto", "arena", "mapped", "staged"};

}  // namespace

StepParser::Made StepParser::parse_stream(const ActionMap& action) {
  const Node& node = *action.value;
  if (!values_.is(node, NodeKind::kMap, "'stream'")) return std::nullopt;
  if (const Node* unchecked = find_entry(*action.map, "unchecked")) {
    problems_.add(unchecked->position, "'unchecked' has no meaning beside 'stream'",
                  "a stream publishes only what the kernel takes");
    return std::nullopt;
  }
  StreamStep step;
  Fields fields(node, "'stream'", problems_);
  const Node* const files = fields.required("files");
  const Node* const handler = fields.optional("handler");
  const Node* const args = fields.optional("args");
  bool good = read_stream_sizes(fields, step);
  good = read_stream_ways(fields, step) && good;
  const Node* const in_order = find_entry(node, "in_order");
  fields.finish();
  good = read_stream_handler(node, handler, step) && good;
  good = files != nullptr && read_stream_files(*files, step) && good;
  if (!good) return std::nullopt;
  if (step.opcode == protocol::kOpScan && !step.in_order) {
    problems_.add(in_order->position, "a scan needs its files in order",
                  "leave 'in_order' out: matches may lie across two pieces");
    return std::nullopt;
  }
  if (args != nullptr) {
    if (protocol::find_opcode(step.opcode) != nullptr) {
      problems_.add(args->position, "'args' go with a handler of the workload's own",
                    "leave them out, or name one of 'handlers'");
      return std::nullopt;
    }
    auto words = operations_.arguments(*args, step.opcode);
    if (!words) return std::nullopt;
    if (words->size() > kMaxStreamArgs) {
      problems_.add(args->position,
                    fmt::format("{} arguments, a stream passes {} on", words->size(), kMaxStreamArgs),
                    "pass fewer");
      return std::nullopt;
    }
    step.args = std::move(*words);
  }
  saw_stream_ = true;
  return step;
}

/// The files may be missing still: the run tells of those that it cannot read.
bool StepParser::read_stream_files(const Node& node, StreamStep& step) {
  if (!values_.is(node, NodeKind::kSequence, "'files'")) return false;
  if (node.items.empty()) {
    problems_.add(node.position, "a stream without files",
                  "name files, folders, or - for the standard input");
    return false;
  }
  const auto folder = base_folder(settings_.file);
  for (const auto& item : node.items) {
    if (!values_.is(item, NodeKind::kString, "a file")) return false;
    const bool is_input = item.text == kStandardInput;
    const auto refuse = [&](std::string_view what, std::string_view fix) {
      problems_.add(item.position, std::string(what), std::string(fix));
      return false;
    };
    if (item.text.empty()) return refuse("a file without a name", "name a file or a folder");
    if (item.text.find('\0') != std::string::npos)
      return refuse("a file name with a NUL in it", "name a file or a folder");
    if (is_input && settings_.file == kStandardInput)
      return refuse("the workload itself came from the standard input",
                    "keep it in a file, or name the files");
    if (is_input && std::ranges::find(step.files, kStandardInput) != step.files.end())
      return refuse("the standard input cannot be read twice", "name - once");
    step.files.push_back(is_input ? item.text : (folder / item.text).string());
  }
  return true;
}

bool StepParser::read_stream_handler(const Node& map, const Node* node, StreamStep& step) {
  const bool has_rules = !settings_.scan_rules.empty();
  if (node == nullptr) {
    step.opcode = protocol::kOpScan;
    if (!has_rules)
      problems_.add(map.position, "a stream with nothing to do",
                    "say what to look for under 'scan', or give it a handler: nop, or one of 'handlers'");
    return has_rules;
  }
  if (!values_.is(*node, NodeKind::kString, "'handler'")) return false;
  if (node->text == "nop") {
    step.opcode = protocol::kOpNop;
    return true;
  }
  if (node->text == "scan") {
    step.opcode = protocol::kOpScan;
    if (!has_rules)
      problems_.add(node->position, "a scan without anything to look for", "declare rules under 'scan'");
    return has_rules;
  }
  for (const auto& handler : settings_.handlers)
    if (handler.name == node->text) {
      step.opcode = handler.opcode;
      return true;
    }
  std::vector<std::string_view> known{"scan", "nop"};
  for (const auto& handler : settings_.handlers) known.push_back(handler.name);
  problems_.add(node->position, fmt::format("no handler {}", quote(node->text)),
                suggest(node->text, known, "write scan, nop, or the name of one of 'handlers'"));
  return false;
}

bool StepParser::read_stream_sizes(Fields& fields, StreamStep& step) {
  bool good = true;
  const auto number = [&](std::string_view key, Range range, std::uint32_t& out) {
    const Node* const node = fields.optional(key);
    if (node == nullptr) return;
    const auto value = values_.constant_u32(*node, fmt::format("'{}'", key), range);
    good = good && value.has_value();
    out = value.value_or(out);
  };
  const Node* const chunk = find_entry(fields.map(), "chunk");
  auto chunk_bytes = static_cast<std::uint32_t>(step.chunk_bytes);
  number("chunk", {kChunkUnit, protocol::kMaxScanBytes}, chunk_bytes);
  step.chunk_bytes = chunk_bytes;
  if (chunk_bytes % kChunkUnit != 0) {
    problems_.add(chunk->position,
                  fmt::format("'chunk' is {} bytes, no multiple of {}", chunk_bytes, kChunkUnit),
                  "write a size such as 64KiB or 1MiB");
    good = false;
  }
  number("depth", {1, 256}, step.depth);
  number("jobs", {1, 64}, step.jobs);
  number("max_matches", {16, 1'048'576}, step.max_matches);
  return good;
}

bool StepParser::read_stream_ways(Fields& fields, StreamStep& step) {
  bool good = true;
  if (const Node* road = fields.optional("road")) {
    const auto choice = values_.choice(*road, "'road'", kRoads);
    good = choice.has_value();
    step.road = static_cast<ring::PayloadRoad>(choice.value_or(0));
  }
  for (const auto& [key, flag] : {std::pair{"direct", &step.direct}, {"in_order", &step.in_order}})
    if (const Node* node = fields.optional(key)) {
      const auto value = values_.boolean(*node, fmt::format("'{}'", key));
      good = good && value.has_value();
      *flag = value.value_or(*flag);
    }
  return good;
}

}  // namespace vyre::workload
