#include "vyre/workload/baselines.hpp"

#include <gtest/gtest.h>

namespace vyre::workload {
namespace {

TEST(WorkloadBaselines, CountTheStepsOfAText) {
  EXPECT_EQ(count_steps_in_json_tree(R"({"vyre": 1, "steps": [{"nop": {}}, {"nop": {}}]})"), 2U);
  EXPECT_EQ(count_steps_in_yaml_tree("vyre: 1\nsteps:\n  - nop: {}\n  - nop: {}\n  - nop: {}\n"), 3U);
}

TEST(WorkloadBaselines, WhatIsNoWorkloadIsAnError) {
  for (const char* text : {"{", "[]", R"({"vyre": 1})", R"({"steps": 3})"}) {
    const auto count = count_steps_in_json_tree(text);
    ASSERT_FALSE(count) << text;
    EXPECT_EQ(count.error().code, ErrorCode::kBadInput);
    EXPECT_FALSE(count.error().what.empty());
  }
  for (const char* text : {"a: [", "- 1", "vyre: 1", "steps: 3", ""}) {
    const auto count = count_steps_in_yaml_tree(text);
    ASSERT_FALSE(count) << text;
    EXPECT_EQ(count.error().code, ErrorCode::kBadInput);
    EXPECT_FALSE(count.error().what.empty());
  }
}

}  // namespace
}  // namespace vyre::workload
