#include "stream/uring_setup.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>

#include "stream/memory_limit.hpp"
#include "stream/stream_error.hpp"

namespace vyre::stream {

namespace {

/// From the best to what every kernel knows; one that knows less answers EINVAL. The ring starts disabled
/// because the submitter is who enables it, not who makes it.
constexpr std::array kSetups{
    IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
        IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG,                       // 6.1
    IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,  // 5.19
    0U,
};

int io_uring_disabled() {
  int value = 0;
  std::ifstream("/proc/sys/kernel/io_uring_disabled") >> value;
  return value;
}

std::string reason(int error_number) {
  const std::string text =
      fmt::format("io_uring cannot be used: io_uring_setup: {}", errno_text(error_number));
  switch (error_number) {
    case ENOSYS: return text + ", the kernel was built without it or a seccomp filter hides it";
    case ENOMEM: return fmt::format("{}, {}", text, memory_limit_text());
    case EACCES:
    case EPERM:
      if (const int disabled = io_uring_disabled(); disabled != 0)
        return fmt::format("{}, kernel.io_uring_disabled is {}", text, disabled);
      return text + ", a seccomp filter forbids it as those of containers do";
    default: return text;
  }
}

std::unexpected<Error> unusable(std::string what) {
  return fail(ErrorCode::kUnsupported, std::move(what), "io_uring_setup",
              "allow io_uring to this process, or read by pread");
}

}  // namespace

Result<std::unique_ptr<UringRing>> UringRing::open(std::uint32_t entries) {
  std::unique_ptr<UringRing> ring(new UringRing);
  int error = -EINVAL;
  for (const unsigned flags : kSetups) {
    error = ::io_uring_queue_init(entries, &ring->ring_, flags);
    if (error != -EINVAL) break;
  }
  if (error != 0) return unusable(reason(-error));
  ring->is_open_ = true;
  if ((ring->ring_.features & IORING_FEAT_EXT_ARG) == 0) {
    ::utsname names{};
    ::uname(&names);
    return unusable(fmt::format(
        "io_uring cannot be used: Linux {} has none that waits with a timeout, 5.11 has", &names.release[0]));
  }
  return ring;
}

void UringRing::begin_use() noexcept {
  if ((ring_.flags & IORING_SETUP_R_DISABLED) == 0) return;
  // liburing 2.3 declares a function for it that its shared library does not have.
  ::syscall(SYS_io_uring_register, ring_.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  ring_.flags &= ~static_cast<unsigned>(IORING_SETUP_R_DISABLED);
}

}  // namespace vyre::stream
