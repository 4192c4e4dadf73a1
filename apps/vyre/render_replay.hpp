/// Replays as text and JSON.
#pragma once

#include <string>

#include "render.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::cli {

[[nodiscard]] std::string render_replay_text(const session::ReplayPlan& plan,
                                             const session::ReplayReport& report,
                                             const RenderOptions& options);
[[nodiscard]] std::string render_replay_json(const session::ReplayPlan& plan,
                                             const session::ReplayReport& report, ExitCode code,
                                             const RenderOptions& options);

/// "log.vrrl, byte 4096: the log was read up to here: ...".
[[nodiscard]] std::string damage_text(const Error& damage);

}  // namespace vyre::cli
