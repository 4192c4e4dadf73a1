/// What became of slots and windows, as the publisher tells it and expectations judge it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vyre/protocol/faults.hpp"

namespace vyre::ring {

/// Most faults and windows that are kept one by one; beyond, they are only counted.
inline constexpr std::size_t kMaxKeptFaults = 4096;
inline constexpr std::size_t kMaxKeptWindows = 65'536;

/// A slot that ended FAULT.
struct Fault {
  std::uint32_t slot = 0;
  protocol::FaultCode code = protocol::FaultCode::kNone;
  std::uint32_t detail = 0;
  std::uint32_t opcode = 0;
  std::uint32_t tenant = 0;
  std::uint64_t ticket = 0;  ///< of its publication, see Ticket
};

/// Progress of a ticketed window, also after its slots were recycled.
struct WindowProgress {
  std::uint32_t ticket = 0;
  std::uint32_t tenant = 0;
  std::uint32_t opcode = 0;
  std::uint32_t required = 0, required_done = 0;
  std::uint32_t lookahead = 0, lookahead_done = 0;
  std::uint32_t faulted = 0;
  [[nodiscard]] bool usable() const noexcept { return required_done == required; }
};

}  // namespace vyre::ring
