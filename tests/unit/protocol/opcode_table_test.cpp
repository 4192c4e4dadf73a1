// Walks the opcode table and names what an opcode lacks: descriptor, reference operation, shader, workload,
// manual entry. The checklist in CONTRIBUTING.md, as a test.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "vyre/descriptor/operations.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::protocol {
namespace {

const std::filesystem::path kSource = VYRE_SOURCE_DIR;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << "cannot read " << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string read_folder(const std::filesystem::path& folder) {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file()) text += read(entry.path());
  return text;
}

/// Whether `word` stands in `text` as a whole word.
bool has_word(std::string_view text, std::string_view word) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_part(text[at - 1]);
    const std::size_t end = at + word.size();
    if (starts && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

/// kOpStoreU32 for store_u32.
std::string constant_name(std::string_view name) {
  std::string constant = "kOp";
  bool capital = true;
  for (const char c : name) {
    if (c != '_') constant += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    capital = c == '_';
  }
  return constant;
}

std::string upper(std::string_view name) {
  std::string text(name);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

TEST(OpcodeTable, EveryOpcodeHasADescriptor) {
  std::size_t operations = 0;
  for (const auto& info : kOpcodes) {
    if (info.opcode == kOpPackedSlot) continue;  // a form of slot, not an operation
    ++operations;
    const std::array<std::uint32_t, kMaxNamedArgs> args{5, 6, 7, 8, 9, 10, 11, 12, 13};
    const auto operation = descriptor::decode_operation(info.opcode, args);
    ASSERT_TRUE(operation.has_value()) << info.name << " has no struct in vyre/descriptor/operations.hpp";
    std::visit(
        [&](const auto& op) {
          const auto encoded = op.args();
          ASSERT_EQ(encoded.size(), info.arg_count) << info.name;
          EXPECT_TRUE(std::equal(encoded.begin(), encoded.end(), args.begin())) << info.name;
        },
        *operation);
  }
  EXPECT_EQ(operations, std::variant_size_v<descriptor::BuiltinOperation>);
}

TEST(OpcodeTable, EveryOpcodeHasAReferenceOperation) {
  const std::string text = read_folder(kSource / "lib" / "reference");
  for (const auto& info : kOpcodes)
    EXPECT_TRUE(has_word(text, constant_name(info.name))) << info.name << " is not run in lib/reference";
}

TEST(OpcodeTable, EveryOpcodeHasAShader) {
  const std::string dispatch = read(kSource / "shaders" / "include" / "dispatch.glsl");
  for (const auto& info : kOpcodes) {
    if (info.opcode == kOpPackedSlot) continue;  // unfolded before the dispatch
    const std::string file = "ops/" + std::string(info.name) + ".glsl";
    EXPECT_TRUE(std::filesystem::exists(kSource / "shaders" / file)) << "shaders/" << file << " is missing";
    EXPECT_NE(dispatch.find('"' + file + '"'), std::string::npos)
        << "dispatch.glsl does not include " << file;
  }
}

TEST(OpcodeTable, EveryOpcodeOfFilesHasAWorkload) {
  const std::string text = read_folder(kSource / "workloads");
  for (const auto& info : kOpcodes) {
    if (!info.in_files) continue;
    EXPECT_TRUE(has_word(text, info.name)) << info.name << " is in no file of workloads/";
  }
  EXPECT_TRUE(has_word(text, "packed"));
}

TEST(OpcodeTable, EveryOpcodeHasAManualEntry) {
  const std::string page = read(kSource / "man" / "vyre-protocol.7");
  for (const auto& info : kOpcodes) {
    EXPECT_TRUE(has_word(page, info.name) || has_word(page, upper(info.name)))
        << info.name << " is not in man/vyre-protocol.7";
  }
}

}  // namespace
}  // namespace vyre::protocol
