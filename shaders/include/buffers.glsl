// The bindings, all in one place. `coherent` on everything that changes while the kernel runs: without
// it a discrete GPU reads each line once and never again.
#ifndef VYRE_BUFFERS_GLSL
#define VYRE_BUFFERS_GLSL

layout(set = 0, binding = 0, std430) coherent buffer Ring { uint ring[]; };
layout(set = 0, binding = 0, std430) coherent readonly buffer RingVectors { uvec4 ring_vectors[]; };  // the same
layout(set = 0, binding = 1, std430) coherent buffer Control { uint control[]; };
layout(set = 0, binding = 2, std430) coherent buffer DebugLog { uint debug_log[]; };
layout(set = 0, binding = 3, std430) coherent buffer Completions { uint completions[]; };  // host-cached
layout(set = 0, binding = 4, std430) coherent buffer State { uint state[]; };              // the kernel's own
layout(set = 0, binding = 5, std430) coherent readonly buffer Doorbells { uint doorbells[]; };
// The same; each load is one.
layout(set = 0, binding = 5, std430) volatile coherent readonly buffer DoorbellPairs { uvec2 doorbell_pairs[]; };
layout(set = 0, binding = 6, std430) readonly buffer DfaTable { uint dfa_table[]; };       // fixed for the run
layout(set = 0, binding = 7, std430) coherent buffer Report { uint report[]; };            // host-cached
layout(set = 0, binding = 8, std430) coherent buffer Arena { uint arena[]; };              // payload
layout(set = 0, binding = 9, std430) coherent buffer IoQueue { uint io_queue[]; };
layout(set = 0, binding = 10, std430) coherent readonly buffer IoTable { uint io_table[]; };
layout(set = 0, binding = 11, std430) coherent buffer Results { uint results[]; };          // host-cached
layout(set = 0, binding = 12, std430) readonly buffer ScanTables { uint scan_tables[]; };   // fixed for the run
#ifdef VYRE_TRACE
layout(set = 0, binding = 13, std430) coherent buffer Trace { uint trace[]; };              // host-cached
#endif

#endif
