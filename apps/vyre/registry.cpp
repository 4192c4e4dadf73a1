#include <array>

#include "command.hpp"

namespace vyre::cli {
namespace {

constexpr std::array kCommands{
    Command{"bench", "Measure the ring against what one would do instead", Needs::kDevice, make_bench},
    Command{"completion", "Print a shell's completion script", Needs::kNothing, make_completion},
    Command{"cut", "Make a smaller replay log", Needs::kRecording, make_cut},
    Command{"devices", "List Vulkan devices and how vyre would use them", Needs::kNothing, make_devices},
    Command{"diff", "Compare two snapshots, two replay logs, or two runs", Needs::kDevice, make_diff},
    Command{"dump", "Print words of a snapshot's control buffer and arena, or of a workload that it runs",
            Needs::kDevice, make_dump},
    Command{"encode", "Write the ring that a workload publishes, without a device", Needs::kWorkload,
            make_encode},
    Command{"explore", "Look for results that depend on the schedule", Needs::kDevice, make_explore},
    Command{"export", "Write a replay log or snapshot as a workload file", Needs::kRecording, make_export},
    Command{"help", "Explain a verb or a topic", Needs::kNothing, make_help},
    Command{"inspect", "Show what a snapshot, replay log or raw buffer holds", Needs::kRecording,
            make_inspect},
    Command{"replay", "Publish a recording again and compare what comes out", Needs::kDevice, make_replay},
    Command{"run", "Run workloads and check their expectations", Needs::kDevice, make_run},
    Command{"schema", "Print the JSON Schema of workload files", Needs::kNothing, make_schema},
    Command{"stream", "Find literals and expressions in files of any size, or work on them", Needs::kDevice,
            make_stream},
    Command{"table", "Build and show the tables that scans use", Needs::kRecording, make_table},
    Command{"validate", "Check workload files without running them", Needs::kWorkload, make_validate},
};

}  // namespace

std::span<const Command> commands() noexcept { return kCommands; }

}  // namespace vyre::cli
