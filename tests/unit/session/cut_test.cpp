// Parts of recorded runs as logs of their own: a replay of one must find nothing that the whole does not.
#include "vyre/session/cut.hpp"

#include <gtest/gtest.h>

#include "log_files.hpp"

namespace {

using namespace vyre;
using recording::CheckpointRecord;
using recording::ControlWriteRecord;
using recording::EndRecord;
using recording::PublicationRecord;
using session::Verdict;
using test::all_of;

constexpr const char* kFourEpochs = R"(vyre: 1
name: four epochs
ring: {slots: 16}
control:
  initial: {2: 50}
  tenants: [{id: 1, name: guest, quota: 4}]
steps:
  - set_quota: {tenant: guest, quota: 3}
  - repeat:
      count: 4
      var: i
      steps:
        - fenced_batch:
            tag: 10 + i
            items: [{atomic_add: {value: 1, to: observable(1)}}, {load_u32: [observable(3), 4]}, {atomic_add: {value: i, to: observable(2)}}]
        - wait: {epoch: i + 1}
        - packed: [{atomic_add: [1, observable(5)]}, nop]
          tenant: guest
)";

class Cut : public test::LogFiles {
 protected:
  session::CutReport cut(const std::filesystem::path& log, const session::CutOptions& options,
                         const char* name = "cut.vrrl") {
    const auto plan = session::plan_replay(log);
    EXPECT_TRUE(plan) << to_text(plan.error());
    const auto report = session::cut_log(*plan, file(name), options);
    EXPECT_TRUE(report) << to_text(report.error());
    return report ? *report : session::CutReport{};
  }
};

TEST_F(Cut, APartBetweenEpochsPlaysAsItDidInTheWhole) {
  const auto log = record(kFourEpochs);
  const auto report = cut(log, {.from_epoch = 2, .until_epoch = 3, .command = "vyre cut"});
  EXPECT_EQ(report.from_epoch, std::optional(1U));
  EXPECT_EQ(report.slots_left_out, 0U);
  EXPECT_EQ(report.waits_left_out, 0U);
  const auto records = read_all(file("cut.vrrl"));
  EXPECT_EQ(all_of<PublicationRecord>(records).size(), 4U) << "two fenced batches, two slots of the guest";
  EXPECT_EQ(report.slots, 10U);
  const auto run = std::get<recording::RunRecord>(records.front().what);
  EXPECT_EQ(run.command, "vyre cut");
  EXPECT_EQ(run.initial_observables.at(1), 1U);
  EXPECT_EQ(run.initial_observables.at(2), 50U);
  EXPECT_EQ(
      all_of<ControlWriteRecord>(records),
      (std::vector<ControlWriteRecord>{{protocol::kTenantQuotaWord + 1, 3}, {protocol::kEpochWord, 1}}));
  EXPECT_EQ(all_of<EndRecord>(records).at(0).verdict, "cut");
  EXPECT_EQ(all_of<EndRecord>(records).at(0).published, 10U);
  EXPECT_LT(std::filesystem::file_size(file("cut.vrrl")), std::filesystem::file_size(log));

  const auto played = play(file("cut.vrrl"));
  EXPECT_EQ(played.run.verdict, Verdict::kPassed);
  EXPECT_EQ(played.run.epoch, 3U);
  EXPECT_EQ(played.compared, all_of<CheckpointRecord>(records).size());
  EXPECT_GE(played.compared, 2U);
}

TEST_F(Cut, AnAlteredObservableIsStillFoundInTheCut) {
  const auto altered = rewrite(record(kFourEpochs), "altered.vrrl", [](recording::LogRecord& log_record) {
    auto* checkpoint = std::get_if<CheckpointRecord>(&log_record.what);
    if (checkpoint != nullptr && checkpoint->epoch == 3 && checkpoint->observables.contains(1))
      checkpoint->observables[1] = 77;
  });
  cut(altered, {.from_epoch = 3});
  const auto played = play(file("cut.vrrl"));
  ASSERT_TRUE(played.divergence);
  EXPECT_EQ(played.divergence->epoch, 3U);
  EXPECT_EQ(played.divergence->word, protocol::kObservableWord + 1);
  EXPECT_EQ(played.divergence->recorded, 77U);
  EXPECT_EQ(played.divergence->replayed, 3U);
}

