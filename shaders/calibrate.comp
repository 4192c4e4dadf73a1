// The handshake that compares the device's clock with the host's: for each new number that the host writes,
// one invocation reads its clock and sends number and clock back. Bounded, since drivers end long dispatches
// and llvmpipe ends long loops: the host dispatches it again while it has questions left.
#version 460
#extension GL_EXT_shader_realtime_clock : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_GOOGLE_include_directive : require
#pragma use_vulkan_memory_model

#include "protocol.glsl"

#include "include/memory.glsl"

layout(local_size_x = 1) in;
layout(set = 0, binding = 0, std430) coherent readonly buffer Questions { uint questions[]; };
layout(set = 0, binding = 1, std430) coherent buffer Answers { uint answers[]; };  // host-cached
layout(push_constant) uniform Limits {
  uint answered;  // the last number that was answered before this dispatch
  uint turns;     // of the loop
};

void main() {
  uint last = answered;
  for (uint turn = 0u; turn < turns; ++turn) {
    const uint number = LOAD(questions[0]);
    if (number == last) continue;
    const uvec2 now = clockRealtime2x32EXT();
    STORE(answers[kAnswerClockWord], now.x);
    STORE(answers[kAnswerClockWord + 1u], now.y);
    RELEASE_FENCE();  // pairs with the acquire in lib/gpu/handshake.cpp
    STORE(answers[kAnswerNumberWord], number);
    last = number;
    if (number == kLastQuestion) return;
  }
}
