/// Errors of workload files as people read them: the place, the fact, the line with a caret, the remedy.
///
///     workloads/copy.yaml:12:12: error: window payload has 11 words, 10 fit beside ticket and class
///        12 |     required: [[1,2,3,4,5,6,7,8,9,10,11]]
///           |                ^
///     fix: split the payload over two entries
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"
#include "vyre/workload/expression.hpp"

namespace vyre::workload {

/// A source line, cut around the place an error points to, ready to print. Control characters are
/// replaced, tabs kept; line is 0 when there is nothing to show.
struct Excerpt {
  std::uint32_t line = 0;
  std::string text;
  std::uint32_t caret = 0;  ///< characters of `text` before the caret
};

/// The line at `position` (columns count characters from 1) out of a file's text; a position past the
/// text gives an empty excerpt.
[[nodiscard]] VYRE_API Excerpt make_excerpt(std::string_view source_text, Position position);

/// The position that an error's `where` ends with ("file:line:column"); zeros when it does not.
[[nodiscard]] VYRE_API Position position_of(const Error& error) noexcept;

/// The block shown above, without a trailing newline. Without an excerpt, or without a position,
/// the lines of source are left out.
[[nodiscard]] VYRE_API std::string render(const Error& error, const Excerpt& excerpt);
/// The same; the line is looked up in the file's text by the error's position.
[[nodiscard]] VYRE_API std::string render(const Error& error, std::string_view source_text);

}  // namespace vyre::workload
