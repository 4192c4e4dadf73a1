#include "gpu/transfer_copier.hpp"

#include <fmt/format.h>

#include <limits>

#include "gpu/transfer_queue.hpp"
#include "gpu/vulkan_error.hpp"
#include "ring/host_copier.hpp"

namespace vyre::gpu {

namespace {

constexpr std::uint64_t kPage = 4096;

/// Bytes of a page-aligned range in a mapping that need not begin at a page.
std::uint64_t bytes_to_page(const Buffer& buffer) {
  const auto address = reinterpret_cast<std::uintptr_t>(buffer.words().data());
  return (kPage - address % kPage) % kPage;
}

class TransferCopier final : public ring::PayloadCopier {
 public:
  TransferCopier(const Device& device, SharedQueue& queue, const Buffer& arena, std::uint64_t arena_bytes,
                 Buffer staging, std::uint64_t staging_bytes)
      : arena_(arena.handle()),
        arena_bytes_(arena_bytes),
        staging_(std::move(staging)),
        staging_at_(bytes_to_page(staging_)),
        staging_bytes_(staging_bytes),
        queue_(device, queue) {}
  TransferCopier(const TransferCopier&) = delete;
  TransferCopier& operator=(const TransferCopier&) = delete;
  ~TransferCopier() override {
    if (!queue_.finish()) static_cast<void>(new Buffer(std::move(staging_)));
  }

  std::string_view name() const noexcept override { return "transfer queue"; }
  std::span<std::byte> staging() noexcept override {
    return std::as_writable_bytes(staging_.words()).subspan(staging_at_, staging_bytes_);
  }

  Result<std::uint64_t> begin(std::uint64_t staging_offset, std::uint64_t arena_offset,
                              std::uint64_t bytes) override {
    VYRE_CHECK(ring::check_copy(staging_bytes_, staging_offset, arena_bytes_, arena_offset, bytes));
    return queue_.submit({.from = staging_.handle(),
                          .from_offset = staging_at_ + staging_offset,
                          .to = arena_,
                          .to_offset = arena_offset,
                          .bytes = bytes});
  }
  Result<std::uint64_t> ended(std::uint64_t awaited, std::chrono::nanoseconds patience) override {
    return queue_.ended(awaited, patience);
  }

 private:
  vk::Buffer arena_;
  std::uint64_t arena_bytes_;
  Buffer staging_;
  std::uint64_t staging_at_;
  std::uint64_t staging_bytes_;
  TransferQueue queue_;
};

std::uint64_t largest_buffer(const Device& device) {
  return device.found.handle
      .getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceVulkan13Properties>()
      .get<vk::PhysicalDeviceVulkan13Properties>()
      .maxBufferSize;
}

/// A page more than `bytes`, since a mapping need not begin at one.
Result<Buffer> make_staging(const Device& device, std::uint64_t bytes) {
  const auto no_memory = [bytes](const std::string& reason) {
    return fail(ErrorCode::kTooMany, fmt::format("no {} bytes of memory to copy from ({})", bytes, reason),
                "", "ask for smaller chunks, or for fewer at a time");
  };
  return guarded("making memory to copy from", [&]() -> Result<Buffer> {
    if (const auto most = largest_buffer(device); most < kPage || bytes > most - kPage)
      return no_memory(fmt::format("a buffer of the device has at most {}", most));
    try {
      return Buffer(device, Use::kFromKernel, (bytes + kPage) / sizeof(std::uint32_t));
    } catch (const vk::OutOfDeviceMemoryError&) {
      return no_memory("VK_ERROR_OUT_OF_DEVICE_MEMORY");
    } catch (const vk::OutOfHostMemoryError&) { return no_memory("VK_ERROR_OUT_OF_HOST_MEMORY"); }
  });
}

}  // namespace

Result<std::unique_ptr<ring::PayloadCopier>> open_transfer_copier(const Device& device, SharedQueue& queue,
                                                                  const Buffer& arena,
                                                                  std::uint64_t arena_bytes,
                                                                  std::uint64_t staging_bytes) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max() / kPage * kPage;
  const std::uint64_t bytes = staging_bytes > kMost ? kMost : (staging_bytes + kPage - 1) / kPage * kPage;
  VYRE_TRY(auto staging, make_staging(device, bytes));
  return guarded("opening the transfer queue", [&]() -> std::unique_ptr<ring::PayloadCopier> {
    return std::make_unique<TransferCopier>(device, queue, arena, arena_bytes, std::move(staging), bytes);
  });
}

}  // namespace vyre::gpu
