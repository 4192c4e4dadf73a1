/// vyre::Error and vyre::Result: how every fallible call of the library reports failure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "vyre/base/export.hpp"

namespace vyre {

/// What went wrong, for callers that branch. People read Error::what, where and fix instead.
enum class ErrorCode : std::uint8_t {
  kBadInput,        ///< a workload, dump, log or buffer breaks its format
  kOutOfRange,      ///< a slot, word, tenant or offset beyond its buffer
  kTooMany,         ///< more arguments, operations, slots or bytes than the format holds
  kReservedOpcode,  ///< an opcode of the system range that cannot be published
  kSlotBusy,        ///< a target slot is neither EMPTY nor DONE
  kNotFound,        ///< a name, file or device that does not exist
  kFile,            ///< a file cannot be opened, read or written
  kHandlerCompile,  ///< a custom handler's GLSL does not compile, or may not run
  kNoDevice,        ///< no Vulkan driver, no such device, or none that can run the kernel
  kDevice,          ///< a Vulkan call failed
  kDeviceLost,      ///< the device stopped answering for good
  kTimeout,         ///< a deadline passed; `what` names what was awaited
  kShutDown,        ///< the kernel was told to leave its loop, so nothing more will run
  kInterrupted,     ///< SIGINT or SIGTERM
  kUnsupported,     ///< valid, but not on this device or in this version
};

/// The stable, lower-case name of a code, as printed in JSON: "bad_input", "slot_busy", ...
[[nodiscard]] VYRE_API std::string_view to_string(ErrorCode code) noexcept;

/// One failure: the fact with the values seen, where it was seen, and one action that mends it.
/// `where` is `file:line:column`, a byte offset, or an API call; it and `fix` may be empty.
struct Error {
  ErrorCode code;
  std::string what;
  std::string where;
  std::string fix;
};

/// "where: error: what\nfix: fix", the way compilers print it; no trailing newline.
[[nodiscard]] VYRE_API std::string to_text(const Error& error);

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a failure: `return fail(ErrorCode::kOutOfRange, what, where, fix);`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string what, std::string where,
                                                 std::string fix) {
  return std::unexpected(Error{code, std::move(what), std::move(where), std::move(fix)});
}

}  // namespace vyre

#define VYRE_DETAIL_CONCAT_(a, b) a##b
#define VYRE_DETAIL_CONCAT(a, b) VYRE_DETAIL_CONCAT_(a, b)
#define VYRE_DETAIL_TRY(result, name, expression)                 \
  auto&& result = (expression);                                   \
  if (!result) return std::unexpected(std::move(result).error()); \
  name = std::move(*result)

/// `VYRE_TRY(auto slot, decode(words));` declares or assigns the value, or returns the error.
#define VYRE_TRY(name, ...) VYRE_DETAIL_TRY(VYRE_DETAIL_CONCAT(vyre_try_, __LINE__), name, (__VA_ARGS__))

/// `VYRE_CHECK(publish(slot));` for a Result<void>: returns the error, or goes on.
#define VYRE_CHECK(...)                                       \
  do {                                                        \
    if (auto vyre_check_ = (__VA_ARGS__); !vyre_check_)       \
      return std::unexpected(std::move(vyre_check_).error()); \
  } while (false)
