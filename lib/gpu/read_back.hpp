/// ReadBack: brings what lies in buffers to the host, also where the host reads them slowly.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// The mapped memory of a discrete device gives the host 0.05 GB/s, so large ranges of it are copied into
/// cached memory first, where a queue copies. The memory for it is made when it is first needed.
/// Thread: one.
class ReadBack {
 public:
  /// Below this a copy takes longer than the slow read.
  static constexpr std::size_t kLeastCopiedWords = 1024;
  static constexpr std::size_t kPieceWords = 1U << 20;

  /// `queue` may be null: there is none. Both outlive the object.
  ReadBack(const Device& device, SharedQueue* queue);
  ~ReadBack();
  ReadBack(const ReadBack&) = delete;
  ReadBack& operator=(const ReadBack&) = delete;

  /// Copies out.size() words of `from`, from `first`; they lie within it. Words that something writes
  /// meanwhile are read whole, in no order.
  /// Errors: kDevice, kDeviceLost.
  [[nodiscard]] Result<void> read(const Buffer& from, std::size_t first, std::span<std::uint32_t> out);

  /// The same, always by the queue, in pieces of at most `piece_words` (1 .. kPieceWords).
  [[nodiscard]] Result<void> read_by_copy(const Buffer& from, std::size_t first, std::span<std::uint32_t> out,
                                          std::size_t piece_words = kPieceWords);

 private:
  struct Copies;
  const Device& device_;
  SharedQueue* queue_;
  std::unique_ptr<Copies> copies_;
};

}  // namespace vyre::gpu
