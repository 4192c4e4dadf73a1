/// Recorder: writes what a run publishes, writes and sees into a replay log, as it happens.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "vyre/recording/log_writer.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publication_listener.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::session {

/// An error of the file stops the recording, not the run: it is told by finish().
/// Thread: on_publication() from any, the others from the thread that plays.
class Recorder final : public ring::PublicationListener {
 public:
  /// Opens the log and writes where it comes from. Errors: those of create_log() and its like.
  [[nodiscard]] static Result<std::unique_ptr<Recorder>> open(const RecordOptions& options,
                                                              recording::RunRecord origin,
                                                              ring::Backend& backend);

  void on_publication(const ring::Publication& publication) noexcept override;
  void control_written(std::uint32_t word, std::uint32_t value);
  /// A wait was successful. Also looks whether the epoch has changed, and hands what is recorded to the
  /// operating system then.
  void waited(recording::WaitRecord::For awaited, std::uint64_t value, const ring::Publisher& publisher);
  /// Records epoch and observables. At rest: nothing runs and nothing will.
  void checkpoint(bool at_rest);
  /// Writes the end and closes the file. Ended: the last step was played and everything came to rest. Errors:
  /// the first of the file's.
  [[nodiscard]] Result<void> finish(const ring::PublisherCounts& counts, bool ended,
                                    std::optional<recording::LogWriter::Lost>& lost);

 private:
  Recorder(std::unique_ptr<recording::LogWriter> writer, ring::Backend& backend, std::uint32_t version,
           std::chrono::nanoseconds wall_clock_lead)
      : writer_(std::move(writer)), backend_(backend), version_(version), wall_clock_lead_(wall_clock_lead) {}
  [[nodiscard]] std::uint64_t wall_clock_ns(ring::Clock::time_point when) const;
  void append(const decltype(recording::LogRecord::what)& what);
  void note(Result<void> written);
  [[nodiscard]] std::uint32_t read_word(std::uint32_t word);

  std::unique_ptr<recording::LogWriter> writer_;
  ring::Backend& backend_;
  std::uint32_t version_;
  std::chrono::nanoseconds wall_clock_lead_;

  std::mutex mutex_;  ///< all below
  std::optional<Error> error_;
  std::vector<protocol::Slot> slots_;  ///< of one publication
  recording::PublicationRecord head_;  ///< of the same, kept for its memory
  std::uint64_t published_ = 0;
  bool fence_published_ = false;  ///< since the last checkpoint: the epoch may have changed
  std::uint32_t epoch_ = 0;       ///< at the last checkpoint
  std::vector<std::uint32_t> observables_;
};

}  // namespace vyre::session
