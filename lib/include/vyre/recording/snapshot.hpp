/// Snapshots: the buffers of a run as a safetensors file, readable by numpy, Rust and shell tools.
///
/// Tensors, all U32 little-endian: `control` [words], `ring` [slots, 16], `debug_log` [words],
/// `io_queue` [slots, 8], `completions` [slots, 2], `arena` [words]. `__metadata__` holds strings:
/// `vyre.snapshot` (format version), `vyre.version`, `vyre.name`, `vyre.workload`, `vyre.command`,
/// `vyre.backend`, `vyre.device`, and texts by number, each a JSON object: `vyre.formats` (PRINTF format id
/// -> string), `vyre.handlers` (opcode -> name) and `vyre.tenants` (tenant id -> name). Source: the public
/// safetensors layout (u64 header length, JSON header, data).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/recording/names.hpp"

namespace vyre::recording {

/// Still 1 with `arena`: who does not know a tensor passes it over, and finds the others as before.
inline constexpr std::uint32_t kSnapshotVersion = 1;

struct Snapshot {
  std::vector<std::uint32_t> control;
  std::vector<std::uint32_t> ring;
  std::vector<std::uint32_t> debug_log;
  std::vector<std::uint32_t> io_queue;
  std::vector<std::uint32_t> completions;
  std::vector<std::uint32_t> arena{};
  std::map<std::string, std::string> metadata;   ///< without texts by number; the writer sets vyre.snapshot
  std::map<std::uint32_t, std::string> formats;  ///< PRINTF formats by id
  Names names{};                                 ///< of handlers and tenants
};

/// Writes the file whole or not at all: into a temporary beside it, then renamed.
/// Empty buffers are left out. A path that exists and is no regular file (/dev/stdout) is written directly.
/// Errors: kFile (names the path and the errno), kOutOfRange (a ring that is no whole number of slots, a
/// buffer above the protocol's limits), kBadInput (no buffer at all).
[[nodiscard]] VYRE_API Result<void> write_snapshot(const std::filesystem::path& path,
                                                   const Snapshot& snapshot);

/// Any of the six tensors may be missing, but not all; tensors of other names are passed over, and so is
/// a missing version (other tools drop the metadata).
/// Errors: kFile; kBadInput or kTooMany with file and byte offset (cut, oversized header, overlapping or
/// overflowing tensors, wrong type or shape, a version this library does not know).
[[nodiscard]] VYRE_API Result<Snapshot> read_snapshot(const std::filesystem::path& path);

/// The same from memory; `name` stands for the file in messages.
[[nodiscard]] VYRE_API Result<Snapshot> decode_snapshot(std::span<const std::byte> bytes,
                                                        const std::string& name);

}  // namespace vyre::recording
