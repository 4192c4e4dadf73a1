#include "vyre/protocol/opcodes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vyre::protocol {
namespace {

TEST(Opcodes, TableAscendsAndNamesAreUnique) {
  for (std::size_t row = 1; row < kOpcodes.size(); ++row) {
    EXPECT_LT(kOpcodes[row - 1].opcode, kOpcodes[row].opcode);
    for (std::size_t other = 0; other < row; ++other) EXPECT_NE(kOpcodes[other].name, kOpcodes[row].name);
  }
}

TEST(Opcodes, FoundByNumberAndByName) {
  for (const auto& info : kOpcodes) {
    EXPECT_EQ(find_opcode(info.opcode), &info);
    EXPECT_EQ(find_opcode(info.name), &info);
  }
  EXPECT_EQ(find_opcode(8), nullptr);
  EXPECT_EQ(find_opcode("memcopy"), nullptr);
}

TEST(Opcodes, EveryArgumentHasAName) {
  for (const auto& info : kOpcodes) {
    ASSERT_LE(info.arg_count, info.args.size()) << info.name;
    for (std::uint32_t arg = 0; arg < info.args.size(); ++arg)
      EXPECT_EQ(info.args[arg].name.empty(), arg >= info.arg_count) << info.name << ", argument " << arg;
    EXPECT_FALSE(info.effect.empty()) << info.name;
  }
}

TEST(Opcodes, BuiltInsLieInTheSystemRange) {
  for (const auto& info : kOpcodes) {
    if (info.opcode == kOpScan) continue;
    EXPECT_TRUE(is_system_opcode(info.opcode)) << info.name;
    EXPECT_EQ(is_builtin_opcode(info.opcode), info.opcode != kOpLoadMiss) << info.name;
  }
}

// Every form of publication takes it: it is no case of its own anywhere.
TEST(Opcodes, ScanIsPublishedAsACustomOpcode) {
  EXPECT_TRUE(is_custom_opcode(kOpScan));
  EXPECT_FALSE(is_builtin_opcode(kOpScan));
  EXPECT_TRUE(is_publishable_opcode(kOpScan));
}

struct Class {
  std::uint32_t opcode;
  bool system;
  bool publishable;
};

// The edges of each range.
TEST(Opcodes, ClassesAtTheEdges) {
  for (const Class& one :
       {Class{7, true, true}, Class{8, false, true}, Class{0xFFEF, false, true}, Class{0xFFF0, true, false},
        Class{0xFFFC, true, false}, Class{0xFFFD, true, false}, Class{0xFFFE, true, true},
        Class{0xFFFF, true, false}, Class{0x1'0000, false, true}, Class{kTenantOpcodeBase, false, true},
        Class{0x7FFF'FFFF, false, true}, Class{0x8000'0000, true, false}, Class{0x8000'0001, true, true},
        Class{0x8000'0002, true, false}, Class{0xFFFF'FFFE, true, false}, Class{0xFFFF'FFFF, true, true}}) {
    EXPECT_EQ(is_system_opcode(one.opcode), one.system) << std::hex << one.opcode;
    EXPECT_EQ(is_custom_opcode(one.opcode), !one.system) << std::hex << one.opcode;
    EXPECT_EQ(is_publishable_opcode(one.opcode), one.publishable) << std::hex << one.opcode;
  }
}

// A packed operation's opcode is a byte, so publication need not check it.
TEST(Opcodes, EveryByteCanBePublished) {
  for (std::uint32_t opcode = 0; opcode < 256; ++opcode) EXPECT_TRUE(is_publishable_opcode(opcode)) << opcode;
}

}  // namespace
}  // namespace vyre::protocol
