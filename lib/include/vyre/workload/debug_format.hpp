/// PRINTF format strings: what the files may write, and how a debug record becomes a line.
/// A format is text with placeholders: `{a}`, `{b}` and `{slot}`, or `{}` for the next of a and b.
/// After a colon: `u` unsigned (the default), `d` signed, `x` hexadecimal, `b` binary, each with a
/// width before it that pads with spaces, or with zeros if it starts with 0: `{a:08x}`.
/// `{{` and `}}` stand for the braces themselves. Source: vyre-workload(5), "Formats".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::workload {

/// One record of the debug log as a line needs it. `slot` is a slot number; the record's fourth word
/// is 16 times that.
struct DebugValues {
  std::uint32_t format = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t slot = 0;
};

/// Refuses a format string that format_debug_line could not print.
/// Errors: kBadInput, `where` is "character N" counted from 1.
[[nodiscard]] VYRE_API Result<void> validate_debug_format(std::string_view format);

/// The record's line. A format id that the workload does not define gives
/// "format 9: a=1 b=2 slot=3"; so does a format that validate_debug_format refuses.
[[nodiscard]] VYRE_API std::string format_debug_line(const std::map<std::uint32_t, std::string>& formats,
                                                     const DebugValues& values);

}  // namespace vyre::workload
