// opcodes.jsonl, priority_offsets.jsonl, load_miss.jsonl: what the protocol's tables say.
#include "conformance/vectors.hpp"
#include "vyre/codec/ring.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::conformance {
namespace {

/// Files may be missing from a folder of one's own, but not all of them: that is a misspelt path.
TEST(Vectors, FolderHoldsVectors) {
  bool found = false;
  for (const char* name : {"control", "debug_log", "io_queue", "load_miss", "opcodes", "priority_offsets",
                           "publish", "telemetry"})
    found |= std::filesystem::exists(vectors_folder() / (std::string(name) + ".jsonl"));
  EXPECT_TRUE(found) << "no known file in " << vectors_folder();
}

TEST(Vectors, Opcodes) {
  for_each_line("opcodes.jsonl", [](const Json& line) {
    const std::uint32_t opcode = u32(line, "opcode");
    EXPECT_EQ(protocol::is_system_opcode(opcode), line.at("is_system").get<bool>()) << "opcode " << opcode;
    EXPECT_EQ(protocol::is_builtin_opcode(opcode), line.at("is_builtin").get<bool>()) << "opcode " << opcode;
    EXPECT_EQ(protocol::is_custom_opcode(opcode), line.at("valid_user").get<bool>()) << "opcode " << opcode;
    EXPECT_EQ(protocol::is_publishable_opcode(opcode), line.at("publishable").get<bool>())
        << "opcode " << opcode;
  });
}

TEST(Vectors, PriorityOffsets) {
  for_each_line("priority_offsets.jsonl", [](const Json& line) {
    const auto offsets = protocol::priority_offsets(u32(line, "slots"));
    EXPECT_TRUE(same_words(offsets, line.at("offsets").get<Words>())) << u32(line, "slots") << " slots";
  });
}

TEST(Vectors, LoadMiss) {
  for_each_line("load_miss.jsonl", [](const Json& line) {
    const auto slot = descriptor::encode_load_miss(
        {.resource = u32(line, "resource_id"), .prefetch = line.at("prefetch").get<bool>() ? 1U : 0U});
    const auto expected = words_of_hex(line.at("slot").get<std::string>());
    ASSERT_EQ(expected.size(), protocol::kSlotWords);
    EXPECT_EQ(slot, codec::read_slot(expected, 0));
    Words words{slot.status, slot.opcode, slot.tenant, slot.priority};
    words.insert(words.end(), slot.args.begin(), slot.args.end());
    EXPECT_TRUE(same_words(words, expected));
  });
}

}  // namespace
}  // namespace vyre::conformance
