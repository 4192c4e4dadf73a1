// Atomic loads, stores and fences at device scope, under short names.
#ifndef VYRE_MEMORY_GLSL
#define VYRE_MEMORY_GLSL

#define LOAD(word) atomicLoad(word, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed)
#define LOAD_ACQUIRE(word)                                          \
  atomicLoad(word, gl_ScopeDevice, gl_StorageSemanticsBuffer,       \
             gl_SemanticsAcquire | gl_SemanticsMakeVisible)
#define STORE(word, value) atomicStore(word, value, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed)
#define ADD(word, value) atomicAdd(word, value, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed)

#define RELEASE_FENCE()                                             \
  memoryBarrier(gl_ScopeDevice, gl_StorageSemanticsBuffer,          \
                gl_SemanticsRelease | gl_SemanticsMakeAvailable)
#define ACQUIRE_FENCE()                                             \
  memoryBarrier(gl_ScopeDevice, gl_StorageSemanticsBuffer,          \
                gl_SemanticsAcquire | gl_SemanticsMakeVisible)

// After a load by which the host or another subgroup handed something over, and before that is read. By the rules this
// takes an acquire; on a GPU, which never loads ahead of what decides whether and where, it is enough that everything
// that changes is `coherent`, and the fence would cost 0.7 us on an H200, a fifth of a round trip.
#define FOLLOW() \
  if (!kFollowsLoads) ACQUIRE_FENCE()

// The first bit of `bits`, which are not 0, from bit `turn` on, and round: who always took the lowest would come back to
// one that waits, and never see the one that it waits for.
uint bit_in_turn(uint bits, uint turn) {
  const uint from = turn % 32u;
  const uint turned = from == 0u ? bits : (bits >> from) | (bits << (32u - from));
  return (uint(findLSB(turned)) + from) % 32u;
}

// For use inside loops only, where kInStep forbids the real ones. There the atomics themselves order memory:
// a CPU device compiles them to sequentially consistent instructions.
#define LOOP_RELEASE_FENCE() \
  if (!kInStep) RELEASE_FENCE()
#define LOOP_ACQUIRE_FENCE() \
  if (!kInStep) ACQUIRE_FENCE()

#endif
