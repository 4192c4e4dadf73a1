// LOAD_MISS: arg0 resource; arg1 0: wait until it is in the arena, 1: only see to it that it comes (prefetch),
// 2: write it back to its file. Parks in WAIT_IO while a request is out. One lane.
const uint kLoadMissPrefetch = 1u;
const uint kLoadMissWriteBack = 2u;

// lane_progress: 0 nothing asked yet; 1 + n: IO slot n holds our request; kAnothersRead: somebody else's does.
const uint kAnothersRead = 1u + kIoMaxSlots;

void request(uint op, uint number) {
  const uint io = hold_io_slot();
  if (io == kNoIoSlot) {
    if (op == kIoOpRead) STORE(state[kStateResourcesWord + number], kResourceAbsent);
    settle_unattended();
    lane_outcome = kOutcomeRequeue;
    return;
  }
  publish_request(io, op, number);
  if (arg(1) == kLoadMissPrefetch) {
    mark_unattended(io);
    return;
  }
  lane_progress = 1u + io;
  lane_outcome = kOutcomeWaitIo;
}

void ask_for(uint number) {
  const uint before =
      atomicCompSwap(state[kStateResourcesWord + number], kResourceAbsent, kResourceComing, gl_ScopeDevice,
                     gl_StorageSemanticsNone, gl_SemanticsRelaxed, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
  LOOP_ACQUIRE_FENCE();  // pairs with the release of whoever settled the read
  if (before == kResourceAbsent) {
    request(kIoOpRead, number);
  } else if (before == kResourceComing && arg(1) != kLoadMissPrefetch) {
    settle_unattended();
    lane_progress = kAnothersRead;
    lane_outcome = kOutcomeWaitIo;
  }
}

void op_load_miss() {
  const uint number = arg(0);
  if (kResourceCount == 0u) {
    fault(kFaultNoIoService, number);
    return;
  }
  if (!is_resource(number)) return;
  if (lane_progress == 0u || lane_progress == kAnothersRead) {
    lane_progress = 0u;
    if (arg(1) != kLoadMissWriteBack) ask_for(number);
    else if ((resource_word(number, kResourceFlagsWord) & kResourceWritable) != 0u) request(kIoOpWrite, number);
    else fault(kFaultNotWritable, number);
    return;
  }
  const uint io = lane_progress - 1u;
  if (!is_answered(io)) {
    lane_outcome = kOutcomeWaitIo;
    return;
  }
  const uint errno = take_answer(io);
  if (errno != 0u) fault(kFaultIoFailed, errno);
}
