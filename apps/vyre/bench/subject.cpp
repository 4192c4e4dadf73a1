#include "bench/subject.hpp"

#include <algorithm>
#include <array>

namespace vyre::cli::bench {
namespace {

constexpr std::array kSubjects{
    Subject{.name = "latency",
            .summary = "one slot, from publication to done",
            .needs_device = true,
            .has_picture = true,
            .run = run_latency},
    Subject{.name = "throughput",
            .summary = "slots a second, published in batches",
            .needs_device = true,
            .has_picture = true,
            .run = run_throughput},
    Subject{.name = "stream",
            .summary = "a file's way to the kernel",
            .needs_device = true,
            .has_picture = false,
            .run = run_stream},
    Subject{.name = "parse",
            .summary = "loading a workload of many steps",
            .needs_device = false,
            .has_picture = false,
            .run = run_parse},
    Subject{.name = "publish",
            .summary = "a slot's publication into plain memory",
            .needs_device = false,
            .has_picture = false,
            .run = run_publish},
    Subject{.name = "tune",
            .summary = "find the best lanes and workgroups, for `run` to use",
            .needs_device = true,
            .has_picture = false,
            .run = run_tune},
};

}  // namespace

std::span<const Subject> subjects() noexcept { return kSubjects; }

const Subject& subject_of(std::string_view name) noexcept {
  return *std::ranges::find(kSubjects, name, &Subject::name);
}

}  // namespace vyre::cli::bench
