// Finding work. No slot belongs to a lane: whoever runs takes the next hint from the doorbell queues,
// or looks again at a slot that is parked, and then has to win it (slot.glsl).
#ifndef VYRE_WORK_GLSL
#define VYRE_WORK_GLSL

// Lanes of this subgroup that exist: a workgroup may be smaller than a subgroup.
uint subgroup_lanes;

// --- Hints: queues that the host fills (layout: vyre/ring/ring_memory.hpp) ------------------------------

uint hints_waiting(uint queue) {
  return subgroupBroadcastFirst(LOAD(doorbells[queue]) - LOAD(state[kStateHeadWord + queue]));
}

// Takes up to one hint a lane from one queue; kNoSlot for lanes that got none.
uint take_hints(uint queue, uint most) {
  const uint head = subgroupBroadcastFirst(LOAD(state[kStateHeadWord + queue]));
  const uint waiting = subgroupBroadcastFirst(LOAD(doorbells[queue])) - head;
  ACQUIRE_FENCE();  // pairs with the release in lib/ring/doorbell.hpp, ring()
  // More hints than entries: the oldest were overwritten. The host repeats those that matter.
  const uint lost = waiting > kHintCapacity ? waiting - kHintCapacity : 0u;
  const uint take = min(waiting - lost, min(most, subgroup_lanes));
  if (take == 0u) return kNoSlot;

  bool won = false;
  if (subgroupElect()) {
    won = atomicCompSwap(state[kStateHeadWord + queue], head, head + lost + take, gl_ScopeDevice,
                         gl_StorageSemanticsBuffer, gl_SemanticsAcquire | gl_SemanticsMakeVisible,
                         gl_StorageSemanticsNone, gl_SemanticsRelaxed) == head;
  }
  won = subgroupBroadcastFirst(won);
  if (!won || gl_SubgroupInvocationID >= take) return kNoSlot;
  const uint entry = head + lost + gl_SubgroupInvocationID;
  const uint slot = LOAD(doorbells[kDoorbellHeaderWords + queue * kHintCapacity + (entry & (kHintCapacity - 1u))]);
  return slot < kSlotCount ? slot : kNoSlot;
}

// Partitions in order; after kStarvationLimit consecutive claims at critical and high, from the one
// below high on.
uint take_hints_by_priority() {
  const uint starvation = subgroupBroadcastFirst(LOAD(control[kPriorityStarvationWord]));
  const bool guard = starvation >= kStarvationLimit;
  uint queue = guard ? 2u : 0u;
  for (uint i = 1u; i < kPriorityCount && hints_waiting(queue) == 0u; ++i) queue = (queue + 1u) % kPriorityCount;
  const bool urgent = queue < 2u && !guard;
  return take_hints(queue, urgent ? kStarvationLimit - starvation : subgroup_lanes);
}

uint take_any_hints() { return kPriorityScheduler ? take_hints_by_priority() : take_hints(0u, subgroup_lanes); }

// --- Parked slots: waiting for other slots, for their tenant's quota, or for their next quantum --------

void park(uint slot) {
  // The count first, so that it never falls below the bits that are set.
  ADD(state[kStateParkedCountWord], 1u);
  const uint bit = 1u << (slot % 32u);
  const uint before = atomicOr(state[kStateParkedWord + slot / 32u], bit, gl_ScopeDevice, gl_StorageSemanticsNone,
                               gl_SemanticsRelaxed);
  // A repeated hint can lead a lane to a slot whose bit is set already.
  if ((before & bit) != 0u) ADD(state[kStateParkedCountWord], 0xFFFFFFFFu);
}

bool any_parked() { return subgroupBroadcastFirst(LOAD(state[kStateParkedCountWord])) != 0u; }

// Looks at one word of the bitmap and takes one bit of it, another each pass: a lane that always took
// the lowest would retry a waiting fence and never reach the slot that it waits for.
uint take_parked() {
  const uint word = (pass_number * subgroup_lanes + gl_SubgroupInvocationID + gl_WorkGroupID.x) % kParkedWords;
  const uint bits = LOAD(state[kStateParkedWord + word]);
  if (bits == 0u) return kNoSlot;
  const uint bit = bit_in_turn(bits, pass_number + 5u * gl_SubgroupInvocationID);
  const uint before = atomicAnd(state[kStateParkedWord + word], ~(1u << bit), gl_ScopeDevice,
                                gl_StorageSemanticsBuffer, gl_SemanticsAcquire | gl_SemanticsMakeVisible);
  if ((before & (1u << bit)) == 0u) return kNoSlot;  // another lane took it
  ADD(state[kStateParkedCountWord], 0xFFFFFFFFu);
  return word * 32u + bit;
}

// Every so often parked slots come first, so that a ring under full load cannot starve them.
const uint kParkedFirstEvery = 8u;

uint find_slot() {
  const bool parked = any_parked();
  uint slot = kNoSlot;
  if (!parked || pass_number % kParkedFirstEvery != 0u) slot = take_any_hints();
  if (parked && slot == kNoSlot) slot = take_parked();
  return slot;
}

#endif
