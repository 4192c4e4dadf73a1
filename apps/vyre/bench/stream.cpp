#include <chrono>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "bench/subject.hpp"
#include "bench/temporary_file.hpp"
#include "interrupts.hpp"
#include "run_file.hpp"
#include "stream_workload.hpp"
#include "vyre/measure/turns.hpp"
#include "vyre/stream/baselines.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::cli::bench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::uint64_t kDefaultBytes = 256U << 20, kQuickBytes = 1U << 20;
constexpr const char* kOursName = "stream to a kernel that does nothing";
constexpr const char* kReadName = "io_uring reads into host memory";

double mib_per_second(std::uint64_t bytes, Seconds elapsed) {
  return static_cast<double>(bytes) / static_cast<double>(1U << 20) / elapsed.count();
}

/// Both read the same file with blocks of the same size, as many at once.
class Contest {
 public:
  Contest(const Request& request, std::string file, std::uint64_t bytes)
      : request_(request), file_(std::move(file)), bytes_(bytes) {}

  Result<void> stream(std::vector<double>& samples) {
    const StreamRequest stream{.files = {file_},
                               .literals = {},
                               .regexes = {},
                               .tables = {},
                               .handler = "nop",
                               .args = {},
                               .chunk_bytes = request_.chunk_bytes,
                               .depth = request_.depth,
                               .jobs = request_.jobs,
                               .direct = request_.direct};
    RunRequest run;
    run.kernel.device = request_.device;
    run.options.interrupted = &interrupted();
    const FileResult result =
        run_loaded(workload::load_text(workload_text(stream), kStreamWorkloadName), kStreamWorkloadName, run);
    if (result.load_errors) return std::unexpected(result.load_errors->errors.front());
    if (result.report.error) return std::unexpected(*result.report.error);
    const auto& report = result.report.streams.front();
    if (report.bytes != bytes_) return wrong(report.bytes);
    road_ = report.road;
    samples.push_back(mib_per_second(report.bytes, report.elapsed));
    return {};
  }

  Result<void> read(std::vector<double>& samples) {
    VYRE_TRY(const auto read, stream::read_alone(file_, {.block_bytes = request_.chunk_bytes,
                                                         .depth = request_.depth,
                                                         .jobs = request_.jobs,
                                                         .direct = request_.direct}));
    if (read.bytes != bytes_) return wrong(read.bytes);
    samples.push_back(mib_per_second(read.bytes, read.elapsed));
    return {};
  }

  [[nodiscard]] const std::string& road() const noexcept { return road_; }

 private:
  [[nodiscard]] std::unexpected<Error> wrong(std::uint64_t bytes) const {
    return fail(ErrorCode::kFile, fmt::format("{} bytes came of a file of {}", bytes, bytes_), file_,
                "name a file that nobody changes");
  }

  const Request& request_;
  std::string file_;
  std::uint64_t bytes_;
  std::string road_;
};

Result<std::uint64_t> size_of(const std::string& file) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (error || bytes == 0)
    return fail(ErrorCode::kFile, error ? "cannot read the file: " + error.message() : "the file is empty",
                file, "name a file with something in it");
  return bytes;
}

}  // namespace

Result<Outcome> run_stream(const Request& request) {
  std::optional<TemporaryFile> temporary;
  std::string file = request.file;
  if (file.empty()) {
    const std::uint64_t bytes = request.size_bytes != 0 ? request.size_bytes
                                : request.quick         ? kQuickBytes
                                                        : kDefaultBytes;
    VYRE_TRY(auto written, TemporaryFile::write(bytes));
    temporary.emplace(std::move(written));
    file = temporary->path();
  }
  VYRE_TRY(const auto bytes, size_of(file));
  Contest contest(request, std::filesystem::absolute(file), bytes);
  const std::vector<measure::Contender> contenders{
      {kOursName, [&](auto& samples) { return contest.stream(samples); }},
      {kReadName, [&](auto& samples) { return contest.read(samples); }}};
  VYRE_TRY(const auto samples,
           measure::take_turns({.rounds = request.rounds}, contenders, [] { return interrupted().load(); }));
  Outcome outcome;
  auto result = rate_result(request.direct ? "stream/direct" : "stream/cached", "MiB/s",
                            measure::Better::kHigher, kOursName, samples[0], kReadName, samples[1]);
  result.parameters = {
      {"bytes", bytes}, {"chunk", request.chunk_bytes}, {"depth", request.depth}, {"jobs", request.jobs}};
  outcome.results.push_back(std::move(result));
  outcome.notes.push_back(fmt::format("the stream took the road {}", contest.road()));
  return outcome;
}

}  // namespace vyre::cli::bench
