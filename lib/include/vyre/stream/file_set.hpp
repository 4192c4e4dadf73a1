/// FileSet: files, folders, pipes and standard input as one list of open sources.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/stream/file_handle.hpp"

namespace vyre::stream {

enum class SourceKind : std::uint8_t {
  kSized,   ///< a regular file or block device: read at offsets, many at once
  kStream,  ///< a pipe, FIFO, terminal, character device, or a file of /proc or /sys: read to its end in
            ///< order
};

/// What stays known of a source as long as somebody works on its bytes.
struct SourceFile {
  std::uint64_t number = 0;  ///< 0, 1, ... in the order of the set; one that failed has had a number too
  std::string path;          ///< as named, or below the folder as named; "-" is standard input
  SourceKind kind = SourceKind::kSized;
  std::uint64_t size_bytes = 0;  ///< when opened; 0 for streams
};

struct OpenSource {
  std::shared_ptr<const SourceFile> file;
  FileHandle handle;
  /// 1, or opened with O_DIRECT: what offsets, lengths and addresses must be multiples of.
  std::uint32_t alignment = 1;
  /// A FIFO, opened without blocking: it ends nowhere before somebody has opened it for writing.
  bool awaits_writer = false;
};

struct FileSetOptions {
  bool direct = false;  ///< O_DIRECT for regular files and block devices where the file system takes it
};

/// Folders are read with everything below them, each in the order of its names' bytes. Symbolic links are
/// followed; one that leads back to a folder above it is an error, and a folder that was met before under
/// the same source is not read twice. FIFOs, sockets and devices in folders are left out: only who names
/// them wants them read.
/// Memory: the names of the folders on the way. Nothing is opened before next() comes to it.
/// Thread: one.
class VYRE_API FileSet {
 public:
  explicit FileSet(std::vector<std::string> sources, FileSetOptions options = {});
  FileSet(FileSet&&) noexcept;
  FileSet& operator=(FileSet&&) noexcept;
  ~FileSet();

  /// The next source, or one Error for one that cannot be read (kNotFound, kFile; `where` is its path);
  /// the set goes on behind it. Nothing at the end.
  [[nodiscard]] std::optional<Result<OpenSource>> next();

  /// How many were given out or failed, and how many of what was met in folders was left out.
  [[nodiscard]] std::uint64_t count() const noexcept;
  [[nodiscard]] std::uint64_t left_out() const noexcept;
  /// The first of those left out, for people: "x is a FIFO in a folder".
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept;

  /// Bytes of all sources, where they can be known before: all named are regular files.
  [[nodiscard]] std::optional<std::uint64_t> known_bytes() const;

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

}  // namespace vyre::stream
