// Counters in the control buffer: one atomic a subgroup where its lanes agree, else one a lane.
#ifndef VYRE_COUNTERS_GLSL
#define VYRE_COUNTERS_GLSL

void count_claims_by_priority(uint slot, bool fresh) {
  // Partitions as in vyre/protocol/layout.hpp, priority_offsets().
  const uint fifth = kSlotCount / kPriorityCount;
  const uint priority = slot < fifth ? 0u
                        : slot < 2u * fifth ? 1u
                        : slot < kSlotCount - 2u * fifth ? 2u
                        : slot < kSlotCount - fifth ? 3u
                        : 4u;
  if (fresh) ADD(control[kPriorityFairnessWord + priority], 1u);
  const uint urgent = subgroupAdd(fresh && priority < 2u ? 1u : 0u);
  const bool other = subgroupAny(fresh && priority >= 2u);
  if (subgroupElect()) {
    if (other) STORE(control[kPriorityStarvationWord], 0u);
    else if (urgent != 0u) ADD(control[kPriorityStarvationWord], urgent);
  }
}

// Claims of this pass; the caller's whole subgroup takes part.
void count_claims(uint slot, bool fresh) {
  if (!subgroupAny(fresh)) return;
  const uint tenant = fresh ? lane_tenant % kTenantCounters : 0u;
  const uint same = subgroupMax(tenant);
  if (subgroupAll(!fresh || tenant == same)) {
    const uint claims = subgroupAdd(fresh ? 1u : 0u);
    if (subgroupElect()) ADD(control[kTenantFairnessWord + same], claims);
  } else if (fresh) {
    ADD(control[kTenantFairnessWord + tenant], 1u);
  }
  if (kPriorityScheduler) count_claims_by_priority(slot, fresh);
}

// Operations that ran to their end; packed ones count each inner operation as it ends. Slots that are taken together
// seldom run more than two kinds.
void count_operation(bool ran, uint opcode) {
  const bool counts = ran && opcode < kMetricsCount;
  const uint first = subgroupMin(counts ? opcode : 0xFFFFFFFFu);
  const uint last = subgroupMax(counts ? opcode : 0u);
  const uint firsts = subgroupAdd(counts && opcode == first ? 1u : 0u);
  const uint lasts = subgroupAdd(counts && opcode == last && last != first ? 1u : 0u);
  if (subgroupElect()) {
    if (firsts != 0u) ADD(control[kMetricsWord + first], firsts);
    if (lasts != 0u) ADD(control[kMetricsWord + last], lasts);
  }
  if (counts && opcode != first && opcode != last) ADD(control[kMetricsWord + opcode], 1u);
}

void count_ends(bool ended) {
  const uint ends = subgroupAdd(ended ? 1u : 0u);
  if (ends != 0u && subgroupElect()) ADD(control[kDoneCountWord], ends);
}

#endif
