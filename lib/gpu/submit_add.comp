// What a user without a ring would do: one dispatch for one ATOMIC_ADD.
#version 460
layout(local_size_x = 1) in;
layout(set = 0, binding = 0, std430) buffer Sum { uint sum[]; };
layout(push_constant) uniform Work { uint value; uint word; };
void main() { atomicAdd(sum[word], value); }
