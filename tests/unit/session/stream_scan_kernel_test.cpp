// Scanning files on a kernel: the same matches as one walk over each whole file.
#include "stream_scan_trial.hpp"
#include "support/device.hpp"

namespace {

using namespace vyre;

TEST(StreamScanKernel, FindsWhatAWalkOverTheWholeFileFinds) {
  for (std::uint64_t seed = 101; seed <= 108; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    test::StreamScanTrial trial(seed);
    VYRE_OPEN_OR_SKIP(backend, trial.config(), {});
    trial.run(backend);
    EXPECT_TRUE(backend.stop());
  }
}

}  // namespace
