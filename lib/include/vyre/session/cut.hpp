/// Cut: a smaller log made of a part of one run, for bug reports.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::session {

struct CutOptions {
  /// Begin behind the last checkpoint at rest below this epoch, with the epoch, the tenants and the
  /// observables recorded there; without such a checkpoint, with the run. Version 1: with the first slot that
  /// was published one epoch before or later.
  std::optional<std::uint32_t> from_epoch{};
  std::optional<std::uint32_t> until_epoch{};  ///< stop behind the first checkpoint of this epoch or later
  std::vector<std::uint32_t> tenants{};        ///< keep what these published; empty: all
  /// Keep slots of these opcodes, and packed slots with one of them inside; empty: all.
  std::vector<std::uint32_t> opcodes{};
  std::string command{};  ///< added to the origin that the log tells
};

struct CutReport {
  std::uint64_t slots = 0;           ///< kept
  std::uint64_t slots_left_out = 0;  ///< of the part from which they were chosen
  std::uint64_t checkpoints = 0;
  /// They hold for all slots; kept, a replay would find divergences where there are none.
  std::uint64_t checkpoints_left_out = 0;
  std::uint64_t waits_left_out = 0;         ///< for what is not in the cut
  std::optional<std::uint32_t> from_epoch;  ///< the cut begins at this epoch and not with the run
};

/// Writes the plan's run, cut so, as a log of its version. Slots that are left out of a publication let those
/// behind them move up, and its fence counts those that are left.
/// Errors: those of open_log() and create_log(); kBadInput (`to` is the log itself).
[[nodiscard]] VYRE_API Result<CutReport> cut_log(const ReplayPlan& plan, const std::filesystem::path& to,
                                                 const CutOptions& options);

}  // namespace vyre::session
