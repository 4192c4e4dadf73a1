/// Where something was measured.
#pragma once

#include <string>

namespace vyre::cli::bench {

struct Machine {
  std::string device;  ///< empty: none was used
  std::string driver;
  std::string cpu;  ///< "AMD EPYC 9654 96-Core Processor"
  unsigned cpus = 0;
  std::string os;    ///< "Linux 6.1.0-18-amd64 x86_64"
  std::string date;  ///< "2026-11-25T19:00:00Z"
};

/// This machine now, without its devices. What cannot be learnt is "unknown".
[[nodiscard]] Machine this_machine();

}  // namespace vyre::cli::bench
