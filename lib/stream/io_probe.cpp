#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>

#include <string>
#include <string_view>
#include <vector>

#include "stream/memory_limit.hpp"
#include "stream/uring_driver.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::stream {

IoProbe probe_io() {
  IoProbe probe;
  ::utsname names{};
  if (::uname(&names) == 0) probe.kernel = &names.release[0];
  probe.lockable_bytes = memory_limit_bytes();
  probe_uring(probe);
  return probe;
}

std::string to_text(const IoProbe& probe) {
  if (!probe.uring) return fmt::format("pread; {}", probe.why_not);
  std::vector<std::string> parts;
  if (probe.deferred_task_work) parts.emplace_back("deferred task work");
  if (probe.registered_files) parts.emplace_back("registered files");
  if (probe.registered_buffers) parts.emplace_back("registered buffers");
  if (probe.lockable_bytes) parts.push_back(fmt::format("RLIMIT_MEMLOCK {} bytes", *probe.lockable_bytes));
  return fmt::format("io_uring ({})", fmt::join(parts, ", "));
}

}  // namespace vyre::stream
