/// Files and bytes for tests of snapshots.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "support/temporary_folder.hpp"
#include "vyre/recording/snapshot.hpp"

namespace vyre::recording {

using test::TemporaryFolder;

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A header with its length before it, and data of so many zero bytes behind.
inline std::string safetensors(std::string_view header, std::size_t data_bytes) {
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8)
    bytes.push_back(static_cast<char>((std::uint64_t{header.size()} >> shift) & 0xFF));
  bytes.append(header);
  bytes.append(data_bytes, '\0');
  return bytes;
}

inline Result<Snapshot> decode(std::string_view bytes) {
  return decode_snapshot(std::as_bytes(std::span(bytes)), "s.vyre");
}

/// One of everything.
inline Snapshot sample_snapshot() {
  Snapshot snapshot;
  snapshot.control.resize(165);
  for (std::uint32_t i = 0; i < 165; ++i) snapshot.control[i] = 0x0102'0304U * i;
  snapshot.ring.assign(2 * 16, 0xFFFF'FFFF);
  snapshot.debug_log = {4, 1, 2, 3, 16};
  snapshot.io_queue.assign(3 * 8, 7);
  snapshot.completions = {3, 0, 0x0107, 99};
  snapshot.arena = {0, 0x0403'0201, 0};
  snapshot.metadata = {{"vyre.workload", "h\"ä\n"}, {"vyre.command", "vyre run x"}};
  snapshot.formats = {{0, "zero {}"}, {4'294'967'295, "\"quoted\""}};
  snapshot.names = {.handlers = {{0x4000'0001, "sum_range"}, {9, "ü"}}, .tenants = {{2, "guest"}}};
  return snapshot;
}

}  // namespace vyre::recording
