#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "device_options.hpp"
#include "interrupts.hpp"
#include "nearest.hpp"
#include "render_differences.hpp"
#include "run_snapshot.hpp"
#include "set_option.hpp"
#include "vyre/inspection/difference.hpp"

namespace vyre::cli {
namespace {

class Diff final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("A", files_,
                   "Two snapshots, two replay logs, or workloads to run; one workload alone is run twice")
        ->required()
        ->type_name("FILE")
        ->expected(1, 2);
    app.add_option("--as", as_, "Both files are this raw buffer")
        ->type_name("BUFFER")
        ->check(CLI::IsMember(
            std::vector<std::string>(inspection::kBufferNames.begin(), inspection::kBufferNames.end())));
    app.add_option("--ignore", ignore_,
                   "Do not compare this: a buffer, a control word, a field of slots, ... (repeatable)")
        ->type_name("NAME")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--limit", limit_, "Differences to show, 0: all; all are counted")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--format", format_, "Words, or one JSON document")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_flag("-q,--quiet", quiet_, "Print nothing, only end with 0 or 1");
    set_.add_to(app)->group("Workload");
    add_device_options(app, request_.backend, request_.kernel, request_.profile);
    app.add_option("--backend-b", backend_b_, "What runs B, where that is another backend")
        ->type_name("NAME")
        ->check(CLI::IsMember({"vulkan", "reference"}))
        ->group("Device");
    app.footer("Ends with 1 if anything differs. vyre-diff(1) lists the names for --ignore.");
  }

  Result<void> validate() const override {
    if (auto ignored = inspection::parse_ignored(ignore_); !ignored) {
      Error error = std::move(ignored.error());
      if (const auto near = nearest(error.where, inspection::ignorable_names()))
        error.what += fmt::format("; did you mean '{}'?", *near);
      error.where = "--ignore";
      return std::unexpected(std::move(error));
    }
    return set_.validate();
  }

  Result<ExitCode> run(Context& context) override {
    VYRE_TRY(request_.set, set_.values());
    VYRE_TRY(const auto ignored, inspection::parse_ignored(ignore_));
    if (files_.size() == 1) VYRE_CHECK(check_alone());
    VYRE_TRY(const auto a, open_or_run(input(files_.front()), request_, context));
    if (!a.inspection) return a.code;
    RunRequest second = request_;
    if (backend_b_) second.backend = *backend_b_;
    VYRE_TRY(const auto b, open_or_run(input(files_.back()), second, context));
    if (!b.inspection) return b.code;
    const std::size_t limit = limit_ == 0 ? std::numeric_limits<std::size_t>::max() : limit_;
    VYRE_TRY(auto differences, inspection::compare(*a.inspection, *b.inspection, ignored, limit));
    const bool same = differences.count == 0;
    if (!quiet_) print(context, {.a = name_of(0), .b = name_of(1), .differences = std::move(differences)});
    return same ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  inspection::Input input(const std::string& file) const {
    return {.file = file, .as = as_ ? inspection::find_buffer(*as_) : std::nullopt, .buffers = {}};
  }

  /// A file alone is run twice, so it has to be a workload.
  Result<void> check_alone() const {
    VYRE_TRY(const auto content, inspection::identify(files_.front()));
    if (content == inspection::Content::kText) return {};
    return fail(ErrorCode::kBadInput,
                fmt::format("a {} alone: nothing to compare it with", to_string(content)), files_.front(),
                "name a second one");
  }

  /// Two runs of one workload are told apart by what ran them.
  std::string name_of(std::size_t side) const {
    const std::string& file = side == 0 ? files_.front() : files_.back();
    if (files_.front() != files_.back()) return file;
    if (side == 1 && backend_b_) return fmt::format("{} on {}", file, *backend_b_);
    return backend_b_ ? fmt::format("{} on {}", file, request_.backend)
                      : fmt::format("{} (run {})", file, side + 1);
  }

  void print(Context& context, const Compared& compared) const {
    if (format_ == "text") return render_differences(compared, context.out(), context.out_style());
    render_differences(compared, *make_rows(RowFormat::kJson, context.out()));
  }

  std::vector<std::string> files_, ignore_;
  std::optional<std::string> as_;
  std::size_t limit_ = 20;
  std::string format_ = "text";
  bool quiet_ = false;
  SetOption set_;
  RunRequest request_;
  std::optional<std::string> backend_b_;
};

}  // namespace

std::unique_ptr<Verb> make_diff() { return std::make_unique<Diff>(); }

}  // namespace vyre::cli
