// Scans under way. A SCAN slot becomes a job: its bytes are cut into segments, and every subgroup on the device
// that comes by takes some, one a lane, whatever slot it worked on before; the slot itself is parked meanwhile and
// costs nobody a look. (Layout of jobs: vyre/protocol/kernel_layout.hpp.)
//
// A lane begins ahead of its segment, far enough that any match which ends inside it is seen from its first byte,
// and reports only those that end inside. Segments are taken from the last to the first: the row behind the last byte, which
// the next chunk's scan waits for, is known early, and the one before the first byte is needed late.
//
// Where no such distance is known (kScanUnbounded) the bytes are walked twice. First each lane guesses the row
// before its segment, from the bytes ahead of it; then one lane follows the rows from segment to segment and walks
// those anew that were guessed wrong; then all are walked from the right rows, and report.
#ifndef VYRE_SCAN_GLSL
#define VYRE_SCAN_GLSL

uint pass_scan_cost = 0u;  // back-edges that this pass may have spent here

// --- Taking segments ------------------------------------------------------------------------------------------

// Whether the row before the first segment is known, or does not matter yet.
bool entry_is_known(uint job) {
  const uint cell = job_word(job, kScanJobEntry);
  const uint flags = scan_tables[job_word(job, kScanJobHead) + kScanFlagsWord];
  return cell == 0u || (flags & kScanUnbounded) != 0u || LOAD(arena[cell]) != 0u;
}

// The first segment. One lane.
bool take_first(uint job) {
  const uint at = job_at(job) + kScanJobFirstTaken;
  if (LOAD(state[at]) != 0u || !entry_is_known(job)) return false;
  const bool won = atomicExchange(state[at], 1u, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed) == 0u;
  LOOP_ACQUIRE_FENCE();  // pairs with the release in open_scan()
  if (!won || entry_is_known(job)) return won;
  STORE(state[at], 0u);  // another job has come to this place
  return false;
}

// All but the first. The number of those that were taken before.
uint rest_of(uint job) { return job_word(job, kScanJobSegments) - 1u; }
uint take_rest(uint job) {
  const uint taken = job_word(job, kScanJobTaken);
  return taken < rest_of(job) ? ADD(state[job_at(job) + kScanJobTaken], subgroup_lanes) : taken;
}

// One for each lane of the subgroup, or none.
uint take_segments(uint job) {
  uint taken = 0u;
  if (subgroupElect()) taken = take_rest(job);
  taken = subgroupBroadcastFirst(taken);
  LOOP_ACQUIRE_FENCE();  // pairs with the release in open_scan()
  const uint rest = rest_of(job);
  if (taken < rest) {
    const uint turn = taken + gl_SubgroupInvocationID;
    return turn < rest ? rest - turn : kNoSegment;
  }
  return subgroupElect() && take_first(job) ? 0u : kNoSegment;
}

// --- Walking one ----------------------------------------------------------------------------------------------

// The matches that end behind one byte: `end` bytes of the scan lie before and in them.
void report_matches(uint job, uint row, uint end) {
  const uint outputs_of = head_word(kScanOutputBeginWord) + row / head_word(kScanClassesWord);
  const uint begin = scan_tables[outputs_of];
  const uint count = scan_tables[outputs_of + 1u] - begin;
  const uint first = ADD(state[job_at(job) + kScanJobFound], count);
  const uint most = job_word(job, kScanJobMost);
  const uint results_at = job_word(job, kScanJobResults);
  for (uint i = 0u; i < count; ++i) {
    if (first + i >= most) continue;
    const uint at = kScanResultHeadWords + kScanMatchWords * (first + i);
    store_result(results_at, at, scan_tables[head_word(kScanOutputsWord) + begin + i]);
    store_result(results_at, at + 1u, end);
  }
}

