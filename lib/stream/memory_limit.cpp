#include "stream/memory_limit.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

namespace vyre::stream {

std::optional<std::uint64_t> memory_limit_bytes() {
  ::rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

std::string memory_limit_text() {
  const auto limit = memory_limit_bytes();
  if (!limit) return "RLIMIT_MEMLOCK is unlimited";
  return fmt::format("RLIMIT_MEMLOCK is {} bytes (ulimit -l)", *limit);
}

}  // namespace vyre::stream
