// What a pipeline is specialized for, and what each slice is told.
#ifndef VYRE_CONFIG_GLSL
#define VYRE_CONFIG_GLSL

layout(local_size_x_id = 0) in;  // lanes of a workgroup
layout(constant_id = 1) const uint kSlotCount = 64;
layout(constant_id = 2) const uint kQueueCapacity = 64;   // entries of a doorbell queue: a power of two
layout(constant_id = 3) const uint kControlWordCount = 160;
layout(constant_id = 4) const uint kDebugWordCount = 1;
layout(constant_id = 5) const uint kDfaWordCount = 0;
layout(constant_id = 6) const bool kPriorityScheduler = false;
layout(constant_id = 7) const bool kOpenProtection = false;
layout(constant_id = 8) const uint kQuantumSteps = 128;   // loop iterations of a lane in one pass

// llvmpipe runs the subgroups of a workgroup in turn, changes from one to the next at every barrier,
// acquire and release, and drops those that are not finished when another is. So there, where a workgroup has
// several subgroups, all of them must come by the same number of these and leave together: no acquire or
// release inside a loop, and leaving is put to the vote (slice.glsl).
layout(constant_id = 9) const bool kInStep = false;

// Without resources nothing of the IO queue is left in the kernel.
layout(constant_id = 10) const uint kArenaWordCount = 0;
layout(constant_id = 11) const uint kResourceCount = 0;

// Without tables nothing of SCAN is left in the kernel.
layout(constant_id = 12) const uint kScanTableCount = 0;
layout(constant_id = 13) const uint kResultWordCount = 0;
layout(constant_id = 14) const uint kScanRecordCount = 0;   // segments that rows are kept of, a job
layout(constant_id = 15) const uint kScanSharedWords = 1;   // tables in shared memory
layout(constant_id = 16) const uint kScanPassCost = 0;      // the most back-edges that a subgroup takes in scan_pass()

// Finding work (work.glsl).
layout(constant_id = 17) const uint kQueueCount = 1;      // doorbell queues
layout(constant_id = 18) const uint kStripes = 1;         // of each queue; a power of two
// Whether every subgroup has a lane for each tenant, which then reads that one's words for all of them.
layout(constant_id = 19) const bool kWideSubgroups = false;
layout(constant_id = 20) const bool kCutsLoops = false;   // the driver ends long loops, so back-edges are counted
// Whether two words side by side are loaded at once, so that the newest entry can be taken from beside the tail.
layout(constant_id = 21) const bool kLoadsPairs = false;

layout(constant_id = 22) const uint kOperations = 0xFFFFFFFFu;

// Whether a load whose address, or whether it happens at all, hangs on another load is done after that (memory.glsl).
layout(constant_id = 23) const bool kFollowsLoads = false;

const uint kObservableCount = kControlWordCount - kObservableWord;
const uint kParkedWords = (kSlotCount + 31u) / 32u;
const uint kStateDetailsWord = kStateSlotsWord + kStateSlotWords * kSlotCount;
const uint kStateParkedWord = kStateDetailsWord + kSlotCount;
const uint kStateResourcesWord = kStateParkedWord + kParkedWords;
const uint kStateScanWord = kStateResourcesWord + kResourceCount;

layout(push_constant) uniform Slice {
  uint slice_number;     // 1, 2, ... : names this slice in kStateLeaveWord
  uint max_passes;       // leave after so many passes
  uint max_back_edges;   // leave while this many loop back-edges are not yet spent
  uint idle_passes;      // leave after so many passes in which nothing moved anywhere
  uint two;              // the number 2, which no compiler knows
};

// Two turns of a loop whose length only the host knows. Once a driver has begun to cut loops short this
// one turns just once, and what the pass computed is not to be trusted.
bool loops_still_turn() {
  uint turns = 0u;
  do {
    ++turns;
  } while (turns < two);
  return turns == two;
}

#endif
