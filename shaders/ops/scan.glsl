// SCAN: arg2 first byte in the arena, arg3 bytes, arg4 table, arg5 results, arg6 matches that there is room for,
// arg7 entry cell, arg8 exit cell (arg0 and arg1 are a window's). One lane begins it and ends it; the bytes are
// walked by all subgroups (include/scan.glsl). lane_progress: 1 + its job.

bool is_result_range(uint results_at, uint most) {
  const bool apart = (results_at & kInResultMemory) != 0u;
  const uint first = results_at & ~kInResultMemory;
  const uint words = apart ? kResultWordCount : kArenaWordCount;
  const bool fits = first <= words && words - first >= kScanResultHeadWords &&
                    most <= (words - first - kScanResultHeadWords) / kScanMatchWords;
  if (!fits) fault(apart ? kFaultNoResultWord : kFaultArenaOutOfRange, first);
  return fits;
}

bool may_scan() {
  const uint at = arg(2);
  const uint bytes = arg(3);
  if (far_arg(4) >= kScanTableCount) {
    fault(kFaultNoScanTable, far_arg(4));
    return false;
  }
  if (bytes > kMaxScanBytes) {
    fault(kFaultScanTooLong, bytes);
    return false;
  }
  if (at % kScanAlignment != 0u) {
    fault(kFaultArenaMisaligned, at);
    return false;
  }
  if (at / 4u > kArenaWordCount || (bytes + 3u) / 4u > kArenaWordCount - at / 4u) {
    fault(kFaultArenaOutOfRange, at / 4u);
    return false;
  }
  return is_result_range(far_arg(5), far_arg(6)) && (far_arg(7) == 0u || is_arena_word(far_arg(7))) &&
         (far_arg(8) == 0u || is_arena_word(far_arg(8)));
}

// Whether the row before the first byte is known, and one of the table's. Else the slot waits, or faults.
bool entry_row(out uint row) {
  row = head_word(kScanStartWord);
  if (far_arg(7) == 0u) return true;
  const uint cell = LOAD(arena[far_arg(7)]);
  if (cell == 0u) {
    lane_outcome = kOutcomeRequeue;
    return false;
  }
  row = cell - 1u;
  if (is_row(row)) return true;
  fault(kFaultNoScanRow, cell);
  return false;
}

void end_scan(uint found, uint row) {
  store_result(far_arg(5), 0u, found);
  store_result(far_arg(5), 1u, row);
  if (far_arg(8) != 0u) STORE(arena[far_arg(8)], row + 1u);
}

void fill_scan_job(uint job) {
  const uint at = job_at(job);
  const uint bytes = arg(3);
  const bool unbounded = kScanRecordCount != 0u && (head_word(kScanFlagsWord) & kScanUnbounded) != 0u;
  uint size = head_word(kScanSegmentWord);
  // So large that the records do.
  if (unbounded) size = max(size, (bytes / kScanRecordCount + kScanAlignment) / kScanAlignment * kScanAlignment);
  STORE(state[at + kScanJobTaken], kNoSegment);
  STORE(state[at + kScanJobFirstTaken], 1u);
  LOOP_RELEASE_FENCE();  // whoever sees another word below finds nothing to take
  STORE(state[at + kScanJobFinished], 0u);
  STORE(state[at + kScanJobFound], 0u);
  STORE(state[at + kScanJobPhase], unbounded ? kScanPhaseGuess : kScanPhaseReport);
  STORE(state[at + kScanJobSlot], lane_slot);
  STORE(state[at + kScanJobAt], arg(2));
  STORE(state[at + kScanJobBytes], bytes);
  STORE(state[at + kScanJobHead], table_head);
  STORE(state[at + kScanJobResults], far_arg(5));
  STORE(state[at + kScanJobMost], far_arg(6));
  STORE(state[at + kScanJobEntry], far_arg(7));
  STORE(state[at + kScanJobExit], far_arg(8));
  STORE(state[at + kScanJobSegment], size);
  STORE(state[at + kScanJobSegments], (bytes + size - 1u) / size);
  STORE(state[at + kScanJobJoinSegment], 0u);
  STORE(state[at + kScanJobJoinByte], 0u);
  STORE(state[at + kScanJobJoinRow], kNoRow);
  STORE(state[at + kScanJobWrongEntry], 0u);
  STORE(state[at + kScanJobCut], 0u);
}

void begin_scan() {
  use_table(kScanTablesHeadWord + kScanHeadWords * far_arg(4));
  uint row;
  if (arg(3) == 0u) {
    if (entry_row(row)) end_scan(0u, row);
    return;
  }
  const uint job = hold_scan_job(far_arg(7) != 0u && LOAD(arena[far_arg(7)]) == 0u);
  if (job == kNoJob) {
    lane_outcome = kOutcomeRequeue;
    return;
  }
  fill_scan_job(job);
  lane_progress = 1u + job;
  lane_outcome = kOutcomeScan;
}

// Follows the rows from segment to segment, and walks those anew that began with a wrong one.
void join_segments(uint job) {
  const uint at = job_at(job);
  uint row = job_word(job, kScanJobJoinRow);
  if (row == kNoRow && !entry_row(row)) return;
  const uint segments = job_word(job, kScanJobSegments);
  const uint size = job_word(job, kScanJobSegment);
  uint segment = job_word(job, kScanJobJoinSegment);
  uint done = job_word(job, kScanJobJoinByte);
  while (segment < segments && take_step()) {
    const uint record = record_at(job, segment);
    const uint length = min(size, arg(3) - size * segment);
    if (done == 0u && LOAD(state[record]) == row) {
      row = LOAD(state[record + 1u]);
      done = length;
    } else {
      if (done == 0u) STORE(state[record], row);
      const uint at = arg(2) + size * segment + done;
      row = transition(row, arena[at / 4u] >> (8u * (at % 4u)) & 0xFFu) & ~kScanAccepts;
      ++done;
    }
    if (done == length) {
      ++segment;
      done = 0u;
    }
  }
  STORE(state[at + kScanJobJoinSegment], segment);
  STORE(state[at + kScanJobJoinByte], done);
  STORE(state[at + kScanJobJoinRow], row);
  if (segment < segments) {
    lane_outcome = kOutcomeYield;
    return;
  }
  STORE(state[at + kScanJobFinished], 0u);
  STORE(state[at + kScanJobPhase], kScanPhaseReport);
  if (far_arg(8) != 0u) STORE(arena[far_arg(8)], row + 1u);  // early, for the scan that waits for it
  lane_outcome = kOutcomeScan;
}

void op_scan() {
  if (lane_progress == 0u) {
    if (may_scan()) begin_scan();
    return;
  }
  const uint job = lane_progress - 1u;
  // Whoever finishes the scan has the slot looked at again; until then nobody else does.
  if (job_word(job, kScanJobFinished) != job_word(job, kScanJobSegments)) {
    lane_outcome = kOutcomeRequeue;
    return;
  }
  LOOP_ACQUIRE_FENCE();  // pairs with the release of those who walked, scan.glsl:scan_pass
  use_table(job_word(job, kScanJobHead));
  if (job_word(job, kScanJobPhase) != kScanPhaseReport) {
    join_segments(job);
    if (lane_outcome == kOutcomeFault) release_scan_job(job);
    return;
  }
  const uint wrong = job_word(job, kScanJobWrongEntry);
  if (job_word(job, kScanJobCut) != 0u) fault(kFaultLoopCut, lane_opcode);
  else if (wrong != 0u) fault(kFaultNoScanRow, wrong);
  else end_scan(job_word(job, kScanJobFound), job_word(job, kScanJobRow));
  release_scan_job(job);
}
