// Exploring on the interpreter, where a seed alone decides the schedule.
#include "vyre/session/explore.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "run_text.hpp"

namespace {

using namespace vyre;
using test::run_text;

class Explore : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("explore-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  session::ReplayPlan record(const std::string& text) {
    session::RunOptions options;
    options.record = session::RecordOptions{.path = folder_ / "run.vrrl", .handlers = {}};
    const auto report = run_text(text, options);
    EXPECT_FALSE(report.error) << to_text(*report.error);
    auto plan = session::plan_replay(folder_ / "run.vrrl");
    EXPECT_TRUE(plan) << to_text(plan.error());
    return std::move(*plan);
  }

  static session::ExploreOptions options_for(const session::ReplayPlan& plan) {
    session::ExploreOptions options;
    options.open_backend = [&plan](std::uint64_t) {
      return session::make_reference_backend(session::config_for(plan.run, {}));
    };
    options.most_delay = std::chrono::microseconds(1);
    return options;
  }

  static session::ExploreReport explore(const session::ReplayPlan& plan,
                                        const session::ExploreOptions& options) {
    auto report = session::explore(plan, options);
    EXPECT_TRUE(report) << to_text(report.error());
    return report ? std::move(*report) : session::ExploreReport{};
  }

  std::filesystem::path folder_;
};

constexpr const char* kRace = R"(vyre: 1
ring: {slots: 32}
steps:
  - repeat: {count: 6, var: i, steps: [{atomic_add: {value: i, to: observable(0)}}]}
  - batch:
      - atomic_add: {value: 1, to: observable(1)}
      - store_u32: {value: 7, to: observable(2)}
      - store_u32: {value: 9, to: observable(2)}
  - fenced_batch: {tag: 4, items: [{atomic_add: {value: 1, to: observable(1)}}]}
)";

TEST_F(Explore, FindsARaceWithinAHundredRunsAndCutsItOut) {
  const auto plan = record(kRace);
  const auto report = explore(plan, options_for(plan));
  EXPECT_EQ(report.runs, 100U);
  ASSERT_EQ(report.results.size(), 2U);
  EXPECT_EQ(report.results[0].runs + report.results[1].runs, 100U);
  ASSERT_EQ(report.varying.size(), 1U);
  EXPECT_EQ(report.varying[0].word, protocol::kObservableWord + 2);
  ASSERT_EQ(report.varying[0].values.size(), 2U);
  EXPECT_EQ(report.varying[0].values[0].value + report.varying[0].values[1].value, 16U);
  EXPECT_EQ(report.recorded_steps, 8U);
  ASSERT_EQ(report.smallest.size(), 1U);
  ASSERT_EQ(report.smallest[0].slots.size(), 2U);
  EXPECT_EQ(report.smallest[0].ticket, 7U);
  EXPECT_EQ(report.smallest[0].slots[0].opcode, protocol::kOpStoreU32);
  EXPECT_EQ(report.smallest[0].slots[0].args[0], 7U);
  EXPECT_EQ(report.smallest[0].slots[1].args[0], 9U);
}

TEST_F(Explore, FindsARaceBetweenStepsThatDoNotWait) {
  const auto plan = record(R"(vyre: 1
steps:
  - store_u32: {value: 1, to: observable(0)}
    async: true
  - store_u32: {value: 2, to: observable(0)}
    async: true
  - wait: all
)");
  const auto report = explore(plan, options_for(plan));
  EXPECT_EQ(report.varying.size(), 1U);
  EXPECT_EQ(report.smallest.size(), 2U);
}

TEST_F(Explore, KeepsARunForEachResultThatReplaysToIt) {
  const auto plan = record(kRace);
  auto options = options_for(plan);
  options.keep_in = folder_ / "kept";
  std::filesystem::create_directories(*options.keep_in);
  const auto report = explore(plan, options);
  ASSERT_EQ(report.results.size(), 2U);
  for (const auto& result : report.results) {
    ASSERT_TRUE(result.log);
    const auto kept = session::plan_replay(*result.log);
    ASSERT_TRUE(kept) << to_text(kept.error());
    EXPECT_TRUE(kept->ended);
    EXPECT_EQ(kept->slots, plan.slots);
  }
  ASSERT_TRUE(report.smallest_log);
  EXPECT_EQ(session::plan_replay(*report.smallest_log)->slots, 2U);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(*options.keep_in)) ++files;
  EXPECT_EQ(files, 3U) << "one a result, and the smallest";
}

TEST_F(Explore, TheSameSeedsGiveTheSameReport) {
  const auto plan = record(kRace);
  const auto first = explore(plan, options_for(plan));
  const auto again = explore(plan, options_for(plan));
  ASSERT_EQ(first.results.size(), again.results.size());
  for (std::size_t i = 0; i < first.results.size(); ++i) {
    EXPECT_EQ(first.results[i].runs, again.results[i].runs);
    EXPECT_EQ(first.results[i].first_seed, again.results[i].first_seed);
    EXPECT_EQ(first.results[i].observables, again.results[i].observables);
  }
}

TEST_F(Explore, WaitsAndFencesKeepARaceFreeRunTheSame) {
  const auto plan = record(R"(vyre: 1
ring: {slots: 24}
control: {tenants: [{id: 1, name: guest}]}
steps:
  - store_u32: {value: 1, to: observable(0)}
  - store_u32: {value: 2, to: observable(0)}
  - repeat:
      count: 5
      var: i
      steps:
        - fenced_batch: {tag: i, items: [{store_u32: {value: i, to: observable(1)}}]}
        - batch: [{atomic_add: {value: i, to: observable(3)}}, {atomic_add: {value: 1, to: observable(3)}}]
          async: true
        - wait: {epoch: i + 1}
  - wait: all
  - disable_tenant: guest
  - atomic_add: {value: 1, to: observable(4)}
    tenant: guest
    async: true
)");
  auto options = options_for(plan);
  options.runs = 300;
  const auto report = explore(plan, options);
  EXPECT_TRUE(report.varying.empty());
  EXPECT_EQ(report.results.size(), 1U);
  EXPECT_TRUE(report.smallest.empty());
}

TEST_F(Explore, AnErrorNamesItsSeed) {
  const auto plan = record(kRace);
  auto options = options_for(plan);
  options.open_backend = [](std::uint64_t) -> Result<std::unique_ptr<session::Backend>> {
    // Half the ring: the recorded batches fit, but SHUTDOWN stands already, so nothing runs.
    auto backend = session::make_reference_backend(session::BackendConfig{.slot_count = 16, .dfa_table = {}});
    if (backend) { EXPECT_TRUE((*backend)->write_control(protocol::kShutdownWord, 1)); }
    return backend;
  };
  options.first_seed = 41;
  const auto report = session::explore(plan, options);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().what.find("(seed 41)"), std::string::npos) << report.error().what;
}

}  // namespace
