#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arguments.hpp"
#include "command.hpp"
#include "file_output.hpp"
#include "inspect_view.hpp"
#include "names.hpp"
#include "nearest.hpp"
#include "render_svg.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

using inspection::Buffer;
using inspection::Content;
using inspection::Inspection;

std::optional<std::uint32_t> number_of(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "7", "4..9", "4.." or "all", into the filter.
Result<void> parse_range(const std::string& text, inspection::SlotFilter& filter) {
  if (text == "all") return {};
  const auto dots = text.find("..");
  const std::string_view end = dots == std::string::npos ? text : std::string_view(text).substr(dots + 2);
  const auto first = number_of(std::string_view(text).substr(0, dots));
  const auto last = end.empty() ? std::numeric_limits<std::uint32_t>::max() : number_of(end);
  if (!first || !last)
    return fail(ErrorCode::kBadInput, fmt::format("'{}' is no range of slots", printable(text)), "--slots",
                "write 7, 4..9, 4.. or all");
  if (*first > *last)
    return fail(ErrorCode::kBadInput, fmt::format("the range {}..{} runs backwards", *first, *last),
                "--slots", fmt::format("write {}..{}", *last, *first));
  filter.first = *first;
  filter.last = *last;
  // Who names slots wants to see them, whatever they hold.
  filter.empty_too = true;
  return {};
}

Result<std::uint32_t> parse_status(const std::string& text) {
  if (text == "unknown") return protocol::kStatusCount;
  const auto found = std::ranges::find(protocol::kStatusNames, text);
  if (found != protocol::kStatusNames.end())
    return static_cast<std::uint32_t>(found - protocol::kStatusNames.begin());
  std::vector<std::string> names(protocol::kStatusNames.begin(), protocol::kStatusNames.end());
  const auto near = nearest(text, names);
  return fail(ErrorCode::kBadInput,
              fmt::format("no status is called '{}'{}", printable(text),
                          near ? fmt::format("; did you mean '{}'?", *near) : ""),
              "--status", fmt::format("take one of {}, unknown", fmt::join(protocol::kStatusNames, ", ")));
}

class Inspect final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", input_.file, "Snapshot or replay log; - is the standard input")->type_name("FILE");
    add_input_options(app);
    add_slot_options(app);
    add_list_options(app);
    add_report_options(app);
    app.footer("No device is needed. The summary comes first, then what was asked for.");
  }

  Result<void> validate() const override {
    VYRE_TRY(const auto view, make_view());
    if (input_.file.empty() && extra_.empty())
      return fail(ErrorCode::kBadInput, "no file to look at", "vyre inspect",
                  "name a snapshot, a replay log or a raw buffer");
    const int lists = view.slots + view.windows + view.faults + view.debug_lines + view.io_requests +
                      view.records + (words_.empty() ? 0 : 1);
    if (format_ == "csv" && lists > 1)
      return fail(ErrorCode::kBadInput, fmt::format("{} lists in one CSV table", lists), "--format",
                  "ask for the lists one by one, or for --format jsonl");
    return {};
  }

  Result<ExitCode> run(Context& context) override {
    if (svg_) VYRE_CHECK(check_writable(*svg_));
    VYRE_TRY(auto view, make_view());
    VYRE_TRY(const auto inspection, inspection::open(make_input()));
    VYRE_TRY(const auto facts, gather(inspection));
    view.names = facts.log ? facts.log->names : inspection.names;
    if (auto found = find_names(view); !found) {
      context.complain(found.error());
      return ExitCode::kUsage;
    }
    VYRE_CHECK(complete(view, inspection));
    VYRE_CHECK(render(context, inspection, facts, view));
    if (svg_) VYRE_CHECK(write_svg(inspection, facts));
    return finish(context, facts);
  }

 private:
  void add_input_options(CLI::App& app) {
    const auto* group = "Raw buffers";
    app.add_option("--as", as_, "FILE is this raw buffer")
        ->type_name("BUFFER")
        ->check(CLI::IsMember(
            std::vector<std::string>(inspection::kBufferNames.begin(), inspection::kBufferNames.end())))
        ->group(group);
    for (const auto& [option, buffer] :
         {std::pair("--ring", Buffer::kRing), std::pair("--control", Buffer::kControl),
          std::pair("--debug-log", Buffer::kDebugLog), std::pair("--io-queue", Buffer::kIoQueue),
          std::pair("--completions", Buffer::kCompletions), std::pair("--arena", Buffer::kArena)})
      app.add_option_function<std::string>(
             option,
             [this, buffer](const std::string& path) {
               extra_.push_back({buffer, path});
             },
             fmt::format("A raw {} buffer", to_string(buffer)))
          ->type_name("FILE")
          ->group(group);
  }

  void add_slot_options(CLI::App& app) {
    const auto* group = "Slots";
    const auto list = [&app, group](const char* name, std::vector<std::string>& values, const char* text,
                                    const char* type) {
      app.add_option(name, values, text)
          ->type_name(type)
          ->delimiter(',')
          ->allow_extra_args(false)
          ->group(group);
    };
    app.add_option("--slots", slots_,
                   "List slots: 7, 4..9, 4.. or all; EMPTY ones only where a range names them")
        ->type_name("RANGE")
        ->group(group);
    list("--status", statuses_, "Only slots of this status: published, fault, ... (repeatable)", "NAME");
    list("--opcode", opcodes_, "Only slots with this operation, packed or not: name or number (repeatable)",
         "OPCODE");
    list("--window-opcode", window_opcodes_, "The opcode of windows, which is guessed otherwise (repeatable)",
         "OPCODE");
    list("--tenant", tenants_, "Only slots of this tenant: name or number (repeatable)", "TENANT");
    app.add_option("--ticket", filter_.tickets, "Only slots of the window with this ticket (repeatable)")
        ->type_name("N")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->group(group);
  }

  void add_list_options(CLI::App& app) {
    const auto* group = "Lists";
    app.add_option("--words", words_,
                   "Control words: epoch, observable(0..7), metrics, 160..170, all (repeatable)")
        ->type_name("WORDS")
        ->allow_extra_args(false)
        ->group(group);
    app.add_flag("--windows", windows_, "Ticketed windows, how far each is, and whether it is usable")
        ->group(group);
    app.add_flag("--faults", faults_, "Slots that faulted, and why")->group(group);
    app.add_flag("--debug-lines", debug_lines_, "What PRINTF wrote, by the file's formats")->group(group);
    app.add_flag("--io-requests", io_requests_, "The IO queue")->group(group);
    app.add_flag("--records", records_, "The records of a replay log")->group(group);
    app.add_flag("--map", map_, "The ring as a map; shown on a terminal anyway")->group(group);
  }

  void add_report_options(CLI::App& app) {
    const auto* group = "Report";
    app.add_option("--since", since_, "An earlier snapshot of the same ring: has the kernel moved?")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--svg", svg_, "Draw map, opcodes and tenants as a picture")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--format", format_, "How it is written")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json", "jsonl", "csv"}))
        ->capture_default_str()
        ->group(group);
    app.add_flag("--stable", stable_, "Leave out what changes from run to run: times, devices, commands")
        ->group(group);
    app.add_flag("-q,--quiet", quiet_, "No summary")->group(group);
  }

  inspection::Input make_input() const {
    inspection::Input input = input_;
    if (as_) input.as = inspection::find_buffer(*as_);
    input.buffers = extra_;
    return input;
  }

  /// What the command line alone says.
  Result<InspectView> make_view() const {
    InspectView view{.summary = !quiet_,
                     .map = map_,
                     .slots = !slots_.empty(),
                     .windows = windows_,
                     .faults = faults_,
                     .debug_lines = debug_lines_,
                     .io_requests = io_requests_,
                     .records = records_,
                     .words = std::nullopt,
                     .filter = filter_,
                     .window_opcodes = {},
                     .guessed_windows = false,
                     .names = {},
                     .stable = stable_};
    if (!slots_.empty()) VYRE_CHECK(parse_range(slots_, view.filter));
    for (const auto& text : statuses_) { VYRE_TRY(view.filter.statuses.emplace_back(), parse_status(text)); }
    for (const auto& text : words_) VYRE_CHECK(named("--words", parse_word_list(text)));
    const bool wants_empty = std::ranges::find(view.filter.statuses, 0U) != view.filter.statuses.end();
    view.filter.empty_too = view.filter.empty_too || wants_empty;
    if (!statuses_.empty() || !opcodes_.empty() || !tenants_.empty() || !filter_.tickets.empty())
      view.slots = true;
    return view;
  }

  /// Opcodes and tenants may be asked for by the names that the file has.
  Result<void> find_names(InspectView& view) const {
    const auto add = [&view](auto parse, const std::vector<std::string>& texts, std::string_view option,
                             std::vector<std::uint32_t>& numbers) -> Result<void> {
      for (const auto& text : texts) {
        VYRE_TRY(const auto found, parse(text, view.names, option));
        numbers.insert(numbers.end(), found.begin(), found.end());
      }
      return {};
    };
    VYRE_CHECK(add(parse_opcode, opcodes_, "--opcode", view.filter.opcodes));
    VYRE_CHECK(add(parse_opcode, window_opcodes_, "--window-opcode", view.window_opcodes));
    view.filter.window_opcodes = view.window_opcodes;
    return add(parse_tenant, tenants_, "--tenant", view.filter.tenants);
  }

  /// Adds what depends on the file, and refuses what the file does not hold.
  Result<void> complete(InspectView& view, const Inspection& inspection) const {
    if (inspection.content == Content::kLog) {
      // Slots of a log are its records'.
      view.records = view.records || view.slots;
      view.slots = false;
    }
    const bool nothing_asked = !view.slots && words_.empty() && !view.windows && !view.faults &&
                               !view.debug_lines && !view.io_requests && !view.records;
    if (format_ == "csv" && nothing_asked) choose_list(view, inspection);
    const auto needs = [&](bool wanted, Buffer buffer, const char* option) -> Result<void> {
      if (!wanted || inspection.has(buffer)) return {};
      return fail(ErrorCode::kBadInput,
                  fmt::format("there is no {} buffer to list {} from", to_string(buffer), option),
                  inspection.file,
                  inspection.content == Content::kLog
                      ? fmt::format("leave out {}; of a log there are --records", option)
                      : fmt::format("pass it with --{}, or leave out {}", option_of(buffer), option));
    };
    VYRE_CHECK(needs(view.slots, Buffer::kRing, "--slots"));
    VYRE_CHECK(needs(view.windows, Buffer::kRing, "--windows"));
    VYRE_CHECK(needs(view.map, Buffer::kRing, "--map"));
    VYRE_CHECK(needs(svg_.has_value(), Buffer::kRing, "--svg"));
    VYRE_CHECK(needs(view.debug_lines, Buffer::kDebugLog, "--debug-lines"));
    VYRE_CHECK(needs(view.io_requests, Buffer::kIoQueue, "--io-requests"));
    VYRE_CHECK(needs(view.faults && !inspection.has(Buffer::kCompletions), Buffer::kRing, "--faults"));
    if (view.records && inspection.content != Content::kLog)
      return fail(ErrorCode::kBadInput, fmt::format("a {} holds no records", to_string(inspection.content)),
                  inspection.file, "name a replay log, or leave out --records");
    for (const auto& text : words_) {
      VYRE_TRY(auto spans, parse_word_list(text));
      for (const WordSpan& span : spans) VYRE_CHECK(needs(true, span.buffer, "--words"));
      VYRE_TRY(spans, within(std::move(spans), inspection));
      if (!view.words) view.words.emplace();
      view.words->insert(view.words->end(), spans.begin(), spans.end());
    }
    if (view.windows && view.window_opcodes.empty()) {
      view.window_opcodes = inspection::guess_window_opcodes(inspection);
      view.guessed_windows = true;
    }
    return {};
  }

  static std::string option_of(Buffer buffer) {
    std::string name(to_string(buffer));
    std::ranges::replace(name, '_', '-');
    return name;
  }

  /// CSV is one list: the most telling one that the file has.
  static void choose_list(InspectView& view, const Inspection& inspection) {
    if (inspection.content == Content::kLog)
      view.records = true;
    else if (inspection.has(Buffer::kRing))
      view.slots = true;
    else if (inspection.has(Buffer::kControl))
      view.words.emplace(
          {WordSpan{.text = "all",
                    .first = 0,
                    .last = static_cast<std::uint32_t>(inspection.buffers.control.size()) - 1}});
    else if (inspection.has(Buffer::kDebugLog))
      view.debug_lines = true;
    else if (inspection.has(Buffer::kIoQueue))
      view.io_requests = true;
    else if (inspection.has(Buffer::kCompletions))
      view.faults = true;
    else
      view.words.emplace({WordSpan{.text = "arena",
                                   .first = 0,
                                   .last = static_cast<std::uint32_t>(inspection.buffers.arena.size()) - 1,
                                   .buffer = Buffer::kArena}});
  }

  Result<InspectFacts> gather(const Inspection& inspection) const {
    InspectFacts facts;
    if (inspection.content == Content::kLog) {
      VYRE_TRY(facts.log, inspection::summarize_log(inspection));
    } else {
      VYRE_TRY(facts.summary, inspection::summarize(inspection));
    }
    if (since_) {
      VYRE_TRY(const auto earlier, inspection::open({.file = *since_, .as = std::nullopt, .buffers = {}}));
      VYRE_TRY(facts.stall, inspection::check_stall(earlier, inspection));
    }
    return facts;
  }

  Result<void> render(Context& context, const Inspection& inspection, const InspectFacts& facts,
                      InspectView& view) const {
    if (format_ == "text") {
      view.map = view.map || (context.out().is_terminal() && !quiet_);
      view.names = printable(view.names);
      return render_inspection(inspection, facts, view,
                               TextTarget{context.out(), context.out_style(), context.out().width()});
    }
    const auto rows = make_rows(format_ == "json"    ? RowFormat::kJson
                                : format_ == "jsonl" ? RowFormat::kJsonl
                                                     : RowFormat::kCsv,
                                context.out());
    return render_inspection(inspection, facts, view, *rows);
  }

  Result<void> write_svg(const Inspection& inspection, const InspectFacts& facts) const {
    return write_file(*svg_, render_svg(inspection, *facts.summary));
  }

  /// A log is shown up to what is damaged in it. A tail that was cut is what a killed run leaves, no error.
  static ExitCode finish(Context& context, const InspectFacts& facts) {
    if (!facts.log || !facts.log->damage) return ExitCode::kDone;
    const Error& damage = *facts.log->damage;
    if (facts.log->tail_is_cut) {
      context.note(fmt::format("{}: {}", damage.where, damage.what));
      return ExitCode::kDone;
    }
    context.complain(damage);
    return exit_code_of(damage.code);
  }

  inspection::Input input_;
  std::vector<inspection::BufferFile> extra_;
  std::optional<std::string> as_;
  std::string slots_;
  std::vector<std::string> statuses_, opcodes_, window_opcodes_, tenants_, words_;
  inspection::SlotFilter filter_;
  bool windows_ = false, faults_ = false, debug_lines_ = false, io_requests_ = false, records_ = false,
       map_ = false;
  std::optional<std::string> since_, svg_;
  std::string format_ = "text";
  bool stable_ = false, quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_inspect() { return std::make_unique<Inspect>(); }

}  // namespace vyre::cli
