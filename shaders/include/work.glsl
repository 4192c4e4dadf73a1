// Finding work. The host announces each publication once, by entries in doorbell queues (layout:
// vyre/ring/ring_memory.hpp). The entries of a queue are dealt to stripes, each with a head of its own, so that
// subgroups seldom want the same one; but no stripe belongs to anybody: whoever runs takes the next entries of any
// stripe, and whoever took an entry owns its slots. Slots that wait are parked in a bitmap, and whoever takes a bit
// owns that slot.
#ifndef VYRE_WORK_GLSL
#define VYRE_WORK_GLSL

const uint kStripeTotal = kQueueCount * kStripes;

// Lanes of this subgroup that exist: a workgroup may be smaller than a subgroup.
uint subgroup_lanes;
uint home_stripe;  // looked at in each pass; another one beside it, each time the next

// --- Stripes ------------------------------------------------------------------------------------------------

struct Stripe {
  uint number;
  uint head;    // entries taken from it, free-running
  uint tail;    // entries in its queue, free-running
  uint newest;  // the last of them, or kNoEntry where that is not known
};

const uint kNoEntry = 0xFFFFFFFFu;  // of no slot that there is: a run of the last slots is shorter than 32

Stripe look_at(uint number) {
  const uint queue = number / kStripes;
  const uint head = LOAD(state[kStateHeadsWord + number]);
  uvec2 bell = uvec2(0u, kNoEntry);
  if (kLoadsPairs) bell = doorbell_pairs[queue];
  else bell.x = LOAD(doorbells[2u * queue]);
  return Stripe(number, of_first_lane(head), of_first_lane(bell.x), of_first_lane(bell.y));
}

// Another stripe of the same queue, whose doorbell was read just now.
Stripe look_beside(Stripe known, uint number) {
  const uint head = LOAD(state[kStateHeadsWord + number]);
  return Stripe(number, of_first_lane(head), known.tail, known.newest);
}

// The number of its next entry in the queue.
uint next_entry(Stripe stripe) { return stripe.head * kStripes + stripe.number % kStripes; }

uint entries_waiting(Stripe stripe) {
  const uint ahead = stripe.tail - next_entry(stripe);
  return int(ahead) > 0 ? (ahead + kStripes - 1u) / kStripes : 0u;
}

uint entry_slot(uint entry) { return entry & ((1u << kEntrySlotBits) - 1u); }
uint entry_count(uint entry) { return (entry >> kEntrySlotBits & ((1u << kEntryCountBits) - 1u)) + 1u; }

// The newest entry stands beside the tail. The low bits of its number tell a pair that was not loaded at once.
bool is_at_hand(Stripe stripe) {
  const uint next = next_entry(stripe);
  const uint shift = kEntrySlotBits + kEntryCountBits;
  return kLoadsPairs && stripe.tail - next == 1u && stripe.newest >> shift == (next << shift) >> shift;
}

// The slot of this lane in an entry's run.
uint run_slot_of(uint entry) {
  const uint slot = entry_slot(entry) + gl_SubgroupInvocationID;
  return gl_SubgroupInvocationID < entry_count(entry) && slot < kSlotCount ? slot : kNoSlot;
}

// The slots of the next entries, one a lane: either one run, or single slots, at most `most` of them. `taken` is how
// many entries that would be.
uint propose(Stripe stripe, uint most, out uint taken) {
  const uint waiting = entries_waiting(stripe);
  if (is_at_hand(stripe)) {
    taken = 1u;
    return run_slot_of(stripe.newest);
  }
  const bool exists = gl_SubgroupInvocationID < min(waiting, min(most, subgroup_lanes));
  uint entry = kNoEntry;
  if (exists) {
    const uint number = next_entry(stripe) + kStripes * gl_SubgroupInvocationID;
    const uint at = stripe.number / kStripes * kQueueCapacity + (number & (kQueueCapacity - 1u));
    entry = LOAD(doorbells[kDoorbellHeaderWords + at]);
  }
  const uint first = of_first_lane(entry);
  if (waiting != 0u && entry_count(first) != 1u) {
    taken = 1u;
    return run_slot_of(first);
  }
  const bool is_single = exists && entry_count(entry) == 1u;
  const uvec4 others = subgroupBallot(!is_single);
  taken = others == uvec4(0u) ? subgroup_lanes : subgroupBallotFindLSB(others);
  return gl_SubgroupInvocationID < taken && entry_slot(entry) < kSlotCount ? entry_slot(entry) : kNoSlot;
}

// Whether the entries are now this subgroup's. Only who won may use what was read of their slots: then nobody ran
// them before, so that the host has not written them again.
bool take_entries(Stripe stripe, uint taken) {
  uint before = ~stripe.head;
  if (taken != 0u && is_first_lane()) {
    before = atomicCompSwap(state[kStateHeadsWord + stripe.number], stripe.head, stripe.head + taken, gl_ScopeDevice,
                            gl_StorageSemanticsNone, gl_SemanticsRelaxed, gl_StorageSemanticsNone,
                            gl_SemanticsRelaxed);
  }
  return of_first_lane(before) == stripe.head;
}

