/// Little-endian numbers, under this room's names.
#pragma once

#include "base/little_endian.hpp"

namespace vyre::recording {

using base::append_le;
using base::load_le;
using base::store_le;

}  // namespace vyre::recording
