// The records of scans under way (layout: vyre/protocol/kernel_layout.hpp, kScanJobs).
#ifndef VYRE_SCAN_JOBS_GLSL
#define VYRE_SCAN_JOBS_GLSL

const uint kScanJobsAt = kStateScanWord + kScanJobsHeadWords;
const uint kNoJob = 0xFFFFFFFFu;
const uint kNoSegment = 0xFFFFFFFFu;

uint job_at(uint job) { return kScanJobsAt + kScanJobWords * job; }
uint record_at(uint job, uint segment) {
  return kScanJobsAt + kScanJobWords * kScanJobs + kScanRecordWords * (kScanRecordCount * job + segment);
}
uint job_word(uint job, uint word) { return LOAD(state[job_at(job) + word]); }

// The last place is for scans that need not wait for another's row: if those that wait could fill all of them, the one
// that they wait for would find none.
const uint kScanJobsForAll = 0x7FFFFFFFu;

uint hold_scan_job(bool waits) {
  const uint held = LOAD(state[kStateScanWord + 1u]) | (waits ? ~kScanJobsForAll : 0u);
  if (held == 0xFFFFFFFFu) return kNoJob;
  const uint bit = uint(findLSB(~held));
  const uint before = atomicOr(state[kStateScanWord + 1u], 1u << bit, gl_ScopeDevice, gl_StorageSemanticsNone,
                               gl_SemanticsRelaxed);
  return (before & (1u << bit)) == 0u ? bit : kNoJob;
}

void release_scan_job(uint job) {
  LOOP_RELEASE_FENCE();  // the next holder's words come after ours
  atomicAnd(state[kStateScanWord + 1u], ~(1u << job), gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
}

// Its segments may be taken from now on. Somebody may be slow and still look at the job that had this place before:
// until the counters say otherwise there is nothing to take, and whoever takes looks at the job's words after that.
void open_scan(uint job) {
  LOOP_RELEASE_FENCE();  // pairs with the acquire in take_segments()
  STORE(state[job_at(job) + kScanJobFirstTaken], 0u);
  STORE(state[job_at(job) + kScanJobTaken], 0u);
  atomicOr(state[kStateScanWord], 1u << job, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
}

void close_scan(uint job) {
  atomicAnd(state[kStateScanWord], ~(1u << job), gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
}

void store_result(uint results_at, uint word, uint value) {
  if ((results_at & kInResultMemory) != 0u) STORE(results[(results_at & ~kInResultMemory) + word], value);
  else STORE(arena[results_at + word], value);
}

#endif
