/// Control words as `dump` and `inspect` take them: by name, by number, and in ranges of either.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::cli {

/// Both included. A name that stands for all its words may end beyond the buffer: `open_ended`.
struct WordSpan {
  std::string text;  ///< as it was written
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool open_ended = false;
};

/// "epoch", "observable", "observable(3)", "metrics(0..7)", "160", "160..170",
/// "observable(0)..observable(7)", "all"; several with commas. Errors: kBadInput; `where` is left for the
/// caller.
[[nodiscard]] Result<std::vector<WordSpan>> parse_word_list(const std::string& text);

/// The words' numbers, in the order asked for. Errors: kOutOfRange (beyond the buffer); `where` is `file`.
[[nodiscard]] Result<std::vector<WordSpan>> within(std::vector<WordSpan> spans, std::size_t word_count,
                                                   const std::string& file);

}  // namespace vyre::cli
