// Runs recorded and played again by the interpreter: what both sides of the session have to agree on.
#include "vyre/session/replay.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "log_files.hpp"
#include "vyre/recording/snapshot.hpp"

namespace {

using namespace vyre;
using recording::CheckpointRecord;
using recording::LogRecord;
using recording::PublicationRecord;
using session::Verdict;
using test::all_of;
using test::run_text;

constexpr const char* kThreeEpochs = R"(vyre: 1
name: three epochs
ring: {slots: 16}
control:
  initial: {2: 50}
  tenants: [{id: 1, name: guest, quota: 4}]
steps:
  - repeat:
      count: 3
      var: i
      steps:
        - fenced_batch:
            tag: 10 + i
            items: [{atomic_add: {value: 1, to: observable(1)}}, {atomic_add: {value: i, to: observable(2)}}]
  - atomic_add: {value: 5, to: observable(3)}
    tenant: guest
)";

class Replay : public test::LogFiles {};

TEST_F(Replay, ALogHoldsWhatWasPublishedAndSeen) {
  const auto records = read_all(record(kThreeEpochs));
  ASSERT_FALSE(records.empty());
  const auto* run = std::get_if<recording::RunRecord>(&records.front().what);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(run->workload_name, "three epochs");
  EXPECT_EQ(run->backend, "reference");
  EXPECT_EQ(run->slot_count, 16U);
  EXPECT_EQ(run->initial_observables, (std::map<std::uint32_t, std::uint32_t>{{2, 50}}));
  ASSERT_EQ(run->tenants.size(), 2U);
  EXPECT_EQ(run->tenants[1],
            (recording::LoggedTenant{.id = 1, .name = "guest", .quota = 4, .enabled = true}));

  const auto publications = all_of<PublicationRecord>(records);
  ASSERT_EQ(publications.size(), 4U);
  EXPECT_EQ(publications[1].form, recording::PublicationForm::kFencedBatch);
  EXPECT_EQ(publications[1].first_slot, 3U);
  ASSERT_EQ(publications[1].slots.size(), 3U);
  EXPECT_EQ(publications[1].slots[1].args[0], 1U) << "the loop's second round adds 1";
  EXPECT_EQ(publications[1].slots[2].opcode, protocol::kOpBatchFence);
  EXPECT_EQ(publications[3].slots[0].tenant, 1U);
  EXPECT_EQ(publications[3].slots[0].status, static_cast<std::uint32_t>(protocol::Status::kPublished));

  const auto checkpoints = all_of<CheckpointRecord>(records);
  ASSERT_EQ(checkpoints.size(), 4U) << "one an epoch, and one at the end";
  EXPECT_EQ(checkpoints[0].epoch, 1U);
  EXPECT_TRUE(checkpoints[0].quiescent);
  EXPECT_EQ(checkpoints[0].observables, (std::map<std::uint32_t, std::uint32_t>{{0, 10}, {1, 1}}));
  EXPECT_EQ(checkpoints[3].observables, (std::map<std::uint32_t, std::uint32_t>{{3, 5}}));
  const auto ends = all_of<recording::EndRecord>(records);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].verdict, "finished");
  EXPECT_EQ(ends[0].published, 10U);
}

TEST_F(Replay, ARaceFreeRunComesOutTheSame) {
  const auto report = play(record(kThreeEpochs));
  EXPECT_EQ(report.run.verdict, Verdict::kPassed);
  EXPECT_EQ(report.compared, 4U);
  EXPECT_EQ(report.not_compared, 0U);
  EXPECT_EQ(report.run.published, 10U);
  EXPECT_EQ(report.run.epoch, 3U);
}

