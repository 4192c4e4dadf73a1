/// The device that the oracle tests run on, and what to do without one.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::test {

/// VYRE_DEVICE chooses, as for the command line.
inline std::string oracle_device() {
  const char* chosen = std::getenv("VYRE_DEVICE");
  return chosen != nullptr ? chosen : "auto";
}

/// Whether a missing device skips the test; with VYRE_REQUIRE_DEVICE=1 it is a failure instead.
inline bool may_skip(const Error& error) {
  const char* required = std::getenv("VYRE_REQUIRE_DEVICE");
  const bool must = required != nullptr && std::string_view(required) == "1";
  return error.code == ErrorCode::kNoDevice && !must;
}

}  // namespace vyre::test
