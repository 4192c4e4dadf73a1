/// WriteBehind: the end of a log. An append copies into a buffer; full buffers go to the file in a thread of
/// their own, so that who appends does not wait for the file.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

#include "recording/log_file.hpp"
#include "vyre/base/error.hpp"

namespace vyre::recording {

/// Memory: two buffers of kBufferBytes. The thread is started by the first buffer that is full.
/// Errors: the first of the file's, which every later call gives again; nothing is written after it.
/// Thread: one at a time; the caller locks.
class WriteBehind {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

  /// Goes on at byte `end` of the file.
  WriteBehind(LogFile file, std::uint64_t end);
  /// Without close(): what was appended is kept, errors are lost.
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  using Bytes = std::span<const std::byte>;
  /// The parts one behind the other.
  [[nodiscard]] Result<void> append(std::initializer_list<Bytes> parts);
  /// Returns when the operating system has everything.
  [[nodiscard]] Result<void> flush();
  /// Flushes, and refuses what follows.
  [[nodiscard]] Result<void> close();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return file_.path(); }

 private:
  struct Buffer {
    std::unique_ptr<std::byte[]> bytes = std::make_unique_for_overwrite<std::byte[]>(kBufferBytes);
    std::size_t used = 0;
  };
  Result<void> hand_over();
  /// The thread has nothing to write, and the file is the caller's.
  Result<void> wait_for_thread();
  /// Keeps the error for every later call.
  Result<void> write(Bytes bytes);
  void run();

  LogFile file_;
  std::uint64_t written_;  ///< bytes that the file has; whose turn it is to write also counts
  Buffer filling_;
  bool closed_ = false;
  std::optional<Error> broken_;  ///< the caller has been told

  std::mutex mutex_;  ///< all below, and by turns the file
  std::condition_variable changed_;
  Buffer full_;
  bool writing_ = false;  ///< `full_` and the file are the thread's
  bool stopping_ = false;
  std::optional<Error> thread_error_;
  std::thread thread_;
};

}  // namespace vyre::recording
