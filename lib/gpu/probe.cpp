#include "gpu/probe.hpp"

#include <fmt/format.h>

#include <array>

#include "vyre/ring/publisher.hpp"

namespace vyre::gpu {

namespace {

constexpr std::uint32_t kRounds = 24;
constexpr std::uint32_t kFrom = protocol::kReservedWord;  // words that the wire leaves to us
constexpr std::uint32_t kTo = protocol::kReservedWord + 1;

Result<void> round(ring::Backend& backend, ring::Publisher& publisher, std::uint32_t number,
                   std::chrono::milliseconds timeout) {
  const std::uint32_t value = 0x5A00'0000 + number * 0x01'0101;
  VYRE_CHECK(backend.write_control(kFrom, value));
  const std::array<std::uint32_t, 3> args{kFrom, kTo, 1};
  VYRE_TRY(const auto ticket, publisher.publish(descriptor::Single{.opcode = kProbeOperation, .args = args}));
  if (auto done = publisher.wait(ticket, ring::Clock::now() + timeout); !done) {
    if (done.error().code != ErrorCode::kTimeout) return done;
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("{}: the running kernel did not answer to slot {} within {} ms ({})",
                    backend.device_name(), number, timeout.count(), backend.residency_text()),
        "", "choose another device with --device; `vyre devices` lists them. On a busy machine, try again");
  }
  std::array<std::uint32_t, 1> seen{};
  VYRE_CHECK(backend.read_control(kTo, seen));
  if (seen[0] == value) return {};
  return fail(
      ErrorCode::kUnsupported,
      fmt::format(
          "{}: the running kernel does not see what the host writes: control word {} was {:#x}, it saw {:#x} "
          "in round {}",
          backend.device_name(), kFrom, value, seen[0], number),
      "", "choose another device with --device; `vyre devices` lists them");
}

}  // namespace

Result<void> run_probe(ring::Backend& backend, std::chrono::milliseconds timeout) {
  ring::Publisher publisher(backend.ring_memory(), backend);
  for (std::uint32_t number = 0; number < kRounds; ++number)
    VYRE_CHECK(round(backend, publisher, number, timeout));
  return {};
}

}  // namespace vyre::gpu
