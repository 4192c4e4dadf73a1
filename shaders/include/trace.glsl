// When each slot was claimed and ended, and by whom, for a timeline (layout: vyre/protocol/kernel_layout.hpp).
// The plain kernel, without VYRE_TRACE, has nothing of it.
#ifndef VYRE_TRACE_GLSL
#define VYRE_TRACE_GLSL

#ifdef VYRE_TRACE

uvec2 lane_pass_began;  // the device's clock when this lane took up its slot in this pass

void trace_claim(uint slot) {
  lane_pass_began = clockRealtime2x32EXT();
  const uint at = kTraceWords * slot;
  STORE(trace[at + kTraceClaimWord], lane_pass_began.x);
  STORE(trace[at + kTraceClaimWord + 1u], lane_pass_began.y);
  STORE(trace[at + kTraceClaimerWord], gl_GlobalInvocationID.x);
  STORE(trace[at + kTraceSubgroupWord], gl_SubgroupID);
  STORE(trace[at + kTraceClaimSliceWord], slice_number);
}

void trace_resume() { lane_pass_began = clockRealtime2x32EXT(); }

// Before the release that goes ahead of the slot's completion.
void trace_end(uint slot) {
  const uvec2 now = clockRealtime2x32EXT();
  const uint ticks = now.x - lane_pass_began.x;
  const uint high = now.y - lane_pass_began.y - (now.x < lane_pass_began.x ? 1u : 0u);
  const uint at = kTraceWords * slot;
  STORE(trace[at + kTraceEndWord], now.x);
  STORE(trace[at + kTraceEndWord + 1u], now.y);
  STORE(trace[at + kTraceFinisherWord], gl_GlobalInvocationID.x);
  STORE(trace[at + kTraceEndSliceWord], slice_number);
  STORE(trace[at + kTraceLastPassWord], high == 0u ? ticks : 0xFFFFFFFFu);
}

#define TRACE_CLAIM(slot) trace_claim(slot)
#define TRACE_RESUME() trace_resume()
#define TRACE_END(ended, slot) \
  if (ended) trace_end(slot)

#else

#define TRACE_CLAIM(slot)
#define TRACE_RESUME()
#define TRACE_END(ended, slot)

#endif

#endif
