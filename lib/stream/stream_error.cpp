#include "stream/stream_error.hpp"

#include <fmt/format.h>

#include <cstring>
#include <system_error>

namespace vyre::stream {

std::string errno_text(int error_number) {
  const char* name = ::strerrorname_np(error_number);
  return fmt::format("{} ({})", std::generic_category().message(error_number),
                     name != nullptr ? name : "unknown errno");
}

Error errno_error(std::string_view doing, int error_number, std::string where, std::string_view fix) {
  return Error{ErrorCode::kFile, fmt::format("cannot {}: {}", doing, errno_text(error_number)),
               std::move(where), std::string(fix)};
}

}  // namespace vyre::stream
