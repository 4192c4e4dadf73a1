/// StreamResults: from what the kernel did with chunks to matches and files, as a person is told of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

#include "session/stream_chunk.hpp"
#include "session/stream_rescan.hpp"
#include "vyre/scan/regex_selection.hpp"
#include "vyre/scan/scan.hpp"
#include "vyre/session/stream.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::session {

/// Thread: one. What it refers to outlives it. Memory: a file's numbers as long as chunks of it are about,
/// and what the rules' selections hold.
class StreamResults {
 public:
  /// `rescan`: null unless the step scans, in which case chunks are finished in order.
  StreamResults(const workload::Workload& workload, const StreamCells& cells, StreamRescan* rescan,
                StreamListener* listener, StreamReport& report);
  ~StreamResults();

  /// A chunk was read: its files are not over before it is finished.
  void expect(const stream::Chunk& chunk);
  /// A chunk's slots are finished. `bytes`: the chunk, as the host can read it.
  /// Errors: those of StreamRescan; kDevice (the kernel left what no scan can).
  [[nodiscard]] Result<void> finish(const ChunkInFlight& chunk, std::span<const std::byte> bytes);
  void tell_error(const Error& error);
  /// Files that were told of.
  [[nodiscard]] std::uint64_t files_told() const noexcept { return files_told_; }
  /// Matches of expressions that may lack their front or their back, being longer than what is held.
  [[nodiscard]] std::uint64_t cut() const noexcept;

 private:
  struct File {
    std::shared_ptr<const stream::SourceFile> source;
    std::uint64_t bytes = 0;
    std::uint64_t matches = 0;
    std::uint64_t pieces = 0;  ///< read and not finished
    bool all_read = false;
    bool failed = false;
  };
  struct Rule;

  Result<void> finish_scan(File& file, const stream::Piece& piece, const StreamSlot& slot,
                           std::span<const std::byte> bytes);
  Result<void> collect(const StreamSlot& slot, ScanFindings& findings);
  Result<void> check(const StreamSlot& slot, const ScanFindings& findings) const;
  void finish_file(File& file);
  void tell_matches(File& file, std::uint32_t rule);

  const workload::Workload& workload_;
  const StreamCells& cells_;
  StreamRescan* rescan_;
  StreamListener* listener_;
  StreamReport& report_;
  std::vector<Rule> rules_;
  std::unordered_map<std::uint64_t, File> files_;  ///< by number
  std::uint64_t files_told_ = 0;
  ScanFindings findings_;
  std::vector<std::uint64_t> ends_;
  std::vector<scan::Found> found_;
  std::vector<scan::RegexSelection::Match> texts_;
};

}  // namespace vyre::session
