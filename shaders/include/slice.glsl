// Slices: how long a subgroup stays. A slice is bounded, since drivers end long dispatches (with a lost
// device) and llvmpipe ends long loops (in silence, with whatever was computed by then). The host keeps
// the next slice queued while there is work.
#ifndef VYRE_SLICE_GLSL
#define VYRE_SLICE_GLSL

uint slice_passes;      // passes so far
uint slice_back_edges;  // so far: never less than what the subgroup really took, since the lanes'
                        // iterations are added up although they run side by side
uint slice_idle;        // passes since anything moved on the whole device
uint slice_activity;    // kStateActivityWord as last seen
bool slice_moved;       // something moved in the last pass
bool slice_cut;         // ends for want of fuel, not of work

// Back-edges of a pass outside operations (the main loop, the queues, the operation loop, the canary),
// and of each turn of the operation loop (itself, and every loop in an operation that it comes by). With scan tables
// there are the loops of scan_pass() and op_scan() too.
const uint kPassCost = 10u + (kScanTableCount != 0u ? 7u : 0u);
const uint kOperationCost = 4u + VYRE_HANDLER_LOOPS + (kScanTableCount != 0u ? 1u : 0u);
shared uint leave_votes;  // subgroups of the workgroup that want to leave; used where kInStep

// The most that one pass may take.
uint pass_reserve() {
  return kPassCost + kOperationCost * (kPackedMaxOps + 1u) + subgroup_lanes * (kQuantumSteps + 1u) * kStepCost +
         kScanPassCost;
}

void begin_slice() {
  subgroup_lanes = subgroupAdd(1u);
  // Subgroups, and short slices one after the other, look at different places of the parked bitmap.
  pass_number = gl_WorkGroupID.x * 3u + slice_number * 5u;
  home_stripe = (gl_WorkGroupID.x * gl_NumSubgroups + gl_SubgroupID) % kStripeTotal;
  slice_passes = 0u;
  slice_back_edges = 0u;
  slice_idle = 0u;
  slice_moved = false;
  slice_activity = LOAD(state[kStateActivityWord]);
  if (kScanTableCount != 0u) share_scan_tables();
  if (kInStep) {
    leave_votes = 0u;
    barrier();
  }
}

// Whether any subgroup of the workgroup leaves; the same answer for all of them.
bool workgroup_leaves(bool leave) {
  if (leave) leave_votes = 1u;
  barrier();
  const bool any = leave_votes != 0u;
  barrier();  // nobody votes in the next round before all have read this one
  return any;
}

// Whether the subgroup goes round once more. The first that leaves takes all others along, so that the
// next slice starts with every workgroup.
bool stay(View view) {
  const bool shut_down = view.shutdown != 0u;
  const bool others_left = view.leave == slice_number;
  const bool spent =
      slice_passes >= max_passes || (kCutsLoops && slice_back_edges + pass_reserve() >= max_back_edges);
  const bool idle = slice_idle >= idle_passes;
  // Whoever leaves with the others just after something moved cannot say that nothing more will.
  slice_cut = (spent && !idle) || (others_left && slice_moved);
  const bool leave = any_lane(shut_down || others_left || spent || idle);
  return kInStep ? !workgroup_leaves(leave) : !leave;
}

void account(View view, bool moved) {
  ++slice_passes;
  if (kCutsLoops)
    slice_back_edges +=
        kPassCost + kOperationCost * subgroupMax(lane_operations) + subgroupAdd(lane_cost) + pass_scan_cost;
  if (moved && is_first_lane()) ADD(state[kStateActivityWord], 1u);
  slice_moved = moved || view.activity != slice_activity;
  slice_idle = slice_moved ? 0u : slice_idle + 1u;
  slice_activity = view.activity;
}

void end_slice() {
  if (!is_first_lane()) return;
  STORE(state[kStateLeaveWord], slice_number);
  if (slice_cut) STORE(report[kReportCutSliceWord], slice_number);
}

#endif
