// Where the settings stand makes no difference, though steps below them are read with them and steps above
// them in a second reading.
#include "support.hpp"

namespace vyre::workload {
namespace {

constexpr std::string_view kSettings =
    R"("vyre": 1, "ring": {"slots": 8}, "parameters": {"base": 5}, "control": {"tenants": [{"id": 1, "name": "a"}]})";
constexpr std::string_view kSteps =
    "\"steps\": [{\"store_u32\": {\"value\": \"base + 2\", \"to\": \"observable(3)\"}, \"tenant\": \"a\"},\n"
    "{\"nop\": {}, \"slot\": 7}]";
constexpr std::string_view kLate =
    R"("name": "order", "timeout": "3s", "expect": {"observables": {"3": "base + 2"}})";

std::string document(std::initializer_list<std::string_view> parts) {
  std::string text = "{";
  for (const auto part : parts) text += (text.size() > 1 ? ",\n" : "") + std::string(part);
  return text + "}";
}

/// As JSON, and as YAML, which the comment makes of it.
std::vector<std::string> forms(std::initializer_list<std::string_view> parts) {
  const std::string text = document(parts);
  return {text, "# YAML\n" + text};
}

void expect_loaded(const std::string& text) {
  const Workload workload = test::load_good(text);
  EXPECT_EQ(workload.name, "order");
  EXPECT_EQ(workload.slot_count, 8U);
  EXPECT_EQ(workload.timeout, std::chrono::seconds(3));
  EXPECT_EQ(workload.expectations.size(), 1U);
  EXPECT_EQ(workload.step_count, 2U);
  const auto steps = test::steps_of(workload);
  ASSERT_EQ(steps.size(), 2U) << text;
  const auto& store = std::get<SingleStep>(steps[0].action);
  EXPECT_EQ(test::values(store.operation.args), (std::vector<std::uint32_t>{7, 163}));
  EXPECT_EQ(*store.tenant.evaluate(), 1);
  EXPECT_EQ(*steps[1].at_slot->evaluate(), 7);
}

TEST(Order, OfSettingsAndStepsIsFree) {
  for (const auto& parts : {forms({kSettings, kSteps, kLate}), forms({kLate, kSettings, kSteps}),
                            forms({kSettings, kLate, kSteps}), forms({kSteps, kSettings, kLate}),
                            forms({kLate, kSteps, kSettings}), forms({kSteps, kLate, kSettings})})
    for (const auto& text : parts) expect_loaded(text);
}

TEST(Order, WhatStandsBelowTheStepsCountsForThem) {
  for (const auto& text :
       forms({R"("vyre": 1, "steps": [{"nop": {}, "slot": 9}])", R"("ring": {"slots": 8})"})) {
    const auto errors = test::load_bad(text);
    EXPECT_NE(errors.errors[0].what.find("'slot' is 9, not within 0..7"), std::string::npos)
        << errors.errors[0].what;
  }
}

TEST(Order, ErrorsAboveAndBelowTheStepsAreAllFoundInFileOrder) {
  for (const auto& text :
       forms({R"("vyre": 1, "rign": {})", R"("steps": [{"nopp": {}}, {"nop": {}, "x-a": 1, "x-a": 2}])",
              R"("expect": {"epoc": 1})"})) {
    const auto errors = test::load_bad(text);
    ASSERT_EQ(errors.errors.size(), 4U) << text;
    const std::uint32_t first = text[0] == '#' ? 2 : 1;
    for (std::uint32_t i = 0; i < 4; ++i)
      EXPECT_TRUE(errors.errors[i].where.starts_with("w.yaml:" + std::to_string(first + (i + 1) / 2) + ":"))
          << errors.errors[i].where;
  }
}

TEST(Order, OverriddenParametersReachTheSteps) {
  for (const auto& text : forms({kSettings, kSteps, kLate})) {
    const auto steps = test::steps_of(test::load_good(text, {.set = {{"base", "40"}}}));
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(test::values(std::get<SingleStep>(steps[0].action).operation.args)[0], 42U);
  }
}

}  // namespace
}  // namespace vyre::workload
