/// What a file holds, counted: the first thing to look at.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/codec/ring.hpp"
#include "vyre/codec/telemetry.hpp"
#include "vyre/inspection/inspection.hpp"

namespace vyre::inspection {

/// How often each number occurs. After kMaxCounted different ones, new ones count among `others`.
inline constexpr std::size_t kMaxCounted = 4096;
struct Counted {
  std::uint32_t id = 0;
  std::uint64_t count = 0;
  friend bool operator==(const Counted&, const Counted&) = default;
};
struct Histogram {
  std::vector<Counted> entries;  ///< by descending count, then ascending id
  std::uint64_t others = 0;
};

struct TenantSummary {
  std::uint32_t id = 0;
  std::uint32_t mask = 0;    ///< 0 without a control buffer
  std::uint32_t quota = 0;   ///< 0 without a control buffer
  std::uint32_t claims = 0;  ///< TENANT_FAIRNESS: of all tenants with this id % 32
  std::uint64_t slots = 0;   ///< in the ring, not EMPTY
};

/// Slots of an IO queue by STATUS.
struct IoOccupancy {
  std::uint32_t empty = 0, published = 0, claimed = 0, ok = 0, error = 0, unknown = 0;
};

struct ArenaSummary {
  std::uint64_t words = 0;
  std::uint64_t not_zero = 0;  ///< of them
};

struct Summary {
  // From the control buffer
  std::optional<codec::ControlSnapshot> control;
  std::uint32_t observables_set = 0;  ///< that are not 0
  // From the ring
  std::optional<codec::Occupancy> occupancy;
  std::uint32_t queue_depth = 0;                                      ///< neither EMPTY nor DONE
  Histogram opcodes;                                                  ///< of slots that are not EMPTY
  std::array<std::uint32_t, protocol::kPriorityCount> by_priority{};  ///< the same, by PRIORITY
  // From both
  std::optional<codec::RuntimeCounters> counters;
  std::vector<TenantSummary> tenants;    ///< authorised, with a quota, with claims or with slots; by id
  std::uint64_t other_tenant_slots = 0;  ///< of tenants beyond kMaxCounted
  // From the others
  std::optional<std::uint64_t> fault_count;  ///< with a ring or completions
  Histogram faults;                          ///< by protocol::FaultCode
  std::optional<std::uint64_t> debug_records;
  std::uint64_t debug_lost = 0;
  std::optional<Error> debug_error;  ///< in place of debug_records
  std::optional<IoOccupancy> io;
  std::optional<ArenaSummary> arena;
};

/// Errors: those of decoding control and ring. Not for logs.
[[nodiscard]] VYRE_API Result<Summary> summarize(const Inspection& inspection);

/// Whether the kernel moved between two looks at one ring.
struct Stall {
  bool suspected = false;  ///< same EPOCH and DONE_COUNT, and slots are PUBLISHED or CLAIMED in the later one
  std::uint32_t epoch_before = 0, epoch = 0;
  std::uint32_t done_before = 0, done = 0;
  std::uint32_t published = 0, claimed = 0;  ///< slots of the later one
  std::uint32_t untouched = 0;               ///< of these, the same in both
};
/// "no progress at epoch 3, ...". One sentence.
[[nodiscard]] VYRE_API std::string to_text(const Stall& stall);
/// Errors: kBadInput (one of the two lacks control buffer or ring, or they are of different length).
[[nodiscard]] VYRE_API Result<Stall> check_stall(const Inspection& earlier, const Inspection& later);

}  // namespace vyre::inspection
