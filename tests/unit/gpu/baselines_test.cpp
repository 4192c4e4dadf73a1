// What the kernel is measured against does what it claims to do.
#include "vyre/gpu/baselines.hpp"

#include <thread>

#include "support/device.hpp"

namespace {

namespace gpu = vyre::gpu;
using vyre::ErrorCode;
using vyre::Result;
using vyre::to_text;

template <class T>
bool is_missing(const Result<T>& opened) {
  return !opened && opened.error().code == ErrorCode::kNoDevice && !vyre::test::device_is_required();
}

TEST(SubmitAdd, EachSubmissionAddsOne) {
  const auto opened = gpu::SubmitAdd::open("auto");
  if (is_missing(opened)) GTEST_SKIP() << to_text(opened.error());
  ASSERT_TRUE(opened) << to_text(opened.error());
  EXPECT_EQ((*opened)->sum(), 0U);
  for (int i = 0; i < 20; ++i) {
    const auto took = (*opened)->add_one();
    ASSERT_TRUE(took) << to_text(took.error());
    EXPECT_GT(took->count(), 0);
  }
  EXPECT_EQ((*opened)->sum(), 20U);
}

TEST(EchoKernel, AnswersBetweenStartAndStopAgainAndAgain) {
  const auto opened = gpu::EchoKernel::open("auto");
  if (is_missing(opened)) GTEST_SKIP() << to_text(opened.error());
  ASSERT_TRUE(opened) << to_text(opened.error());
  gpu::EchoKernel& echo = **opened;
  for (int turn = 0; turn < 3; ++turn) {
    ASSERT_TRUE(echo.start());
    ASSERT_TRUE(echo.start()) << "a second start is none";
    for (int i = 0; i < 100; ++i) {
      const auto took = echo.exchange();
      ASSERT_TRUE(took) << to_text(took.error());
      EXPECT_GT(took->count(), 0);
    }
    ASSERT_TRUE(echo.stop());
    ASSERT_TRUE(echo.stop());
  }
}

TEST(EchoKernel, GoesOnBehindTheEndOfItsDispatch) {
  const auto opened = gpu::EchoKernel::open("auto");
  if (is_missing(opened)) GTEST_SKIP() << to_text(opened.error());
  ASSERT_TRUE(opened) << to_text(opened.error());
  ASSERT_TRUE((*opened)->start());
  // No dispatch of it lasts so long.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const auto took = (*opened)->exchange();
  ASSERT_TRUE(took) << to_text(took.error());
  EXPECT_LT(*took, std::chrono::milliseconds(500));
}

TEST(Baselines, NoSuchDeviceIsAnError) {
  EXPECT_FALSE(gpu::SubmitAdd::open("no such device"));
  EXPECT_FALSE(gpu::EchoKernel::open("no such device"));
}

}  // namespace
