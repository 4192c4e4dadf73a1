/// What tests of tables share: all matches of a text in one run, files, and random work.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/expect_error.hpp"
#include "support/random_source.hpp"
#include "support/temporary_folder.hpp"
#include "vyre/scan/scan.hpp"
#include "vyre/scan/table.hpp"

namespace vyre::scan {

/// Pattern and end.
using Ends = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

inline Ends ends_in(const Table& table, std::string_view text) {
  Ends ends;
  (void)scan(table, table.start, bytes_of(text), 0,
             [&](std::uint32_t pattern, std::uint64_t end) { ends.emplace_back(pattern, end); });
  return ends;
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  ADD_FAILURE() << to_text(result.error());
  std::abort();
}

inline Table literals(std::vector<std::string> patterns, const BuildOptions& options = {}) {
  return must(build_literals(patterns, options));
}
inline RegexTables regex(std::string_view pattern, bool ignore_case = false) {
  return must(build_regex(pattern, {.ignore_case = ignore_case}));
}

/// Whose paths are texts, as errors name them.
struct Folder : test::TemporaryFolder {
  [[nodiscard]] std::string operator/(std::string_view name) const { return (path() / name).string(); }
};

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Bytes of which every one is one of `alphabet`.
inline std::string random_text(test::RandomSource& random, std::string_view alphabet, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = alphabet[random.below(static_cast<std::uint32_t>(alphabet.size()))];
  return text;
}

}  // namespace vyre::scan
