#include "vyre/stream/io_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/assert.hpp"
#include "stream/plain_driver.hpp"
#include "stream/uring_driver.hpp"

namespace vyre::stream {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

/// EAGAIN so often without a byte in between is an answer.
constexpr unsigned kMostStalls = 1000;

/// What a block layer answers where a part of a disk cannot be read.
bool is_of_the_disk(int error_number) {
  return error_number == EIO || error_number == ENODATA || error_number == EILSEQ ||
         error_number == EREMOTEIO;
}

nanoseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<nanoseconds>(Clock::now() - start);
}

}  // namespace

/// The requests in flight. Each has an entry, whose index is the driver's tag.
class IoEngine::Requests {
 public:
  explicit Requests(std::unique_ptr<IoDriver> its_driver)
      : driver(std::move(its_driver)), entries_(driver->depth()) {
    free_.reserve(entries_.size());
    for (std::uint32_t i = driver->depth(); i > 0; --i) free_.push_back(i - 1);
  }
  ~Requests() { abandon(); }
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  [[nodiscard]] std::uint32_t in_flight() const noexcept {
    return static_cast<std::uint32_t>(entries_.size() - free_.size());
  }
  void submit(const IoRequest& request) {
    VYRE_ASSERT(!free_.empty());
    const std::uint32_t index = free_.back();
    free_.pop_back();
    entries_[index] = Entry{.request = request, .used = true};
    go_on(index);
  }
  Result<void> wait(std::vector<IoCompletion>& done, nanoseconds patience);

  std::unique_ptr<IoDriver> driver;
  std::vector<std::string> notes;
  IoStatistics statistics;

 private:
  struct Entry {
    IoRequest request;
    std::size_t done = 0;
    std::size_t base = 0;         ///< where in the memory the part in flight begins
    std::size_t most = SIZE_MAX;  ///< bytes of a part
    unsigned stalls = 0;
    bool awaits_bytes = false;  ///< what is in flight waits until a read would find something
    bool used = false;
  };

  void go_on(std::uint32_t index);
  void await_bytes(std::uint32_t index);
  /// True when the request came to its end, with `error_number`.
  bool advance(std::uint32_t index, const IoCompletion& part, int& error_number);
  bool advance_after_error(std::uint32_t index, int& error_number);
  [[nodiscard]] bool halve(Entry& entry);
  void collect(std::vector<IoCompletion>& done);
  void abandon();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::vector<IoCompletion> parts_;
};

void IoEngine::Requests::go_on(std::uint32_t index) {
  Entry& entry = entries_[index];
  entry.awaits_bytes = false;
  // With O_DIRECT a read cannot begin at any byte: what came behind the last aligned one is read again.
  entry.base = entry.done - entry.done % entry.request.file.alignment;
  IoRequest part = entry.request;
  part.tag = index;
  part.memory = entry.request.memory.subspan(entry.base);
  part.memory = part.memory.first(std::min(part.memory.size(), entry.most));
  if (part.offset != kSequential) part.offset += entry.base;
  if (part.kind == IoKind::kRead) ++statistics.reads;
  if (part.kind == IoKind::kWrite) ++statistics.writes;
  driver->submit(part);
}

void IoEngine::Requests::await_bytes(std::uint32_t index) {
  entries_[index].awaits_bytes = true;
  IoRequest request;
  request.kind = IoKind::kWaitReadable;
  request.file = entries_[index].request.file;
  request.tag = index;
  driver->submit(request);
}

/// Past the page cache a read fails as a whole, also where most of it could be read: what stands before the
/// place that cannot is found by smaller reads. False where they cannot be smaller.
bool IoEngine::Requests::halve(Entry& entry) {
  const std::size_t unit = entry.request.file.alignment;
  const std::size_t size = std::min(entry.request.memory.size() - entry.base, entry.most);
  if (unit == 1 || size <= unit || entry.request.kind != IoKind::kRead) return false;
  entry.most = std::max(size / 2 / unit, std::size_t{1}) * unit;
  return true;
}

bool IoEngine::Requests::advance_after_error(std::uint32_t index, int& error_number) {
  Entry& entry = entries_[index];
  if (is_of_the_disk(error_number) && halve(entry)) {
    ++statistics.retries;
    go_on(index);
    return false;
  }
  if (error_number != EINTR && error_number != EAGAIN) return true;
  ++statistics.retries;
  if (error_number == EAGAIN && entry.request.kind == IoKind::kRead && entry.request.offset == kSequential) {
    await_bytes(index);
    return false;
  }
  if (++entry.stalls > kMostStalls) return true;
  go_on(index);
  return false;
}

bool IoEngine::Requests::advance(std::uint32_t index, const IoCompletion& part, int& error_number) {
  Entry& entry = entries_[index];
  error_number = part.error_number;
  if (error_number != 0) return advance_after_error(index, error_number);
  if (entry.awaits_bytes) {
    go_on(index);
    return false;
  }
  if (entry.request.kind == IoKind::kWaitReadable) return true;

  const std::size_t before = entry.done;
  entry.done = std::max(before, entry.base + part.bytes);
  const std::size_t whole = entry.request.memory.size();
  if (entry.done >= std::min(entry.request.enough, whole)) return true;
  if (entry.done == before) {  // the end of the file; a write must get on
    if (entry.request.kind == IoKind::kWrite) error_number = EIO;
    return true;
  }
  ++statistics.short_transfers;
  entry.stalls = 0;
  go_on(index);
  return false;
}

