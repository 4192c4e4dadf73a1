/// Values of options that need more than a number or a word.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::cli {

/// "500ms", "2s", "1.5s": a number with ns, us, ms, s, m or h, above 0 and at most a year.
/// Errors: kBadInput, as for all below; `where` is left for the caller.
[[nodiscard]] Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// The same, with an error placed at the option that the text came from.
template <class T>
[[nodiscard]] Result<T> named(std::string_view option, Result<T> parsed) {
  if (!parsed) parsed.error().where = option;
  return parsed;
}

/// "name=value".
[[nodiscard]] Result<std::pair<std::string, std::string>> parse_assignment(const std::string& text);

/// A run of control words that the user asked for, before a workload says how many there are.
struct WordRange {
  std::string name;         ///< "observable", "metrics", "word", ...
  bool indexed = false;     ///< whether names of single words carry an index
  std::uint32_t base = 0;   ///< the word of index 0
  std::uint32_t first = 0;  ///< indices, both included
  std::uint32_t last = 0;
};

/// "observable(3),observable(0..7),epoch,metrics(atomic_add),word(128)".
[[nodiscard]] Result<std::vector<WordRange>> parse_words(const std::string& text);

/// The single words. Errors: kOutOfRange, when a range leaves a control buffer of that size.
[[nodiscard]] Result<std::vector<session::Observe>> expand_words(const std::vector<WordRange>& ranges,
                                                                 std::uint32_t observable_count);

}  // namespace vyre::cli
