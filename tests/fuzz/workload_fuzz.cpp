// The workload loader: any bytes, as YAML and as JSON. Whatever it accepts must give its steps again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "vyre/workload/workload.hpp"

namespace {

using namespace vyre::workload;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_errors(const LoadErrors& errors) {
  require(!errors.errors.empty());
  require(errors.errors.size() == errors.excerpts.size());
  for (std::size_t i = 0; i < errors.errors.size(); ++i) {
    require(!errors.errors[i].what.empty() && !errors.errors[i].where.empty() &&
            !errors.errors[i].fix.empty());
    require(!render(errors.errors[i], errors.excerpts[i]).empty());
  }
}

void check_workload(const Workload& workload) {
  auto reader = open_steps(workload);
  require(reader.has_value());
  std::uint64_t count = 0;
  Step step;
  for (;; ++count) {
    const auto more = (*reader)->next(step);
    require(more.has_value());
    if (!*more) break;
  }
  require(count == workload.step_count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* const file : {"fuzz.yaml", "fuzz.json"}) {
    const auto loaded = load_text(text, file);
    if (loaded)
      check_workload(*loaded);
    else
      check_errors(loaded.error());
  }
  return 0;
}
