#include "workload/source_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace vyre::workload {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Smaller files are copied: a mapped file that is cut while it is read ends the process (SIGBUS),
/// and only for large ones is the memory worth that.
constexpr std::size_t kMapFromBytes = std::size_t{4} << 20;

class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> file_error(const std::string& path, std::string_view action, int number) {
  const std::string reason = std::strerror(number);
  std::string fix = number == ENOENT   ? "check the name; relative names start at the current directory"
                    : number == EACCES ? "make the file readable"
                                       : "see that the file can be read";
  return fail(ErrorCode::kFile, fmt::format("cannot {} the workload: {}", action, reason), path,
              std::move(fix));
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ::ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(path, "read", errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Length of the valid UTF-8 sequence at the front of `rest`, or 0.
std::size_t sequence_length(std::string_view rest) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const auto continues = [&](std::size_t count) {
    if (rest.size() <= count) return false;
    for (std::size_t i = 1; i <= count; ++i)
      if ((byte(i) & 0xC0) != 0x80) return false;
    return true;
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if ((lead & 0xF0) == 0xE0 && continues(2)) {
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
    if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4 && continues(3)) {
    if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
    if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
    return 4;
  }
  return 0;
}

/// Whether the next eight bytes are all printable ASCII, 0x20 to 0x7E.
bool eight_plain(const char* bytes) noexcept {
  constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  // The lowest byte out of range sets its top bit in one of the three: 0x00-0x1F, 0x80-0xFF, 0x7F.
  return (((word - 0x20 * kEach) | word | (word + kEach)) & (0x80 * kEach)) == 0;
}

}  // namespace

Result<SourceText> SourceText::open(const std::string& path) {
  SourceText text;
  const FileHandle file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return file_error(path, "open", errno);
  struct ::stat status {};
  if (::fstat(file.get(), &status) != 0) return file_error(path, "read", errno);
  if (S_ISDIR(status.st_mode))
    return fail(ErrorCode::kFile, "cannot read the workload: it is a directory", path,
                "name a workload file inside it");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (S_ISREG(status.st_mode) && size >= kMapFromBytes && path != "-") {
    void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (mapped == MAP_FAILED) return file_error(path, "map", errno);
    ::madvise(mapped, size, MADV_SEQUENTIAL);
    text.mapped_ = static_cast<const char*>(mapped);
    text.mapped_bytes_ = size;
    return text;
  }
  VYRE_TRY(text.owned_, read_all(file.get(), path));
  return text;
}

SourceText::SourceText(SourceText&& other) noexcept
    : owned_(std::move(other.owned_)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)) {}

SourceText& SourceText::operator=(SourceText&& other) noexcept {
  std::swap(owned_, other.owned_);
  std::swap(mapped_, other.mapped_);
  std::swap(mapped_bytes_, other.mapped_bytes_);
  return *this;
}

SourceText::~SourceText() {
  if (mapped_ != nullptr) ::munmap(const_cast<char*>(mapped_), mapped_bytes_);
}

std::string_view SourceText::view() const noexcept {
  std::string_view text =
      mapped_ != nullptr ? std::string_view(mapped_, mapped_bytes_) : std::string_view(owned_);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

std::optional<TextFault> check_text(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return TextFault{
        {1, 1}, "the file is UTF-16, workloads are UTF-8", "convert it: iconv -f UTF-16 -t UTF-8"};
  PositionCursor cursor(text);
  for (std::size_t i = 0; i < text.size();) {
    if (text.size() - i >= sizeof(std::uint64_t) && eight_plain(text.data() + i)) {
      i += sizeof(std::uint64_t);
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
      continue;
    }
    if (byte == '\n' || byte == '\t' || byte == '\r') {
      ++i;
      continue;
    }
    if (byte == 0)
      return TextFault{cursor.at(i), fmt::format("NUL byte at byte {}", i), "workloads are text: remove it"};
    if (byte < 0x20 || byte == 0x7F)
      return TextFault{cursor.at(i), fmt::format("control character 0x{:02X} at byte {}", byte, i),
                       "remove it"};
    const std::size_t length = sequence_length(text.substr(i, 4));
    if (length == 0)
      return TextFault{cursor.at(i), fmt::format("invalid UTF-8: byte 0x{:02X} at byte {}", byte, i),
                       "save the file as UTF-8"};
    i += length;
  }
  return std::nullopt;
}

Position PositionCursor::at(std::size_t offset) noexcept {
  offset = std::min(offset, text_.size());
  if (offset < offset_) back_to(offset);
  for (; offset_ < offset; ++offset_) {
    const auto byte = static_cast<unsigned char>(text_[offset_]);
    if (byte == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if ((byte & 0xC0) != 0x80) {  // continuation bytes belong to the character before
      ++position_.column;
    }
  }
  return position_;
}

void PositionCursor::back_to(std::size_t offset) noexcept {
  const std::string_view between = text_.substr(offset, offset_ - offset);
  const auto newlines = static_cast<std::uint32_t>(std::count(between.begin(), between.end(), '\n'));
  const auto characters = [](std::string_view part) {
    return static_cast<std::uint32_t>(std::count_if(
        part.begin(), part.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  };
  if (newlines == 0) {
    position_.column -= characters(between);
  } else {
    const std::size_t before = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
    const std::size_t line_start = before == std::string_view::npos ? 0 : before + 1;
    position_.line -= newlines;
    position_.column = 1 + characters(text_.substr(line_start, offset - line_start));
  }
  offset_ = offset;
}

}  // namespace vyre::workload
