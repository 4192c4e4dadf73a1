/// The checksum of replay logs of version 2, under this room's name.
#pragma once

#include "base/crc32c.hpp"

namespace vyre::recording {

using base::crc32c;
using base::crc32c_by_table;

}  // namespace vyre::recording
