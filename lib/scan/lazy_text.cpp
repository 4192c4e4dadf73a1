#include "scan/lazy_text.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace vyre::scan {
namespace {

/// Several lines of a processor's cache, so that one copy uses wide reads.
constexpr std::size_t kBlockBytes = 256;

}  // namespace

void LazyText::append(std::span<const std::byte> piece) {
  VYRE_ASSERT(piece_.empty());
  if (const std::size_t due = kept_ + piece.size(); due > capacity_) {
    // No zeros are written: most of it is never looked at.
    auto larger = std::make_unique_for_overwrite<std::byte[]>(due);
    if (kept_ > 0) std::memcpy(larger.get(), buffer_.get(), kept_);
    buffer_ = std::move(larger);
    capacity_ = due;
  }
  piece_ = piece;
  copied_.assign((piece.size() + kBlockBytes - 1) / kBlockBytes, false);
}

std::span<const std::byte> LazyText::bytes(std::size_t from, std::size_t to) {
  VYRE_ASSERT(from <= to && to <= size());
  if (to > kept_) {
    const std::size_t last = (to - kept_ + kBlockBytes - 1) / kBlockBytes;
    for (std::size_t block = (std::max(from, kept_) - kept_) / kBlockBytes; block < last; ++block) {
      if (copied_[block]) continue;
      const std::size_t at = block * kBlockBytes;
      std::memcpy(buffer_.get() + kept_ + at, piece_.data() + at, std::min(kBlockBytes, piece_.size() - at));
      copied_[block] = true;
    }
  }
  return {buffer_.get() + from, to - from};
}

std::span<const std::byte> LazyText::bytes_before(std::size_t to, std::size_t floor) {
  const std::size_t block = to <= kept_ ? 0 : kept_ + (to - 1 - kept_) / kBlockBytes * kBlockBytes;
  return bytes(std::max(block, floor), to);
}

void LazyText::keep_from(std::size_t from) {
  const auto rest = bytes(from, size());
  if (!rest.empty()) std::memmove(buffer_.get(), rest.data(), rest.size());
  kept_ = rest.size();
  piece_ = {};
}

}  // namespace vyre::scan
