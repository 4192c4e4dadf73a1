/// PublicationListener: sees every publication of a Publisher, at the one place where slots are published.
#pragma once

#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/layout.hpp"

namespace vyre::ring {

struct Ticket;

/// A publication as it goes out. Its parts live for the call alone.
struct Publication {
  const Ticket& ticket;
  const descriptor::Descriptor& descriptor;
  protocol::Priority priority;  ///< as written into the slots
  bool at_slot;                 ///< the caller named the slots
  bool in_partition;            ///< the caller named the priority
};

class PublicationListener {
 public:
  virtual ~PublicationListener() = default;
  /// Called in order of publication, under the publisher's lock, when the slots stand in the ring and the
  /// consumer has not been told of them. Must be quick, and must not call the publisher.
  virtual void on_publication(const Publication& publication) noexcept = 0;
};

}  // namespace vyre::ring
