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
void unknown() { fault(kFaultUnknownOpcode, lane_opcode); }

bool has(uint bit) { return (kOperations >> bit & 1u) != 0u; }

// Runs lane_opcode. Leaves lane_outcome at kOutcomeDone unless the operation faults or parks.
void run_operation() {
  switch (lane_opcode) {
    case kOpNop: op_nop(); break;
    case kOpStoreU32: if (has(kOpStoreU32)) op_store_u32(); else unknown(); break;
    case kOpAtomicAdd: if (has(kOpAtomicAdd)) op_atomic_add(); else unknown(); break;
    case kOpLoadU32: if (has(kOpLoadU32)) op_load_u32(); else unknown(); break;
    case kOpCompareSwap: if (has(kOpCompareSwap)) op_compare_swap(); else unknown(); break;
    case kOpMemcpy: if (has(kOpMemcpy)) op_memcpy(); else unknown(); break;
    case kOpDfaStep: if (has(kOpDfaStep)) op_dfa_step(); else unknown(); break;
    case kOpBatchFence: if (has(kOpBatchFence)) op_batch_fence(); else unknown(); break;
    case kOpLoadMiss: if (has(kHasLoadMiss)) op_load_miss(); else unknown(); break;
    case kOpPrintf: if (has(kHasPrintf)) op_printf(); else unknown(); break;
    case kOpScan: op_scan(); break;
    case kOpShutdown: if (has(kHasShutdown)) op_shutdown(); else unknown(); break;
    default:
      if (!vyre_run_custom(lane_opcode)) unknown();
      break;
  }
}

#endif
