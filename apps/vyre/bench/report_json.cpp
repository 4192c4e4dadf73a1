#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/report.hpp"
#include "render.hpp"

namespace vyre::cli::bench {
namespace {

using Json = nlohmann::ordered_json;
using measure::Better;

constexpr const char* kSchema = "vyre.bench/1";
constexpr unsigned kBinsPerDecade = 20;

Json spread_json(const measure::Spread& spread) {
  return {{"median", spread.median}, {"min", spread.min}, {"max", spread.max}};
}

Json side_json(const Side& side) {
  Json json{{"name", side.name}};
  json.update(spread_json(side.value));
  if (!side.p99) return json;
  json["p50"] = spread_json(side.value);
  json["p99"] = spread_json(*side.p99);
  json["histogram"] = Json::array();
  for (const auto& bin : measure::histogram(side.samples, kBinsPerDecade))
    json["histogram"].push_back({{"from", bin.from}, {"to", bin.to}, {"count", bin.count}});
  return json;
}

Json result_json(const BenchResult& result) {
  Json json{{"name", result.name},
            {"unit", result.unit},
            {"better", result.better == Better::kLower ? "lower" : "higher"},
            {"ours", side_json(result.ours)},
            {"alternative", side_json(result.alternative)},
            {"ratio", spread_json(result.ratio)}};
  for (const auto& [name, value] : result.parameters) json["parameters"][name] = value;
  return json;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::unexpected<Error> no_report(std::string what, const std::string& path) {
  return fail(ErrorCode::kBadInput, std::move(what), path,
              "name a file that `vyre bench --format json -o FILE` wrote");
}

/// One entry of `results`. Throws nlohmann's exceptions, which name what is missing.
measure::Figure figure_of(const Json& result) {
  return {.name = result.at("name").get<std::string>(),
          .better = result.at("better").get<std::string>() == "lower" ? Better::kLower : Better::kHigher,
          .ours = result.at("ours").at("median").get<double>(),
          .ratio = result.at("ratio").at("median").get<double>()};
}

}  // namespace

std::string report_json(const Report& report) {
  Json document = begin_document(kSchema);
  document["subject"] = std::string(report.subject->name);
  document["command"] = report.command;
  document["date"] = report.machine.date;
  document["device"] = text_or_null(report.machine.device);
  document["driver"] = text_or_null(report.machine.driver);
  document["cpu"] = report.machine.cpu;
  document["cpus"] = report.machine.cpus;
  document["os"] = report.machine.os;
  document["rounds"] = report.rounds;
  document["conclusions"] = report.outcome.conclusions;
  document["notes"] = report.outcome.notes;
  document["results"] = Json::array();
  for (const auto& result : report.outcome.results) document["results"].push_back(result_json(result));
  return to_text(document);
}

Result<Earlier> read_report(std::string_view text, const std::string& path) {
  try {
    const Json document = Json::parse(text);
    const std::string schema = document.is_object() ? document.value("schema", "") : "";
    if (schema != kSchema)
      return no_report(
          fmt::format("this is no report of vyre bench ({}): its schema is '{}'", kSchema, printable(schema)),
          path);
    Earlier earlier;
    if (document.at("device").is_string()) earlier.device = document.at("device").get<std::string>();
    earlier.figures.reserve(document.at("results").size());
    for (const auto& result : document.at("results")) {
      earlier.figures.push_back(figure_of(result));
      const auto& figure = earlier.figures.back();
      if (!(figure.ours > 0 && figure.ratio > 0))
        return no_report(fmt::format("'{}' has a figure that is not above 0", printable(figure.name)), path);
    }
    return earlier;
  } catch (const Json::exception& error) {
    return no_report(fmt::format("this is no report of vyre bench: {}", printable(error.what())), path);
  }
}

std::vector<measure::Figure> figures_of(const Outcome& outcome) {
  std::vector<measure::Figure> figures;
  figures.reserve(outcome.results.size());
  for (const auto& result : outcome.results)
    figures.push_back({.name = result.name,
                       .better = result.better,
                       .ours = result.ours.value.median,
                       .ratio = result.ratio.median});
  return figures;
}

}  // namespace vyre::cli::bench
