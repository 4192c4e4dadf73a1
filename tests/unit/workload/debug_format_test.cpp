#include "vyre/workload/debug_format.hpp"
#include "support.hpp"

namespace vyre::workload {
namespace {

std::string line(const std::string& format) {
  return format_debug_line({{1, format}}, {.format = 1, .a = 48879, .b = 0xFFFFFFFE, .slot = 12});
}

TEST(DebugFormat, Prints) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"plain", "plain"},
      {"", ""},
      {"{a} {b} {slot}", "48879 4294967294 12"},
      {"{} then {}", "48879 then 4294967294"},
      {"{b} {} {b} {}", "4294967294 48879 4294967294 4294967294"},
      {"{a:x} {b:d} {a:u} {slot:b}", "beef -2 48879 1100"},
      {"{a:08x}|{slot:5}|{b:06d}|{a:2}", "0000beef|   12|-00002|48879"},
      {"{{a}} }} {{", "{a} } {"},
      {"100 %", "100 %"},
  };
  for (const auto& [format, expected] : cases) {
    EXPECT_TRUE(validate_debug_format(format)) << format;
    EXPECT_EQ(line(format), expected) << format;
  }
}

TEST(DebugFormat, AnUnknownFormatShowsTheWords) {
  EXPECT_EQ(format_debug_line({}, {.format = 9, .a = 1, .b = 2, .slot = 3}), "format 9: a=1 b=2 slot=3");
  EXPECT_EQ(format_debug_line({{9, "{broken"}}, {.format = 9, .a = 1, .b = 2, .slot = 3}),
            "format 9: a=1 b=2 slot=3");
}

TEST(DebugFormat, RefusesWithPlaceFactAndRemedy) {
  const std::vector<std::array<std::string, 4>> cases{
      {"ab {c}", "character 4", "unknown placeholder '{c}'", "placeholders are {}, {a}, {b} and {slot}"},
      {"{a", "character 1", "a '{' without its '}'", "write {{ for the brace itself"},
      {"a}", "character 2", "a '}' without its '{'", "write }} for the brace itself"},
      {"{} {} {}", "character 7", "a third {}, a debug record has two arguments", "use {a}, {b} or {slot}"},
      {"{a:q}", "character 1", "'q' is no way to print a number",
       "write u, d, x or b after the colon, a width before it if you like: {a:08x}"},
      {"{a:999}", "character 1", "a width above 64", "choose a smaller one"},
  };
  for (const auto& [format, where, what, fix] : cases) {
    const auto valid = validate_debug_format(format);
    ASSERT_FALSE(valid) << format;
    EXPECT_EQ(valid.error().code, ErrorCode::kBadInput);
    EXPECT_EQ(valid.error().where, where) << format;
    EXPECT_EQ(valid.error().what, what);
    EXPECT_EQ(valid.error().fix, fix);
  }
}

}  // namespace
}  // namespace vyre::workload
