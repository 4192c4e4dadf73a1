#include "render_replay.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "vyre/inspection/text.hpp"

namespace vyre::cli {
namespace {

using Json = nlohmann::ordered_json;
using session::Divergence;

constexpr std::size_t kMostPublications = 8;  ///< JSON holds them all

std::string opcode_list(const session::EpochPublication& publication, const recording::Names& names) {
  std::string text;
  for (const auto opcode : publication.opcodes)
    text += (text.empty() ? "" : ", ") + printable(inspection::opcode_text(opcode, names));
  return text;
}

std::string divergence_text(const Divergence& divergence, const recording::Names& names) {
  const auto name = inspection::word_text(divergence.word);
  const std::string source =
      divergence.source.empty() ? "when recorded" : "in " + printable(divergence.source);
  std::string text =
      fmt::format("  epoch {}: {} was {} (0x{:x}) {} and is {} (0x{:x}) now\n", divergence.epoch, name,
                  divergence.recorded, divergence.recorded, source, divergence.replayed, divergence.replayed);
  if (divergence.other_words > 0)
    text += fmt::format("  {} more differ there\n", plural(divergence.other_words, "word"));
  const auto& publications = divergence.publications;
  const std::size_t shown = std::min(publications.size(), kMostPublications);
  const std::uint64_t before = publications.size() - shown + divergence.publications_omitted;
  if (!publications.empty()) text += "  published in that epoch:\n";
  if (before > 0) text += fmt::format("    {} before these\n", plural(before, "publication"));
  for (const auto& publication : std::span(publications).last(shown))
    text += publication.slot_count == 1
                ? fmt::format("    slot {}: {}\n", publication.first_slot, opcode_list(publication, names))
                : fmt::format("    slots {}..{}: {}\n", publication.first_slot,
                              publication.first_slot + publication.slot_count - 1,
                              opcode_list(publication, names));
  return text;
}

Json divergence_json(const Divergence& divergence, const recording::Names& names) {
  Json publications = Json::array();
  for (const auto& publication : divergence.publications) {
    Json opcodes = Json::array();
    for (const auto opcode : publication.opcodes) opcodes.push_back(inspection::opcode_text(opcode, names));
    publications.push_back({{"ticket", publication.ticket},
                            {"slot_idx", publication.first_slot},
                            {"slots", publication.slot_count},
                            {"opcodes", std::move(opcodes)}});
  }
  return {{"source", divergence.source.empty() ? Json(nullptr) : Json(divergence.source)},
          {"epoch", divergence.epoch},
          {"word", divergence.word},
          {"name", inspection::word_text(divergence.word)},
          {"recorded", divergence.recorded},
          {"replayed", divergence.replayed},
          {"other_words", divergence.other_words},
          {"record_offset", divergence.record_offset},
          {"publications", std::move(publications)},
          {"publications_omitted", divergence.publications_omitted}};
}

}  // namespace

std::string damage_text(const Error& damage) {
  return fmt::format("{}: the log was read up to here: {}", damage.where, damage.what);
}

std::string render_replay_text(const session::ReplayPlan&, const session::ReplayReport& report,
                               const RenderOptions& options) {
  FileResult result;
  result.report = report.run;
  std::string text = render_text(result, options);
  if (report.divergence) {
    text += divergence_text(*report.divergence, report.run.names);
  } else if (!options.quiet && !report.run.error) {
    text += fmt::format("  {} compared, none differs", plural(report.compared, "checkpoint"));
    if (report.not_compared > 0) text += fmt::format("; {} not comparable", report.not_compared);
    text += "\n";
  }
  return text;
}

std::string render_replay_json(const session::ReplayPlan& plan, const session::ReplayReport& report,
                               ExitCode code, const RenderOptions& options) {
  Json document = begin_document("vyre.replay/1");
  document["log"] = {{"file", plan.path.string()}, {"version", plan.version}, {"run", plan.run_index},
                     {"runs", plan.run_count},     {"slots", plan.slots},     {"ended", plan.ended}};
  if (plan.damage) document["log"]["damage"] = to_json(*plan.damage);
  document["verdict"] = session::to_string(report.run.verdict);
  document["backend"] = report.run.backend;
  if (!options.stable) {
    document["device"] = report.run.device;
    document["elapsed_ns"] = report.run.elapsed.count();
  }
  document["published"] = report.run.published;
  document["done"] = report.run.done;
  document["faulted"] = report.run.fault_count;
  document["epoch"] = report.run.epoch;
  document["compared"] = report.compared;
  document["not_compared"] = report.not_compared;
  document["divergence"] =
      report.divergence ? divergence_json(*report.divergence, report.run.names) : Json(nullptr);
  Json observed = Json::object();
  for (const auto& word : report.run.observed) observed[word.name] = word.value;
  if (!observed.empty()) document["observed"] = std::move(observed);
  if (report.run.error) document["error"] = to_json(*report.run.error);
  document["exit_code"] = static_cast<int>(code);
  return to_text(document);
}

}  // namespace vyre::cli
