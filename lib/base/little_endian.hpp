/// Little-endian numbers in bytes. The caller keeps `offset + sizeof(T)` within the bytes.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace vyre::base {

template <std::unsigned_integral T>
[[nodiscard]] T load_le(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  T value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  return value;
}

template <std::unsigned_integral T>
void store_le(std::span<std::byte> bytes, std::size_t offset, T value) noexcept {
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

template <std::unsigned_integral T>
void append_le(std::vector<std::byte>& bytes, T value) {
  bytes.resize(bytes.size() + sizeof value);
  store_le(std::span(bytes), bytes.size() - sizeof value, value);
}

}  // namespace vyre::base
