#include "session/log_run.hpp"

namespace vyre::session {

Result<LogRun> LogRun::open(const std::filesystem::path& path, std::uint32_t index) {
  VYRE_TRY(auto reader, recording::open_log(path));
  LogRun run(std::move(reader));
  if (run.reader_->version() == 1) return run;  // one run, which has no record of its own
  recording::LogRecord record;
  for (std::uint32_t begun = 0; begun <= index;) {
    VYRE_TRY(const bool more, run.reader_->next(record));
    if (!more) return run;
    if (std::holds_alternative<recording::RunRecord>(record.what)) ++begun;
  }
  return run;
}

Result<bool> LogRun::next(recording::LogRecord& record) {
  VYRE_TRY(const bool more, reader_->next(record));
  return more && !std::holds_alternative<recording::RunRecord>(record.what);
}

}  // namespace vyre::session
