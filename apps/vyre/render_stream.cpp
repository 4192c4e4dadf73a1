#include "render_stream.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "render.hpp"
#include "render_stream_json.hpp"
#include "vyre/inspection/text.hpp"

namespace vyre::cli {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr std::size_t kMostFaults = 10;

/// What every format does: errors of files, the bar, the summary.
class Renderer final : public StreamRenderer {
 public:
  Renderer(Context& context, const StreamRender& options, std::unique_ptr<StreamRows> rows)
      : context_(context), options_(options), rows_(std::move(rows)), bar_(context.err()) {}

  void on_match(const session::StreamMatch& match) override {
    if (options_.quiet) return;
    if (rows_) return rows_->match(match);
    if (options_.count) return;
    std::string line = front(match.path);
    fmt::format_to(std::back_inserter(line), "{}:", match.start);
    line += shown(match.text);
    line += '\n';
    write(line);
  }

  void on_file(const session::StreamedFile& file) override {
    if (options_.quiet) return;
    if (rows_) return rows_->file(file);
    // What failed before anything was found of it was reported, and has no count.
    if (options_.count && (!file.failed || file.matches > 0))
      write(fmt::format("{}{}\n", front(file.path), file.matches));
  }

  void on_error(const Error& error) override {
    bar_.clear();
    if (rows_ && !options_.quiet) rows_->error(error);
    context_.complain(error);
  }

  void on_progress(const session::StreamProgress& progress) override {
    // Whoever reads a pipe waits for what was found.
    static_cast<void>(context_.out().flush());
    if (options_.progress) bar_.show(progress);
  }

  void finish(const session::RunReport& report, ExitCode code) override {
    bar_.clear();
    if (rows_ && !options_.quiet)
      rows_->finish(report, code);
    else
      tell(report);
    static_cast<void>(context_.out().flush());
    if (options_.summary) {
      context_.err().write(stream_summary(report, options_.stable, context_.err().width()));
      static_cast<void>(context_.err().flush());
    }
  }

 private:
  std::string front(std::string_view path) const {
    if (!options_.file_names) return "";
    return shown(path == kStandardInput ? "(standard input)" : path) + ":";
  }

  /// Bytes as they are, but for a terminal, which some would drive.
  std::string shown(std::string_view text) const {
    return context_.out().is_terminal() ? printable(text) : std::string(text);
  }

  void write(std::string_view text) {
    if (context_.out().is_terminal()) bar_.clear();
    context_.out().write(text);
  }

  void tell(const session::RunReport& report) {
    const std::size_t shown_faults = std::min(report.faults.size(), kMostFaults);
    for (std::size_t i = 0; i < shown_faults; ++i) {
      const auto& fault = report.faults[i];
      context_.note(printable(fmt::format("slot {} of {} faulted: {}", fault.slot,
                                          inspection::opcode_text(fault.opcode, report.names),
                                          fault_text(fault, report.names))));
    }
    if (report.fault_count > shown_faults)
      context_.note(fmt::format("and {}", plural(report.fault_count - shown_faults, "more fault")));
    std::string text;
    if (!options_.quiet) {
      for (const auto& line : report.debug_lines) text += fmt::format("| {}\n", printable(line));
      if (report.debug_lost > 0)
        text += fmt::format("| {} lost\n", plural(report.debug_lost, "debug record"));
    }
    for (const auto& word : report.observed)
      text += fmt::format("{0} = {1} (0x{1:x})\n", word.name, word.value);
    write(text);
  }

  Context& context_;
  StreamRender options_;
  std::unique_ptr<StreamRows> rows_;
  ProgressBar bar_;
};

/// All streams of the run as one.
session::StreamReport total(const session::RunReport& report) {
  session::StreamReport sum;
  for (const auto& one : report.streams) {
    sum.road = one.road;
    sum.engine = one.engine;
    sum.copier = one.copier;
    sum.files += one.files;
    sum.files_failed += one.files_failed;
    sum.files_left_out += one.files_left_out;
    sum.bytes += one.bytes;
    sum.reads += one.reads;
    sum.matches += one.matches;
    sum.matches_by_rule = one.matches_by_rule;
    sum.scanned_anew += one.scanned_anew;
    sum.elapsed += one.elapsed;
    sum.waited_for_disk += one.waited_for_disk;
    sum.waited_for_copy += one.waited_for_copy;
    sum.waited_for_kernel += one.waited_for_kernel;
    sum.notes.insert(sum.notes.end(), one.notes.begin(), one.notes.end());
  }
  return sum;
}

std::string counts_text(const session::StreamReport& sum, bool stable) {
  std::string text = fmt::format("{}, {}", plural(sum.files, "file"), bytes_text(sum.bytes));
  if (!stable) text += fmt::format(" in {}", plural(sum.reads, "read"));
  if (!sum.matches_by_rule.empty())
    text += fmt::format(", {} match{}", sum.matches, sum.matches == 1 ? "" : "es");
  if (sum.files_failed > 0) text += fmt::format("; {} failed", sum.files_failed);
  if (sum.files_left_out > 0) text += fmt::format("; {} left out, being no files", sum.files_left_out);
  if (sum.scanned_anew > 0) text += fmt::format("; {} scanned in parts", plural(sum.scanned_anew, "chunk"));
  return text;
}

std::string times_text(const session::StreamReport& sum) {
  const double seconds = std::chrono::duration<double>(sum.elapsed).count();
  std::string text = duration_text(sum.elapsed);
  if (seconds <= 0) return text;
  text +=
      fmt::format(", {}/s", bytes_text(static_cast<std::uint64_t>(static_cast<double>(sum.bytes) / seconds)));
  const auto share = [&](std::chrono::nanoseconds waited) {
    return 100 * std::chrono::duration<double>(waited).count() / seconds;
  };
  return text + fmt::format("; waiting for the disk {:.0f} %, for copies {:.0f} %, for the kernel {:.0f} %",
                            share(sum.waited_for_disk), share(sum.waited_for_copy),
                            share(sum.waited_for_kernel));
}

std::string way_text(const session::StreamReport& sum, const session::RunReport& report) {
  std::string text = fmt::format("{} road, read by {}", sum.road, sum.engine);
  if (!sum.copier.empty()) text += fmt::format(", copied by the {}", sum.copier);
  return text + fmt::format(", on {}", printable(report.device));
}

}  // namespace

std::unique_ptr<StreamRenderer> StreamRenderer::make(Context& context, const StreamRender& options) {
  std::unique_ptr<StreamRows> rows;
  if (options.format == StreamFormat::kLines) rows = make_stream_lines(context.out(), options);
  if (options.format == StreamFormat::kJson) rows = make_stream_document(context.out(), options);
  return std::make_unique<Renderer>(context, options, std::move(rows));
}

std::string stream_summary(const session::RunReport& report, bool stable, std::size_t width) {
  const session::StreamReport sum = total(report);
  if (sum.road.empty()) return "";  // the run failed before any file was opened
  constexpr std::size_t kIndent = 2;
  std::string text;
  const auto add = [&](const std::string& line) {
    text += wrap(printable(line), text.empty() ? width : width - std::min(width, kIndent), kIndent) + "\n";
  };
  add(counts_text(sum, stable));
  if (stable) return text;
  add(times_text(sum));
  add(way_text(sum, report));
  for (const auto& note : sum.notes) add("note: " + note);
  return text;
}

}  // namespace vyre::cli
