/// Random numbers that are the same on every machine for one seed.
#pragma once

#include <cstdint>

namespace vyre::test {

/// splitmix64.
class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E37'79B9'7F4A'7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBULL;
    return z ^ (z >> 31);
  }
  [[nodiscard]] std::uint32_t word() noexcept { return static_cast<std::uint32_t>(next() >> 32); }
  /// 0 .. count-1; count > 0.
  [[nodiscard]] std::uint32_t below(std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>((std::uint64_t{word()} * count) >> 32);
  }
  /// first .. last.
  [[nodiscard]] std::uint32_t between(std::uint32_t first, std::uint32_t last) noexcept {
    return first + below(last - first + 1);
  }
  [[nodiscard]] bool percent(std::uint32_t chance) noexcept { return below(100) < chance; }

 private:
  std::uint64_t state_;
};

}  // namespace vyre::test
