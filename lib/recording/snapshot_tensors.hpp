/// The tables of tensors and of texts by number in a snapshot, for writer and reader. Order is the file's.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "recording/numbered_texts.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/recording/snapshot.hpp"

namespace vyre::recording {

struct SnapshotTensor {
  std::string_view name;
  std::vector<std::uint32_t> Snapshot::*words;
  std::uint32_t columns;    ///< words a row of a two-dimensional tensor, 0: it has one dimension
  std::uint64_t max_words;  ///< the protocol's cap, checked before memory is taken
};

inline constexpr std::array<SnapshotTensor, 6> kSnapshotTensors{{
    {"control", &Snapshot::control, 0, std::uint64_t{protocol::kObservableWord} + protocol::kMaxObservables},
    {"ring", &Snapshot::ring, protocol::kSlotWords,
     std::uint64_t{protocol::kMaxSlots} * protocol::kSlotWords},
    {"debug_log", &Snapshot::debug_log, 0,
     protocol::kDebugHeaderWords + std::uint64_t{protocol::kMaxDebugRecords} * protocol::kDebugRecordWords},
    {"io_queue", &Snapshot::io_queue, protocol::kIoSlotWords,
     std::uint64_t{protocol::kIoMaxSlots} * protocol::kIoSlotWords},
    {"completions", &Snapshot::completions, protocol::kDumpCompletionWords,
     std::uint64_t{protocol::kMaxSlots} * protocol::kDumpCompletionWords},
    {"arena", &Snapshot::arena, 0, std::numeric_limits<std::uint32_t>::max()},
}};

/// Texts by number, as a JSON object in a string of the metadata. An empty one is left out.
struct SnapshotTexts {
  std::string_view key;
  TextsWording wording;
};

inline constexpr std::array<SnapshotTexts, 3> kSnapshotTexts{{
    {"vyre.formats", {"the formats", "format", "format id", "format string"}},
    {"vyre.handlers", {"the handlers", "opcode", "opcode", "handler's name"}},
    {"vyre.tenants", {"the tenants", "tenant", "tenant id", "tenant's name"}},
}};

/// Where a snapshot has the texts of a row, constant if the snapshot is.
template <class AnySnapshot>
[[nodiscard]] auto& texts_of(AnySnapshot& snapshot, const SnapshotTexts& row) noexcept {
  if (&row == &kSnapshotTexts[0]) return snapshot.formats;
  return &row == &kSnapshotTexts[1] ? snapshot.names.handlers : snapshot.names.tenants;
}

inline constexpr std::string_view kVersionKey = "vyre.snapshot";
inline constexpr std::string_view kTensorDtype = "U32";

}  // namespace vyre::recording
