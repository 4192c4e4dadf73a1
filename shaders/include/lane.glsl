// What a lane knows of the slot it works on. One slot a lane, one lane a slot.
#ifndef VYRE_LANE_GLSL
#define VYRE_LANE_GLSL

const uint kNoSlot = 0xFFFFFFFFu;

// How an operation ended.
const uint kOutcomeDone = 0u;
const uint kOutcomeFault = 1u;
const uint kOutcomeYield = 2u;    // out of quantum: go on from lane_progress in a later pass
const uint kOutcomeRequeue = 3u;  // not ready: look again
const uint kOutcomeWaitIo = 4u;   // a request is out: look again
const uint kOutcomeScan = 5u;     // a scan is under way: whoever finishes it has the slot looked at again

uint pass_number;        // of this subgroup, from a start of its own

uint lane_slot;          // kNoSlot: nothing at hand
uint lane_tenant;
bool lane_counted;       // the slot counts against its tenant's quota
uint lane_operation;     // index of the inner operation, 0 in a plain slot
uint lane_progress;      // of the operation, kept while the slot is parked

uvec4 lane_head;         // words 0-3 of the slot as they were found: STATUS, OPCODE, TENANT, PRIORITY
uvec4 lane_args;         // the first four arguments of the operation at hand

uint lane_opcode;        // of the operation at hand
uint lane_args_at;       // ring word of its first argument
uint lane_args_end;      // ring word past the slot's last
uint lane_outcome;
uint lane_fault;
uint lane_fault_detail;

uint lane_steps;         // loop iterations that are left in this pass
uint lane_cost;          // back-edges spent in this pass inside operations
uint lane_operations;    // operations run in this pass
bool lane_starved;       // a handler was told to stop by vyre_step()

// Loops in the handlers, counted by their compiler. llvmpipe counts a back-edge for every loop that it
// comes by, also where no lane enters it; so a step of an outer loop pays for all loops inside.
#ifndef VYRE_HANDLER_LOOPS
#define VYRE_HANDLER_LOOPS 0
#endif
const uint kStepCost = 1u + VYRE_HANDLER_LOOPS;

void fault(uint code, uint detail) {
  lane_outcome = kOutcomeFault;
  lane_fault = code;
  lane_fault_detail = detail;
}

// Argument i of the operation at hand, 0 to 3; 0 past the end of the slot. Costs nothing.
uint arg(uint i) { return lane_args[i]; }

// Any argument.
uint far_arg(uint i) {
  if (i < 4u) return lane_args[i];
  const uint at = lane_args_at + i;
  return at < lane_args_end ? ring[at] : 0u;
}

// Takes one loop iteration from the quantum; false when none is left and the operation must park.
bool take_step() {
  lane_cost += kStepCost;
  if (lane_steps == 0u) return false;
  --lane_steps;
  return true;
}

#endif
