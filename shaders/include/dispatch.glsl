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

// Runs lane_opcode. Leaves lane_outcome at kOutcomeDone unless the operation faults or parks.
void run_operation() {
  switch (lane_opcode) {
    case kOpNop: op_nop(); break;
    case kOpStoreU32: op_store_u32(); break;
    case kOpAtomicAdd: op_atomic_add(); break;
    case kOpLoadU32: op_load_u32(); break;
    case kOpCompareSwap: op_compare_swap(); break;
    case kOpMemcpy: op_memcpy(); break;
    case kOpDfaStep: op_dfa_step(); break;
    case kOpBatchFence: op_batch_fence(); break;
    case kOpLoadMiss: op_load_miss(); break;
    case kOpPrintf: op_printf(); break;
    case kOpScan: op_scan(); break;
    case kOpShutdown: op_shutdown(); break;
    default:
      if (!vyre_run_custom(lane_opcode)) fault(kFaultUnknownOpcode, lane_opcode);
      break;
  }
}

#endif
