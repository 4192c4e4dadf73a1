/// Load errors of a workload, told to the person.
#pragma once

#include "context.hpp"
#include "vyre/workload/workload.hpp"

namespace vyre::cli {

/// Each error with its line and caret, then how many more there are.
void complain(Context& context, const std::string& file, const workload::LoadErrors& errors);

}  // namespace vyre::cli
