#include "handler/kernel_cache.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string_view>

#include "handler/program.hpp"
#include "handler/shader_compiler.hpp"
#include "vyre/version.hpp"

namespace vyre::handler {
namespace {

constexpr std::uint32_t kSpirvMagic = 0x0723'0203;

}  // namespace

std::string KernelCache::key_of(const Program& program) {
  std::string everything = fmt::format("vyre {}\n{}\n", kVersion, compiler_identity());
  if (program.variant == Variant::kTraced) everything += "traced\n";
  // Lengths keep two different lists of texts from joining to the same bytes.
  const auto add = [&everything](std::string_view name, std::string_view text) {
    everything += fmt::format("{} {} {}\n{}\n", name.size(), text.size(), name, text);
  };
  for (const auto& [name, text] : program.kernel) add(name, text);
  add(kCustomFile, program.custom);
  return base::DiskCache::key_of(everything);
}

std::optional<std::vector<std::uint32_t>> KernelCache::find(const std::string& key) const {
  const auto bytes = files_.find(key);
  if (!bytes || bytes->empty() || bytes->size() % sizeof(std::uint32_t) != 0) return std::nullopt;
  std::vector<std::uint32_t> spirv(bytes->size() / sizeof(std::uint32_t));
  std::memcpy(spirv.data(), bytes->data(), bytes->size());
  if (spirv.front() != kSpirvMagic) return std::nullopt;
  return spirv;
}

void KernelCache::keep(const std::string& key, std::span<const std::uint32_t> spirv) const {
  files_.keep(key, std::as_bytes(spirv));
}

}  // namespace vyre::handler
