#include "conformance/vectors.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "vyre/codec/words.hpp"

namespace vyre::conformance {
namespace {

const char* other_folder() { return std::getenv("VYRE_VECTORS"); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  throw std::runtime_error(fmt::format("'{}' is no hex digit", c));
}

}  // namespace

std::filesystem::path vectors_folder() {
  if (const char* folder = other_folder()) return folder;
  return std::filesystem::path(VYRE_SOURCE_DIR) / "tests" / "vectors";
}

void for_each_line(const std::string& file_name, const std::function<void(const Json&)>& check) {
  const auto path = vectors_folder() / file_name;
  std::error_code ignored;
  if (other_folder() != nullptr && std::filesystem::is_directory(vectors_folder(), ignored) &&
      !std::filesystem::exists(path, ignored))
    GTEST_SKIP() << path << " does not exist";
  std::ifstream file(path);
  ASSERT_TRUE(file) << "cannot read " << path;
  std::string line;
  std::size_t number = 0;
  std::size_t checks = 0;
  while (std::getline(file, line)) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    ++checks;
    SCOPED_TRACE(fmt::format("{}:{}", path.string(), number));
    try {
      check(Json::parse(line));
    } catch (const std::exception& exception) { ADD_FAILURE() << "cannot be checked: " << exception.what(); }
  }
  EXPECT_FALSE(file.bad()) << "cannot read all of " << path;
  EXPECT_GT(checks, 0U) << path << " has no line";
  testing::Test::RecordProperty("lines", static_cast<int>(checks));
}

std::vector<std::byte> bytes_of_hex(const std::string& hex) {
  if (hex.size() % 2 != 0) throw std::runtime_error("an odd number of hex digits");
  std::vector<std::byte> bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t at = 0; at < hex.size(); at += 2)
    bytes.push_back(static_cast<std::byte>(hex_digit(hex[at]) * 16 + hex_digit(hex[at + 1])));
  return bytes;
}

Words words_of_hex(const std::string& hex) {
  auto words = codec::words_from_bytes(bytes_of_hex(hex), "vector");
  if (!words) throw std::runtime_error(words.error().what);
  return *std::move(words);
}

testing::AssertionResult same_words(std::span<const std::uint32_t> actual,
                                    std::span<const std::uint32_t> expected, std::size_t slot_words) {
  const std::size_t common = std::min(actual.size(), expected.size());
  for (std::size_t word = 0; word < common; ++word) {
    if (actual[word] == expected[word]) continue;
    auto failure = testing::AssertionFailure();
    failure << "word " << word;
    if (slot_words != 0) failure << " (slot " << word / slot_words << ", word " << word % slot_words << ")";
    return failure << fmt::format(" is {:#010x}, expected {:#010x}", actual[word], expected[word]);
  }
  if (actual.size() != expected.size())
    return testing::AssertionFailure() << actual.size() << " words, expected " << expected.size();
  return testing::AssertionSuccess();
}

std::uint32_t u32(const Json& object, const char* key) { return object.at(key).get<std::uint32_t>(); }

}  // namespace vyre::conformance