// Walks sixteen bytes anew, which `hits` says to hold ends of matches.
void report_hits(uint job, uint row, uvec4 bytes, uint before, uint hits) {
  for (uint i = 0u; hits != 0u; ++i) {
    row = transition(row, byte_of(bytes, i)) & ~kScanAccepts;
    if ((hits & 1u) != 0u) report_matches(job, row, before + i + 1u);
    hits >>= 1u;
  }
}

// The row before the scan's first byte. What the cell says is the host's to damage: the slot faults then.
uint first_row(uint job) {
  const uint cell = job_word(job, kScanJobEntry);
  const uint told = cell != 0u ? LOAD(arena[cell]) : 0u;
  if (told == 0u) return head_word(kScanStartWord);
  if (is_row(told - 1u)) return told - 1u;
  STORE(state[job_at(job) + kScanJobWrongEntry], told);
  return head_word(kScanStartWord);
}

// Where to begin, and with which row, so that the row before the segment is right, or as good a guess as can be had.
uint start_of(uint job, uint segment, uint begin, bool report, out uint row) {
  row = head_word(kScanStartWord);
  const bool recorded = report && (head_word(kScanFlagsWord) & kScanUnbounded) != 0u;
  if (recorded) row = LOAD(state[record_at(job, segment)]);
  else if (segment == 0u && report) row = first_row(job);
  return recorded || segment == 0u ? begin : begin - head_word(kScanReadAheadWord);
}

void walk_segment(uint job, uint segment) {
  const bool report = job_word(job, kScanJobPhase) == kScanPhaseReport;
  const uint first = job_word(job, kScanJobAt);
  const uint size = job_word(job, kScanJobSegment);
  const uint begin = size * segment;
  const uint end = min(begin + size, job_word(job, kScanJobBytes));
  uint row;
  uint at = start_of(job, segment, begin, report, row);
  uint guess = row;
  while (at < end) {
    if (at == begin) guess = row;
    const uint before = row;
    const uvec4 bytes = load_bytes16((first + at) / 4u);
    uint hits;
    row = walk16(before, bytes, end - at, hits);
    report_hits(job, before, bytes, at, report && at >= begin ? hits : 0u);
    at += 16u;
  }
  if (!report) {
    STORE(state[record_at(job, segment)], guess);
    STORE(state[record_at(job, segment) + 1u], row);
  } else if (segment + 1u == job_word(job, kScanJobSegments)) {
    STORE(state[job_at(job) + kScanJobRow], row);
    const uint cell = job_word(job, kScanJobExit);
    if (cell != 0u) STORE(arena[cell], row + 1u);
  }
}

// --- The pass -------------------------------------------------------------------------------------------------

// Takes part in a scan that is under way. Returns whether there was anything to do.
bool scan_pass() {
  pass_scan_cost = 0u;
  const uint open = subgroupBroadcastFirst(LOAD(state[kStateScanWord]));
  if (open == 0u) return false;
  // Another one each pass: one that waits for its entry must not hide the one that it waits for.
  const uint job = bit_in_turn(open, pass_number + gl_WorkGroupID.x);
  const uint segment = take_segments(job);
  const bool walks = segment != kNoSegment;
  if (!subgroupAny(walks)) return false;
  pass_scan_cost = kScanPassCost;
  use_table(job_word(job, kScanJobHead));
  if (walks) walk_segment(job, segment);
  const bool whole = loops_still_turn();
  if (walks && !whole) STORE(state[job_at(job) + kScanJobCut], 1u);

  const uint walked = subgroupAdd(walks ? 1u : 0u);
  LOOP_RELEASE_FENCE();  // whoever finishes the last segment has all rows and matches behind him
  if (subgroupElect()) {
    const uint finished = ADD(state[job_at(job) + kScanJobFinished], walked) + walked;
    if (finished == job_word(job, kScanJobSegments)) {
      LOOP_ACQUIRE_FENCE();
      close_scan(job);
      LOOP_RELEASE_FENCE();  // pairs with the acquire of whoever takes the slot's bit, work.glsl:take_parked
      park(job_word(job, kScanJobSlot));
    }
  }
  return true;
}

#endif
