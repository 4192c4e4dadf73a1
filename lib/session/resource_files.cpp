#include "session/resource_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <system_error>

namespace vyre::session {

Result<ResourceFiles> ResourceFiles::open(std::span<const ResourceFile> files) {
  std::map<std::filesystem::path, bool> writable;
  for (const auto& file : files) writable[file.path] |= file.writable;
  ResourceFiles all;
  std::map<std::filesystem::path, std::size_t> by_path;
  for (const auto& file : files) {
    const auto [known, is_new] = by_path.try_emplace(file.path, all.opened_.size());
    all.by_resource_.push_back(known->second);
    if (!is_new) continue;
    Open opened;
    opened.handle =
        stream::FileHandle(::open(file.path.c_str(), (writable[file.path] ? O_RDWR : O_RDONLY) | O_CLOEXEC));
    if (opened.handle.get() < 0)
      return fail(ErrorCode::kFile,
                  fmt::format("cannot open the resource's file: {}", std::generic_category().message(errno)),
                  file.path.string(),
                  file.writable ? "name a file that may be written, or take 'writable' away"
                                : "name a file that may be read");
    opened.file.descriptor = opened.handle.get();
    opened.has_offsets = ::lseek(opened.handle.get(), 0, SEEK_CUR) >= 0;
    all.opened_.push_back(std::move(opened));
  }
  return all;
}

void ResourceFiles::attach_to(stream::IoEngine& engine) {
  for (Open& opened : opened_) opened.file = engine.attach(opened.handle.get());
}

}  // namespace vyre::session
