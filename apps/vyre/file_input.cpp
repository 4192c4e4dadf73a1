#include "file_input.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

namespace vyre::cli {

Result<std::string> read_file(const std::string& path) {
  const auto cannot_read = [&path](int error) {
    return fail(ErrorCode::kFile, fmt::format("cannot read the file: {}", std::strerror(error)), path,
                "name a file that exists and that you may read");
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file) return cannot_read(errno);
  std::string bytes;
  char block[1 << 16];
  for (std::size_t got = 0; (got = std::fread(block, 1, sizeof(block), file.get())) > 0;)
    bytes.append(block, got);
  if (std::ferror(file.get()) != 0) return cannot_read(errno);
  return bytes;
}

}  // namespace vyre::cli
