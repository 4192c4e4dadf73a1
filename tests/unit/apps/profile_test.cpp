#include "profile.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "support/temporary_folder.hpp"

namespace {

using vyre::ErrorCode;
using vyre::cli::Profile;
using vyre::cli::TunedShape;
using Json = nlohmann::ordered_json;

constexpr const char* kUuid = "00112233445566778899aabbccddeeff";
constexpr const char* kFix = "remove the file and tune again with `vyre bench tune`, or give --no-profile";

vyre::gpu::DeviceInfo device() {
  vyre::gpu::DeviceInfo info;
  info.uuid = kUuid;
  info.name = "Some GPU";
  info.driver = "driver 1.2";
  info.max_lanes = 1024;
  info.max_workgroups = 65'535;
  return info;
}

TunedShape shape() {
  return {.name = "Some GPU",
          .driver = "driver 1.2",
          .lanes = 128,
          .workgroups = 32,
          .slots = 4096,
          .p50_us = 2.5,
          .default_p50_us = 2.75,
          .slots_per_s = 2e8,
          .default_slots_per_s = 1.5e8,
          .rounds = 7,
          .date = "2026-11-25T19:00:00Z",
          .version = "0.1.0"};
}

/// A profile with that one shape, as it would be in the file.
Json document() {
  auto profile = Profile::parse(R"({"schema": "vyre.profile/1", "devices": {}})", "p.json");
  profile->keep(kUuid, shape());
  return Json::parse(profile->text());
}

void expect_broken(const std::string& text, const std::string& what, const std::string& where = "p.json") {
  const auto profile = Profile::parse(text, "p.json");
  ASSERT_FALSE(profile) << text;
  EXPECT_EQ(profile.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(profile.error().what, what);
  EXPECT_EQ(profile.error().where, where);
  EXPECT_EQ(profile.error().fix, kFix);
}

TEST(Profile, KeepsWhatWasFound) {
  const auto profile = Profile::parse(document().dump(), "p.json");
  ASSERT_TRUE(profile) << profile.error().what;
  const auto tuned = profile->find(device());
  ASSERT_TRUE(tuned && tuned->shape);
  EXPECT_EQ(tuned->shape->lanes, 128U);
  EXPECT_EQ(tuned->shape->workgroups, 32U);
  EXPECT_EQ(tuned->shape->slots, 4096U);
  EXPECT_EQ(tuned->shape->p50_us, 2.5);
  EXPECT_EQ(tuned->shape->default_p50_us, 2.75);
  EXPECT_EQ(tuned->shape->slots_per_s, 2e8);
  EXPECT_EQ(tuned->shape->default_slots_per_s, 1.5e8);
  EXPECT_EQ(tuned->shape->rounds, 7U);
  EXPECT_EQ(tuned->shape->date, "2026-11-25T19:00:00Z");
  EXPECT_EQ(tuned->shape->version, "0.1.0");
  EXPECT_EQ(tuned->why_not, "");
}

TEST(Profile, SaysNothingOfOtherDevices) {
  const auto profile = Profile::parse(document().dump(), "p.json");
  auto other = device();
  other.uuid = "ff";
  const auto tuned = profile->find(other);
  ASSERT_TRUE(tuned);
  EXPECT_FALSE(tuned->shape);
  EXPECT_EQ(tuned->why_not, "");
}

TEST(Profile, IsNotUsedWithAnotherDriverOrDevice) {
  const auto profile = Profile::parse(document().dump(), "p.json");
  auto updated = device();
  updated.driver = "driver 1.3";
  auto tuned = profile->find(updated);
  ASSERT_TRUE(tuned);
  EXPECT_FALSE(tuned->shape);
  EXPECT_EQ(tuned->why_not,
            "made for driver 'driver 1.2', this is 'driver 1.3'; tune again with `vyre bench tune`");
  auto renamed = device();
  renamed.name = "Another";
  tuned = profile->find(renamed);
  ASSERT_TRUE(tuned);
  EXPECT_FALSE(tuned->shape);
  EXPECT_EQ(tuned->why_not,
            "made for device 'Some GPU', this is 'Another'; tune again with `vyre bench tune`");
}

TEST(Profile, BeyondTheDevicesLimitsIsAnError) {
  const auto profile = Profile::parse(document().dump(), "p.json");
  for (const auto& [lanes, workgroups, what] :
       {std::tuple(127U, 65'535U, "'lanes' of device {} is 128, Some GPU takes at most 127"),
        std::tuple(1024U, 31U, "'workgroups' of device {} is 32, Some GPU takes at most 31")}) {
    auto small = device();
    small.max_lanes = lanes;
    small.max_workgroups = workgroups;
    const auto tuned = profile->find(small);
    ASSERT_FALSE(tuned);
    EXPECT_EQ(tuned.error().code, ErrorCode::kBadInput);
    EXPECT_EQ(tuned.error().what, std::string(what).replace(std::string(what).find("{}"), 2, kUuid));
    EXPECT_EQ(tuned.error().where, "p.json");
    EXPECT_EQ(tuned.error().fix, kFix);
  }
}

TEST(Profile, KeepsOthersEntriesAndWhatIsUnknown) {
  Json before = document();
  before["devices"]["aa"] = before["devices"][kUuid];
  before["devices"]["aa"]["note"] = "mine";
  auto profile = Profile::parse(before.dump(), "p.json");
  TunedShape better = shape();
  better.lanes = 64;
  profile->keep(kUuid, better);
  const Json after = Json::parse(profile->text());
  EXPECT_EQ(after["devices"]["aa"], before["devices"]["aa"]);
  EXPECT_EQ(after["devices"][kUuid]["lanes"], 64);
  EXPECT_EQ(after["devices"].size(), 2U);
}

TEST(Profile, CutOffAnywhereIsAnError) {
  const std::string whole = document().dump(2);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto profile = Profile::parse(std::string_view(whole).substr(0, size), "p.json");
    ASSERT_FALSE(profile) << size;
    EXPECT_EQ(profile.error().code, ErrorCode::kBadInput);
    EXPECT_EQ(profile.error().what, "the profile is no JSON, or was cut off") << size;
    EXPECT_EQ(profile.error().where.rfind("p.json:", 0), 0U) << profile.error().where;
  }
}

TEST(Profile, NamesThePlaceOfWhatIsNoJson) {
  expect_broken("{\n  \"schema\": x\n}", "the profile is no JSON, or was cut off", "p.json:2:13");
}

TEST(Profile, OfAnotherKindOrVersionIsAnError) {
  const std::string none = "this is no profile: its schema has to be 'vyre.profile/1'";
  expect_broken("[]", none);
  expect_broken("{}", none);
  expect_broken(R"({"schema": 1})", none);
  expect_broken(R"({"schema": "vyre.bench/1"})", none);
  expect_broken(R"({"schema": "vyre.profile/2"})",
                "the profile's schema is 'vyre.profile/2', this vyre reads 'vyre.profile/1'");
  expect_broken(R"({"schema": "vyre.profile/1"})", "the profile has no object 'devices'");
  expect_broken(R"({"schema": "vyre.profile/1", "devices": []})", "the profile has no object 'devices'");
  expect_broken(R"({"schema": "vyre.profile/1", "devices": {"a": 1}})", "the entry of device a is no object");
}

TEST(Profile, EveryKeyIsNeededAndChecked) {
  const Json whole = document();
  const std::string of = std::string("' of device ") + kUuid + " is ";
  for (const auto& [key, value] : whole["devices"][kUuid].items()) {
    Json lacking = whole;
    lacking["devices"][kUuid].erase(key);
    expect_broken(lacking.dump(), std::string("the entry of device ") + kUuid + " lacks '" + key + "'");
    Json wrong = whole;
    wrong["devices"][kUuid][key] = value.is_string() ? Json("") : Json(0);
    const std::string wanted = value.is_string()         ? "\"\", it has to be a text"
                               : value.is_number_float() ? "0, it has to be a number above 0"
                                                         : "0, it has to be a whole number above 0";
    expect_broken(wrong.dump(), "'" + key + of + wanted);
  }
  Json large = whole;
  large["devices"][kUuid]["lanes"] = 1ULL << 32;
  expect_broken(large.dump(), std::string("'lanes") + of + "4294967296, it has to be a whole number above 0");
}

TEST(Profile, FillsInOnlyWhatIsOpen) {
  vyre::gpu::MegakernelOptions kernel;
  fill_in(shape(), {}, kernel);
  EXPECT_EQ(kernel.lanes, 128U);
  EXPECT_EQ(kernel.workgroups, 32U);
  kernel = {};
  kernel.lanes = 8;
  fill_in(shape(), {}, kernel);
  EXPECT_EQ(kernel.lanes, 8U);
  EXPECT_EQ(kernel.workgroups, 32U);
  kernel = {};
  kernel.workgroups = 2;
  fill_in(shape(), {}, kernel);
  EXPECT_EQ(kernel.lanes, 128U);
  EXPECT_EQ(kernel.workgroups, 2U);
}

TEST(Profile, LeavesKernelsThatScanAlone) {
  const std::array<std::uint32_t, 4> table{};
  vyre::ring::BackendConfig config;
  config.scan_tables = table;
  vyre::gpu::MegakernelOptions kernel;
  fill_in(shape(), config, kernel);
  EXPECT_EQ(kernel.lanes, 0U);
  EXPECT_EQ(kernel.workgroups, 0U);
}

TEST(Profile, IsSavedWholeAndReadAgain) {
  const vyre::test::TemporaryFolder folder;
  const std::string path = (folder.path() / "new" / "vyre" / "profile.json").string();
  auto profile = Profile::load(path);
  ASSERT_TRUE(profile) << profile.error().what;
  EXPECT_TRUE(profile->is_empty());
  profile->keep(kUuid, shape());
  const auto saved = profile->save();
  ASSERT_TRUE(saved) << saved.error().what;
  const auto again = Profile::load(path);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->text(), profile->text());
  EXPECT_FALSE(again->is_empty());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "new" / "vyre"))
    files += entry.exists() ? 1 : 0;
  EXPECT_EQ(files, 1U) << "no temporary file is left";
}

TEST(Profile, InAFolderThatCannotBeMade) {
  const vyre::test::TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  const std::string path = (folder.path() / "file" / "vyre" / "profile.json").string();
  auto profile = Profile::parse(document().dump(), path);
  const auto saved = profile->save();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::kFile);
  EXPECT_EQ(saved.error().fix, "let XDG_CONFIG_HOME name a folder that you may write to");
}

TEST(Profile, LiesInTheConfigFolder) {
  ::setenv("HOME", "/home/someone", 1);
  ::setenv("XDG_CONFIG_HOME", "/etc/someone", 1);
  EXPECT_EQ(Profile::default_path(), "/etc/someone/vyre/profile.json");
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  EXPECT_EQ(Profile::default_path(), "/home/someone/.config/vyre/profile.json");
  ::unsetenv("XDG_CONFIG_HOME");
  EXPECT_EQ(Profile::default_path(), "/home/someone/.config/vyre/profile.json");
  ::setenv("HOME", "", 1);
  EXPECT_EQ(Profile::default_path(), std::nullopt);
}

}  // namespace
