#include "vyre/scan/literals_file.hpp"

#include "scan_fixture.hpp"

namespace vyre::scan {
namespace {

using support::expect_error;
using Lines = std::vector<std::string>;

TEST(LiteralsFile, OneALine) {
  EXPECT_EQ(must(read_literals("ab\nc d\r\n\\x41", false, "f")), (Lines{"ab", "c d\r", "\\x41"}));
  EXPECT_EQ(must(read_literals("ab\n", false, "f")), (Lines{"ab"}));
}

TEST(LiteralsFile, Escapes) {
  EXPECT_EQ(must(read_literals("a\\x00\\xfFb\\n\\t\\r\\\\n\nz", true, "f")), (Lines{std::string("a\0\xff"
                                                                                                "b\n\t\r\\n",
                                                                                                9),
                                                                                    "z"}));
}

TEST(LiteralsFile, Loads) {
  const Folder folder;
  write_file(folder / "f", "ab\ncd\\n\n");
  EXPECT_EQ(must(load_literals(folder / "f", true)), (Lines{"ab", "cd\n"}));
  write_file(folder / "empty", "");
  expect_error(load_literals(folder / "empty", true), ErrorCode::kBadInput, "the file is empty",
               folder / "empty", "write one pattern a line");
  expect_error(load_literals(folder / "none", true), ErrorCode::kFile,
               "cannot open: No such file or directory (ENOENT)", folder / "none",
               "check the path and its permissions");
  expect_error(load_literals(folder / "", true), ErrorCode::kFile, "cannot read: Is a directory (EISDIR)",
               folder / "", "name a file of literals, one a line");
}

TEST(LiteralsFile, Refuses) {
  constexpr const char* kEscapes = "write \\n, \\t, \\r, \\xNN, or \\\\ for a backslash";
  expect_error(read_literals("", false, "f"), ErrorCode::kBadInput, "the file is empty", "f",
               "write one pattern a line");
  expect_error(read_literals("a\n\nb", false, "f"), ErrorCode::kBadInput,
               "an empty pattern, which every place would match", "f:2:1", "remove it");
  expect_error(read_literals(std::string_view("a\nb\0c", 5), false, "f"), ErrorCode::kBadInput,
               "a NUL in a pattern", "f:2:2",
               "write it as \\x00, every backslash as \\\\, and give --escapes");
  expect_error(read_literals("a\\q", true, "f"), ErrorCode::kBadInput, "an escape that is unknown", "f:1:2",
               kEscapes);
  expect_error(read_literals("\\x4", true, "f"), ErrorCode::kBadInput, "an escape that is unknown", "f:1:1",
               kEscapes);
  expect_error(read_literals("\\x4g", true, "f"), ErrorCode::kBadInput, "an escape that is unknown", "f:1:1",
               kEscapes);
  expect_error(read_literals("ab\\", true, "f"), ErrorCode::kBadInput, "a backslash with nothing behind it",
               "f:1:3", kEscapes);
  expect_error(read_literal("", true, "--literal"), ErrorCode::kBadInput,
               "an empty pattern, which every place would match", "--literal:1", "remove it");
}

}  // namespace
}  // namespace vyre::scan
