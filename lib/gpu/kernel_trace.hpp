/// KernelTrace: what the megakernel keeps for a timeline: the times that it writes itself, its slices, and
/// how the device's clock follows the host's.
#pragma once

#include <mutex>
#include <optional>

#include "gpu/buffer.hpp"
#include "gpu/handshake.hpp"
#include "vyre/ring/device_trace.hpp"

namespace vyre::gpu {

/// Where slices are told. Thread: any.
class SliceFeed {
 public:
  void listen(ring::SliceListener* listener) noexcept {
    const std::lock_guard lock(mutex_);
    listener_ = listener;
  }
  void tell(const ring::Slice& slice) noexcept {
    const std::lock_guard lock(mutex_);
    if (listener_ != nullptr) listener_->on_slice(slice);
  }

 private:
  std::mutex mutex_;
  ring::SliceListener* listener_ = nullptr;
};

class KernelTrace final : public ring::DeviceTrace {
 public:
  /// Throws what vk::raii throws; callers guard.
  KernelTrace(const Device& device, std::uint32_t slot_count, std::uint32_t lanes);

  std::span<std::uint32_t> slots() noexcept override {
    return buffer_ ? buffer_->words() : std::span<std::uint32_t>();
  }
  std::string note() const override { return device_.clock_note; }
  std::uint32_t lanes() const noexcept override { return lanes_; }
  void listen(ring::SliceListener* listener) noexcept override { feed_.listen(listener); }
  Result<ring::ClockMap> clock_map() override;

  [[nodiscard]] SliceFeed& feed() noexcept { return feed_; }
  /// Null where the device has no clock.
  [[nodiscard]] Buffer* buffer() noexcept { return buffer_ ? &*buffer_ : nullptr; }

  /// As if no slice had ever run. The clocks' comparison at the start stays.
  void reset() noexcept {
    if (buffer_) buffer_->clear();
    end_.reset();
  }

  /// Compare the clocks before the first slice and after the last; nobody else may use the queue. An error is
  /// kept for clock_map(). Without a clock they do nothing.
  void read_clocks_at_start() noexcept { start_ = read_clocks(); }
  void read_clocks_at_end() noexcept { end_ = read_clocks(); }
  /// Whether the device may still be writing into memory of ours.
  [[nodiscard]] bool is_hung() const noexcept { return handshake_ && handshake_->is_hung(); }

 private:
  [[nodiscard]] Result<ClockReading> read_clocks() noexcept;
  [[nodiscard]] std::optional<CalibratedSample> read_calibrated() const;

  const Device& device_;
  std::uint32_t lanes_;
  std::optional<Buffer> buffer_;
  std::optional<Handshake> handshake_;
  SliceFeed feed_;
  std::optional<Result<ClockReading>> start_, end_;
};

}  // namespace vyre::gpu
