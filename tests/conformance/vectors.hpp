/// Reading of test vectors: files of one JSON object a line, with buffers as hex.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace vyre::conformance {

using Json = nlohmann::json;
using Words = std::vector<std::uint32_t>;

/// The folder named by VYRE_VECTORS, or the project's own.
std::filesystem::path vectors_folder();

/// Calls `check` with each line of a file as a check of its own: whatever fails in it, or throws, is
/// reported with file and line, and the next line goes on. A file that the project's own folder lacks,
/// or one without lines, is a failure; one that another folder lacks is skipped.
void for_each_line(const std::string& file_name, const std::function<void(const Json&)>& check);

std::vector<std::byte> bytes_of_hex(const std::string& hex);
Words words_of_hex(const std::string& hex);

/// Succeeds when both are equal, else names the first differing word (and its slot, for words in slots).
testing::AssertionResult same_words(std::span<const std::uint32_t> actual,
                                    std::span<const std::uint32_t> expected, std::size_t slot_words = 0);

/// The unsigned number at `key`.
std::uint32_t u32(const Json& object, const char* key);

}  // namespace vyre::conformance
