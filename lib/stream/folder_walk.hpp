/// FolderWalk: the files below a folder, in order, with its links followed and no folder read twice.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "vyre/base/error.hpp"

namespace vyre::stream {

class FolderWalk {
 public:
  /// Starts with this folder. Errors come from next().
  void enter_root(const std::string& path);
  [[nodiscard]] bool is_done() const noexcept { return folders_.empty() && !pending_; }

  /// A path to open, an Error for one that cannot be read, or nothing: look at is_done() and ask again.
  [[nodiscard]] std::optional<Result<std::string>> next();

  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

 private:
  using Identity = std::pair<::dev_t, ::ino_t>;
  struct Folder {
    std::string path;
    Identity identity;
    std::vector<std::string> names;  ///< sorted backwards: the next is the last
  };
  void enter(const std::string& path);
  void leave_out(std::string note);
  [[nodiscard]] std::optional<Result<std::string>> look_at(std::string path);

  std::vector<Folder> folders_;
  std::set<Identity> met_;
  std::optional<Error> pending_;
  std::uint64_t left_out_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace vyre::stream
