#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "arguments.hpp"
#include "command.hpp"
#include "device_options.hpp"
#include "interrupts.hpp"
#include "render_explore.hpp"
#include "report_load.hpp"
#include "run_file.hpp"
#include "set_option.hpp"
#include "vyre/session/explore.hpp"

namespace vyre::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of our own for the recording that is explored, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::temp_directory_path() / fmt::format("vyre-explore-{}", getpid())) {
    std::error_code ignored;
    fs::create_directories(path_, ignored);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

/// Whether the file is a replay log; a workload is text and begins otherwise.
bool is_log(const std::string& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return false;
  std::array<char, 4> begin{};
  std::ifstream(file, std::ios::binary).read(begin.data(), begin.size());
  return std::string_view(begin.data(), begin.size()) == "VRRL";
}

class Explore final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", file_, "Workload or replay log")->required()->type_name("FILE");
    const auto* group = "Exploration";
    app.add_option("--runs", options_.runs, "How many schedules to try")
        ->type_name("N")
        ->check(CLI::Range(2, 10'000'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--seed", options_.first_seed, "Seed of the first run; the others follow it")
        ->type_name("N")
        ->capture_default_str()
        ->group(group);
    app.add_option("--keep", keep_,
                   "Keep a log of each different result, and of the smallest run, in this folder")
        ->type_name("FOLDER")
        ->group(group);
    app.add_option("--timeout", timeout_, "How long each wait may take")->type_name("DURATION")->group(group);
    set_.add_to(app)->group(group);
    add_device_options(app, backend_, kernel_, profile_);
    app.add_option("--format", format_, "A short report, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->group("Report");
    app.footer(
        "Exit codes: 0 every run gave the same, 1 something varies; `vyre help exit-codes` lists the "
        "others.");
  }

  Result<void> validate() const override {
    if (!timeout_.empty()) VYRE_CHECK(named("--timeout", parse_duration(timeout_)));
    return set_.validate();
  }

  Result<ExitCode> run(Context& context) override {
    const ScratchFolder scratch;
    std::string log = file_;
    if (!is_log(file_)) {
      log = (scratch.path() / "run.vrrl").string();
      VYRE_TRY(const ExitCode recorded, record(context, log));
      if (recorded != ExitCode::kDone) return recorded;
    }
    VYRE_TRY(const auto plan, session::plan_replay(log));
    VYRE_TRY(const auto options, make_options(context, plan));
    VYRE_TRY(const auto report, session::explore(plan, options));
    context.out().write(format_ == "json" ? render_explore_json(file_, report)
                                          : render_explore_text(file_, report, context.out_style()));
    return report.varying.empty() ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  /// Runs the workload once, since it is recordings that are explored. Its expectations do not matter here.
  Result<ExitCode> record(Context& context, const std::string& log) const {
    RunRequest request;
    request.backend = backend_;
    request.kernel = kernel_;
    request.profile = profile_;
    VYRE_CHECK(request.profile.read(context, backend_, kernel_));
    VYRE_TRY(request.set, set_.values());
    if (!timeout_.empty()) { VYRE_TRY(request.options.timeout, parse_duration(timeout_)); }
    request.options.record = session::RecordOptions{.path = log, .handlers = {}};
    request.options.command = context.command_line();
    request.options.interrupted = &interrupted();
    const FileResult result = run_file(file_, request);
    if (result.load_errors) {
      complain(context, result.report.file, *result.load_errors);
      return result.code;
    }
    if (result.report.error) {
      context.complain(*result.report.error);
      return result.code;
    }
    return ExitCode::kDone;
  }

  Result<session::ExploreOptions> make_options(Context& context, const session::ReplayPlan& plan) const {
    session::ExploreOptions options = options_;
    if (!timeout_.empty()) { VYRE_TRY(options.timeout, parse_duration(timeout_)); }
    if (keep_) {
      std::error_code error;
      fs::create_directories(*keep_, error);
      if (error)
        return fail(ErrorCode::kFile, fmt::format("cannot make the folder: {}", error.message()), *keep_,
                    "give --keep a folder that can be written");
      options.keep_in = *keep_;
    }
    if (backend_ == "reference" && !plan.run.handlers.empty())
      return fail(ErrorCode::kUnsupported, "custom handlers are GLSL, which the interpreter cannot run",
                  plan.path.string(), "explore with --backend vulkan");
    options.command = context.command_line();
    options.interrupted = &interrupted();
    VYRE_TRY(auto scan_tables, session::scan_tables_for(plan.run));
    options.open_backend = [this, &plan, tables = std::move(scan_tables)](std::uint64_t seed) {
      return open_backend(plan, tables, seed);
    };
    return options;
  }

  /// A shape for each seed, out of a few, since each needs a pipeline of its own. What the command line fixes
  /// stays. The probe ran when the first was opened.
  Result<std::unique_ptr<session::Backend>> open_backend(const session::ReplayPlan& plan,
                                                         std::span<const std::uint32_t> scan_tables,
                                                         std::uint64_t seed) const {
    const auto config = session::config_for(plan.run, scan_tables);
    if (backend_ == "reference") return session::make_reference_backend(config);
    constexpr std::array<std::uint32_t, 3> kLanes{8, 16, 32};
    constexpr std::array<std::uint32_t, 4> kSlicePasses{0, 64, 500, 5'000};
    std::mt19937_64 random(seed);
    gpu::MegakernelOptions kernel = kernel_;
    if (kernel.lanes == 0) kernel.lanes = kLanes[random() % kLanes.size()];
    if (kernel.workgroups == 0) kernel.workgroups = static_cast<std::uint32_t>(1 + random() % 4);
    if (kernel.slice_passes == 0) kernel.slice_passes = kSlicePasses[random() % kSlicePasses.size()];
    kernel.probe = kernel.probe && seed == options_.first_seed;
    for (const auto& handler : plan.run.handlers)
      kernel.handlers.push_back({handler.opcode, handler.name, handler.file, handler.glsl});
    return gpu::open_megakernel(config, kernel);
  }

  std::string file_;
  session::ExploreOptions options_;
  std::optional<std::string> keep_;
  std::string timeout_;
  SetOption set_;
  std::string backend_ = "vulkan";
  gpu::MegakernelOptions kernel_;
  ProfileOption profile_;
  std::string format_ = "text";
};

}  // namespace

std::unique_ptr<Verb> make_explore() { return std::make_unique<Explore>(); }

}  // namespace vyre::cli
