/// The backends under the session's name: see vyre/ring/backend.hpp.
#pragma once

#include "vyre/ring/backend.hpp"

namespace vyre::session {

using ring::Backend;
using ring::BackendConfig;

}  // namespace vyre::session
