#include "stream/folder_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <string_view>

#include "stream/open_source.hpp"
#include "stream/stream_error.hpp"

namespace vyre::stream {

namespace {

constexpr std::size_t kMostNotes = 32;

struct CloseFolder {
  void operator()(::DIR* folder) const noexcept { ::closedir(folder); }
};

std::string_view kind_name(::mode_t mode) {
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

Error unlisted(int error_number, const std::string& path) {
  Error error = open_error(error_number, path);
  error.what = fmt::format("cannot list the folder: {}", errno_text(error_number));
  return error;
}

}  // namespace

void FolderWalk::enter_root(const std::string& path) {
  met_.clear();
  enter(path);
}

void FolderWalk::enter(const std::string& path) {
  const std::unique_ptr<::DIR, CloseFolder> list(::opendir(path.c_str()));
  struct stat status {};
  if (!list || ::fstat(::dirfd(list.get()), &status) != 0) {
    pending_ = unlisted(errno, path);
    return;
  }
  Folder folder{path, {status.st_dev, status.st_ino}, {}};
  const auto above = std::find_if(folders_.begin(), folders_.end(),
                                  [&](const Folder& one) { return one.identity == folder.identity; });
  if (above != folders_.end()) {
    pending_ = Error{ErrorCode::kFile, fmt::format("leads back to the folder {} that holds it", above->path),
                     path, "remove the link, or name the folders without it"};
    return;
  }
  if (!met_.insert(folder.identity).second)
    return leave_out(fmt::format("{} was read under another name", path));
  errno = 0;
  while (const ::dirent* entry = ::readdir(list.get())) {
    const std::string_view name = &entry->d_name[0];
    if (name != "." && name != "..") folder.names.emplace_back(name);
  }
  if (errno != 0) pending_ = unlisted(errno, path);
  std::sort(folder.names.begin(), folder.names.end(), std::greater<>());
  folders_.push_back(std::move(folder));
}

void FolderWalk::leave_out(std::string note) {
  ++left_out_;
  if (notes_.size() < kMostNotes) notes_.push_back(std::move(note));
}

std::optional<Result<std::string>> FolderWalk::look_at(std::string path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const int error_number = errno;
    struct stat link {};
    if (error_number == ENOENT && ::lstat(path.c_str(), &link) == 0)
      return fail(ErrorCode::kNotFound, "is a symbolic link to nothing", path, "mend or remove the link");
    if (error_number == ENOENT)
      return fail(ErrorCode::kNotFound, "vanished after its folder was listed", path,
                  "run it when nothing removes files there");
    return std::unexpected(open_error(error_number, path));
  }
  if (S_ISREG(status.st_mode)) return path;
  if (S_ISDIR(status.st_mode))
    enter(path);
  else
    leave_out(fmt::format("{} is {} in a folder", path, kind_name(status.st_mode)));
  return std::nullopt;
}

std::optional<Result<std::string>> FolderWalk::next() {
  if (pending_) {
    Error error = std::move(*pending_);
    pending_.reset();
    return std::unexpected(std::move(error));
  }
  if (folders_.empty()) return std::nullopt;
  Folder& folder = folders_.back();
  if (folder.names.empty()) {
    folders_.pop_back();
    return std::nullopt;
  }
  std::string path = folder.path.ends_with('/') ? folder.path : folder.path + '/';
  path += folder.names.back();
  folder.names.pop_back();
  return look_at(std::move(path));
}

}  // namespace vyre::stream
