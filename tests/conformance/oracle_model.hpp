/// A second opinion on random work: what it must leave behind, reckoned straight from its list.
///
/// Written from the protocol's text alone and for race-free work only: no ring, no slots, no encoding and
/// no scheduling, so that it shares neither code nor ways of thinking with the interpreter.
#pragma once

#include "support/random_work_run.hpp"

namespace vyre::test {

/// All of a WorkResult but the ring.
[[nodiscard]] WorkResult expected_result(const RandomWork& work);

}  // namespace vyre::test
