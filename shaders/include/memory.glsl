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

#endif
