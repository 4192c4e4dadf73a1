#include "vyre/stream/file_set.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <utility>

#include "stream/folder_walk.hpp"
#include "stream/open_source.hpp"

namespace vyre::stream {

class FileSet::Walk {
 public:
  Walk(std::vector<std::string> its_sources, FileSetOptions options)
      : sources(std::move(its_sources)), options_(options) {}

  std::optional<Result<OpenSource>> next() {
    while (true) {
      if (!folders.is_done()) {
        if (auto found = folders.next())
          return found->has_value() ? open_found(**found) : failed(std::move(*found).error());
      } else if (at_ == sources.size()) {
        return std::nullopt;
      } else if (auto opened = open_named(sources[at_++])) {
        return opened;
      }
    }
  }

  std::vector<std::string> sources;
  FolderWalk folders;
  std::uint64_t count = 0;

 private:
  Result<OpenSource> failed(Error error) {
    ++count;
    return std::unexpected(std::move(error));
  }
  Result<OpenSource> open_found(const std::string& path) {
    auto opened = open_source(path, count++, options_.direct);
    if (!opened && opened.error().code == ErrorCode::kNotFound) {
      opened.error().what = "vanished after its folder was listed";
      opened.error().fix = "run it when nothing removes files there";
    }
    return opened;
  }
  /// Nothing: it is a folder, which was entered.
  std::optional<Result<OpenSource>> open_named(const std::string& path) {
    if (path == "-") return open_standard_input(count++);
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      folders.enter_root(path);
      return std::nullopt;
    }
    return open_source(path, count++, options_.direct);
  }

  FileSetOptions options_;
  std::size_t at_ = 0;
};

FileSet::FileSet(std::vector<std::string> sources, FileSetOptions options)
    : walk_(std::make_unique<Walk>(std::move(sources), options)) {}
FileSet::FileSet(FileSet&&) noexcept = default;
FileSet& FileSet::operator=(FileSet&&) noexcept = default;
FileSet::~FileSet() = default;

std::optional<Result<OpenSource>> FileSet::next() { return walk_->next(); }
std::uint64_t FileSet::count() const noexcept { return walk_->count; }
std::uint64_t FileSet::left_out() const noexcept { return walk_->folders.left_out(); }
const std::vector<std::string>& FileSet::notes() const noexcept { return walk_->folders.notes(); }

std::optional<std::uint64_t> FileSet::known_bytes() const {
  std::uint64_t total = 0;
  for (const std::string& path : walk_->sources) {
    if (path == "-") return std::nullopt;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) continue;  // it will be an error, and no bytes
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

}  // namespace vyre::stream
