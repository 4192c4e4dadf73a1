#include "record_options.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "file_output.hpp"

namespace vyre::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "VRRL";  ///< of either version
constexpr std::string_view kLatest = "latest";

/// $XDG_STATE_HOME/vyre/recordings, or the same in ~/.local/state.
Result<fs::path> recordings_folder() {
  // The XDG base directory specification has relative paths ignored.
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && fs::path(state).is_absolute())
    return fs::path(state) / "vyre" / "recordings";
  if (const char* home = std::getenv("HOME"); home != nullptr && fs::path(home).is_absolute())
    return fs::path(home) / ".local" / "state" / "vyre" / "recordings";
  return fail(ErrorCode::kFile, "neither XDG_STATE_HOME nor HOME names a folder for recordings", "--record",
              "name the file: --record run.vrrl");
}

/// A workload's name as part of a file name.
std::string plain(std::string name) {
  for (char& letter : name)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '-';
  return name.substr(0, 64);
}

Result<fs::path> new_recording(const std::string& name) {
  VYRE_TRY(const fs::path folder, recordings_folder());
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::kFile, fmt::format("cannot make the folder: {}", error.message()), folder.string(),
                "name a file that can be written: --record run.vrrl");
  return folder /
         fmt::format("{:%Y%m%d-%H%M%S}-{}-{}.vrrl", fmt::gmtime(std::time(nullptr)), getpid(), plain(name));
}

/// A typing error must not cost a workload: `vyre run --record a.yaml b.yaml`.
Result<void> check_replaceable(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) == 0) return {};
  std::string begin(kMagic.size(), '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin == kMagic) return {};
  return fail(ErrorCode::kFile, "the file exists and is no recording, so it is not replaced", path,
              "give --record the file to write, or put --record last");
}

}  // namespace

void RecordingOptions::add_to(CLI::App& app, const std::string& group) {
  option_ = app.add_option("--record", file_,
                           "Record what is published into FILE, or into a new file in the "
                           "state folder, which `vyre replay` plays without a name")
                ->type_name("[FILE]")
                ->expected(0, 1)
                ->group(group);
  app.add_flag("--record-append", append_, "Go on behind the last whole record of the file")->group(group);
  app.add_option("--record-version", version_, "2, or 1 for tools that read only VRRL0001")
      ->type_name("N")
      ->check(CLI::IsMember({"1", "2"}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--record-capacity", capacity_, "Slots that a version 1 recording keeps, the last ones")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, recording::kMaxLogV1Records))
      ->capture_default_str()
      ->group(group);
}

Result<void> RecordingOptions::validate() const {
  if (append_ && (!file_ || file_->empty()))
    return fail(ErrorCode::kBadInput, "nothing to append to", "--record-append",
                "name the file: --record run.vrrl");
  return {};
}

Result<std::optional<session::RecordOptions>> RecordingOptions::make(const std::string& name) const {
  if (option_ == nullptr || option_->count() == 0) return std::optional<session::RecordOptions>{};
  session::RecordOptions record{
      .path = {}, .append = append_, .version = version_, .capacity = capacity_, .handlers = {}};
  if (!file_ || file_->empty()) {
    VYRE_TRY(record.path, new_recording(name));
  } else {
    record.path = *file_;
    VYRE_CHECK(check_replaceable(*file_));
    VYRE_CHECK(check_writable(*file_));
  }
  return std::optional(std::move(record));
}

void RecordingOptions::finish(Context& context, const session::RecordOptions& record,
                              const session::RunReport& report) const {
  if (!file_ || file_->empty()) {
    // A link of our own first, so that `latest` always names something.
    const fs::path link = record.path.parent_path() / kLatest;
    const fs::path fresh = link.string() + fmt::format(".{}", getpid());
    std::error_code error;
    fs::create_symlink(record.path.filename(), fresh, error);
    if (!error) fs::rename(fresh, link, error);
    context.note(fmt::format("recorded into {}", record.path.string()));
  }
  if (!report.record_lost) return;
  const auto& lost = *report.record_lost;
  if (lost.slots_with_cut_args > 0)
    context.note(fmt::format("{}: version 1 keeps 4 arguments of a slot: {} slots lost some",
                             record.path.string(), lost.slots_with_cut_args));
  if (lost.overwritten > 0)
    context.note(fmt::format("{}: {} older slots were overwritten; --record-capacity makes room",
                             record.path.string(), lost.overwritten));
}

Result<std::string> latest_recording() {
  VYRE_TRY(const fs::path folder, recordings_folder());
  const fs::path link = folder / kLatest;
  std::error_code error;
  if (!fs::exists(link, error))
    return fail(ErrorCode::kNotFound, "nothing was recorded yet", link.string(),
                "record first: vyre run --record=run.vrrl WORKLOAD, or name a log");
  return fs::weakly_canonical(link, error).string();
}

}  // namespace vyre::cli
