/// Stall reports: why slots that were published are not finished.
#pragma once

#include <string>
#include <vector>

#include "vyre/recording/names.hpp"
#include "vyre/ring/backend.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::session {

/// A few lines for people: how many slots wait, then the oldest of them with slot, operation, tenant, how
/// long they wait, STATUS as last seen in the ring, and the likely cause: a masked tenant, a used-up
/// quota, a fence and what it waits for, a kernel that was shut down or is not resident.
/// Reads ring and control from the backend, which is slow on a discrete device.
[[nodiscard]] std::string stall_report(ring::Backend& backend, const ring::Publisher& publisher,
                                       const recording::Names& names);

}  // namespace vyre::session
