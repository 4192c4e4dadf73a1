// The kernel's requests to the host, on a real device.
#include "support/device.hpp"
#include "support/load_storm.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace vyre;

void run_storm(std::uint32_t resources, const gpu::MegakernelOptions& options) {
  const test::TemporaryFolder folder;
  support::LoadStorm storm(resources, 5, folder.path());
  VYRE_OPEN_OR_SKIP(backend, storm.config(1024), options);
  storm.run(backend);
  EXPECT_TRUE(backend.stop());
}

TEST(LoadMissOnADevice, AStormFromLanesOfOneSubgroup) { run_storm(10'000, {}); }

TEST(LoadMissOnADevice, AStormFrom256Lanes) {
  gpu::MegakernelOptions options;
  options.lanes = 256;
  run_storm(10'000, options);
}

TEST(LoadMissOnADevice, AStormFromSeveralWorkgroupsInTinySlices) {
  gpu::MegakernelOptions options;
  options.lanes = 64;
  options.workgroups = 4;
  options.slice_passes = 50;
  run_storm(2'000, options);
}

}  // namespace
