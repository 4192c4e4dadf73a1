#include "vyre/scan/literals_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>

#include "base/file_io.hpp"
#include "scan/hex_byte.hpp"

namespace vyre::scan {
namespace {

std::string at_column(std::string_view place, std::size_t column) {
  return fmt::format("{}:{}", place, column + 1);
}

std::optional<char> plain_escape(char letter) {
  switch (letter) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case '\\': return '\\';
    default: return std::nullopt;
  }
}

}  // namespace

Result<std::string> read_literal(std::string_view text, bool escapes, std::string_view place) {
  if (text.empty())
    return fail(ErrorCode::kBadInput, "an empty pattern, which every place would match", at_column(place, 0),
                "remove it");
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!escapes && text[at] == '\0')
      return fail(ErrorCode::kBadInput, "a NUL in a pattern", at_column(place, at),
                  "write it as \\x00, every backslash as \\\\, and give --escapes");
    if (!escapes || text[at] != '\\') {
      bytes += text[at];
      continue;
    }
    if (at + 1 < text.size()) {
      if (const auto byte = plain_escape(text[at + 1])) {
        bytes += *byte;
        ++at;
        continue;
      }
      if (const auto byte = text[at + 1] == 'x' ? hex_byte(text.substr(at + 2)) : std::nullopt) {
        bytes += static_cast<char>(*byte);
        at += 3;
        continue;
      }
    }
    return fail(ErrorCode::kBadInput,
                at + 1 == text.size() ? "a backslash with nothing behind it" : "an escape that is unknown",
                at_column(place, at), "write \\n, \\t, \\r, \\xNN, or \\\\ for a backslash");
  }
  return bytes;
}

Result<std::vector<std::string>> read_literals(std::string_view text, bool escapes, std::string_view name) {
  std::vector<std::string> literals;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t length = text.find('\n');
    VYRE_TRY(auto literal, read_literal(text.substr(0, length), escapes, fmt::format("{}:{}", name, line)));
    literals.push_back(std::move(literal));
    text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  }
  if (literals.empty())
    return fail(ErrorCode::kBadInput, "the file is empty", std::string(name), "write one pattern a line");
  return literals;
}

Result<std::vector<std::string>> load_literals(const std::filesystem::path& path, bool escapes) {
  const bool is_input = path == "-";
  const std::string name = is_input ? "standard input" : path.string();
  base::FileHandle file;
  if (!is_input) {
    file = base::FileHandle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (file.get() < 0) return base::errno_failure("open", errno, path, "check the path and its permissions");
  }
  std::string text;
  std::array<char, 65'536> buffer;
  while (true) {
    const ssize_t got = ::read(is_input ? STDIN_FILENO : file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::errno_failure("read", errno, name, "name a file of literals, one a line");
    if (got == 0) return read_literals(text, escapes, name);
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxLiteralsBytes)
      return fail(ErrorCode::kTooMany,
                  fmt::format("more than {} bytes of literals, which no table holds", kMaxLiteralsBytes),
                  name, "split them over several files");
  }
}

}  // namespace vyre::scan
