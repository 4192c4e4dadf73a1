// The floor of any talk with a running kernel: one invocation that answers each new number with the same one.
// Nothing is ordered but the word itself. Bounded, since drivers end long dispatches and llvmpipe ends long loops.
#version 460
#extension GL_KHR_memory_scope_semantics : require
#pragma use_vulkan_memory_model

layout(local_size_x = 1) in;
layout(set = 0, binding = 0, std430) coherent readonly buffer Question { uint question; };
layout(set = 0, binding = 1, std430) coherent buffer Answer { uint answer; };  // host-cached
layout(push_constant) uniform Limits { uint passes; uint stop; };

void main() {
  uint last = answer;
  for (uint pass = 0u; pass < passes; ++pass) {
    const uint number = atomicLoad(question, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
    if (number == last) continue;
    atomicStore(answer, number, gl_ScopeDevice, gl_StorageSemanticsNone, gl_SemanticsRelaxed);
    last = number;
    if (number == stop) return;
  }
}
