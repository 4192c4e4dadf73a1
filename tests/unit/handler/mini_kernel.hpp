/// A kernel of a few lines, so that the compiler's tests do not follow every change of the real one.
#pragma once

#include <array>
#include <string_view>

#include "handler/program.hpp"

namespace vyre::handler::test {

inline constexpr std::array<ShaderText, 2> kMiniKernel{{
    {"megakernel.comp", R"(#version 460
#extension GL_GOOGLE_include_directive : require
layout(local_size_x = 1) in;
#include "include/api.glsl"
#include "custom_handlers.glsl"
void main() { words[0] = uint(vyre_run_custom(words[1])); }
)"},
    {"include/api.glsl", R"(layout(std430, binding = 0) buffer Words { uint words[]; };
uint fuel = 1000u;
bool vyre_step() { fuel -= 1u; return fuel != 0u; }
uint vyre_arg(uint i) { return words[2u + i]; }
void vyre_observable_store(uint n, uint value) { words[16u + n] = value; }
void kernel_spin() { while (words[3] != 0u) words[4] += 1u; }
)"},
}};

}  // namespace vyre::handler::test
