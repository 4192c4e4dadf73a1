#include "report_load.hpp"

#include <fmt/format.h>

#include "vyre/workload/diagnostics.hpp"

namespace vyre::cli {

void complain(Context& context, const std::string& file, const workload::LoadErrors& load) {
  for (std::size_t i = 0; i < load.errors.size(); ++i)
    context.complain(
        workload::render(load.errors[i], i < load.excerpts.size() ? load.excerpts[i] : workload::Excerpt{}));
  if (load.omitted > 0)
    context.note(fmt::format("{} in {} not shown", plural(load.omitted, "more error"), file));
}

}  // namespace vyre::cli
