/// Words of the control buffer and of the arena as `dump` and `inspect` take them: by name, by number, and in
/// ranges of either.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/inspection/inspection.hpp"

namespace vyre::cli {

/// Both included. A name that stands for all its words may end beyond the buffer: `open_ended`.
struct WordSpan {
  std::string text;  ///< as it was written
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool open_ended = false;
  inspection::Buffer buffer = inspection::Buffer::kControl;  ///< or kArena
};

/// "epoch", "observable", "observable(3)", "metrics(0..7)", "160", "160..170",
/// "observable(0)..observable(7)", "all" control words, "arena", "arena(0..15)"; several with commas. Errors:
/// kBadInput; `where` is left for the caller.
[[nodiscard]] Result<std::vector<WordSpan>> parse_word_list(const std::string& text);

/// The words that there are, in the order asked for.
/// Errors: kOutOfRange (beyond the buffer), kBadInput (no such buffer); `where` is the file.
[[nodiscard]] Result<std::vector<WordSpan>> within(std::vector<WordSpan> spans,
                                                   const inspection::Inspection& inspection);

/// "observable(3)", "arena(17)".
[[nodiscard]] std::string name_of(const WordSpan& span, std::uint32_t word);

}  // namespace vyre::cli
