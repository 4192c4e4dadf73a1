// Any 64 bytes as a packed slot: unfolding stays inside the slot. Then a packed slot built from the same
// bytes must unfold to the operations that it was built from.
#include <cstring>

#include "support/fuzz_input.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/descriptor/packed.hpp"

using namespace vyre;

namespace {

/// Argument `index` of operation `op`, byte by byte from the protocol's text.
std::uint32_t arg_by_the_text(const std::array<std::uint32_t, 12>& words, std::uint32_t op,
                              std::uint32_t index) {
  std::array<std::uint8_t, 48> bytes{};
  std::memcpy(bytes.data(), words.data(), bytes.size());
  const std::uint32_t area = (2U + 2U * bytes[0] + 3U) / 4U;
  const std::uint32_t word = area + bytes[2 + 2 * op + 1] + index;
  return word < words.size() ? words[word] : 0;
}

void check_any(support::FuzzInput input) {
  protocol::Slot slot;
  slot.opcode = protocol::kOpPackedSlot;
  for (auto& word : slot.args) word = input.word();
  const auto unpacked = descriptor::unpack(slot);
  FUZZ_CHECK(unpacked.has_value() == (descriptor::packed_count(slot.args) <= protocol::kPackedMaxOps));
  if (!unpacked) return;
  for (std::uint32_t op = 0; op < unpacked->count; ++op) {
    const auto& operation = unpacked->operations[op];
    FUZZ_CHECK(operation.arg_count <= protocol::kArgWords);
    for (std::uint32_t arg = 0; arg < protocol::kArgWords; ++arg)
      FUZZ_CHECK(operation.args[arg] == arg_by_the_text(slot.args, op, arg));
    if (const auto typed = descriptor::decode_operation(operation.opcode, operation.args))
      FUZZ_CHECK(operation.opcode <= 7);
  }
}

void check_round_trip(support::FuzzInput input) {
  const std::size_t count = input.byte() % 26U;
  std::vector<std::vector<std::uint32_t>> args;
  std::vector<descriptor::PackedOperation> operations;
  args.reserve(count);
  for (std::size_t op = 0; op < count; ++op) {
    const std::uint8_t opcode = input.byte();
    args.push_back(input.words(input.byte() % 14U));
    operations.push_back({opcode, args.back()});
  }
  const descriptor::Packed packed{.tenant = 3, .operations = operations};
  std::size_t words = (2 + 2 * count + 3) / 4;
  for (const auto& one : args) words += one.size();
  FUZZ_CHECK(descriptor::validate(packed).has_value() == (words <= protocol::kArgWords));
  if (words > protocol::kArgWords) return;

  const auto unpacked = descriptor::unpack(descriptor::encode_slot(packed, 0));
  FUZZ_CHECK(unpacked.has_value() && unpacked->count == count);
  for (std::size_t op = 0; op < count; ++op) {
    FUZZ_CHECK(unpacked->operations[op].opcode == operations[op].opcode);
    FUZZ_CHECK(unpacked->operations[op].arg_count == args[op].size());
    FUZZ_CHECK(std::equal(args[op].begin(), args[op].end(), unpacked->operations[op].args.begin()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_any({data, size});
  check_round_trip({data, size});
  return 0;
}
