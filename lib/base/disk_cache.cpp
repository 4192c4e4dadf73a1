#include "base/disk_cache.hpp"

#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace vyre::base {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "VYREBLOB";
constexpr std::size_t kHeaderBytes = 16;
constexpr std::uintmax_t kMaxBytes = 256U << 20;  // far above any entry of ours

fs::path cache_root() {
  // The XDG base directory specification has relative paths ignored.
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && fs::path(cache).is_absolute())
    return fs::path(cache) / "vyre";
  if (const char* home = std::getenv("HOME"); home != nullptr && fs::path(home).is_absolute())
    return fs::path(home) / ".cache" / "vyre";
  return {};
}

std::uint64_t checksum(std::span<const std::byte> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::optional<std::vector<std::byte>> read_entry(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size < kHeaderBytes || size > kMaxBytes) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::array<char, kHeaderBytes> header{};
  std::vector<std::byte> bytes(size - kHeaderBytes);
  file.read(header.data(), kHeaderBytes);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file || std::string_view(header.data(), kMagic.size()) != kMagic) return std::nullopt;
  std::uint64_t stored = 0;
  std::memcpy(&stored, header.data() + kMagic.size(), sizeof(stored));
  if (stored != checksum(bytes)) return std::nullopt;
  return bytes;
}

void write_entry(const fs::path& folder, const std::string& key, std::span<const std::byte> bytes) {
  std::error_code error;
  fs::create_directories(folder, error);
  // A name of our own first, so that no reader ever sees half an entry.
  std::string temporary = (folder / (key + ".XXXXXX")).string();
  const int descriptor = ::mkstemp(temporary.data());
  if (descriptor < 0) return;
  ::close(descriptor);
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  const std::uint64_t sum = checksum(bytes);
  file.write(kMagic.data(), static_cast<std::streamsize>(kMagic.size()));
  file.write(reinterpret_cast<const char*>(&sum), sizeof(sum));
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) fs::rename(temporary, folder / key, error);
  if (!file || error) fs::remove(temporary, error);
}

}  // namespace

DiskCache::DiskCache(std::string_view folder) {
  if (const fs::path root = cache_root(); !root.empty()) folder_ = root / folder;
}

std::string DiskCache::key_of(std::string_view everything) {
  const XXH128_hash_t hash = XXH3_128bits(everything.data(), everything.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::optional<std::vector<std::byte>> DiskCache::find(const std::string& key) const noexcept {
  if (folder_.empty()) return std::nullopt;
  try {
    return read_entry(folder_ / key);
  } catch (...) {
    return std::nullopt;  // out of memory, an odd path: as if it were not there
  }
}

void DiskCache::keep(const std::string& key, std::span<const std::byte> bytes) const noexcept {
  if (folder_.empty()) return;
  try {
    write_entry(folder_, key, bytes);
  } catch (...) {  // the entry is not kept
  }
}

}  // namespace vyre::base