TEST_F(Cut, OneTenantKeepsItsSlotsAndNoCheckpointThatNeedsTheOthers) {
  const auto report = cut(record(kFourEpochs), {.tenants = {1}});
  EXPECT_EQ(report.slots, 4U);
  EXPECT_EQ(report.slots_left_out, 16U);
  EXPECT_EQ(report.checkpoints, 0U);
  EXPECT_GE(report.checkpoints_left_out, 4U);
  EXPECT_GE(report.waits_left_out, 4U) << "for epochs that no fence raises";
  const auto played = play(file("cut.vrrl"), {.observe = {{"observable(5)", protocol::kObservableWord + 5}}});
  EXPECT_EQ(played.run.verdict, Verdict::kPassed);
  EXPECT_EQ(played.compared, 0U);
  EXPECT_EQ(played.run.observed.at(0).value, 4U);
}

TEST_F(Cut, OpcodesAreFoundInPackedSlotsAndFencesCountWhatIsLeft) {
  const auto log = record(kFourEpochs);
  const auto report = cut(log, {.opcodes = {protocol::kOpAtomicAdd, protocol::kOpBatchFence}});
  EXPECT_EQ(report.slots, 16U) << "4 times two additions, the fence, the packed slot";
  EXPECT_EQ(report.slots_left_out, 4U);
  const auto publications = all_of<PublicationRecord>(read_all(file("cut.vrrl")));
  ASSERT_EQ(publications.size(), 8U);
  EXPECT_EQ(publications[0].form, recording::PublicationForm::kFencedBatch);
  EXPECT_EQ(publications[0].slots.at(2).args[0], 2U) << "two slots are left before the fence";
  const auto played = play(file("cut.vrrl"));
  EXPECT_EQ(played.run.verdict, Verdict::kPassed);
  EXPECT_EQ(played.run.epoch, 4U);

  cut(log, {.opcodes = {protocol::kOpLoadU32}}, "loads.vrrl");
  const auto loads = all_of<PublicationRecord>(read_all(file("loads.vrrl")));
  ASSERT_EQ(loads.size(), 4U);
  EXPECT_EQ(loads[0].form, recording::PublicationForm::kSingle);
  EXPECT_EQ(play(file("loads.vrrl")).run.done, 4U);
}

TEST_F(Cut, AFilterThatKeepsEverythingKeepsTheLog) {
  const auto log = record(kFourEpochs);
  cut(log, {.tenants = {0, 1}});
  auto before = read_all(log);
  auto after = read_all(file("cut.vrrl"));
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(before[i].what == after[i].what) << i;
}

TEST_F(Cut, AWindowStaysOneWithoutItsLeftOutSlots) {
  const auto log = record(R"(vyre: 1
control: {tenants: [{id: 1}]}
steps:
  - window: {opcode: nop, ticket: 40, required: [[1], [2]], lookahead: [[3]]}
    tenant: 1
  - wait: {window: 40}
  - window: {opcode: nop, ticket: 41, required: [[1]]}
  - wait: {window: 41}
)");
  const auto report = cut(log, {.tenants = {1}});
  EXPECT_EQ(report.slots, 3U);
  const auto played = play(file("cut.vrrl"));
  ASSERT_EQ(played.run.windows.size(), 1U);
  EXPECT_EQ(played.run.windows[0].ticket, 40U);
  EXPECT_EQ(played.run.windows[0].required_done, 2U);
}

TEST_F(Cut, Version1KeepsItsVersion) {
  const auto log = record(kFourEpochs, "old.vrrl", [](auto& options) { options.version = 1; });
  const auto report = cut(log, {.from_epoch = 3, .until_epoch = 4});
  EXPECT_EQ(report.from_epoch, std::optional(2U));
  const auto plan = session::plan_replay(file("cut.vrrl"));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->version, 1U);
  EXPECT_EQ(plan->slots, report.slots);
  const auto played = play(file("cut.vrrl"));
  EXPECT_EQ(played.run.published, report.slots);
  EXPECT_EQ(played.run.epoch, 2U) << "it counts from 0 again";
}

TEST_F(Cut, ItsOwnLogIsNotReplaced) {
  const auto log = record(kFourEpochs);
  const auto size = std::filesystem::file_size(log);
  const auto plan = session::plan_replay(log);
  const auto refused = session::cut_log(*plan, log, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(refused.error().what, "the cut would stand in place of its own log");
  EXPECT_EQ(refused.error().where, log.string());
  EXPECT_EQ(refused.error().fix, "name another file");
  EXPECT_EQ(std::filesystem::file_size(log), size);
}

}  // namespace
