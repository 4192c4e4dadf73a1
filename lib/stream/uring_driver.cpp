#include "stream/uring_driver.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "base/assert.hpp"
#include "stream/memory_limit.hpp"
#include "stream/stream_error.hpp"
#include "stream/uring_setup.hpp"

namespace vyre::stream {

namespace {

using std::chrono::nanoseconds;

constexpr std::uint32_t kRegisteredFiles = 64;
constexpr std::size_t kMostRegionBytes = std::size_t{1} << 30;    ///< the kernel's limit for one region
constexpr std::size_t kMostRegions = std::size_t{1} << 14;        ///< likewise
constexpr std::size_t kMostTransferBytes = std::size_t{1} << 30;  ///< a length has 32 bits
constexpr std::uint64_t kAbandonTag = ~std::uint64_t{1};          ///< ~0 is liburing's own
constexpr std::uint64_t kPollBit = std::uint64_t{1} << 62;        ///< the result is a set of events, no count

/// Neighbours become one region, as far as the kernel takes them.
std::vector<::iovec> merge(std::span<const std::span<std::byte>> regions) {
  std::vector<std::span<std::byte>> sorted(regions.begin(), regions.end());
  std::erase_if(sorted, [](const auto& region) { return region.empty(); });
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.data() < b.data(); });
  std::vector<::iovec> merged;
  const auto append = [&](std::byte* start, std::size_t size) {
    const bool joins = !merged.empty() &&
                       static_cast<std::byte*>(merged.back().iov_base) + merged.back().iov_len == start &&
                       merged.back().iov_len + size <= kMostRegionBytes;
    if (joins)
      merged.back().iov_len += size;
    else
      merged.push_back({start, size});
  };
  for (const auto& region : sorted)
    for (std::size_t at = 0; at < region.size(); at += kMostRegionBytes)
      append(region.data() + at, std::min(kMostRegionBytes, region.size() - at));
  return merged;
}

std::uint64_t total_bytes(const std::vector<::iovec>& regions) {
  std::uint64_t total = 0;
  for (const auto& region : regions) total += region.iov_len;
  return total;
}

class UringDriver final : public IoDriver {
 public:
  UringDriver(std::unique_ptr<UringRing> ring, std::uint32_t depth, std::uint32_t jobs)
      : owner_(std::move(ring)), ring_(owner_->get()), depth_(depth), uses_workers_(jobs > 1) {
    // A kernel before 5.15 does not know the limit: it then has workers as it sees fit.
    if (std::array<unsigned, 2> most{jobs, jobs}; uses_workers_)
      ::io_uring_register_iowq_max_workers(ring_, most.data());
    if (::io_uring_register_files_sparse(ring_, kRegisteredFiles) == 0)
      for (std::uint32_t i = kRegisteredFiles; i > 0; --i) free_files_.push_back(static_cast<int>(i) - 1);
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "io_uring"; }
  [[nodiscard]] std::uint32_t depth() const noexcept override { return depth_; }
  [[nodiscard]] bool registers_files() const noexcept { return !free_files_.empty(); }

  void submit(const IoRequest& request) override;
  Result<void> wait(std::vector<IoCompletion>& done, nanoseconds patience) override;
  void abandon(std::span<const std::uint64_t> tags) override;
  void attach(IoFile& file) override;
  void detach(IoFile& file) override;
  Result<void> register_memory(std::span<const std::span<std::byte>> regions) override;

 private:
  [[nodiscard]] ::io_uring_sqe* take_entry();
  /// Of the region that holds all of the memory, or -1.
  [[nodiscard]] int region_of(std::span<const std::byte> memory) const;
  void collect(std::vector<IoCompletion>& done);

  std::unique_ptr<UringRing> owner_;
  ::io_uring* ring_;
  std::uint32_t depth_;
  bool uses_workers_;  ///< for reads through the page cache
  std::vector<int> free_files_;
  std::vector<::iovec> regions_;  ///< sorted by address
};

::io_uring_sqe* UringDriver::take_entry() {
  ::io_uring_sqe* entry = ::io_uring_get_sqe(ring_);
  if (entry != nullptr) return entry;
  owner_->begin_use();
  ::io_uring_submit(ring_);  // abandon() may need more entries than there are
  entry = ::io_uring_get_sqe(ring_);
  VYRE_ASSERT(entry != nullptr);
  return entry;
}

int UringDriver::region_of(std::span<const std::byte> memory) const {
  const auto after = std::upper_bound(regions_.begin(), regions_.end(), memory.data(),
                                      [](const std::byte* address, const ::iovec& region) {
                                        return address < static_cast<const std::byte*>(region.iov_base);
                                      });
  if (after == regions_.begin()) return -1;
  const ::iovec& region = *(after - 1);
  const auto offset =
      static_cast<std::size_t>(memory.data() - static_cast<const std::byte*>(region.iov_base));
  if (offset > region.iov_len || memory.size() > region.iov_len - offset) return -1;
  return static_cast<int>(after - 1 - regions_.begin());
}

