#include "handler/kernel_cache.hpp"

#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "handler/program.hpp"
#include "handler/shader_compiler.hpp"
#include "vyre/version.hpp"

namespace vyre::handler {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "VYRESPV1";
constexpr std::size_t kHeaderBytes = 16;
constexpr std::uintmax_t kMaxBytes = 64U << 20;  ///< far above any kernel: a larger file is not ours
constexpr std::uint32_t kSpirvMagic = 0x0723'0203;

fs::path default_folder() {
  // The XDG base directory specification has relative paths ignored.
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && fs::path(cache).is_absolute())
    return fs::path(cache) / "vyre" / "kernels";
  if (const char* home = std::getenv("HOME"); home != nullptr && fs::path(home).is_absolute())
    return fs::path(home) / ".cache" / "vyre" / "kernels";
  return {};
}

std::uint64_t checksum(std::span<const std::uint32_t> words) {
  return XXH3_64bits(words.data(), words.size_bytes());
}

}  // namespace

KernelCache::KernelCache() : folder_(default_folder()) {}

std::string KernelCache::key_of(const Program& program) {
  std::string everything = fmt::format("vyre {}\n{}\n", kVersion, compiler_identity());
  // Lengths keep two different lists of texts from joining to the same bytes.
  const auto add = [&everything](std::string_view name, std::string_view text) {
    everything += fmt::format("{} {} {}\n{}\n", name.size(), text.size(), name, text);
  };
  for (const auto& [name, text] : program.kernel) add(name, text);
  add(kCustomFile, program.custom);
  const XXH128_hash_t hash = XXH3_128bits(everything.data(), everything.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::optional<std::vector<std::uint32_t>> KernelCache::find(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  std::error_code error;
  const fs::path path = folder_ / (key + ".spv");
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size <= kHeaderBytes || size > kMaxBytes || size % sizeof(std::uint32_t) != 0)
    return std::nullopt;

  std::ifstream file(path, std::ios::binary);
  std::array<char, kHeaderBytes> header{};
  std::vector<std::uint32_t> spirv((size - kHeaderBytes) / sizeof(std::uint32_t));
  file.read(header.data(), kHeaderBytes);
  file.read(reinterpret_cast<char*>(spirv.data()), static_cast<std::streamsize>(size - kHeaderBytes));
  if (!file || std::string_view(header.data(), kMagic.size()) != kMagic) return std::nullopt;
  std::uint64_t stored = 0;
  std::memcpy(&stored, header.data() + kMagic.size(), sizeof(stored));
  if (stored != checksum(spirv) || spirv[0] != kSpirvMagic) return std::nullopt;
  return spirv;
}

void KernelCache::keep(const std::string& key, std::span<const std::uint32_t> spirv) const {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  // A name of our own first, so that no reader ever sees half an entry.
  std::string temporary = (folder_ / (key + ".XXXXXX")).string();
  const int descriptor = mkstemp(temporary.data());
  if (descriptor < 0) return;
  close(descriptor);

  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  const std::uint64_t sum = checksum(spirv);
  file.write(kMagic.data(), static_cast<std::streamsize>(kMagic.size()));
  file.write(reinterpret_cast<const char*>(&sum), sizeof(sum));
  file.write(reinterpret_cast<const char*>(spirv.data()), static_cast<std::streamsize>(spirv.size_bytes()));
  file.close();
  if (file) fs::rename(temporary, folder_ / (key + ".spv"), error);
  if (!file || error) fs::remove(temporary, error);
}

}  // namespace vyre::handler
