// The reference interpreter against a second model, and against itself in other orders of publication.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "oracle_cases.hpp"
#include "oracle_model.hpp"
#include "support/random_work_run.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::test {
namespace {

Result<WorkResult> play_on_reference(const RandomWork& work, std::uint64_t shuffle_seed) {
  VYRE_TRY(const auto backend, session::make_reference_backend(work.config()));
  PlayOptions options;
  options.shuffle_seed = shuffle_seed;
  return play(work, *backend, options);
}

void expect_agreement(std::uint64_t seed, std::uint64_t shuffle_seed, const std::string& filter) {
  const RandomWork work = make_random_work(oracle_options(seed));
  const std::string which = describe(work.options) + "\n" + rerun(work.options, "oracle_tests", filter);
  const auto got = play_on_reference(work, shuffle_seed);
  ASSERT_TRUE(got) << to_text(got.error()) << "\n" << which;
  const auto difference = first_difference(*got, expected_result(work));
  ASSERT_FALSE(difference) << *difference << "\n" << which;
}

TEST(Oracle, TheReferenceAgreesWithTheModel) {
  for (const auto seed : oracle_seeds(1000))
    expect_agreement(seed, 0, "Oracle.TheReferenceAgreesWithTheModel");
}

TEST(Oracle, TheOrderOfPublicationChangesNothing) {
  for (const auto seed : oracle_seeds(400)) {
    expect_agreement(seed, 1, "Oracle.TheOrderOfPublicationChangesNothing");
    expect_agreement(seed, seed + 2, "Oracle.TheOrderOfPublicationChangesNothing");
  }
}

TEST(Oracle, OneSeedGivesOneWork) {
  const RandomWork a = make_random_work(oracle_options(5)), b = make_random_work(oracle_options(5));
  EXPECT_EQ(a.slot_total(), b.slot_total());
  EXPECT_FALSE(first_difference(expected_result(a), expected_result(b)));
}

// What the works hold, so that a change of the generator cannot quietly empty them.
TEST(Oracle, RandomWorkHoldsEverything) {
  std::map<std::uint32_t, std::uint64_t> faults, executed;
  std::set<std::size_t> forms;
  std::uint64_t slots = 0, late = 0, never = 0, host_writes = 0, records = 0, priorities = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const RandomWork work = make_random_work(oracle_options(seed));
    slots += work.slot_total();
    for (std::size_t i = 0; i < work.steps.size(); ++i) {
      host_writes += work.steps[i].host_writes.size();
      for (const auto& submission : work.steps[i].submissions) {
        forms.insert(submission.form.index());
        if (!submission.ends_in_step) ++never;
        if (submission.ends_in_step && *submission.ends_in_step != i) ++late;
        if (submission.priority) ++priorities;
      }
    }
    const WorkResult result = expected_result(work);
    for (const auto& fault : result.faults) ++faults[fault[0]];
    for (std::uint32_t opcode = 0; opcode < 8; ++opcode)
      if (result.control[protocol::kMetricsWord + opcode] < 1'000'000)  // tenant 0 may write others
        executed[opcode] += result.control[protocol::kMetricsWord + opcode];
    records += result.debug_records.size();
  }
  EXPECT_GT(slots, 50'000U);
  EXPECT_EQ(forms.size(), std::variant_size_v<WorkForm>);
  EXPECT_GT(late, 100U);
  EXPECT_GT(never, 100U);
  EXPECT_GT(host_writes, 1000U);
  EXPECT_GT(records, 1000U);
  EXPECT_GT(priorities, 1000U);
  for (std::uint32_t opcode = 0; opcode < 8; ++opcode)
    EXPECT_GT(executed[opcode], 500U) << "opcode " << opcode;
  // All but no_io_service, handler and loop_cut, which need what random work has not.
  for (const std::uint32_t code : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 9U, 10U})
    EXPECT_GT(faults[code], 100U) << "code " << code;
}

}  // namespace
}  // namespace vyre::test