void UringDriver::submit(const IoRequest& request) {
  ::io_uring_sqe* entry = take_entry();
  const int file = request.file.registered >= 0 ? request.file.registered : request.file.descriptor;
  void* const memory = request.memory.data();
  const auto length = static_cast<unsigned>(std::min(request.memory.size(), kMostTransferBytes));
  // Streams may be of drivers that know no registered memory.
  const int region = request.offset == kSequential ? -1 : region_of(request.memory.first(length));
  switch (request.kind) {
    case IoKind::kWaitReadable: ::io_uring_prep_poll_add(entry, file, POLLIN); break;
    case IoKind::kRead:
      if (region >= 0)
        ::io_uring_prep_read_fixed(entry, file, memory, length, request.offset, region);
      else
        ::io_uring_prep_read(entry, file, memory, length, request.offset);
      break;
    case IoKind::kWrite:
      if (region >= 0)
        ::io_uring_prep_write_fixed(entry, file, memory, length, request.offset, region);
      else
        ::io_uring_prep_write(entry, file, memory, length, request.offset);
      break;
  }
  unsigned flags = request.file.registered >= 0 ? IOSQE_FIXED_FILE : 0U;
  // A stream is waited for without a worker, and O_DIRECT has nothing to copy.
  const bool copies =
      request.kind == IoKind::kRead && request.offset != kSequential && request.file.alignment == 1;
  if (uses_workers_ && copies) flags |= IOSQE_ASYNC;
  ::io_uring_sqe_set_flags(entry, flags);
  ::io_uring_sqe_set_data64(entry,
                            request.kind == IoKind::kWaitReadable ? request.tag | kPollBit : request.tag);
}

void UringDriver::collect(std::vector<IoCompletion>& done) {
  unsigned head = 0, seen = 0;
  ::io_uring_cqe* entry = nullptr;
  io_uring_for_each_cqe(ring_, head, entry) {
    ++seen;
    const std::uint64_t tag = ::io_uring_cqe_get_data64(entry);
    if (tag == kAbandonTag || tag == LIBURING_UDATA_TIMEOUT) continue;
    IoCompletion completion{.tag = tag & ~kPollBit};
    if (entry->res < 0)
      completion.error_number = -entry->res;
    else if ((tag & kPollBit) == 0)
      completion.bytes = static_cast<std::size_t>(entry->res);
    done.push_back(completion);
  }
  ::io_uring_cq_advance(ring_, seen);
}

Result<void> UringDriver::wait(std::vector<IoCompletion>& done, nanoseconds patience) {
  owner_->begin_use();
  int status = 0;
  if (patience <= nanoseconds{0}) {
    status = ::io_uring_submit_and_get_events(ring_);
  } else if (patience == kForever) {
    status = ::io_uring_submit_and_wait(ring_, 1);
  } else {
    ::__kernel_timespec time{};
    time.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(patience).count();
    time.tv_nsec = (patience % std::chrono::seconds(1)).count();
    ::io_uring_cqe* first = nullptr;
    status = ::io_uring_submit_and_wait_timeout(ring_, &first, 1, &time, nullptr);
  }
  collect(done);
  // What could not be submitted now will be the next time; the others only say that nothing has ended.
  if (status >= 0 || status == -ETIME || status == -EINTR || status == -EAGAIN || status == -EBUSY) return {};
  return std::unexpected(errno_error("wait for reads", -status, "io_uring_enter", "read by pread instead"));
}

void UringDriver::abandon(std::span<const std::uint64_t> tags) {
  for (const std::uint64_t tag : tags) {
    // A tag is in flight as a transfer or as a wait; the other of the two is not found.
    for (const std::uint64_t data : {tag, tag | kPollBit}) {
      ::io_uring_sqe* entry = take_entry();
      ::io_uring_prep_cancel64(entry, data, 0);
      ::io_uring_sqe_set_data64(entry, kAbandonTag);
    }
  }
}

void UringDriver::attach(IoFile& file) {
  if (free_files_.empty()) return;
  const int place = free_files_.back();
  if (::io_uring_register_files_update(ring_, static_cast<unsigned>(place), &file.descriptor, 1) != 1) return;
  free_files_.pop_back();
  file.registered = place;
}

void UringDriver::detach(IoFile& file) {
  if (file.registered < 0) return;
  const int none = -1;
  ::io_uring_register_files_update(ring_, static_cast<unsigned>(file.registered), &none, 1);
  free_files_.push_back(file.registered);
  file.registered = -1;
}

Result<void> UringDriver::register_memory(std::span<const std::span<std::byte>> regions) {
  std::vector<::iovec> merged = merge(regions);
  if (merged.empty()) return {};
  const std::uint64_t wanted = total_bytes(merged);
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} bytes of buffers cannot be registered: {}", wanted, why),
                "io_uring_register_buffers", "read without registered buffers");
  };
  if (merged.size() > kMostRegions)
    return refuse(fmt::format("they lie in {} places, {} are possible", merged.size(), kMostRegions));
  const int status = ::io_uring_register_buffers(ring_, merged.data(), static_cast<unsigned>(merged.size()));
  if (status == -ENOMEM) return refuse(fmt::format("{}, {}", errno_text(-status), memory_limit_text()));
  if (status == -EFAULT || status == -EOPNOTSUPP)
    return refuse(fmt::format("{}, as for memory of some devices", errno_text(-status)));
  if (status < 0) return refuse(errno_text(-status));
  regions_ = std::move(merged);
  return {};
}

}  // namespace

Result<std::unique_ptr<IoDriver>> open_uring_driver(std::uint32_t depth, std::uint32_t jobs) {
  VYRE_TRY(auto ring, UringRing::open(depth));
  return std::make_unique<UringDriver>(std::move(ring), depth, jobs);
}

void probe_uring(IoProbe& probe) {
  auto ring = UringRing::open(1);
  if (!ring) {
    probe.why_not = ring.error().what;
    return;
  }
  probe.uring = true;
  probe.deferred_task_work = (*ring)->defers_task_work();
  UringDriver driver(std::move(*ring), 1, 1);
  probe.registered_files = driver.registers_files();
  std::vector<std::byte> page(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
  const std::span<std::byte> region = page;
  const auto registered = driver.register_memory({&region, 1});
  probe.registered_buffers = registered.has_value();
  if (!registered) probe.why_no_buffers = registered.error().what;
}

}  // namespace vyre::stream
