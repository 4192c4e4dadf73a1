// The Vulkan megakernel against the reference interpreter: the same random work, across a table of
// workgroup shapes, slices and schedulers. The reference is first held against the model.
#include <gtest/gtest.h>

#include "oracle_cases.hpp"
#include "oracle_device.hpp"
#include "oracle_model.hpp"
#include "support/random_work_run.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::test {
namespace {

struct Shape {
  const char* name;
  std::uint32_t lanes = 0;
  std::uint32_t workgroups = 0;
  std::uint32_t slice_passes = 0;
  std::uint64_t seeds = 6;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class OracleGpu : public testing::TestWithParam<Shape> {
 protected:
  /// The work's result on the device, or nothing when there is no device: then the test is skipped.
  Result<WorkResult> play_on_device(const RandomWork& work) {
    gpu::MegakernelOptions options;
    options.device = oracle_device();
    options.lanes = GetParam().lanes;
    options.workgroups = GetParam().workgroups;
    options.slice_passes = GetParam().slice_passes;
    options.probe = false;  // it would run once a seed
    VYRE_TRY(const auto backend, gpu::open_megakernel(work.config(), options));
    auto played = play(work, *backend);
    if (!played) {
      played.error().what += " (" + backend->residency_text() + ")";
      return played;
    }
    VYRE_CHECK(backend->stop());
    return played;
  }

  void compare(std::uint64_t seed) {
    const RandomWork work = make_random_work(oracle_options(seed));
    const std::string which = describe(work.options) + "\n" +
                              rerun(work.options, "oracle_gpu_tests",
                                    std::string("Each/OracleGpu.AgreesWithTheReference/") + GetParam().name);
    const auto reference = session::make_reference_backend(work.config());
    ASSERT_TRUE(reference) << to_text(reference.error());
    const auto expected = play(work, **reference);
    ASSERT_TRUE(expected) << to_text(expected.error()) << "\n" << which;
    const auto doubt = first_difference(*expected, expected_result(work));
    ASSERT_FALSE(doubt) << "the reference itself is wrong: " << *doubt << "\n" << which;

    const auto got = play_on_device(work);
    if (!got && may_skip(got.error()))
      GTEST_SKIP() << to_text(got.error()) << "\n(VYRE_REQUIRE_DEVICE=1 makes this a failure)";
    ASSERT_TRUE(got) << to_text(got.error()) << "\n" << which;
    const auto difference = first_difference(*got, *expected);
    ASSERT_FALSE(difference) << *difference << "\n" << which;
  }
};

TEST_P(OracleGpu, AgreesWithTheReference) {
  for (const auto seed : oracle_seeds(GetParam().seeds)) {
    compare(seed);
    if (HasFatalFailure() || IsSkipped()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, OracleGpu,
                         testing::Values(Shape{"Defaults", 0, 0, 0, 12},          //
                                         Shape{"Lanes8", 8, 1, 0},                //
                                         Shape{"Lanes8Groups2", 8, 2, 0, 12},     //
                                         Shape{"Lanes8Groups4", 8, 4, 0},         //
                                         Shape{"Lanes64", 64, 1, 0},              //
                                         Shape{"Lanes64Groups3", 64, 3, 0},       //
                                         Shape{"Lanes256", 256, 1, 0, 4},         //
                                         Shape{"Lanes256Groups4", 256, 4, 0, 4},  //
                                         Shape{"Slices1", 8, 2, 1, 4},            //
                                         Shape{"Slices3", 8, 1, 3},               //
                                         Shape{"Slices3Lanes64", 64, 2, 3, 4},    //
                                         Shape{"Slices17", 64, 4, 17, 4}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace vyre::test