TEST_F(Replay, AnAlteredObservableIsFoundAtItsEpochAndWord) {
  const auto log = rewrite(record(kThreeEpochs), "altered.vrrl", [](LogRecord& log_record) {
    auto* checkpoint = std::get_if<CheckpointRecord>(&log_record.what);
    if (checkpoint != nullptr && checkpoint->epoch == 2 && checkpoint->observables.contains(1))
      checkpoint->observables[1] = 77;
  });
  const auto report = play(log);
  EXPECT_EQ(report.run.verdict, Verdict::kFailed);
  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->epoch, 2U);
  EXPECT_EQ(report.divergence->word, protocol::kObservableWord + 1);
  EXPECT_EQ(report.divergence->recorded, 77U);
  EXPECT_EQ(report.divergence->replayed, 2U);
  EXPECT_EQ(report.divergence->other_words, 0U);
  ASSERT_EQ(report.divergence->publications.size(), 1U);
  EXPECT_EQ(report.divergence->publications[0].first_slot, 3U);
  EXPECT_EQ(report.divergence->publications[0].slot_count, 3U);
  EXPECT_EQ(report.divergence->publications[0].opcodes,
            (std::vector<std::uint32_t>{protocol::kOpAtomicAdd, protocol::kOpBatchFence}));
}

TEST_F(Replay, BeginsAndStopsAtEpochs) {
  const auto log = record(kThreeEpochs);
  const auto until = play(log, {.until_epoch = 2});
  EXPECT_EQ(until.run.epoch, 2U);
  EXPECT_EQ(until.run.published, 6U);
  EXPECT_EQ(until.run.verdict, Verdict::kPassed);
  const auto from = play(log, {.from_epoch = 3});
  EXPECT_EQ(from.run.epoch, 3U);
  EXPECT_EQ(from.run.published, 4U) << "the third batch and the last slot";
  EXPECT_EQ(from.run.verdict, Verdict::kPassed);
  EXPECT_EQ(from.compared, 2U);
}

TEST_F(Replay, LeavesOtherTenantsOut) {
  session::ReplayOptions options{.only_tenant = 1};
  options.observe = {{"observable(3)", protocol::kObservableWord + 3},
                     {"observable(1)", protocol::kObservableWord + 1}};
  const auto report = play(record(kThreeEpochs), options);
  EXPECT_EQ(report.run.published, 1U);
  EXPECT_EQ(report.compared, 0U);
  ASSERT_EQ(report.run.observed.size(), 2U);
  EXPECT_EQ(report.run.observed[0].value, 5U);
  EXPECT_EQ(report.run.observed[1].value, 0U);
}

TEST_F(Replay, ComparesWithASnapshotOrAnotherLog) {
  const auto log = record(kThreeEpochs);
  session::RunOptions dumping;
  dumping.dump = file("end.vyre");
  ASSERT_FALSE(run_text(kThreeEpochs, dumping).error);
  EXPECT_EQ(play(log, {.against = file("end.vyre")}).run.verdict, Verdict::kPassed);

  auto snapshot = recording::read_snapshot(file("end.vyre"));
  ASSERT_TRUE(snapshot);
  snapshot->control[protocol::kObservableWord + 2] += 1;
  ASSERT_TRUE(recording::write_snapshot(file("other.vyre"), *snapshot));
  const auto differs = play(log, {.against = file("other.vyre")});
  ASSERT_TRUE(differs.divergence);
  EXPECT_EQ(differs.divergence->word, protocol::kObservableWord + 2);
  EXPECT_EQ(differs.divergence->recorded, 54U);
  EXPECT_EQ(differs.divergence->replayed, 53U);

  EXPECT_EQ(play(log, {.against = log}).compared, 4U);
  const auto shifted =
      record("vyre: 1\nring: {slots: 16}\nsteps: [{fenced_batch: {tag: 9, items: []}}]\n", "shifted.vrrl");
  const auto other = play(log, {.against = shifted});
  ASSERT_TRUE(other.divergence);
  EXPECT_EQ(other.divergence->epoch, 1U);
  EXPECT_EQ(other.divergence->recorded, 9U);
  EXPECT_EQ(other.divergence->replayed, 10U);
}

