/// Device tests: a kernel on any Vulkan device, or a skip that says why.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string_view>

#include "vyre/gpu/megakernel.hpp"

namespace vyre::test {

/// VYRE_REQUIRE_DEVICE=1 turns the skip for want of a device into a failure.
inline bool device_is_required() {
  const char* required = std::getenv("VYRE_REQUIRE_DEVICE");
  return required != nullptr && std::string_view(required) == "1";
}

}  // namespace vyre::test

/// Declares `name`, a running ring::Backend, or ends the test.
#define VYRE_OPEN_OR_SKIP(name, config, options)                                    \
  auto name##_opened = vyre::gpu::open_megakernel(config, options);                 \
  if (!name##_opened && name##_opened.error().code == vyre::ErrorCode::kNoDevice && \
      !vyre::test::device_is_required())                                            \
    GTEST_SKIP() << to_text(name##_opened.error());                                 \
  ASSERT_TRUE(name##_opened) << to_text(name##_opened.error());                     \
  vyre::ring::Backend& name = **name##_opened
