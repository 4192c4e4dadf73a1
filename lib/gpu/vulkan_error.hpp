/// Turns what vk::raii throws into vyre::Error, at the room's edge.
#pragma once

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

#include "vyre/base/error.hpp"

namespace vyre::gpu {

/// The Error for the exception being handled; `doing` says what was tried ("creating the device").
/// Keeps the VkResult's name. Call it in a catch block only.
[[nodiscard]] Error current_vulkan_error(const std::string& doing);

/// Runs `call` and returns its value, or the Error for what it threw. `call` may return a Result itself.
template <class Call>
[[nodiscard]] auto guarded(const std::string& doing, Call&& call) {
  using Value = std::invoke_result_t<Call>;
  if constexpr (requires(Value value) { value.error(); }) {
    try {
      return std::forward<Call>(call)();
    } catch (...) { return Value(std::unexpected(current_vulkan_error(doing))); }
  } else {
    try {
      if constexpr (std::is_void_v<Value>) {
        std::forward<Call>(call)();
        return Result<void>{};
      } else {
        return Result<Value>(std::forward<Call>(call)());
      }
    } catch (...) { return Result<Value>(std::unexpected(current_vulkan_error(doing))); }
  }
}

}  // namespace vyre::gpu
