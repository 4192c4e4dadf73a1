#include "topics.hpp"

#include <array>

#include <fmt/format.h>

#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli {
namespace {

std::string environment_text() {
  return R"(A flag wins over its variable, a variable over the profile that `vyre bench
tune` wrote, and that over the default.

  VYRE_BACKEND      --backend
  VYRE_DEVICE       --device
  VYRE_LANES        --lanes
  VYRE_WORKGROUPS   --workgroups
  VYRE_NO_PROFILE   --no-profile
  NO_COLOR          set and not empty: no colour unless --color=always
  TERM=dumb         the same
  COLUMNS           width of help that goes to no terminal
  XDG_CACHE_HOME    kernels with custom handlers are kept in vyre/kernels below it
  XDG_CONFIG_HOME   the profile is vyre/profile.json below it, or below ~/.config
  VK_DRIVER_FILES   the Vulkan loader's own: the drivers to look at
)";
}

std::string exit_codes_text() {
  return R"(    0  done; every expectation held
    1  an expectation did not hold, a stream found nothing, a bench became worse
    2  wrong usage
    3  bad input: a workload, handler or other file is wrong
    4  no usable device, or nothing that was asked for can run on it
    5  the device was lost, failed, or timed out
    6  a file cannot be read or written
  130  interrupted by SIGINT
  143  ended by SIGTERM

Of several files the highest code counts. An unsupported file counts only if no other file ran.
)";
}

std::string faults_text() {
  std::string text = "Why a slot ends as FAULT, as expectations and JSON name it:\n\n";
  for (const auto& fault : protocol::kFaults)
    text += fmt::format("  {:20}  {} ...\n", fault.name, fault.reason);
  return text;
}

std::string opcodes_text() {
  std::string text;
  for (const auto& opcode : protocol::kOpcodes) {
    std::string args;
    for (std::size_t i = 0; i < opcode.arg_count; ++i)
      args += fmt::format("{}{}", i == 0 ? "" : ", ", opcode.args[i].name);
    text +=
        fmt::format("  {:#10x}  {}({})\n              {}\n", opcode.opcode, opcode.name, args, opcode.effect);
  }
  return text +
         "\nAny other opcode from 8 to 0xFFDF or from 0x10000 to 0x7FFFFFFF is custom: a handler of yours "
         "serves it.\n";
}

std::string words_text() {
  std::string text = "Names of control words, as workloads and --observe write them:\n\n";
  for (const auto& words : protocol::kControlNames)
    text += words.count == 1 ? fmt::format("  {:24}  word {}\n", words.name, words.first)
                             : fmt::format("  {:24}  words {} to {}\n",
                                           fmt::format("{}(0..{})", words.name, words.count - 1), words.first,
                                           words.first + words.count - 1);
  return text + fmt::format(
                    "  {:24}  word {} and on\n  {:24}  any word\n\nmetrics takes names of opcodes too: "
                    "metrics(atomic_add).\n",
                    "observable(n)", protocol::kObservableWord, "word(n)");
}

constexpr std::array kTopics{
    Topic{"environment", "Variables that the program reads", environment_text},
    Topic{"exit-codes", "What the program's exit codes mean", exit_codes_text},
    Topic{"faults", "Why slots fault", faults_text},
    Topic{"opcodes", "The built-in operations and their arguments", opcodes_text},
    Topic{"words", "Names of control words", words_text},
};

}  // namespace

std::span<const Topic> topics() noexcept { return kTopics; }

}  // namespace vyre::cli
