/// Which scans of a stream faulted: those have told nothing.
#pragma once

#include <cstdint>

#include "vyre/ring/publisher.hpp"

namespace vyre::session {

/// Whether slot `slot` of the ring, in the finished publication `ticket`, ended FAULT. Of more faults than
/// the publisher keeps the later ones count as such: a stream with so many has failed, whatever it finds.
[[nodiscard]] inline bool has_faulted(const ring::Publisher& publisher, std::uint64_t ticket,
                                      std::uint32_t slot) {
  if (publisher.counts().faulted == 0) return false;
  const auto faults = publisher.faults();
  for (const auto& fault : faults)
    if (fault.ticket == ticket && fault.slot == slot) return true;
  return faults.size() == ring::kMaxKeptFaults;
}

}  // namespace vyre::session
