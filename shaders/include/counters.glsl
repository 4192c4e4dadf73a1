// Counters in the control buffer, added once a subgroup where its lanes agree. Counting votes costs less than adding
// up: a ballot is one instruction where a sum is several.
#ifndef VYRE_COUNTERS_GLSL
#define VYRE_COUNTERS_GLSL

uint lanes_where(bool is_so) { return subgroupBallotBitCount(subgroupBallot(is_so)); }

// Adds 1 to words[at] for each lane that calls this. Slots that are taken together seldom differ in more than two
// ways, so two values are added up; others one by one.
#define COUNT_ALIKE(words, base, value)                                                      \
  {                                                                                          \
    const uint first_value = subgroupBroadcastFirst(value);                                  \
    if ((value) == first_value) {                                                            \
      const uint alike = lanes_where(true);                                                  \
      if (subgroupElect()) ADD(words[(base) + first_value], alike);                          \
    } else {                                                                                 \
      const uint second_value = subgroupBroadcastFirst(value);                               \
      if ((value) == second_value) {                                                         \
        const uint alike = lanes_where(true);                                                \
        if (subgroupElect()) ADD(words[(base) + second_value], alike);                       \
      } else {                                                                               \
        ADD(words[(base) + (value)], 1u);                                                    \
      }                                                                                      \
    }                                                                                        \
  }

void count_claims_by_priority(uint slot, bool fresh) {
  // Partitions as in vyre/protocol/layout.hpp, priority_offsets().
  const uint fifth = kSlotCount / kPriorityCount;
  const uint priority = slot < fifth ? 0u
                        : slot < 2u * fifth ? 1u
                        : slot < kSlotCount - 2u * fifth ? 2u
                        : slot < kSlotCount - fifth ? 3u
                        : 4u;
  if (fresh) ADD(control[kPriorityFairnessWord + priority], 1u);
  const uint urgent = lanes_where(fresh && priority < 2u);
  const bool other = subgroupAny(fresh && priority >= 2u);
  if (subgroupElect()) {
    if (other) STORE(control[kPriorityStarvationWord], 0u);
    else if (urgent != 0u) ADD(control[kPriorityStarvationWord], urgent);
  }
}

// Claims of this pass.
void count_claims(uint slot, bool fresh) {
  const uint tenant = lane_tenant % kTenantCounters;
  if (fresh) COUNT_ALIKE(control, kTenantFairnessWord, tenant);
  if (kPriorityScheduler && subgroupAny(fresh)) count_claims_by_priority(slot, fresh);
}

// Operations that ran to their end. (Packed slots count each inner operation as it ends.)
void count_operation(bool ran, uint opcode) {
  if (ran && opcode < kMetricsCount) COUNT_ALIKE(control, kMetricsWord, opcode);
}

void count_ends(bool ended) {
  const uint ends = lanes_where(ended);
  if (ends != 0u && subgroupElect()) ADD(control[kDoneCountWord], ends);
}

#endif
