// Table files: they give back what was put in, and name their version.
#include "vyre/scan/table_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/crc32c.hpp"
#include "base/little_endian.hpp"
#include "scan/table_format.hpp"
#include "scan_fixture.hpp"
#include "vyre/version.hpp"

namespace vyre::scan {
namespace {

using support::expect_error;

std::vector<Table> several() {
  auto rule = regex("a(b|c)+");
  auto folded = regex("x[yz]", true);
  return {literals({"he", "she", std::string("\0\n", 2)}), std::move(rule.scan),   std::move(rule.reverse),
          literals({"Q"}, {.ignore_case = true}),          std::move(folded.scan), std::move(folded.reverse)};
}

TEST(TableFile, GivesBackWhatWasPutIn) {
  const Folder folder;
  const auto tables = several();
  ASSERT_TRUE(write_tables(folder / "t", tables));
  EXPECT_EQ(must(read_tables(folder / "t")), tables);
}

TEST(TableFile, BeginsAsItsTextSays) {
  const auto bytes = must(encode_tables(several()));
  EXPECT_EQ(std::memcmp(bytes.data(), "VYRETABL\x01\0\0\0\x04\x03\x02\x01", 16), 0);
  std::string tool = fmt::format("vyre {}", kVersion);
  tool.resize(24);
  EXPECT_EQ(std::memcmp(bytes.data() + 16, tool.data(), 24), 0);
  EXPECT_EQ(bytes.size() % 4, 0U);
}

TEST(TableFile, LeavesNothingWhereItCannotWrite) {
  const Folder folder;
  const auto failed = write_tables(folder / "none/t", several());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kFile);
  EXPECT_EQ(failed.error().where, folder / "none/t");
  expect_error(read_tables(folder / "t"), ErrorCode::kFile, "cannot open: No such file or directory (ENOENT)",
               folder / "t", "check the path and its permissions");
}

TEST(TableFile, RefusesWhatIsNoTableFile) {
  const Folder folder;
  write_file(folder / "t", "hello");
  expect_error(read_tables(folder / "t"), ErrorCode::kBadInput,
               "no table file: it does not begin with 'VYRETABL'", fmt::format("{}: byte 0", folder / "t"),
               "name a file that `vyre table build` wrote");
  expect_error(decode_tables({}, "t"), ErrorCode::kBadInput, "the file is empty", "t: byte 0",
               "build it again with `vyre table build`");
  write_file(folder / "huge", "");
  ASSERT_EQ(::truncate((folder / "huge").c_str(), (off_t{1} << 30) + 1), 0);
  expect_error(read_tables(folder / "huge"), ErrorCode::kBadInput,
               "a file of 1073741825 bytes, a table file has at most 1073741824",
               fmt::format("{}: byte 0", folder / "huge"), "name a file that `vyre table build` wrote");
}

TEST(TableFile, NamesBothVersions) {
  auto bytes = must(encode_tables(several()));
  const std::span<std::byte> view(bytes);
  base::store_le<std::uint32_t>(view, kVersionAt, 2);
  base::store_le<std::uint32_t>(view, kHeaderCrcAt, base::crc32c(view.first(kHeaderCrcAt)));
  expect_error(decode_tables(bytes, "t"), ErrorCode::kUnsupported,
               "a table file of version 2, this vyre reads version 1", "t: byte 8",
               "build it again with `vyre table build`");
}

TEST(TableFile, HoldsAtLeastOneTable) {
  expect_error(encode_tables({}), ErrorCode::kTooMany, "0 tables, a file holds 1 to 4096", "",
               "split them over several files");
}

}  // namespace
}  // namespace vyre::scan
