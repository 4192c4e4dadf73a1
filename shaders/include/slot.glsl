// A slot's way through the kernel: claim, run, end or park.
#ifndef VYRE_SLOT_GLSL
#define VYRE_SLOT_GLSL

uint status_at(uint slot) { return slot * kSlotWords + kStatusWord; }

// STATUS from `from` to CLAIMED, if no other lane was faster. Pairs with the release in
// lib/ring/publication.cpp.
bool win(uint slot, uint from) {
  return atomicCompSwap(ring[status_at(slot)], from, kStatusClaimed, gl_ScopeDevice, gl_StorageSemanticsBuffer,
                        gl_SemanticsAcquire | gl_SemanticsMakeVisible, gl_StorageSemanticsNone,
                        gl_SemanticsRelaxed) == from;
}

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

// --- Claiming -------------------------------------------------------------------------------------------

// A freshly published slot. A masked tenant's is left alone: the host hints it again when that changes.
bool claim_published(uint slot) {
  lane_tenant = ring[slot * kSlotWords + kTenantWord];
  lane_counted = false;
  if (lane_tenant < kTenantCount) {
    const uint quota = LOAD(control[kTenantQuotaWord + lane_tenant]);
    if (LOAD(control[kTenantMaskWord + lane_tenant]) == 0u || quota == 0u) return false;
    if (!enter_quota(quota)) {
      park(slot);
      return false;
    }
  }
  if (!win(slot, kStatusPublished)) {
    leave_quota();
    return false;
  }
  // Hints may be repeated. Since the tenant was read, another lane may have finished the slot and the host may have
  // published it anew: what was won then is another's, and is admitted by its own tenant later.
  if (LOAD(ring[slot * kSlotWords + kTenantWord]) != lane_tenant) {
    leave_quota();
    STORE(ring[status_at(slot)], kStatusPublished);
    park(slot);
    return false;
  }
  TRACE_CLAIM(slot);
  lane_operation = 0u;
  lane_progress = 0u;
  return true;
}

// A slot parked in YIELD, REQUEUE or WAIT_IO, taken from the bitmap by this lane alone.
bool resume_parked(uint slot, uint status) {
  if (!win(slot, status)) return false;
  const uint at = kStateSlotsWord + kStateSlotWords * slot;
  lane_tenant = ring[slot * kSlotWords + kTenantWord];
  lane_operation = state[at] & 0x7FFFFFFFu;
  lane_counted = (state[at] & 0x80000000u) != 0u;
  lane_progress = state[at + 1u];
  TRACE_RESUME();
  return true;
}

// Whether this lane now owns the slot; `fresh` says that it was claimed for the first time.
bool claim(uint slot, out bool fresh) {
  const uint status = LOAD_ACQUIRE(ring[status_at(slot)]);
  fresh = status == kStatusPublished;
  if (fresh) {
    fresh = claim_published(slot);
    return fresh;
  }
  if (status == kStatusYield || status == kStatusRequeue || status == kStatusWaitIo) return resume_parked(slot, status);
  return false;
}

// --- Running --------------------------------------------------------------------------------------------

uint packed_byte(uint slot, uint index) {
  return ring[slot * kSlotWords + kArgsWord + index / 4u] >> (8u * (index % 4u)) & 0xFFu;
}

// Runs the slot's operations from lane_operation on, until one faults or parks or the quantum is over.
void run_slot(uint slot) {
  const uint args_at = slot * kSlotWords + kArgsWord;
  const uint opcode = ring[slot * kSlotWords + kOpcodeWord];
  const bool packed = opcode == kOpPackedSlot;
  const uint operations = packed ? packed_byte(slot, 0u) : 1u;

  lane_slot = slot;
  lane_opcode = opcode;
  lane_args_at = args_at;
  lane_args_end = args_at + kArgWords;
  lane_outcome = kOutcomeDone;
  lane_fault = kFaultNone;
  lane_fault_detail = 0u;
  lane_steps = kQuantumSteps;
  if (lane_tenant >= kTenantCount) fault(kFaultTenantOutOfRange, lane_tenant);
  else if (packed && operations > kPackedMaxOps) fault(kFaultPackedMalformed, operations);

  while (lane_outcome == kOutcomeDone && lane_operation < operations) {
    if (packed) {
      const uint meta = kPackedHeaderBytes + kPackedOpBytes * lane_operation;
      const uint area = (kPackedHeaderBytes + kPackedOpBytes * operations + 3u) / 4u;
      lane_opcode = packed_byte(slot, meta);
      lane_args_at = args_at + area + packed_byte(slot, meta + 1u);
    }
    if (lane_steps == 0u) {
      lane_outcome = kOutcomeYield;
      break;
    }
    --lane_steps;
    ++lane_operations;
    lane_starved = false;
    run_operation();
    if (lane_outcome == kOutcomeDone && lane_starved) fault(kFaultLoopCut, lane_opcode);
    if (lane_outcome != kOutcomeDone) break;
    if (lane_opcode < kMetricsCount) ADD(control[kMetricsWord + lane_opcode], 1u);
    ++lane_operation;
    lane_progress = 0u;
  }
}

// --- Ending ---------------------------------------------------------------------------------------------

void end_slot() {
  const bool faulted = lane_outcome == kOutcomeFault;
  const uint status = faulted ? kStatusFault : kStatusDone;
  const uint completion = kCompletionWords * lane_slot;
  STORE(ring[status_at(lane_slot)], status);
  STORE(completions[completion], status | lane_fault << 8);
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
  RELEASE_FENCE();  // pairs with the acquire of STATUS in claim()
  STORE(ring[status_at(lane_slot)], status);
  if (scans) open_scan(lane_progress - 1u);
  else park(lane_slot);
}

#endif
