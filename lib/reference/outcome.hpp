/// Outcome: how an operation ended, or why it did not.
#pragma once

#include <cstdint>

#include "reference/store.hpp"

namespace vyre::reference {

/// How one call of an operation ended.
struct Outcome {
  enum class Kind : std::uint8_t {
    kDone,
    kFault,
    kWait,    ///< not ready, as a fence whose slots have not finished: call again later
    kWaitIo,  ///< a request to the host is out: call again later
  };
  Kind kind = Kind::kDone;
  Fault fault{};
};

[[nodiscard]] constexpr Outcome done() noexcept { return {}; }
[[nodiscard]] constexpr Outcome wait() noexcept { return {Outcome::Kind::kWait, {}}; }
[[nodiscard]] constexpr Outcome wait_io() noexcept { return {Outcome::Kind::kWaitIo, {}}; }
[[nodiscard]] constexpr Outcome faulted(Fault fault) noexcept { return {Outcome::Kind::kFault, fault}; }
[[nodiscard]] constexpr Outcome faulted(protocol::FaultCode code, std::uint32_t detail) noexcept {
  return {Outcome::Kind::kFault, {code, detail}};
}

}  // namespace vyre::reference