void IoEngine::Requests::collect(std::vector<IoCompletion>& done) {
  for (const IoCompletion& part : parts_) {
    const auto index = static_cast<std::uint32_t>(part.tag);
    VYRE_ASSERT(index < entries_.size() && entries_[index].used);
    int error_number = 0;
    if (!advance(index, part, error_number)) continue;
    Entry& entry = entries_[index];
    (entry.request.kind == IoKind::kWrite ? statistics.bytes_written : statistics.bytes_read) += entry.done;
    done.push_back({.tag = entry.request.tag, .bytes = entry.done, .error_number = error_number});
    entry.used = false;
    free_.push_back(index);
  }
}

Result<void> IoEngine::Requests::wait(std::vector<IoCompletion>& done, nanoseconds patience) {
  done.clear();
  const auto start = Clock::now();
  for (bool first = true; in_flight() > 0; first = false) {
    // What is there already costs no waiting, so that the statistics tell the disk's time from ours.
    nanoseconds left{0};
    if (!first) left = patience == kForever ? kForever : std::max(patience - since(start), nanoseconds{0});
    parts_.clear();
    const auto asked = Clock::now();
    VYRE_CHECK(driver->wait(parts_, left));
    if (left > nanoseconds{0}) statistics.waiting += since(asked);
    collect(done);
    if (!done.empty() || patience == nanoseconds{0}) return {};
    const bool out_of_time = patience != kForever && since(start) >= patience;
    if (!first && (parts_.empty() || out_of_time)) return {};  // no part: out of patience, or a signal
  }
  return {};
}

void IoEngine::Requests::abandon() {
  std::vector<std::uint64_t> tags;
  for (std::uint32_t index = 0; index < entries_.size(); ++index)
    if (entries_[index].used) tags.push_back(index);
  if (tags.empty()) return;
  driver->abandon(tags);
  for (std::size_t left = tags.size(); left > 0; left -= std::min(left, parts_.size())) {
    parts_.clear();
    if (!driver->wait(parts_, kForever)) return;
  }
}

IoEngine::IoEngine(std::unique_ptr<IoDriver> driver)
    : requests_(std::make_unique<Requests>(std::move(driver))) {}
IoEngine::IoEngine(IoEngine&&) noexcept = default;
IoEngine& IoEngine::operator=(IoEngine&&) noexcept = default;
IoEngine::~IoEngine() = default;

Result<IoEngine> IoEngine::open(const IoOptions& options) {
  if (options.depth == 0 || options.depth > kMaxIoDepth)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("depth is {}, 1 to {} are possible", options.depth, kMaxIoDepth),
                "IoEngine::open", "choose a depth from 1 to 64");
  if (options.jobs == 0)
    return fail(ErrorCode::kOutOfRange, "jobs is 0", "IoEngine::open", "ask for at least one read at once");
  std::vector<std::string> notes;
  if (options.road != IoRoad::kPlain) {
    auto driver = open_uring_driver(options.depth, std::min(options.jobs, options.depth));
    if (driver) return IoEngine(std::move(*driver));
    if (options.road == IoRoad::kUring) return std::unexpected(std::move(driver).error());
    notes.push_back(fmt::format("{}; files are read by pread", driver.error().what));
  }
  const std::uint32_t threads = std::min(std::max(options.jobs, kLeastPlainThreads), options.depth);
  VYRE_TRY(auto driver, open_plain_driver(options.depth, threads));
  IoEngine engine(std::move(driver));
  engine.requests_->notes = std::move(notes);
  return engine;
}

std::string_view IoEngine::name() const noexcept { return requests_->driver->name(); }
std::uint32_t IoEngine::depth() const noexcept { return requests_->driver->depth(); }
std::uint32_t IoEngine::in_flight() const noexcept { return requests_->in_flight(); }
const std::vector<std::string>& IoEngine::notes() const noexcept { return requests_->notes; }
const IoStatistics& IoEngine::statistics() const noexcept { return requests_->statistics; }

void IoEngine::register_memory(std::span<const std::span<std::byte>> regions) {
  if (auto registered = requests_->driver->register_memory(regions); !registered)
    requests_->notes.push_back(fmt::format("{}; reads go on unregistered", registered.error().what));
}
IoFile IoEngine::attach(int descriptor, std::uint32_t alignment) {
  IoFile file{.descriptor = descriptor, .registered = -1, .alignment = alignment};
  requests_->driver->attach(file);
  return file;
}
void IoEngine::detach(IoFile& file) { requests_->driver->detach(file); }
void IoEngine::submit(const IoRequest& request) { requests_->submit(request); }
Result<void> IoEngine::wait(std::vector<IoCompletion>& done, std::chrono::nanoseconds patience) {
  return requests_->wait(done, patience);
}

}  // namespace vyre::stream
