/// IoEngine: whole reads and writes, many at once, by io_uring or, where that is forbidden, by pread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/stream/io_driver.hpp"
#include "vyre/stream/io_request.hpp"

namespace vyre::stream {

inline constexpr std::chrono::nanoseconds kForever = std::chrono::nanoseconds::max();

/// What this machine lets a process do; nothing is kept open.
struct IoProbe {
  bool uring = false;
  std::string why_not;                          ///< of `uring`, with the errno and what stands behind it
  std::string kernel;                           ///< "6.1.0-18-amd64"
  bool deferred_task_work = false;              ///< IORING_SETUP_SINGLE_ISSUER | DEFER_TASKRUN
  bool registered_files = false;                ///< a table of files that is filled as they are opened
  bool registered_buffers = false;              ///< at least a page
  std::string why_no_buffers;                   ///< of `registered_buffers`
  std::optional<std::uint64_t> lockable_bytes;  ///< RLIMIT_MEMLOCK where it holds for registered buffers
};

[[nodiscard]] VYRE_API IoProbe probe_io();
/// One line: "io_uring (deferred task work, registered files, registered buffers, RLIMIT_MEMLOCK 8388608
/// bytes)", or "pread; io_uring cannot be used: ...".
[[nodiscard]] VYRE_API std::string to_text(const IoProbe& probe);

enum class IoRoad : std::uint8_t { kAuto, kUring, kPlain };

struct IoOptions {
  std::uint32_t depth = 32;     ///< most requests in flight, 1 .. kMaxIoDepth
  IoRoad road = IoRoad::kAuto;  ///< kAuto: io_uring where it works
  /// Reads that the operating system carries out at once, at least 1; more than `depth` never are.
  /// io_uring with 1: whoever calls wait() copies what the page cache holds, the disk's reads run beside it.
  /// With more, up to so many kernel threads copy, for one of them is slower than memory; a new one starts
  /// when a read is submitted while the others copy. O_DIRECT and streams need none. The plain road reads in
  /// max(jobs, kLeastPlainThreads) threads, since there nothing else does.
  std::uint32_t jobs = 1;
};
inline constexpr std::uint32_t kMaxIoDepth = 4096;
inline constexpr std::uint32_t kLeastPlainThreads = 8;

struct IoStatistics {
  std::uint64_t reads = 0;  ///< as given to the operating system, continuations among them
  std::uint64_t writes = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t short_transfers = 0;   ///< that were gone on with
  std::uint64_t retries = 0;           ///< after EINTR and EAGAIN, and of smaller parts after EIO
  std::chrono::nanoseconds waiting{};  ///< with nothing to hand out
};

/// Thread: made by any, used and destroyed by one.
class VYRE_API IoEngine {
 public:
  /// Errors: kOutOfRange (depth, jobs); kUnsupported (kUring where io_uring cannot be used); kFile (no
  /// threads, no descriptors).
  [[nodiscard]] static Result<IoEngine> open(const IoOptions& options);
  explicit IoEngine(std::unique_ptr<IoDriver> driver);
  IoEngine(IoEngine&&) noexcept;
  IoEngine& operator=(IoEngine&&) noexcept;
  /// Ends what is in flight and waits for it, so that memory is the caller's again.
  ~IoEngine();

  [[nodiscard]] std::string_view name() const noexcept;  ///< "io_uring" or "pread"
  [[nodiscard]] std::uint32_t depth() const noexcept;
  [[nodiscard]] std::uint32_t in_flight() const noexcept;
  /// What goes slower here than it could, and why: for people.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept;
  [[nodiscard]] const IoStatistics& statistics() const noexcept;

  /// Registers the memory if it can; else a note says why not (RLIMIT_MEMLOCK by name) and all goes on.
  /// Call it once, before requests. The memory stays mapped as long as the engine lives.
  void register_memory(std::span<const std::span<std::byte>> regions);

  /// A file for many requests: registered where that works. `alignment` as in IoFile.
  [[nodiscard]] IoFile attach(int descriptor, std::uint32_t alignment = 1);
  /// Before it is closed, with none of its requests in flight.
  void detach(IoFile& file);

  /// Begins in the next wait() at the latest. Fewer than depth() may be in flight.
  /// The completion comes when the memory is full, at the end of the file, after `enough` bytes or at an
  /// error. EINTR and EAGAIN are repeated, short transfers gone on with; where `alignment` is not 1 they are
  /// repeated from the last aligned byte, and reads that the disk fails (EIO and its like) as smaller ones,
  /// so that what stands before the bad place is read.
  void submit(const IoRequest& request);

  /// Replaces `done` by what has ended; waits for one at most `patience` (0: not at all). Comes back earlier
  /// with nothing when a signal came, and at once when nothing is in flight.
  /// Errors: kFile (the kernel refuses to wait).
  [[nodiscard]] Result<void> wait(std::vector<IoCompletion>& done, std::chrono::nanoseconds patience);

 private:
  class Requests;
  std::unique_ptr<Requests> requests_;
};

}  // namespace vyre::stream
