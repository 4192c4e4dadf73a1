// Calls on an IO queue against a model of it. Bytes: slots, a flag "memory of any content follows", then
// calls of a kind, a slot and their words.
#include <array>

#include "support/fuzz_input.hpp"
#include "vyre/codec/io_queue.hpp"

using namespace vyre;

namespace {

constexpr std::size_t kStatus = 6;

/// What each slot should say, by STATUS alone.
class Model {
 public:
  explicit Model(std::span<const std::uint32_t> words) {
    for (std::size_t at = kStatus; at < words.size(); at += protocol::kIoSlotWords)
      status_.push_back(words[at]);
  }
  [[nodiscard]] bool move(std::uint32_t slot, protocol::IoStatus from, protocol::IoStatus to) {
    if (slot >= status_.size() || status_[slot] != static_cast<std::uint32_t>(from)) return false;
    status_[slot] = static_cast<std::uint32_t>(to);
    return true;
  }
  [[nodiscard]] std::size_t claim() {
    std::size_t claimed = 0;
    for (std::uint32_t slot = 0; slot < status_.size(); ++slot)
      if (move(slot, protocol::IoStatus::kPublished, protocol::IoStatus::kClaimed)) ++claimed;
    return claimed;
  }
  [[nodiscard]] bool agrees(std::span<const std::uint32_t> words) const {
    for (std::size_t slot = 0; slot < status_.size(); ++slot)
      if (words[slot * protocol::kIoSlotWords + kStatus] != status_[slot]) return false;
    return true;
  }

 private:
  std::vector<std::uint32_t> status_;
};

void call(support::FuzzInput& input, codec::IoQueue& queue, Model& model) {
  const unsigned kind = input.byte() % 4U;
  const std::uint32_t slot = input.byte();
  switch (kind) {
    case 0: {
      const codec::IoRead read{.src_handle = input.word(),
                               .dst_handle = input.word(),
                               .offset = std::uint64_t{input.word()} << 16,
                               .byte_count = input.word(),
                               .tag = input.word()};
      FUZZ_CHECK(queue.submit_read(slot, read).has_value() ==
                 model.move(slot, protocol::IoStatus::kEmpty, protocol::IoStatus::kPublished));
      break;
    }
    case 1:
      FUZZ_CHECK(queue.publish(slot, slot, 1, 2).has_value() ==
                 model.move(slot, protocol::IoStatus::kEmpty, protocol::IoStatus::kPublished));
      break;
    case 2: FUZZ_CHECK(queue.claim().size() == model.claim()); break;
    default: {
      const bool success = (input.byte() & 1) != 0;
      FUZZ_CHECK(queue.complete(slot, success).has_value() ==
                 model.move(slot, protocol::IoStatus::kClaimed,
                            success ? protocol::IoStatus::kOk : protocol::IoStatus::kError));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  support::FuzzInput input(data, size);
  const std::uint32_t slots = input.byte() % 80U;
  auto words = codec::encode_empty_io_queue(slots);
  FUZZ_CHECK(words.has_value() == (slots <= protocol::kIoMaxSlots));
  if (!words) return 0;
  if ((input.byte() & 1) != 0) *words = input.words(words->size());
  auto queue = codec::IoQueue::view(*words);
  FUZZ_CHECK(queue.has_value());
  Model model(*words);
  while (!input.empty()) {
    call(input, *queue, model);
    FUZZ_CHECK(model.agrees(*words));
  }
  return 0;
}
