// The switch from opcodes to operations.
#ifndef VYRE_DISPATCH_GLSL
#define VYRE_DISPATCH_GLSL

#include "ops/atomic_add.glsl"
#include "ops/batch_fence.glsl"
#include "ops/compare_swap.glsl"
#include "ops/dfa_step.glsl"
#include "ops/load_miss.glsl"
#include "ops/load_u32.glsl"
#include "ops/memcpy.glsl"
#include "ops/nop.glsl"
#include "ops/printf.glsl"
#include "ops/scan.glsl"
#include "ops/shutdown.glsl"
#include "ops/store_u32.glsl"

#include "include/handler_api.glsl"

#include "custom_handlers.glsl"  // bool vyre_run_custom(uint opcode); generated when there are handlers

// What the workload never publishes is left out of the kernel: fewer instructions and registers for the rest, and on a
// CPU device, where all branches are walked, less to walk (bits: vyre/ring/operation_set.hpp).
bool has(uint bit) { return (kOperations >> bit & 1u) != 0u; }

// Whether it is this operation that is to run.
bool is(uint opcode) { return has(opcode) && lane_opcode == opcode; }

// Runs lane_opcode. Leaves lane_outcome at kOutcomeDone unless the operation faults or parks. A chain, not a switch: what
// the kernel does not have is no case of its own in it.
void run_operation() {
  if (lane_opcode == kOpNop) op_nop();
  else if (is(kOpStoreU32)) op_store_u32();
  else if (is(kOpAtomicAdd)) op_atomic_add();
  else if (is(kOpLoadU32)) op_load_u32();
  else if (is(kOpCompareSwap)) op_compare_swap();
  else if (is(kOpMemcpy)) op_memcpy();
  else if (is(kOpDfaStep)) op_dfa_step();
  else if (is(kOpBatchFence)) op_batch_fence();
  else if (has(kHasLoadMiss) && lane_opcode == kOpLoadMiss) op_load_miss();
  else if (has(kHasPrintf) && lane_opcode == kOpPrintf) op_printf();
  else if (kScanTableCount != 0u && lane_opcode == kOpScan) op_scan();
  else if (has(kHasShutdown) && lane_opcode == kOpShutdown) op_shutdown();
  else if (!vyre_run_custom(lane_opcode)) fault(kFaultUnknownOpcode, lane_opcode);
}

#endif
