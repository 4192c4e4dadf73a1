// Counters in the control buffer.
#ifndef VYRE_COUNTERS_GLSL
#define VYRE_COUNTERS_GLSL

// Adds 1 to words[base + value] for each lane that calls this. A GPU's compiler adds up lanes that agree, and its memory
// those that don't. A CPU device adds lane by lane, so that there the lanes count their votes. Slots that are taken
// together seldom differ in more than two ways: two values are added up, others one by one.
#define COUNT(words, base, value) \
  if (kCutsLoops) COUNT_ALIKE(words, base, value) else ADD(words[(base) + (value)], 1u);
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
  const bool other = any_lane(fresh && priority >= 2u);
  if (is_first_lane()) {
    if (other) STORE(control[kPriorityStarvationWord], 0u);
    else if (urgent != 0u) ADD(control[kPriorityStarvationWord], urgent);
  }
}

// Claims of this pass.
void count_claims(uint slot, bool fresh) {
  const uint tenant = lane_tenant % kTenantCounters;
  if (fresh) COUNT(control, kTenantFairnessWord, tenant)
  if (kPriorityScheduler && any_lane(fresh)) count_claims_by_priority(slot, fresh);
}

// Operations that ran to their end. (Packed slots count each inner operation as it ends.)
void count_operation(bool ran, uint opcode) {
  if (ran && opcode < kMetricsCount) COUNT(control, kMetricsWord, opcode)
}

void count_ends(bool ended) {
  if (!kCutsLoops) {
    if (ended) ADD(control[kDoneCountWord], 1u);
    return;
  }
  const uint ends = lanes_where(ended);
  if (ends != 0u && is_first_lane()) ADD(control[kDoneCountWord], ends);
}

#endif
