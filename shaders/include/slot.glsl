// A slot's way through the kernel: admit, run, end or park. The lane owns it from the start (work.glsl), so that
// plain stores of STATUS suffice.
#ifndef VYRE_SLOT_GLSL
#define VYRE_SLOT_GLSL

uint status_at(uint slot) { return slot * kSlotWords + kStatusWord; }

// --- Tenants --------------------------------------------------------------------------------------------

// Counts one more slot against the tenant's quota, where it can bind; false when it is used up.
bool enter_quota(uint quota) {
  lane_counted = quota < kSlotCount;
  if (!lane_counted) return true;
  if (ADD(state[kStateInFlightWord + lane_tenant], 1u) < quota) return true;
  ADD(state[kStateInFlightWord + lane_tenant], 0xFFFFFFFFu);
  return false;
}

void leave_quota() {
  if (lane_counted) ADD(state[kStateInFlightWord + lane_tenant], 0xFFFFFFFFu);
}

// Whether the tenant may run anything at all, and its quota, 0xFFFFFFFF where that cannot bind.
bool is_admitted(out uint quota) {
  if (!kWideSubgroups) {
    quota = LOAD(control[kTenantQuotaWord + lane_tenant]);
    return LOAD(control[kTenantMaskWord + lane_tenant]) != 0u && quota != 0u;
  }
  const bool unbound = (tenants_unbound >> lane_tenant & 1u) != 0u;
  quota = unbound ? 0xFFFFFFFFu : LOAD(control[kTenantQuotaWord + lane_tenant]);
  return (tenants_admitted >> lane_tenant & 1u) != 0u;
}

// --- Claiming -------------------------------------------------------------------------------------------

// A freshly published slot. A masked tenant's goes back to the host, which announces it again when that changes.
bool claim_published(uint slot) {
  lane_counted = false;
  if (lane_tenant < kTenantCount) {
    uint quota;
    if (!is_admitted(quota)) {
      STORE(completions[slot], kCompletionBlocked);
      return false;
    }
    if (!enter_quota(quota)) {
      park(slot);
      return false;
    }
  }
  STORE(ring[status_at(slot)], kStatusClaimed);
  TRACE_CLAIM(slot);
  lane_operation = 0u;
  lane_progress = 0u;
  return true;
}

// A slot that was parked in YIELD, REQUEUE or WAIT_IO.
void resume_parked(uint slot) {
  const uint at = kStateSlotsWord + kStateSlotWords * slot;
  STORE(ring[status_at(slot)], kStatusClaimed);
  lane_operation = state[at] & 0x7FFFFFFFu;
  lane_counted = (state[at] & 0x80000000u) != 0u;
  lane_progress = state[at + 1u];
  TRACE_RESUME();
}

// Whether this lane may run the slot that it owns; `fresh` says that it was claimed for the first time.
bool claim(uint slot, out bool fresh) {
  const uint status = lane_head.x;
  lane_tenant = lane_head[kTenantWord];
  fresh = status == kStatusPublished;
  if (fresh) {
    fresh = claim_published(slot);
    return fresh;
  }
  // Any other status is none that a slot is announced or parked in.
  const bool parked = status == kStatusYield || status == kStatusRequeue || status == kStatusWaitIo;
  if (parked) resume_parked(slot);
  return parked;
}

// --- Running --------------------------------------------------------------------------------------------

// The arguments of an inner operation do not begin at a multiple of four.
uint packed_arg(uint i) { return lane_args_at + i < lane_args_end ? ring[lane_args_at + i] : 0u; }

uint packed_byte(uint slot, uint index) {
  return ring[slot * kSlotWords + kArgsWord + index / 4u] >> (8u * (index % 4u)) & 0xFFu;
}

// Runs the operation at hand.
void take_operation() {
  --lane_steps;
  ++lane_operations;
  lane_starved = false;
  run_operation();
  if (lane_outcome == kOutcomeDone && lane_starved) fault(kFaultLoopCut, lane_opcode);
}

// Runs the slot's operations from lane_operation on, until one faults or parks or the quantum is over. A plain slot has
// one. The only loop around operations, and their only copy: back-edges are counted by that (slice.glsl).
void take_operations(uint slot, bool packed) {
  const uint args_at = slot * kSlotWords + kArgsWord;
  const uint operations = packed ? packed_byte(slot, 0u) : 1u;
  if (operations > kPackedMaxOps) fault(kFaultPackedMalformed, operations);
  while (lane_outcome == kOutcomeDone && lane_operation < operations) {
    if (packed) {
      const uint meta = kPackedHeaderBytes + kPackedOpBytes * lane_operation;
      const uint area = (kPackedHeaderBytes + kPackedOpBytes * operations + 3u) / 4u;
      lane_opcode = packed_byte(slot, meta);
      lane_args_at = args_at + area + packed_byte(slot, meta + 1u);
      lane_args = uvec4(packed_arg(0u), packed_arg(1u), packed_arg(2u), packed_arg(3u));
    }
    if (lane_steps == 0u) {
      lane_outcome = kOutcomeYield;
      break;
    }
    take_operation();
    if (lane_outcome != kOutcomeDone) break;
    if (packed && lane_opcode < kMetricsCount) ADD(control[kMetricsWord + lane_opcode], 1u);
    ++lane_operation;
    lane_progress = 0u;
  }
}

void run_slot(uint slot) {
  const uint args_at = slot * kSlotWords + kArgsWord;
  const uint opcode = lane_head[kOpcodeWord];
  lane_slot = slot;
  lane_opcode = opcode;
  lane_args_at = args_at;
  lane_args_end = args_at + kArgWords;
  lane_outcome = kOutcomeDone;
  lane_fault = kFaultNone;
  lane_fault_detail = 0u;
  lane_steps = kQuantumSteps;
  if (lane_tenant >= kTenantCount) fault(kFaultTenantOutOfRange, lane_tenant);
  else if (has(kHasPackedSlot)) take_operations(slot, opcode == kOpPackedSlot);
  else take_operation();
}

// --- Ending ---------------------------------------------------------------------------------------------

void end_slot() {
  const bool faulted = lane_outcome == kOutcomeFault;
  const uint status = faulted ? kStatusFault : kStatusDone;
  STORE(ring[status_at(lane_slot)], status);
  // Nothing orders these two, and another fence would cost what a whole slot does. What must not happen is that the
  // host has seen the completion and written the slot anew before STATUS arrives in the device's own memory: that
  // is a way over the bus and back against one store.
  STORE(completions[lane_slot], status | lane_fault << 8);
}

void park_slot() {
  const bool scans = kScanTableCount != 0u && lane_outcome == kOutcomeScan;
  const uint status = lane_outcome == kOutcomeYield || scans ? kStatusYield
                      : lane_outcome == kOutcomeWaitIo       ? kStatusWaitIo
                                                             : kStatusRequeue;
  // Parked, it counts, even if the quota could not bind when it was claimed.
  if (!lane_counted && lane_tenant < kTenantCount) {
    ADD(state[kStateInFlightWord + lane_tenant], 1u);
    lane_counted = true;
  }
  const uint at = kStateSlotsWord + kStateSlotWords * lane_slot;
  state[at] = lane_operation | 0x80000000u;
  state[at + 1u] = lane_progress;
  STORE(ring[status_at(lane_slot)], status);
  RELEASE_FENCE();  // whoever takes the bit sees all of this: pairs with the acquire in find_slot()
  if (scans) open_scan(lane_progress - 1u);
  else park(lane_slot);
}

#endif
