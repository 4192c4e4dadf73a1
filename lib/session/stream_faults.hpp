/// StreamFaults: which scans of a stream faulted: those have told nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vyre/ring/publisher.hpp"

namespace vyre::session {

/// What a publisher knew when this was made; publications that had retired by then are in it.
class StreamFaults {
 public:
  explicit StreamFaults(const ring::Publisher& publisher) {
    if (publisher.counts().faulted > 0) faults_ = publisher.faults();
  }
  /// Whether slot `slot` of the ring, in the publication `ticket`, ended FAULT. Of more faults than the
  /// publisher keeps the later ones count as such: a stream with so many has failed, whatever it finds.
  [[nodiscard]] bool has(std::uint64_t ticket, std::uint32_t slot) const noexcept {
    return faults_.size() == ring::kMaxKeptFaults ||
           std::ranges::any_of(faults_, [&](const ring::Fault& fault) {
             return fault.ticket == ticket && fault.slot == slot;
           });
  }

 private:
  std::vector<ring::Fault> faults_;
};

}  // namespace vyre::session