// Partitions in order; after kStarvationLimit consecutive claims at critical and high, from the one
// below high on. `most` slots may be taken. (Under this scheduler an entry is one slot, and a stripe a queue.)
Stripe choose_by_priority(out uint most) {
  const uint starvation = of_first_lane(LOAD(control[kPriorityStarvationWord]));
  const bool guard = starvation >= kStarvationLimit;
  Stripe stripe = look_at(guard ? 2u : 0u);
  for (uint i = 1u; i < kPriorityCount && entries_waiting(stripe) == 0u; ++i)
    stripe = look_at((stripe.number + 1u) % kPriorityCount);
  const bool urgent = stripe.number < 2u && !guard;
  most = urgent ? kStarvationLimit - starvation : subgroup_lanes;
  return stripe;
}

// --- Parked slots: waiting for other slots, for their tenant's quota, or for their next quantum --------

void park(uint slot) {
  // The count first, so that it never falls below the bits that are set.
  ADD(state[kStateParkedCountWord], 1u);
  atomicOr(state[kStateParkedWord + slot / 32u], 1u << (slot % 32u), gl_ScopeDevice, gl_StorageSemanticsNone,
           gl_SemanticsRelaxed);
}

// Looks at one word of the bitmap and takes one bit of it, another each pass: a lane that always took
// the lowest would retry a waiting fence and never reach the slot that it waits for.
uint take_parked() {
  const uint word = (pass_number * subgroup_lanes + gl_SubgroupInvocationID + gl_WorkGroupID.x) % kParkedWords;
  const uint bits = LOAD(state[kStateParkedWord + word]);
  if (bits == 0u) return kNoSlot;
  const uint bit = bit_in_turn(bits, pass_number + 5u * gl_SubgroupInvocationID);
  const uint before = atomicAnd(state[kStateParkedWord + word], ~(1u << bit), gl_ScopeDevice,
                                gl_StorageSemanticsNone, gl_SemanticsRelaxed);
  if ((before & (1u << bit)) == 0u) return kNoSlot;  // another lane took it
  ADD(state[kStateParkedCountWord], 0xFFFFFFFFu);
  return word * 32u + bit;
}

// Every so often parked slots come first, so that a ring under full load cannot starve them.
const uint kParkedFirstEvery = 8u;

// --- A pass -------------------------------------------------------------------------------------------------

// What a pass sees before it does anything: loads that do not wait for each other.
struct View {
  uint shutdown;
  uint leave;
  uint activity;
  uint parked;
  Stripe home;
  Stripe other;
};

View look_around() {
  View view;
  view.shutdown = LOAD(control[kShutdownWord]);
  view.leave = LOAD(state[kStateLeaveWord]);
  view.activity = LOAD(state[kStateActivityWord]);
  view.parked = LOAD(state[kStateParkedCountWord]);
  if (!kPriorityScheduler) view.home = look_at(home_stripe);  // by priority choose_by_priority() looks
  view.other = view.home;
  if (!kPriorityScheduler && kStripeTotal > 1u) {
    const uint other = (home_stripe + pass_number) % kStripeTotal;
    view.other = kQueueCount == 1u ? look_beside(view.home, other) : look_at(other);
  }
  view.activity = of_first_lane(view.activity);
  view.parked = of_first_lane(view.parked);
  return view;
}

// The tenants that may run anything, and those whose quota cannot bind, one bit each; where kWideSubgroups.
uint tenants_admitted;
uint tenants_unbound;

// One slot a lane, or none; the lane owns it and has read its first words.
uint find_slot(View view) {
  uint most = subgroup_lanes;
  Stripe stripe = view.home;
  if (kPriorityScheduler) stripe = choose_by_priority(most);
  else if (entries_waiting(stripe) == 0u) stripe = view.other;
  const bool waiting = entries_waiting(stripe) != 0u;
  if (!kInStep && !waiting && view.parked == 0u) return kNoSlot;

  uint slot = kNoSlot;
  bool from_parked = false;
  if (view.parked != 0u && (!waiting || pass_number % kParkedFirstEvery == 0u)) {
    slot = take_parked();
    from_parked = any_lane(slot != kNoSlot);
  }
  FOLLOW();  // pairs with the release in lib/ring/doorbell.hpp, ring(), and with those before park()

  uint taken = 0u;
  if (!from_parked) slot = propose(stripe, most, taken);
  // Slots, tenants and the take itself, all under way at once.
  if (slot != kNoSlot) {
    lane_head = ring_vectors[kSlotWords / 4u * slot];
    lane_args = ring_vectors[kSlotWords / 4u * slot + 1u];
  }
  uint mask = 0u;
  uint quota = 0u;
  if (kWideSubgroups && gl_SubgroupInvocationID < kTenantCount) {
    mask = LOAD(control[kTenantMaskWord + gl_SubgroupInvocationID]);
    quota = LOAD(control[kTenantQuotaWord + gl_SubgroupInvocationID]);
  }
  if (!from_parked && !take_entries(stripe, taken)) slot = kNoSlot;
  if (kWideSubgroups) {
    tenants_admitted = subgroupBallot(mask != 0u && quota != 0u).x;
    tenants_unbound = subgroupBallot(quota >= kSlotCount).x;
  }
  return slot;
}

#endif
