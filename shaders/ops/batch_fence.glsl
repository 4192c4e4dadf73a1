// BATCH_FENCE: arg0 slots before this one that it waits for, arg1 tag. Parks in REQUEUE until they
// are DONE or FAULT. Its publisher recycles none of them before the fence itself is done. One lane.
void op_batch_fence() {
  const uint slots = arg(0);
  if (slots > lane_slot) {
    fault(kFaultFenceOutOfRange, slots);
    return;
  }
  if (!is_observable(0u)) return;
  uint seen = lane_progress;
  bool ready = true;
  while (ready && seen < slots && take_step()) {
    const uint status = LOAD(ring[(lane_slot - slots + seen) * kSlotWords + kStatusWord]);
    ready = status == kStatusDone || status == kStatusFault;
    if (ready) ++seen;
  }
  lane_progress = seen;
  if (seen < slots) {
    lane_outcome = kOutcomeRequeue;
    return;
  }
  LOOP_ACQUIRE_FENCE();  // pairs with the release before those slots' statuses, in slot.glsl:end_slot
  STORE(control[kObservableWord], arg(1));
  LOOP_RELEASE_FENCE();  // whoever sees the epoch sees the tag
  ADD(control[kEpochWord], 1u);
}
