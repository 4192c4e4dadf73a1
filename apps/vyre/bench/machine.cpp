#include "bench/machine.hpp"

#include <sys/utsname.h>

#include <ctime>
#include <fstream>
#include <string_view>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace vyre::cli::bench {
namespace {

constexpr const char* kUnknown = "unknown";

/// Of x86 the marketing name; elsewhere files may have none.
std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (colon != std::string::npos && line.starts_with("model name")) return line.substr(colon + 2);
  }
  return kUnknown;
}

std::string os_name() {
  utsname names{};
  if (uname(&names) != 0) return kUnknown;
  return fmt::format("{} {} {}", names.sysname, names.release, names.machine);
}

}  // namespace

Machine this_machine() {
  return {.device = {},
          .driver = {},
          .cpu = cpu_name(),
          .cpus = std::thread::hardware_concurrency(),
          .os = os_name(),
          .date = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))};
}

}  // namespace vyre::cli::bench
