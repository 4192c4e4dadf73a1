#include <nlohmann/json.hpp>

#include "trace_fixture.hpp"

namespace {

using namespace vyre;
using nlohmann::json;

using ChromeJson = test::TraceFile;

TEST_F(ChromeJson, HasEveryEventAtItsTime) {
  auto writer = trace::create_trace(path("small.json"));
  ASSERT_TRUE(writer);
  test::write_small_trace(**writer);
  const std::array metadata{trace::Argument{"slots", std::uint64_t{1}}};
  ASSERT_TRUE((*writer)->close(metadata));

  const std::string text = read(path("small.json"));
  const json trace = json::parse(text);
  EXPECT_EQ(trace["otherData"]["slots"], 1);
  std::map<std::string, std::vector<json>> by_phase;
  for (const auto& event : trace["traceEvents"]) by_phase[event["ph"]].push_back(event);

  ASSERT_EQ(by_phase["M"].size(), 6U);
  EXPECT_EQ(by_phase["M"][0]["args"]["name"], "the \"host\"");
  EXPECT_EQ(by_phase["M"][4]["args"]["name"], "lane 3");
  EXPECT_EQ(by_phase["M"][5]["args"]["sort_index"], 7);

  ASSERT_EQ(by_phase["X"].size(), 2U);
  const json& publication = by_phase["X"][0];
  EXPECT_EQ(publication["name"], "batch");
  EXPECT_EQ(publication["args"], json({{"ticket", 9}, {"share", 0.5}, {"what", "a\nb"}}));
  // Nanoseconds survive, which a double of microseconds shows only as text.
  EXPECT_NE(text.find("\"ts\":1000000000.001,\"dur\":0.499"), std::string::npos);
  EXPECT_NE(text.find("\"ts\":1000000002.000,\"dur\":1.250"), std::string::npos);
  EXPECT_NE(publication["pid"], by_phase["X"][1]["pid"]);

  ASSERT_EQ(by_phase["s"].size(), 2U);
  EXPECT_EQ(by_phase["s"][0]["id"], 5);
  EXPECT_EQ(by_phase["s"][1]["id"], 6);
  EXPECT_EQ(by_phase["s"][1]["tid"], publication["tid"]);
  ASSERT_EQ(by_phase["f"].size(), 1U);
  EXPECT_EQ(by_phase["f"][0]["id"], 6);
  EXPECT_EQ(by_phase["f"][0]["bp"], "e");
  EXPECT_EQ(by_phase["f"][0]["ts"], by_phase["X"][1]["ts"]);
  EXPECT_EQ(by_phase["i"].size(), 1U);
}

TEST_F(ChromeJson, StaysJsonWhateverTheNames) {
  auto writer = trace::create_trace(path("names.json"));
  ASSERT_TRUE(writer);
  const auto group = (*writer)->add_group("\xFF\x01");
  const auto track = (*writer)->add_track(group, "\\\"", 0);
  (*writer)->add_instant({.track = track, .name = "\"},{", .category = "\xC3"});
  ASSERT_TRUE((*writer)->close({}));
  EXPECT_TRUE(json::accept(read(path("names.json"))));
}

TEST_F(ChromeJson, OfNothingIsEmpty) {
  auto writer = trace::create_trace(path("empty.json"));
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->close({}));
  EXPECT_EQ(json::parse(read(path("empty.json")))["traceEvents"].size(), 0U);
}

TEST_F(ChromeJson, AnotherExtensionNamesBothFormats) {
  const auto refused = trace::create_trace("run.txt");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(refused.error().what, "no format of traces is called '.txt'");
  EXPECT_EQ(refused.error().where, "run.txt");
  EXPECT_EQ(refused.error().fix, "end the name in .json (Chrome) or .pftrace (Perfetto)");
  EXPECT_EQ(trace::format_of("json").error().what,
            "a trace's name tells its format, and this one has no extension");
}

TEST_F(ChromeJson, AFolderThatIsNotThereIsAnError) {
  const auto refused = trace::create_trace(path("none/run.json"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFile);
  EXPECT_EQ(refused.error().what, "cannot write the trace: No such file or directory");
  EXPECT_EQ(refused.error().where, path("none/run.json").string());
}

TEST_F(ChromeJson, ADiskThatIsFullIsToldAtTheEnd) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  std::filesystem::create_symlink("/dev/full", path("full.json"));
  auto writer = trace::create_trace(path("full.json"));
  ASSERT_TRUE(writer);
  test::write_small_trace(**writer);
  const auto closed = (*writer)->close({});
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().what, "cannot write the trace: No space left on device");
}

}  // namespace
