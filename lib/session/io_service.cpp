#include "session/io_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "base/signal_free_thread.hpp"
#include "ring/doorbell.hpp"

namespace vyre::session {

namespace {

/// How long the bell is silent before the service looks less often: a request waits so much longer then.
constexpr std::chrono::milliseconds kPatience{100};
constexpr std::chrono::microseconds kNap{20};
constexpr std::chrono::milliseconds kLongNap{1};

bool is_read(const codec::IoRequest& request) noexcept {
  return request.op == static_cast<std::uint32_t>(protocol::IoOp::kRead);
}

}  // namespace

Result<std::unique_ptr<IoService>> IoService::start(ring::Backend& backend,
                                                    std::span<const ResourceFile> files,
                                                    std::optional<stream::IoEngine> engine) {
  if (files.empty()) return nullptr;
  const ring::PayloadMemory memory = backend.payload_memory();
  VYRE_TRY(auto queue, codec::IoQueue::view(memory.io_queue));
  VYRE_TRY(auto opened, ResourceFiles::open(files));
  if (!engine) { VYRE_TRY(engine, stream::IoEngine::open({.depth = protocol::kIoMaxSlots})); }
  // Mapped memory of a discrete device can be read into but not registered.
  if (const auto arena = std::as_writable_bytes(memory.arena);
      memory.kind == ring::MemoryKind::kCached && !arena.empty())
    engine->register_memory({&arena, 1});
  std::unique_ptr<IoService> service(new IoService(backend, queue, std::move(opened), std::move(*engine)));
  try {
    service->thread_ = signal_free_thread([self = service.get()] { self->run(); });
  } catch (const std::system_error& problem) {
    return fail(ErrorCode::kTooMany, fmt::format("no thread for the IO service: {}", problem.what()), "",
                "end other programs, or raise the limit of threads (ulimit -u)");
  }
  return service;
}

IoService::IoService(ring::Backend& backend, codec::IoQueue queue, ResourceFiles files,
                     stream::IoEngine engine)
    : backend_(backend),
      memory_(backend.payload_memory()),
      queue_(queue),
      files_(std::move(files)),
      engine_(std::move(engine)),
      notes_(engine_->notes()) {
  files_.attach_to(*engine_);
}

IoService::~IoService() {
  stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

std::vector<std::string> IoService::notes() const {
  const std::scoped_lock lock(notes_mutex_);
  return notes_;
}

void IoService::run() {
  // The bell is in memory that the device writes; the interpreter's is an atomic counter.
  const std::atomic_ref bell(*memory_.io_bell);
  std::uint32_t heard = 0;
  auto heard_at = std::chrono::steady_clock::now();
  while (!stopping_.load(std::memory_order_relaxed)) {
    // Acquire: pairs with the release before the bell, in shaders/include/io.glsl.
    if (const std::uint32_t now = bell.load(std::memory_order_acquire); now != heard) {
      heard = now;
      heard_at = std::chrono::steady_clock::now();
      claim();
    }
    const bool silent = std::chrono::steady_clock::now() - heard_at > kPatience;
    const std::chrono::nanoseconds nap = silent ? std::chrono::nanoseconds(kLongNap) : kNap;
    unanswered_ > 0 ? collect(nap) : std::this_thread::sleep_for(nap);
  }
  while (unanswered_ > 0) collect(kLongNap);
  engine_.reset();  // by the thread that used it
}

void IoService::claim() {
  answers_.clear();
  for (const auto& request : queue_.claim()) {
    // Published again before it was answered: only damage does that, and one answer is enough.
    if (claimed_[request.slot]) continue;
    if (const int problem = problem_with(request); problem != 0 || request.byte_count == 0) {
      answers_.push_back({request.slot, problem});
      continue;
    }
    claimed_[request.slot] = request;
    unsubmitted_.push_back(request.slot);
    ++unanswered_;
  }
  answer(answers_);
}

/// The kernel copies what it asks for from the table, but its memory is the workload's to damage.
int IoService::problem_with(const codec::IoRequest& request) const {
  const bool reads = is_read(request);
  if (!reads && request.op != static_cast<std::uint32_t>(protocol::IoOp::kWrite)) return EOPNOTSUPP;
  const std::uint32_t resource = reads ? request.src_handle : request.dst_handle;
  const std::uint64_t place = 4 * std::uint64_t{reads ? request.dst_handle : request.src_handle};
  const std::uint64_t arena_bytes = memory_.arena.size_bytes();
  constexpr auto kMostOffset = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (resource >= files_.count() || place > arena_bytes || request.byte_count > arena_bytes - place ||
      request.offset > kMostOffset - request.byte_count)
    return EINVAL;
  return files_.of(resource).has_offsets ? 0 : ESPIPE;
}

stream::IoRequest IoService::transfer_of(const codec::IoRequest& request) const {
  const bool reads = is_read(request);
  const std::size_t place = std::size_t{4} * (reads ? request.dst_handle : request.src_handle);
  return {.kind = reads ? stream::IoKind::kRead : stream::IoKind::kWrite,
          .file = files_.of(reads ? request.src_handle : request.dst_handle).file,
          .offset = request.offset,
          .memory = std::as_writable_bytes(memory_.arena).subspan(place, request.byte_count),
          .tag = request.slot};
}

void IoService::submit() {
  for (; !unsubmitted_.empty() && engine_->in_flight() < engine_->depth(); unsubmitted_.pop_front())
    engine_->submit(transfer_of(*claimed_[unsubmitted_.front()]));
}

void IoService::collect(std::chrono::nanoseconds patience) {
  answers_.clear();
  if (engine_) {
    submit();
    if (const auto waited = engine_->wait(completions_, patience); !waited) return recover(waited.error());
    for (const auto& done : completions_) {
      const auto io = static_cast<std::uint32_t>(done.tag);
      const bool is_short = done.bytes < claimed_[io]->byte_count;
      answers_.push_back({io, done.error_number == 0 && is_short ? ENODATA : done.error_number});
    }
  } else {
    for (const std::uint32_t io : unsubmitted_) answers_.push_back({io, EIO});
    unsubmitted_.clear();
  }
  unanswered_ -= static_cast<std::uint32_t>(answers_.size());
  for (const auto& [io, error_number] : answers_) claimed_[io].reset();
  answer(answers_);
}

/// The engine cannot wait any more. What it had in flight is done again: the same bytes come to the same
/// place.
void IoService::recover(const Error& error) {
  engine_.reset();  // ends what is in flight: the memory is ours again
  auto plain = stream::IoEngine::open({.depth = protocol::kIoMaxSlots, .road = stream::IoRoad::kPlain});
  if (plain) {
    engine_ = std::move(*plain);
    files_.attach_to(*engine_);
  }
  unsubmitted_.clear();
  for (std::uint32_t io = 0; io < claimed_.size(); ++io)
    if (claimed_[io]) unsubmitted_.push_back(io);
  const std::scoped_lock lock(notes_mutex_);
  notes_.push_back(
      plain ? fmt::format("{}; resources are read by pread", error.what)
            : fmt::format("{}; no resource can be read any more: {}", error.what, plain.error().what));
}

void IoService::answer(std::span<const Answer> answers) {
  if (answers.empty()) return;
  for (const auto& [io, error_number] : answers)
    std::atomic_ref(memory_.io_table[io])
        .store(static_cast<std::uint32_t>(error_number), std::memory_order_relaxed);
  ring::store_fence(memory_.kind);  // bytes and errnos are there before the answers
  // Before the kernel can know: who saw a slot end finds its request counted.
  answered_.fetch_add(answers.size(), std::memory_order_relaxed);
  for (const auto& [io, error_number] : answers) static_cast<void>(queue_.complete(io, error_number == 0));
  ring::store_fence(memory_.kind);
  backend_.notify();
}

}  // namespace vyre::session
