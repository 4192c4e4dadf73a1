/// Files as logs and snapshots need them, under this room's names.
#pragma once

#include "base/file_io.hpp"

namespace vyre::recording {

using base::AtomicFile;
using base::errno_failure;
using base::FileHandle;
using base::InputFile;

}  // namespace vyre::recording
