#include "vyre/workload/diagnostics.hpp"
#include "support.hpp"

namespace vyre::workload {
namespace {

Error error_at(const std::string& where) { return {ErrorCode::kBadInput, "it is wrong", where, "mend it"}; }

TEST(Diagnostics, ShowsTheLineWithACaret) {
  EXPECT_EQ(render(error_at("dir/w.yaml:2:7"), "vyre: 1\nname: [x]\n"),
            "dir/w.yaml:2:7: error: it is wrong\n"
            "    2 | name: [x]\n"
            "      |       ^\n"
            "fix: mend it");
}

TEST(Diagnostics, KeepsTabsAndCountsCharacters) {
  EXPECT_EQ(render(error_at("w:1:4"), "\t\xC3\xA4\tx"),
            "w:1:4: error: it is wrong\n    1 | \t\xC3\xA4\tx\n      | \t \t^\nfix: mend it");
}

TEST(Diagnostics, CutsLongLinesAroundTheCaret) {
  const std::string before(500, 'a');
  const std::string after(500, 'b');
  const auto excerpt = make_excerpt(before + "X" + after, {1, 501});
  EXPECT_EQ(excerpt.text, "..." + std::string(40, 'a') + "X" + std::string(59, 'b') + "...");
  EXPECT_EQ(excerpt.caret, 43U);
  const auto early = make_excerpt(before, {1, 3});
  EXPECT_EQ(early.text, std::string(100, 'a') + "...");
  EXPECT_EQ(early.caret, 2U);
}

TEST(Diagnostics, TheCaretMayStandBehindTheLine) {
  EXPECT_EQ(render(error_at("w:1:3"), "ab\r\n"),
            "w:1:3: error: it is wrong\n    1 | ab\n      |   ^\nfix: mend it");
}

TEST(Diagnostics, NothingOfTheFileReachesTheTerminalRaw) {
  const auto excerpt = make_excerpt("a\x1B[31m\xFF\xC3", {1, 1});
  EXPECT_EQ(excerpt.text, "a?[31m??");
}

TEST(Diagnostics, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(render(error_at("--set a=1"), "text"), "--set a=1: error: it is wrong\nfix: mend it");
  EXPECT_EQ(render(error_at("w:9:1"), "one line"), "w:9:1: error: it is wrong\nfix: mend it");
  EXPECT_EQ(render(Error{ErrorCode::kFile, "gone", "", ""}, ""), "error: gone");
}

TEST(Diagnostics, FindsThePositionInWhere) {
  EXPECT_EQ(position_of(error_at("a:b.yaml:12:34")).line, 12U);
  EXPECT_EQ(position_of(error_at("a:b.yaml:12:34")).column, 34U);
  EXPECT_EQ(position_of(error_at("a.yaml")).line, 0U);
  EXPECT_EQ(position_of(error_at("a.yaml:x:1")).line, 0U);
}

}  // namespace
}  // namespace vyre::workload
