#include "vyre/session/runner.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "run_text.hpp"
#include "vyre/recording/snapshot.hpp"

namespace {

using namespace vyre;
using namespace std::chrono_literals;
using session::Verdict;
using test::run_text;

TEST(Runner, PassesWhenEveryExpectationHolds) {
  const auto report = run_text(R"(vyre: 1
name: sum
steps:
  - repeat: {count: 10, var: i, steps: [{atomic_add: {value: i, to: observable(3)}}]}
expect:
  observables: {3: 45}
  done_count: 10
)");
  EXPECT_EQ(report.verdict, Verdict::kPassed);
  EXPECT_EQ(report.published, 10U);
  EXPECT_EQ(report.done, 10U);
  EXPECT_EQ(report.name, "sum");
  EXPECT_EQ(report.checks.size(), 2U);
}

TEST(Runner, FailsWithWhatWasFound) {
  const auto report = run_text(
      "vyre: 1\nsteps: [{store_u32: {value: 41, to: observable(3)}}]\nexpect: {observables: {3: 42}}\n");
  EXPECT_EQ(report.verdict, Verdict::kFailed);
  ASSERT_EQ(report.checks.size(), 1U);
  EXPECT_FALSE(report.checks[0].passed);
  EXPECT_EQ(report.checks[0].text, "observable(3) == 42");
  EXPECT_NE(report.checks[0].detail.find("41"), std::string::npos) << report.checks[0].detail;
}

TEST(Runner, TimesOutWithAStallReportThatNamesTheCause) {
  session::RunOptions options;
  options.timeout = 30ms;
  const auto report = run_text(R"(vyre: 1
control: {tenants: [{id: 4, name: guest, enabled: false}]}
steps:
  - atomic_add: {value: 1, to: observable(0)}
    tenant: guest
)",
                               options);
  ASSERT_EQ(report.verdict, Verdict::kError);
  EXPECT_EQ(report.error->code, ErrorCode::kTimeout);
  EXPECT_EQ(report.error->where, "w.yaml:4:5");
  EXPECT_NE(report.error->what.find("1 of 1 slots are not finished"), std::string::npos)
      << report.error->what;
  EXPECT_NE(report.error->what.find("atomic_add of tenant 4 (guest), published"), std::string::npos)
      << report.error->what;
  EXPECT_NE(report.error->what.find("tenant 4 (guest) is masked: enable it"), std::string::npos)
      << report.error->what;
  EXPECT_EQ(report.waiting, 1U);
}

TEST(Runner, AFenceThatWaitsForABlockedSlotSaysWhich) {
  session::RunOptions options;
  options.timeout = 30ms;
  const auto report = run_text(R"(vyre: 1
control: {tenants: [{id: 4, enabled: false}]}
steps:
  - fenced_batch: {tag: 1, items: [{nop: {}}]}
    tenant: 4
    async: true
  - fenced_batch: {tag: 2, items: [{nop: {}}]}
)",
                               options);
  EXPECT_NE(report.verdict, Verdict::kFailed);
  EXPECT_EQ(report.epoch, 1U);
  EXPECT_EQ(report.waiting, 2U);
}

TEST(Runner, SlotsThatCannotRunDoNotHoldUpTheEnd) {
  const auto report = run_text(R"(vyre: 1
control: {tenants: [{id: 4, enabled: false}]}
steps:
  - store_u32: {value: 1, to: observable(0)}
    tenant: 4
    async: true
expect: {observables: {0: 0}, done_count: 0}
)");
  EXPECT_EQ(report.verdict, Verdict::kPassed);
  EXPECT_EQ(report.waiting, 1U);
  EXPECT_LT(report.elapsed, 5s) << "it waited for the whole timeout";
}

TEST(Runner, HostActionsTakeEffectBetweenSteps) {
  const auto report = run_text(R"(vyre: 1
control: {tenants: [{id: 4, enabled: false}]}
steps:
  - {store_u32: {value: 9, to: observable(1)}, tenant: 4, async: true}
  - enable_tenant: 4
  - wait: all
  - set_observable: {index: 2, value: 7}
expect: {observables: {1: 9, 2: 7}}
)");
  EXPECT_EQ(report.verdict, Verdict::kPassed);
}

