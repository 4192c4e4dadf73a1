#include "ring/host_copier.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "ring/doorbell.hpp"

namespace vyre::ring {

namespace {

constexpr std::size_t kPage = 4096;

struct Free {
  void operator()(void* memory) const noexcept { std::free(memory); }
};
using Pages = std::unique_ptr<std::byte, Free>;

class HostCopier final : public PayloadCopier {
 public:
  HostCopier(const PayloadMemory& memory, Pages pages, std::size_t size)
      : arena_(std::as_writable_bytes(memory.arena)),
        kind_(memory.kind),
        pages_(std::move(pages)),
        staging_(pages_.get(), size) {}

  std::string_view name() const noexcept override { return "host"; }
  std::span<std::byte> staging() noexcept override { return staging_; }

  Result<std::uint64_t> begin(std::uint64_t staging_offset, std::uint64_t arena_offset,
                              std::uint64_t bytes) override {
    VYRE_CHECK(check_copy(staging_.size(), staging_offset, arena_.size(), arena_offset, bytes));
    std::memcpy(arena_.data() + arena_offset, staging_.data() + staging_offset, bytes);
    store_fence(kind_);
    return ++ended_;
  }
  Result<std::uint64_t> ended(std::uint64_t, std::chrono::nanoseconds) override { return ended_; }

 private:
  std::span<std::byte> arena_;
  MemoryKind kind_;
  Pages pages_;
  std::span<std::byte> staging_;
  std::uint64_t ended_ = 0;
};

}  // namespace

Result<void> check_copy(std::uint64_t staging_bytes, std::uint64_t staging_offset, std::uint64_t arena_bytes,
                        std::uint64_t arena_offset, std::uint64_t bytes) {
  const auto fits = [bytes](std::uint64_t offset, std::uint64_t size) {
    return offset <= size && bytes <= size - offset && offset % 4 == 0;
  };
  if (bytes % 4 == 0 && fits(staging_offset, staging_bytes) && fits(arena_offset, arena_bytes)) return {};
  return fail(ErrorCode::kOutOfRange,
              fmt::format("a copy of {} bytes from {} of {} to {} of {}", bytes, staging_offset,
                          staging_bytes, arena_offset, arena_bytes),
              "PayloadCopier::begin", "copy whole words within both");
}

Result<std::unique_ptr<PayloadCopier>> open_host_copier(const PayloadMemory& memory,
                                                        std::uint64_t staging_bytes) {
  const std::size_t size = (staging_bytes + kPage - 1) / kPage * kPage;
  Pages pages(static_cast<std::byte*>(std::aligned_alloc(kPage, size)));
  if (pages == nullptr)
    return fail(ErrorCode::kTooMany, fmt::format("no {} bytes of memory to copy from", size), "",
                "ask for smaller chunks, or for fewer at a time");
  return std::make_unique<HostCopier>(memory, std::move(pages), size);
}

}  // namespace vyre::ring