TEST_F(Replay, AHostThatMasksATenantIsReplayedToo) {
  const auto log = record(R"(vyre: 1
control: {tenants: [{id: 1, name: guest}]}
steps:
  - disable_tenant: guest
  - atomic_add: {value: 1, to: observable(0)}
    tenant: guest
    async: true
  - store_u32: {value: 8, to: observable(1)}
  - enable_tenant: guest
  - wait: all
  - set_observable: {index: 2, value: 6}
  - disable_tenant: guest
  - atomic_add: {value: 1, to: observable(0)}
    tenant: guest
    async: true
)");
  const auto report = play(log);
  EXPECT_EQ(report.run.verdict, Verdict::kPassed);
  EXPECT_EQ(report.run.done, 2U);
  EXPECT_EQ(report.run.waiting, 1U);
  EXPECT_EQ(report.compared, 1U);
}

TEST_F(Replay, TheLastRunOfALogOrAnyOther) {
  record(kThreeEpochs);
  const auto log = record("vyre: 1\nname: second\nsteps: [{nop: {}}]\n", "run.vrrl",
                          [](auto& options) { options.append = true; });
  const auto last = session::plan_replay(log);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->run_count, 2U);
  EXPECT_EQ(last->run.workload_name, "second");
  EXPECT_EQ(play(log).run.published, 1U);
  EXPECT_EQ(play(log, {}, {.run = 0}).run.published, 10U);
  const auto none = session::plan_replay(log, {.run = 2});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(none.error().what, "no run 2, the log holds 2");
  EXPECT_EQ(none.error().where, log.string());
  EXPECT_EQ(none.error().fix, "give 0 to 1");
}

TEST_F(Replay, AVersion1LogIsPlayedWhereItsSlotsWere) {
  const auto log = record(kThreeEpochs, "old.vrrl", [](auto& options) {
    options.version = 1;
    options.capacity = 64;
  });
  const auto plan = session::plan_replay(log);
  ASSERT_TRUE(plan) << to_text(plan.error());
  EXPECT_EQ(plan->version, 1U);
  EXPECT_EQ(plan->run.slot_count, 16U);
  EXPECT_EQ(plan->run.tenants.size(), 2U);
  session::ReplayOptions options;
  options.observe = {{"observable(3)", protocol::kObservableWord + 3},
                     {"observable(1)", protocol::kObservableWord + 1}};
  const auto report = play(log, options);
  EXPECT_EQ(report.run.published, 10U);
  EXPECT_EQ(report.run.epoch, 3U);
  EXPECT_EQ(report.run.observed[0].value, 5U);
  EXPECT_EQ(report.run.observed[1].value, 3U);
}

TEST_F(Replay, ACutLogIsPlayedUpToTheCut) {
  const auto log = record(kThreeEpochs);
  const auto records = read_all(log);
  std::filesystem::resize_file(log, records.back().offset + 5);
  const auto plan = session::plan_replay(log);
  ASSERT_TRUE(plan);
  ASSERT_TRUE(plan->damage);
  EXPECT_FALSE(plan->ended);
  const auto report = play(log);
  EXPECT_EQ(report.run.verdict, Verdict::kPassed);
  EXPECT_EQ(report.compared, 4U);
}

TEST_F(Replay, ARecordedWindowIsFollowedAsOne) {
  const auto log = record(R"(vyre: 1
ring: {slots: 8}
steps:
  - window: {opcode: nop, ticket: 40, required: [[1], [2]], lookahead: [[3]]}
)");
  const auto report = play(log);
  ASSERT_EQ(report.run.windows.size(), 1U);
  EXPECT_EQ(report.run.windows[0].ticket, 40U);
  EXPECT_EQ(report.run.windows[0].required_done, 2U);
  EXPECT_EQ(report.run.windows[0].lookahead, 1U);
}

TEST_F(Replay, ARecordingThatCannotBeMadeStopsTheRunBeforeItPublishes) {
  session::RunOptions options;
  options.record = session::RecordOptions{.path = file("no-such-folder") / "run.vrrl", .handlers = {}};
  const auto report = run_text(kThreeEpochs, options);
  EXPECT_EQ(report.verdict, Verdict::kError);
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, ErrorCode::kFile);
  EXPECT_EQ(report.published, 0U);
}

}  // namespace