TEST(Runner, WritesTheSnapshotThatAStepAskedForAndTheDump) {
  const auto folder = std::filesystem::temp_directory_path() / ("vyre_runner_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  session::RunOptions options;
  options.dump = folder / "end.vyre";
  options.command = "vyre run w.yaml";
  const auto report =
      run_text("vyre: 1\nsteps:\n  - store_u32: {value: 1, to: observable(0)}\n  - snapshot: " +
                   (folder / "middle.vyre").string() + "\n  - store_u32: {value: 2, to: observable(0)}\n",
               options);
  EXPECT_EQ(report.verdict, Verdict::kPassed);
  const auto middle = recording::read_snapshot(folder / "middle.vyre");
  const auto end = recording::read_snapshot(folder / "end.vyre");
  ASSERT_TRUE(middle && end);
  EXPECT_EQ(middle->control[protocol::kObservableWord], 1U);
  EXPECT_EQ(end->control[protocol::kObservableWord], 2U);
  EXPECT_EQ(end->metadata.at("vyre.command"), "vyre run w.yaml");
  EXPECT_EQ(end->control[protocol::kShutdownWord], 0U) << "the dump shows the run, not its stop";
  std::filesystem::remove_all(folder);
}

/// The interpreter has no handlers: what names them faults there, or waits for ever behind a mask.
TEST(Runner, NamesHandlersAndTenantsInReportStallAndDump) {
  const auto folder = std::filesystem::temp_directory_path() / ("vyre_names_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "h.glsl") << "void handle() {}\n";
  const auto workload = workload::load_text(
      "vyre: 1\nname: named\ncontrol: {tenants: [{id: 4, name: guest, enabled: false}]}\n"
      "handlers: [{opcode: 0x40000001, name: sum_range, file: " +
          (folder / "h.glsl").string() +
          "}]\nsteps:\n  - {sum_range: [1]}\n  - {sum_range: [2], tenant: guest}\n",
      "w.yaml");
  ASSERT_TRUE(workload) << to_text(workload.error().errors.front());
  auto backend = session::make_reference_backend(session::config_for(*workload, {}));
  ASSERT_TRUE(backend) << to_text(backend.error());
  session::RunOptions options;
  options.timeout = 30ms;
  options.dump = folder / "end.vyre";
  const auto report = session::run(*workload, **backend, options);

  const recording::Names names{.handlers = {{0x4000'0001, "sum_range"}}, .tenants = {{4, "guest"}}};
  EXPECT_EQ(report.names, names);
  ASSERT_TRUE(report.error);
  EXPECT_NE(report.error->what.find("sum_range of tenant 4 (guest), published"), std::string::npos)
      << report.error->what;
  const auto dump = recording::read_snapshot(folder / "end.vyre");
  ASSERT_TRUE(dump) << to_text(dump.error());
  EXPECT_EQ(dump->names, names);
  EXPECT_EQ(dump->metadata.at("vyre.name"), "named");
  std::filesystem::remove_all(folder);
}

TEST(Runner, AnInterruptEndsTheRunAndStillDumps) {
  const auto path = std::filesystem::temp_directory_path() / ("vyre_interrupt_" + std::to_string(::getpid()));
  const std::atomic<bool> interrupted{true};
  session::RunOptions options;
  options.interrupted = &interrupted;
  options.dump = path;
  const auto report = run_text("vyre: 1\nsteps: [{sleep: 60s}]\n", options);
  ASSERT_EQ(report.verdict, Verdict::kError);
  EXPECT_EQ(report.error->code, ErrorCode::kInterrupted);
  EXPECT_TRUE(std::filesystem::exists(path));
  std::filesystem::remove(path);
}

TEST(Runner, ObservesWordsAndRefusesThoseThatDoNotExist) {
  session::RunOptions options;
  options.observe = {{"observable(1)", protocol::kObservableWord + 1}};
  const std::string text =
      "vyre: 1\ncontrol: {observables: 4}\nsteps: [{store_u32: {value: 3, to: observable(1)}}]\n";
  const auto report = run_text(text, options);
  ASSERT_EQ(report.observed.size(), 1U);
  EXPECT_EQ(report.observed[0].value, 3U);
  options.observe = {{"observable(4)", protocol::kObservableWord + 4}};
  const auto refused = run_text(text, options);
  ASSERT_EQ(refused.verdict, Verdict::kError);
  EXPECT_EQ(refused.error->what, "observable(4) is control word 164, the workload has 164");
}

TEST(Runner, AsyncStepsOfARepeatOverlapUntilTheNextWait) {
  const auto report = run_text(R"(vyre: 1
ring: {slots: 4}
steps:
  - repeat: {count: 100, var: i, steps: [{atomic_add: {value: 1, to: observable(0)}, async: true}]}
  - wait: all
  - load_u32: {from: observable(0), to: observable(1)}
expect: {observables: {1: 100}}
)");
  EXPECT_EQ(report.verdict, Verdict::kPassed);
}

}  // namespace
