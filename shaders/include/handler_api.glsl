// What a custom handler may call. A handler is `void <name>()` in the user's own file, run by one lane
// for one slot, concurrently with other lanes. Every access is bounds-checked: an access that is
// not allowed faults the slot and does nothing (a load gives 0). Source: vyre-handler(7).
#ifndef VYRE_HANDLER_API_GLSL
#define VYRE_HANDLER_API_GLSL

// --- The slot ---------------------------------------------------------------------------------------
uint vyre_arg(uint i) { return far_arg(i); }  // 0..11; 0 where there is none
uint vyre_tenant() { return lane_tenant; }
uint vyre_slot() { return lane_slot; }
uint vyre_control_words() { return kControlWordCount; }
uint vyre_observables() { return kObservableCount; }

// --- Control words: 0-159 are the protocol's own, observable n is word 160 + n -----------------------
uint vyre_load(uint word) { return is_word(word) ? LOAD(control[word]) : 0u; }
void vyre_store(uint word, uint value) {
  if (may_write(word)) STORE(control[word], value);
}
uint vyre_atomic_add(uint word, uint value) { return may_write(word) ? ADD(control[word], value) : 0u; }

uint vyre_observable_load(uint n) { return is_observable(n) ? LOAD(control[kObservableWord + n]) : 0u; }
void vyre_observable_store(uint n, uint value) {
  if (is_observable(n)) STORE(control[kObservableWord + n], value);
}
uint vyre_observable_atomic_add(uint n, uint value) {
  return is_observable(n) ? ADD(control[kObservableWord + n], value) : 0u;
}

// --- The arena: payload that the workload or the host put there ------------------------------------------
uint vyre_arena_words() { return kArenaWordCount; }
uint vyre_arena_load(uint word) { return is_arena_word(word) ? arena[word] : 0u; }
uint vyre_arena_byte(uint at) { return is_arena_word(at / 4u) ? arena[at / 4u] >> (8u * (at % 4u)) & 0xFFu : 0u; }
void vyre_arena_store(uint word, uint value) {
  if (is_arena_word(word)) arena[word] = value;
}
uint vyre_arena_atomic_add(uint word, uint value) { return is_arena_word(word) ? ADD(arena[word], value) : 0u; }

// --- Resources: ranges of files; where each lies in the arena once it is loaded ----------------------------
uint vyre_resources() { return kResourceCount; }
uint vyre_resource_word(uint id) { return is_resource(id) ? resource_word(id, kResourceFirstWord) : 0u; }
uint vyre_resource_bytes(uint id) { return is_resource(id) ? resource_word(id, kResourceBytesWord) : 0u; }

// --- Ending -------------------------------------------------------------------------------------------
void vyre_fault(uint code) { fault(kFaultHandler, code); }       // return after it
bool vyre_faulted() { return lane_outcome == kOutcomeFault; }

// --- Loops: every loop calls vyre_step() once an iteration, and stops when it returns false ------------
// (a driver may cut longer loops short in silence). Then the handler says how far it came with
// vyre_yield(progress) and returns; it is called again, and vyre_progress() tells where to go on.
bool vyre_step() {
  if (take_step()) return true;
  lane_starved = true;
  return false;
}
uint vyre_progress() { return lane_progress; }  // 0 at the first call
void vyre_yield(uint progress) {
  lane_progress = progress;
  lane_outcome = kOutcomeYield;
}

// --- Debug log ------------------------------------------------------------------------------------------
void vyre_printf(uint format, uint a, uint b) { append_debug_record(format, a, b); }

#endif
