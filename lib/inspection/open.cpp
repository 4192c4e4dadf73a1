#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <exception>
#include <variant>

#include "inspection/buffers.hpp"
#include "recording/file_io.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/protocol/faults.hpp"

namespace vyre::inspection {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::string_view kLogMagic = "VRRL";
constexpr std::size_t kLooked = 512;  ///< bytes that are looked at to tell what a file is
/// A snapshot of the largest buffers fits twice; a pipe tells its length only by ending.
constexpr std::size_t kMaxPipedBytes = 256U << 20;
constexpr const char* kStandardInput = "standard input";

/// A file, or all of the standard input.
struct Source {
  std::string name;
  std::optional<recording::InputFile> file;
  std::shared_ptr<Bytes> piped;

  [[nodiscard]] std::uint64_t size_bytes() const { return file ? file->size_bytes() : piped->size(); }
  [[nodiscard]] Result<void> read_at(std::uint64_t offset, std::span<std::byte> out) const {
    if (file) return file->read_at(offset, out);
    std::copy_n(piped->begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    return {};
  }
};

Result<std::shared_ptr<Bytes>> read_standard_input() {
  constexpr std::size_t kChunk = 1U << 16;
  auto bytes = std::make_shared<Bytes>();
  for (;;) {
    const std::size_t size = bytes->size();
    if (size > kMaxPipedBytes)
      return fail(ErrorCode::kTooMany,
                  fmt::format("more than {} bytes, which are read at most", kMaxPipedBytes),
                  fmt::format("{}: byte {}", kStandardInput, kMaxPipedBytes), "save it in a file first");
    bytes->resize(size + kChunk);
    const ssize_t got = ::read(STDIN_FILENO, bytes->data() + size, kChunk);
    bytes->resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return bytes;
    if (got < 0 && errno != EINTR)
      return recording::errno_failure("read", errno, kStandardInput,
                                      "name a file, or send one into the pipe");
  }
}

Result<Source> open_source(const std::string& path) {
  Source source;
  source.name = path;
  if (path == "-") {
    source.name = kStandardInput;
    VYRE_TRY(source.piped, read_standard_input());
    return source;
  }
  VYRE_TRY(source.file, recording::InputFile::open(path));
  return source;
}

bool is_text(std::span<const std::byte> start) {
  return std::ranges::all_of(start, [](std::byte byte) {
    const auto value = std::to_integer<unsigned>(byte);
    return value >= 0x20 ? value != 0x7F : value == '\t' || value == '\n' || value == '\r';
  });
}

Result<Content> content_of(const Source& source) {
  const std::uint64_t size = source.size_bytes();
  if (size == 0)
    return fail(ErrorCode::kBadInput, "the file is empty", fmt::format("{}: byte 0", source.name),
                "name a snapshot, a replay log or a raw buffer");
  std::array<std::byte, kLooked> raw{};
  const auto start = std::span(raw).first(std::min<std::uint64_t>(size, kLooked));
  VYRE_CHECK(source.read_at(0, start));
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  if (text.starts_with(kLogMagic)) return Content::kLog;
  // A length of at most 100,000,000 leaves the upper half of its eight bytes 0.
  if (text.size() > 8 && text[8] == '{' && text.substr(4, 4) == std::string_view("\0\0\0\0", 4))
    return Content::kSnapshot;
  return is_text(start) ? Content::kText : Content::kBuffers;
}

Result<void> read_buffer(const Source& source, Buffer buffer, Inspection& inspection) {
  VYRE_CHECK(check_length(buffer, source.size_bytes(), source.name));
  auto& words = buffer_of(inspection.buffers, buffer);
  words.resize(source.size_bytes() / sizeof(std::uint32_t));
  VYRE_CHECK(source.read_at(0, std::as_writable_bytes(std::span(words))));
  if constexpr (std::endian::native == std::endian::big)
    for (auto& word : words) word = std::byteswap(word);
  return {};
}

std::unexpected<Error> not_recognised(const Source& source, Content content) {
  if (content == Content::kText)
    return fail(ErrorCode::kBadInput, "the file begins like text, not like a snapshot or a replay log",
                fmt::format("{}: byte 0", source.name),
                "name what a run wrote with --dump or --record; a workload has to be run first");
  return fail(
      ErrorCode::kBadInput,
      fmt::format("{} bytes that begin neither like a snapshot nor like a replay log", source.size_bytes()),
      fmt::format("{}: byte 0", source.name),
      "say which raw buffer it is with --as, or take an unharmed copy");
}

/// None of version 1, nor of a log that is damaged there: what reads its records says so.
Names names_of_first_run(const Inspection& log) {
  const auto reader = open_records(log);
  recording::LogRecord first;
  if (!reader || !(*reader)->next(first).value_or(false)) return {};
  const auto* run = std::get_if<recording::RunRecord>(&first.what);
  return run == nullptr ? Names() : recording::names_of(*run);
}

Result<void> read_file(const Input& input, Inspection& inspection) {
  VYRE_TRY(const Source source, open_source(input.file));
  inspection.file = source.name;
  if (input.as) return read_buffer(source, *input.as, inspection);
  VYRE_TRY(inspection.content, content_of(source));
  if (inspection.content == Content::kLog) {
    inspection.log_bytes = source.piped;
    inspection.names = names_of_first_run(inspection);
    return {};
  }
  if (inspection.content != Content::kSnapshot) return not_recognised(source, inspection.content);
  VYRE_TRY(inspection.buffers, source.piped ? recording::decode_snapshot(*source.piped, source.name)
                                            : recording::read_snapshot(input.file));
  inspection.names = inspection.buffers.names;
  if (inspection.has(Buffer::kControl))
    VYRE_CHECK(check_length(Buffer::kControl, inspection.words(Buffer::kControl).size_bytes(),
                            source.name + ", tensor control"));
  return {};
}

/// A completion belongs to each slot.
Result<void> check_together(const Inspection& inspection) {
  const std::size_t slots = inspection.slot_count();
  const std::size_t completions = inspection.buffers.completions.size() / protocol::kDumpCompletionWords;
  if (slots == 0 || completions == 0 || slots == completions) return {};
  return fail(ErrorCode::kBadInput,
              fmt::format("a ring of {} slots with completions of {}", slots, completions), inspection.file,
              "pass the ring and the completions of one run");
}

Result<Inspection> open_unguarded(const Input& input) {
  Inspection inspection;
  if (!input.file.empty()) VYRE_CHECK(read_file(input, inspection));
  for (const BufferFile& extra : input.buffers) {
    if (inspection.content == Content::kLog)
      return fail(ErrorCode::kBadInput,
                  fmt::format("a raw {} buffer beside a replay log", to_string(extra.buffer)), extra.path,
                  "look at the log and at the buffer one after the other");
    VYRE_TRY(const Source source, open_source(extra.path));
    VYRE_CHECK(read_buffer(source, extra.buffer, inspection));
    if (inspection.file.empty()) inspection.file = source.name;
  }
  VYRE_CHECK(check_together(inspection));
  return inspection;
}

}  // namespace

std::string_view to_string(Content content) noexcept {
  switch (content) {
    case Content::kSnapshot: return "snapshot";
    case Content::kLog: return "log";
    case Content::kText: return "text";
    case Content::kBuffers: break;
  }
  return "buffers";
}

Result<Content> identify(const std::string& path) {
  VYRE_TRY(auto file, recording::InputFile::open(path));
  return content_of(Source{.name = path, .file = std::move(file), .piped = nullptr});
}

Result<Inspection> open(const Input& input) try {
  if (input.file.empty() && input.buffers.empty())
    return fail(ErrorCode::kBadInput, "no file to look at", "open",
                "name a snapshot, a replay log or a raw buffer");
  return open_unguarded(input);
} catch (const std::exception& problem) {
  return fail(ErrorCode::kTooMany, fmt::format("cannot hold the file: {}", problem.what()), input.file,
              "free some memory and try again");
}

}  // namespace vyre::inspection
