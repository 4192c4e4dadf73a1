/// PublicationListener: sees what becomes of every publication of a Publisher, at the one place where slots
/// are published and the one where they are recycled.
#pragma once

#include <chrono>

#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::ring {

struct Ticket;

/// A publication as it goes out. Its parts live for the call alone.
struct Publication {
  const Ticket& ticket;
  const descriptor::Descriptor& descriptor;
  protocol::Priority priority;                         ///< as written into the slots
  bool at_slot;                                        ///< the caller named the slots
  bool in_partition;                                   ///< the caller named the priority
  std::chrono::steady_clock::time_point published_at;  ///< before the first word of it was written
};

class PublicationListener {
 public:
  virtual ~PublicationListener() = default;
  /// Called in order of publication, under the publisher's lock, when the slots stand in the ring and the
  /// consumer has not been told of them. Must be quick, and must not call the publisher.
  virtual void on_publication(const Publication& publication) noexcept = 0;
  /// All slots of a publication are DONE or FAULT, and free to be published into again after the call, not
  /// before: what the kernel wrote of them still stands. In the order in which the publisher finds out, at
  /// reap() the latest. Under the same lock, with the same duties.
  virtual void on_retirement(const Ticket& /*ticket*/) noexcept {}
};

}  // namespace vyre::ring
