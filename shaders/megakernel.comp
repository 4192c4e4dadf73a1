// The persistent kernel: claims published slots and runs them, slice after slice.
//
// Each subgroup goes round on its own. One pass: look around; leave or stay; find slots, one a lane; claim them;
// run them; count; end or park them. Nothing is remembered between passes but what lies in memory, so a
// slice may end after any pass.
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_vote : require
#ifdef VYRE_TRACE
#extension GL_EXT_shader_realtime_clock : require
#endif
#pragma use_vulkan_memory_model

#include "protocol.glsl"

#include "include/config.glsl"

#include "include/buffers.glsl"
#include "include/memory.glsl"

#include "include/lane.glsl"
#include "include/subgroup.glsl"
#include "include/trace.glsl"

#include "include/control.glsl"
#include "include/io.glsl"
#include "include/scan_jobs.glsl"
#include "include/scan_table.glsl"
#include "include/counters.glsl"
#include "include/dispatch.glsl"
#include "include/work.glsl"
#include "include/scan.glsl"

#include "include/slot.glsl"

#include "include/slice.glsl"

// One look for work and one quantum of it. Returns whether anything moved.
bool slot_pass(View view) {
  lane_cost = 0u;
  lane_operations = 0u;
  uint slot = find_slot(view);
  bool fresh = false;
  if (slot != kNoSlot && !claim(slot, fresh)) slot = kNoSlot;
  const bool busy = slot != kNoSlot;
  if (!any_lane(busy)) return false;

  count_claims(slot, fresh);  // before they run: an operation may look at the counters
  if (busy) run_slot(slot);
  const bool whole = !kCutsLoops || loops_still_turn();
  if (busy && !whole) fault(kFaultLoopCut, lane_opcode);

  const bool ended = busy && (lane_outcome == kOutcomeDone || lane_outcome == kOutcomeFault);
  count_operation(ended && lane_outcome == kOutcomeDone && lane_head[kOpcodeWord] != kOpPackedSlot, lane_opcode);
  count_ends(ended);
  if (ended && lane_outcome == kOutcomeFault) STORE(state[kStateDetailsWord + slot], lane_fault_detail);
  TRACE_END(ended, slot);
  RELEASE_FENCE();  // pairs with the acquire in lib/ring/slot_table.cpp, completion(), and in batch_fence.glsl
  if (ended) {
    end_slot();
    leave_quota();
  } else if (busy) {
    park_slot();
  }
  // A fence or a read that is still waited for is no progress: a device whose only work waits for the host may sleep.
  return any_lane(busy && lane_outcome != kOutcomeRequeue && lane_outcome != kOutcomeWaitIo);
}

void main() {
  begin_slice();
  for (;;) {
    const View view = look_around();
    if (!stay(view)) break;
    ++pass_number;
    bool moved = slot_pass(view);
    if (kScanTableCount != 0u) moved = scan_pass() || moved;
    account(view, moved);
  }
  end_slice();
}
