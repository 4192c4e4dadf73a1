#include "recording/log_source.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "recording/safetensors_header.hpp"

namespace vyre::recording {
namespace {

constexpr std::size_t kReadAheadBytes = std::size_t{1} << 20;

class FileLogSource final : public LogSource {
 public:
  FileLogSource(InputFile file, std::string name) : LogSource(std::move(name)), file_(std::move(file)) {}

  [[nodiscard]] std::uint64_t size_bytes() const noexcept override { return file_.size_bytes(); }

  [[nodiscard]] Result<std::span<const std::byte>> view(std::uint64_t offset, std::size_t size) override {
    const bool inside =
        offset >= begin_ && offset - begin_ <= window_.size() && size <= window_.size() - (offset - begin_);
    if (!inside) VYRE_CHECK(fill(offset, size));
    return std::span<const std::byte>(window_).subspan(offset - begin_, size);
  }

 private:
  Result<void> fill(std::uint64_t offset, std::size_t size) {
    const std::uint64_t left = file_.size_bytes() - offset;
    window_.resize(std::max<std::uint64_t>(size, std::min<std::uint64_t>(left, kReadAheadBytes)));
    begin_ = offset;
    auto read = file_.read_at(offset, window_);
    if (!read) window_.clear();
    return read;
  }

  InputFile file_;
  std::vector<std::byte> window_;
  std::uint64_t begin_ = 0;
};

class MemoryLogSource final : public LogSource {
 public:
  MemoryLogSource(std::span<const std::byte> bytes, std::string name)
      : LogSource(std::move(name)), bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size_bytes() const noexcept override { return bytes_.size(); }
  [[nodiscard]] Result<std::span<const std::byte>> view(std::uint64_t offset, std::size_t size) override {
    return bytes_.subspan(offset, size);
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace

std::unexpected<Error> LogSource::refuse(std::uint64_t offset, std::string what, std::string fix) const {
  return fail(ErrorCode::kBadInput, std::move(what), at_byte(name_, offset), std::move(fix));
}

std::unique_ptr<LogSource> log_source(InputFile file, std::string name) {
  return std::make_unique<FileLogSource>(std::move(file), std::move(name));
}

std::unique_ptr<LogSource> log_source(std::span<const std::byte> bytes, std::string name) {
  return std::make_unique<MemoryLogSource>(bytes, std::move(name));
}

}  // namespace vyre::recording
