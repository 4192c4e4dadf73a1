/// The bytes of a log, from a file or from memory, seen through a window of bounded size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "recording/file_io.hpp"
#include "vyre/base/error.hpp"

namespace vyre::recording {

class LogSource {
 public:
  virtual ~LogSource() = default;
  [[nodiscard]] virtual std::uint64_t size_bytes() const noexcept = 0;

  /// Bytes [offset, offset + size), which must lie within the source; valid until the next call.
  /// Errors: kFile.
  [[nodiscard]] virtual Result<std::span<const std::byte>> view(std::uint64_t offset, std::size_t size) = 0;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// kBadInput at a byte of this source.
  [[nodiscard]] std::unexpected<Error> refuse(std::uint64_t offset, std::string what, std::string fix) const;

 protected:
  explicit LogSource(std::string name) : name_(std::move(name)) {}

 private:
  std::string name_;
};

/// Reads ahead by 1 MiB; holds no more than that and the largest view.
[[nodiscard]] std::unique_ptr<LogSource> log_source(InputFile file, std::string name);
/// The bytes must outlive it.
[[nodiscard]] std::unique_ptr<LogSource> log_source(std::span<const std::byte> bytes, std::string name);

}  // namespace vyre::recording
