#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "render.hpp"
#include "report_load.hpp"
#include "run_file.hpp"
#include "set_option.hpp"
#include "vyre/handler/compile.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::cli {
namespace {

using Json = nlohmann::ordered_json;

class Validate final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", files_, "Workload, YAML or JSON; - is the standard input")
        ->required()
        ->type_name("FILE");
    set_.add_to(app);
    app.add_option("--format", format_, "A line for each file, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--max-errors", options_.max_errors, "Most errors told of one file")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_flag("!--no-handlers", compile_handlers_, "Leave the GLSL of custom handlers alone");
    app.add_flag("-q,--quiet", quiet_, "Tell only what is wrong");
  }

  Result<void> validate() const override { return set_.validate(); }

  Result<ExitCode> run(Context& context) override {
    VYRE_TRY(options_.set, set_.values());
    ExitCode code = ExitCode::kDone;
    Json files = Json::array();
    for (const auto& file : files_) {
      Json entry;
      code = worst(code, check(context, file, entry));
      files.push_back(std::move(entry));
    }
    if (format_ == "json") {
      Json document = begin_document("vyre.validate/1");
      document["exit_code"] = static_cast<int>(code);
      document["files"] = std::move(files);
      context.out().write(to_text(document));
    }
    return code;
  }

 private:
  ExitCode check(Context& context, const std::string& file, Json& entry) const {
    entry = {{"file", file}, {"valid", false}};
    auto workload = workload::load_file(file, options_);
    if (!workload) {
      complain(context, file, workload.error());
      entry["errors"] = Json::array();
      for (const Error& error : workload.error().errors) entry["errors"].push_back(to_json(error));
      entry["errors_omitted"] = workload.error().omitted;
      return exit_code_of(workload.error().errors.front().code);
    }
    entry["name"] = workload->name;
    entry["steps"] = workload->step_count;
    entry["slots"] = workload->slot_count;
    entry["handlers"] = workload->handlers.size();
    if (const auto compiled = compile(*workload); !compiled) {
      context.complain(compiled.error());
      entry["errors"] = Json::array({to_json(compiled.error())});
      return exit_code_of(compiled.error().code);
    }
    entry["valid"] = true;
    entry["errors"] = Json::array();
    if (format_ == "text" && !quiet_)
      context.out().write(fmt::format(
          "{}: {} ({}, ring of {})\n", printable(file), context.out_style().paint(Paint::kGood, "ok"),
          plural(workload->step_count, "step"), plural(workload->slot_count, "slot")));
    return ExitCode::kDone;
  }

  Result<void> compile(const workload::Workload& workload) const {
    if (!compile_handlers_ || workload.handlers.empty()) return {};
    VYRE_TRY(const auto sources, read_handlers(workload));
    VYRE_CHECK(handler::compile(sources));
    return {};
  }

  std::vector<std::string> files_;
  SetOption set_;
  std::string format_ = "text";
  workload::LoadOptions options_;
  bool compile_handlers_ = true;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_validate() { return std::make_unique<Validate>(); }

}  // namespace vyre::cli
