// Publications of any form into rings of any content: exactly what validate(), the bounds and the statuses
// allow is published, each slot is what encode_slot() says, and nothing else changes.
#include <algorithm>
#include <list>

#include "support/fuzz_input.hpp"
#include "vyre/codec/ring.hpp"
#include "vyre/ring/publication.hpp"

using namespace vyre;

namespace {

class Builder {
 public:
  explicit Builder(support::FuzzInput& input) : input_(input) {}

  descriptor::Descriptor descriptor() {
    switch (input_.byte() % 6U) {
      case 0: return single();
      case 1: return packed();
      case 2: {
        for (unsigned left = input_.byte() % 6U; left > 0; --left) {
          if ((input_.byte() & 1) != 0) {
            items_.emplace_back(single());
          } else {
            items_.emplace_back(packed());
          }
        }
        return descriptor::Batch{items_};
      }
      case 3: {
        for (unsigned left = input_.byte() % 6U; left > 0; --left) operations_.push_back({opcode(), words()});
        return descriptor::FencedBatch{input_.byte(), operations_, input_.word()};
      }
      case 4: {
        for (unsigned left = input_.byte() % 6U; left > 0; --left)
          work_.push_back({opcode(), input_.word(), input_.word(), input_.word()});
        return descriptor::WorkItems{input_.byte(), work_};
      }
      default: {
        for (unsigned left = input_.byte() % 6U; left > 0; --left) payloads_.push_back(words());
        const std::size_t required = payloads_.empty() ? 0 : input_.byte() % (payloads_.size() + 1);
        const std::span<const descriptor::Words> all = payloads_;
        return descriptor::Window{input_.byte(), opcode(), input_.word(), all.first(required),
                                  all.subspan(required)};
      }
    }
  }

 private:
  std::uint32_t opcode() {
    const std::uint8_t kind = input_.byte();
    return kind < 250 ? kind % 16U : input_.word();
  }
  descriptor::Words words() { return words_.emplace_back(input_.words(input_.byte() % 14U)); }
  descriptor::Single single() { return {input_.byte(), opcode(), words()}; }
  descriptor::Packed packed() {
    auto& operations = packed_.emplace_back();
    for (unsigned left = input_.byte() % 5U; left > 0; --left) {
      const std::uint8_t inner = input_.byte();
      operations.push_back({inner, words_.emplace_back(input_.words(input_.byte() % 5U))});
    }
    return {input_.byte(), operations};
  }

  support::FuzzInput& input_;
  std::list<std::vector<std::uint32_t>> words_;
  std::list<std::vector<descriptor::PackedOperation>> packed_;
  std::vector<descriptor::SlotDescriptor> items_;
  std::vector<descriptor::Operation> operations_;
  std::vector<descriptor::WorkItem> work_;
  std::vector<descriptor::Words> payloads_;
};

bool all_free(std::span<const std::uint32_t> ring, std::uint64_t start, std::uint64_t count) {
  for (std::uint64_t slot = start; slot < start + count; ++slot) {
    const std::uint32_t status = ring[slot * protocol::kSlotWords];
    if (status != 0 && status != static_cast<std::uint32_t>(protocol::Status::kDone)) return false;
  }
  return true;
}

void publish_one(support::FuzzInput& input, std::vector<std::uint32_t>& ring, ring::MemoryKind kind) {
  Builder builder(input);
  const auto descriptor = builder.descriptor();
  const std::uint8_t place = input.byte();
  const std::uint32_t start = place < 250 ? place % 20U : 0xFFFF'FFFFU - place % 4U;
  const auto before = ring;
  const auto published = ring::publish({ring, kind}, start, descriptor, protocol::Priority::kHigh);

  const std::uint64_t count = descriptor::slot_count(descriptor);
  const std::uint64_t slots = ring.size() / protocol::kSlotWords;
  if (!published) {
    FUZZ_CHECK(ring == before);
    FUZZ_CHECK(!descriptor::validate(descriptor) || start + count > slots || !all_free(before, start, count));
    return;
  }
  FUZZ_CHECK(*published == count);
  if (count == 0) {
    FUZZ_CHECK(ring == before);
    return;
  }
  FUZZ_CHECK(descriptor::validate(descriptor).has_value() && start + count <= slots &&
             all_free(before, start, count));
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    auto expected = codec::read_slot(before, slot);
    if (slot >= start && slot < start + count) {
      expected = descriptor::encode_slot(descriptor, slot - start, protocol::Priority::kHigh);
      expected.status = static_cast<std::uint32_t>(protocol::Status::kPublished);
    }
    FUZZ_CHECK(codec::read_slot(ring, slot) == expected);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  support::FuzzInput input(data, size);
  const std::uint32_t slots = input.byte() % 17U;
  const auto kind = (input.byte() & 1) != 0 ? ring::MemoryKind::kWriteCombined : ring::MemoryKind::kCached;
  std::vector<std::uint32_t> ring(std::size_t{slots} * protocol::kSlotWords);
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const std::uint8_t status = input.byte();
    ring[std::size_t{slot} * protocol::kSlotWords] = status < 192 ? (status & 1) * 3U : status % 9U;
  }
  while (!input.empty()) publish_one(input, ring, kind);
  return 0;
}
