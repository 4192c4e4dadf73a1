/// Text to scan, and literals to look for: the same on every machine.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace vyre::bench {

/// Of 5 to 12 small letters each; some are in the text by chance, but few.
inline std::vector<std::string> random_literals(std::uint64_t count) {
  std::mt19937_64 random(1);
  std::vector<std::string> literals(count);
  for (auto& literal : literals) {
    literal.resize(5 + random() % 8);
    for (char& c : literal) c = static_cast<char>('a' + random() % 26);
  }
  return literals;
}

/// Letters, spaces and newlines, and one of the literals in each MiB.
inline std::string random_text(std::uint64_t bytes, const std::vector<std::string>& literals) {
  constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzETA    \n    ";
  static_assert(sizeof kLetters == 64 + 1);
  std::mt19937_64 random(2);
  std::string text(bytes, ' ');
  for (std::uint64_t at = 0; at < bytes;) {
    std::uint64_t bits = random();
    for (int i = 0; i < 10 && at < bytes; ++i, bits >>= 6) text[at++] = kLetters[bits % 64];
  }
  constexpr std::uint64_t kEvery = 1U << 20;
  for (std::uint64_t at = 0; at + kEvery <= bytes; at += kEvery) {
    const auto& literal = literals[random() % literals.size()];
    // Some lie across the front of their MiB, and so across two chunks.
    const std::uint64_t place = at == 0 ? 0 : at - random() % literal.size();
    std::memcpy(text.data() + place, literal.data(), literal.size());
  }
  return text;
}

}  // namespace vyre::bench
