#include "workload/source_text.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"

namespace vyre::workload {
namespace {

std::string fault(std::string_view text) {
  const auto found = check_text(text);
  return found ? std::to_string(found->position.line) + ":" + std::to_string(found->position.column) + ": " +
                     found->what + " | " + found->fix
               : "none";
}

TEST(SourceText, AcceptsUtf8) {
  EXPECT_EQ(fault("plain\t\r\n"), "none");
  EXPECT_EQ(fault("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBD"), "none");
}

TEST(SourceText, RefusesBytesWithTheirPlace) {
  using namespace std::string_view_literals;
  EXPECT_EQ(fault("ab\ncd\0e"sv), "2:3: NUL byte at byte 5 | workloads are text: remove it");
  EXPECT_EQ(fault("\xC3\xA4\x07"), "1:2: control character 0x07 at byte 2 | remove it");
  EXPECT_EQ(fault("\xFF\xFEv\0"sv),
            "1:1: the file is UTF-16, workloads are UTF-8 | convert it: iconv -f UTF-16 -t UTF-8");
  const auto invalid = [](const std::string& bytes) {
    return fault("a" + bytes).starts_with("1:2: invalid UTF-8: byte 0x") &&
           fault("a" + bytes).ends_with(" at byte 1 | save the file as UTF-8");
  };
  EXPECT_TRUE(invalid("\x80"));
  EXPECT_TRUE(invalid("\xC0\xAF"));          // overlong
  EXPECT_TRUE(invalid("\xC3"));              // cut
  EXPECT_TRUE(invalid("\xE0\x80\x80"));      // overlong
  EXPECT_TRUE(invalid("\xED\xA0\x80"));      // surrogate
  EXPECT_TRUE(invalid("\xE2\x82"));          // cut
  EXPECT_TRUE(invalid("\xF0\x80\x80\x80"));  // overlong
  EXPECT_TRUE(invalid("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_TRUE(invalid("\xF5\x80\x80\x80"));
  EXPECT_TRUE(invalid("\xE2(\xA1"));
}

TEST(SourceText, LeavesTheByteOrderMarkOut) {
  EXPECT_EQ(SourceText("\xEF\xBB\xBFvyre").view(), "vyre");
  EXPECT_EQ(SourceText("vyre").view(), "vyre");
}

TEST(SourceText, FindsAByteOutOfPlaceWhereverItLies) {
  for (std::size_t at = 0; at < 24; ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "abcdefgh ~~~~~~~ 0123456";
      text[at] = static_cast<char>(byte);
      const bool good = (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\t' || byte == '\r';
      const auto fault = check_text(text);
      ASSERT_EQ(!fault, good) << "byte " << byte << " at " << at;
      if (!good) { ASSERT_EQ(fault->position.column, at + 1) << "byte " << byte; }
    }
}

TEST(PositionCursor, GoesBothWays) {
  const std::string text =
      "ab\n\xC3\xA4"
      "c\n\nd";
  PositionCursor cursor(text);
  const auto at = [&](std::size_t offset) {
    const auto position = cursor.at(offset);
    return std::to_string(position.line) + ":" + std::to_string(position.column);
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(at(0), "1:1");
    EXPECT_EQ(at(8), "4:1");
    EXPECT_EQ(at(5), "2:2");
    EXPECT_EQ(at(3), "2:1");
    EXPECT_EQ(at(2), "1:3");
    EXPECT_EQ(at(99), "4:2");
    EXPECT_EQ(at(7), "3:1");
  }
}

TEST(SourceText, FilesThatCannotBeReadSayWhy) {
  const auto error = [](const std::string& path) {
    const auto loaded = load_file(path);
    EXPECT_FALSE(loaded);
    return loaded ? Error{} : loaded.error().errors.at(0);
  };
  const Error missing = error("/nonexistent/w.yaml");
  EXPECT_EQ(missing.code, ErrorCode::kFile);
  EXPECT_EQ(missing.what, "cannot open the workload: No such file or directory");
  EXPECT_EQ(missing.where, "/nonexistent/w.yaml");
  EXPECT_EQ(missing.fix, "check the name; relative names start at the current directory");
  const Error directory = error("/tmp");
  EXPECT_EQ(directory.code, ErrorCode::kFile);
  EXPECT_EQ(directory.what, "cannot read the workload: it is a directory");
  EXPECT_EQ(directory.fix, "name a workload file inside it");
}

TEST(SourceText, LargeAndSmallFilesReadAlike) {
  const auto path = std::filesystem::temp_directory_path() / ("vyre-source-" + std::to_string(::getpid()));
  for (const std::size_t size : {std::size_t{100}, std::size_t{5} << 20}) {
    const std::string content = "\xEF\xBB\xBF" + std::string(size, 'x');
    std::ofstream(path, std::ios::binary) << content;
    auto text = SourceText::open(path.string());
    ASSERT_TRUE(text);
    const SourceText moved = std::move(*text);
    EXPECT_EQ(moved.view().size(), size);
    EXPECT_EQ(moved.view().find_first_not_of('x'), std::string_view::npos);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace vyre::workload
