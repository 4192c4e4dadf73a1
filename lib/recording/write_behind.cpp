#include "recording/write_behind.hpp"

#include <cstring>
#include <system_error>
#include <utility>

#include "base/signal_free_thread.hpp"

namespace vyre::recording {

WriteBehind::WriteBehind(LogFile file, std::uint64_t end) : file_(std::move(file)), written_(end) {}

WriteBehind::~WriteBehind() {
  [[maybe_unused]] const auto unheard = flush();
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> WriteBehind::append(std::initializer_list<Bytes> parts) {
  if (broken_) return std::unexpected(*broken_);
  std::size_t size = 0;
  for (const Bytes part : parts) size += part.size();
  if (size > kBufferBytes - filling_.used) {
    VYRE_CHECK(hand_over());
    if (size > kBufferBytes) {
      VYRE_CHECK(wait_for_thread());
      for (const Bytes part : parts) VYRE_CHECK(write(part));
      return {};
    }
  }
  for (const Bytes part : parts) {
    if (part.empty()) continue;  // it may have no address, which memcpy must not be given
    std::memcpy(filling_.bytes.get() + filling_.used, part.data(), part.size());
    filling_.used += part.size();
  }
  return {};
}

Result<void> WriteBehind::hand_over() {
  VYRE_CHECK(wait_for_thread());
  if (!thread_.joinable()) {
    try {
      thread_ = signal_free_thread([this] { run(); });
    } catch (const std::system_error&) { return flush(); }  // no thread to be had: it goes without
  }
  {
    const std::lock_guard lock(mutex_);
    std::swap(filling_, full_);
    writing_ = true;
  }
  changed_.notify_all();
  return {};
}

Result<void> WriteBehind::wait_for_thread() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !writing_; });
  if (!broken_) broken_ = thread_error_;
  if (broken_) return std::unexpected(*broken_);
  return {};
}

Result<void> WriteBehind::write(Bytes bytes) {
  auto result = file_.write_at(written_, bytes);
  if (result)
    written_ += bytes.size();
  else
    broken_ = result.error();
  return result;
}

void WriteBehind::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return writing_ || stopping_; });
    if (!writing_) return;
    lock.unlock();
    const auto result = file_.write_at(written_, {full_.bytes.get(), full_.used});
    lock.lock();
    if (result)
      written_ += full_.used;
    else
      thread_error_ = result.error();
    full_.used = 0;
    writing_ = false;
    changed_.notify_all();
  }
}

Result<void> WriteBehind::flush() {
  VYRE_CHECK(wait_for_thread());
  if (filling_.used == 0) return {};
  VYRE_CHECK(write({filling_.bytes.get(), filling_.used}));
  filling_.used = 0;
  return {};
}

Result<void> WriteBehind::close() {
  if (closed_) return {};
  VYRE_CHECK(flush());
  closed_ = true;
  auto result = file_.close();
  broken_ = result ? Error{ErrorCode::kFile, "the log is closed", file_.path().string(),
                           "append before it is closed"}
                   : result.error();
  return result;
}

}  // namespace vyre::recording
