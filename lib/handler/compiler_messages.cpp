#include "handler/compiler_messages.hpp"

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "handler/program.hpp"

namespace vyre::handler {
namespace {

struct Message {
  std::string where;
  std::string text;
  bool in_user_file = false;
};

/// Our stand-ins for user files, back to the user's paths.
std::string restore_names(std::string text, const Program& program) {
  // From the last to the first, since "..._1" is also the start of "..._10".
  for (std::size_t index = program.user_files.size(); index-- > 0;) {
    const std::string name = user_file_name(index);
    for (auto at = text.find(name); at != std::string::npos;
         at = text.find(name, at + program.user_files[index].size()))
      text.replace(at, name.size(), program.user_files[index]);
  }
  return text;
}

std::optional<Message> parse_line(std::string_view line, const Program& program) {
  constexpr std::string_view kMark = ": error: ";
  const auto mark = line.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view place = line.substr(0, mark);
  return Message{.where = restore_names(std::string(place), program),
                 .text = restore_names(std::string(line.substr(mark + kMark.size())), program),
                 .in_user_file = place.starts_with("vyre_user_file_")};
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

Error to_error(std::string_view compiler_output, const Program& program) {
  std::vector<Message> messages;
  for (const auto line : split_lines(compiler_output))
    if (auto message = parse_line(line, program)) messages.push_back(std::move(*message));

  if (messages.empty())
    return {.code = ErrorCode::kHandlerCompile,
            .what = fmt::format("the GLSL compiler failed: {}",
                                restore_names(std::string(compiler_output), program)),
            .where = "shaderc_compile_into_spv",
            .fix = "report this with the handler's source"};

  Error error{.code = ErrorCode::kHandlerCompile,
              .what = messages.front().text,
              .where = messages.front().where,
              .fix = "mend the GLSL; vyre-handler(7) lists the functions that handlers may call"};
  for (std::size_t i = 1; i < messages.size(); ++i)
    error.what += fmt::format("\n{}: error: {}", messages[i].where, messages[i].text);
  if (!messages.front().in_user_file)
    error.fix = "a name in the handler probably clashes with the kernel's: rename it";
  return error;
}

}  // namespace vyre::handler
