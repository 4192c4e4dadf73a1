#include "bench/resident.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "vyre/gpu/megakernel.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli::bench {

ResidentKernel::ResidentKernel(std::unique_ptr<ring::Backend> backend)
    : backend_(std::move(backend)),
      publisher_(std::make_unique<ring::Publisher>(backend_->ring_memory(), *backend_)) {}

Result<ResidentKernel> ResidentKernel::open(const Request& request, const Shape& shape) {
  ring::BackendConfig config;
  config.slot_count = shape.slots;
  config.shards = std::min({shape.publishers, shape.slots, ring::kMaxQueues});
  config.operations = ring::OperationSet::none();  // as a workload of these two operations has it
  config.operations.add(protocol::kOpNop);
  config.operations.add(protocol::kOpAtomicAdd);
  gpu::MegakernelOptions kernel;
  kernel.device = request.device;
  kernel.lanes = shape.lanes;
  kernel.workgroups = shape.workgroups;
  VYRE_TRY(auto backend, gpu::open_megakernel(config, kernel));
  return ResidentKernel(std::move(backend));
}

bool ResidentKernel::wait_until_asleep(std::chrono::seconds most) {
  constexpr std::chrono::microseconds kBetween{100};
  const auto give_up = std::chrono::steady_clock::now() + most;
  while (!stays_awake_ && backend_->residency_text().find("asleep") == std::string::npos) {
    if (std::chrono::steady_clock::now() >= give_up) stays_awake_ = true;
    std::this_thread::sleep_for(kBetween);
  }
  return !stays_awake_;
}

std::string awake_note(const Request& request, const Shape& shape) {
  return fmt::format("the resident kernel{} stayed awake while the alternatives had their turns",
                     suffix_of(request, shape));
}

Result<void> ResidentKernel::read_observables(std::span<std::uint32_t> out) {
  return backend_->read_control(protocol::kObservableWord, out);
}

Result<Tally> ResidentKernel::stop() {
  VYRE_CHECK(backend_->stop());
  Tally tally;
  const auto read = [this](std::uint32_t word, std::uint32_t& value) {
    return backend_->read_control(word, {&value, 1});
  };
  VYRE_CHECK(read(protocol::kTenantFairnessWord + protocol::kSystemTenant, tally.claimed));
  VYRE_CHECK(read(protocol::kDoneCountWord, tally.done));
  VYRE_CHECK(read(protocol::kMetricsWord + protocol::kOpNop, tally.nops));
  VYRE_CHECK(read(protocol::kMetricsWord + protocol::kOpAtomicAdd, tally.adds));
  return tally;
}

}  // namespace vyre::cli::bench
