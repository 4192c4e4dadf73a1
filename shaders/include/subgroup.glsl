// What the lanes of a subgroup tell each other, where all of them come by together. Not the shortest words for it: on
// NVIDIA a ballot is a vote, but subgroupAny() a dozen instructions and sometimes a call, and to name lane 0, which is
// always there, costs one instruction where looking for the first lane that is costs five.
#ifndef VYRE_SUBGROUP_GLSL
#define VYRE_SUBGROUP_GLSL

bool is_first_lane() { return gl_SubgroupInvocationID == 0u; }

uint of_first_lane(uint value) { return subgroupBroadcast(value, 0u); }

bool any_lane(bool is_so) { return subgroupBallot(is_so) != uvec4(0u); }

uint lanes_where(bool is_so) { return subgroupBallotBitCount(subgroupBallot(is_so)); }

#endif
