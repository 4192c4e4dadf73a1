/// The profile: which shape of the kernel was the best on each device of this machine, as `vyre bench tune`
/// found out. A JSON file in the XDG config folder; vyre-bench(1) lists its keys.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "vyre/base/error.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::cli {

/// What was found for one device.
struct TunedShape {
  std::string name;    ///< the device's
  std::string driver;  ///< name and version, as DeviceInfo::driver
  std::uint32_t lanes = 0;
  std::uint32_t workgroups = 0;
  std::uint32_t slots = 0;  ///< of a ring that keeps the device busy
  // Medians of the rounds, for this shape and for the device's defaults in the same run.
  double p50_us = 0;  ///< one slot, published to done
  double default_p50_us = 0;
  double slots_per_s = 0;
  double default_slots_per_s = 0;
  unsigned rounds = 0;
  std::string date;     ///< "2026-11-25T19:00:00Z"
  std::string version;  ///< of vyre
};

/// Puts a tuned shape where the options leave lanes or workgroups open (0). Kernels that scan keep the
/// device's defaults: what was tuned is how slots are found that do next to nothing.
void fill_in(const TunedShape& shape, const ring::BackendConfig& config, gpu::MegakernelOptions& kernel);

/// What the profile says about a device. At most one of the two is set; neither: nothing.
struct Tuned {
  std::optional<TunedShape> shape;
  std::string why_not;  ///< why an entry for the device is not used, and what to do
};

class Profile {
 public:
  /// $XDG_CONFIG_HOME/vyre/profile.json, else ~/.config/vyre/profile.json; a relative XDG_CONFIG_HOME counts
  /// as none. Nothing where neither variable names a folder.
  [[nodiscard]] static std::optional<std::string> default_path();
  /// A file that does not exist is an empty profile. Errors: kFile (it cannot be read); those of parse().
  [[nodiscard]] static Result<Profile> load(const std::string& path);
  /// Errors: kBadInput (the text is no profile, or a later version's), `where` is `path`, and line and column
  /// where the text is no JSON.
  [[nodiscard]] static Result<Profile> parse(std::string_view text, const std::string& path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_empty() const noexcept { return shapes_.empty(); }
  /// An entry made with another driver is not used. Errors: kBadInput (the shape is beyond the device's
  /// limits).
  [[nodiscard]] Result<Tuned> find(const gpu::DeviceInfo& device) const;
  /// Puts an entry in the place of the device's earlier one. What the file says of others stays.
  void keep(const std::string& uuid, const TunedShape& shape);
  [[nodiscard]] std::string text() const;
  /// Makes the folder if there is none, and replaces the file whole or not at all. Errors: kFile.
  [[nodiscard]] Result<void> save() const;

 private:
  explicit Profile(std::string path) : path_(std::move(path)) {}

  std::string path_;
  nlohmann::ordered_json devices_ = nlohmann::ordered_json::object();  ///< as the file has them
  std::map<std::string, TunedShape> shapes_;                           ///< the same, by UUID
};

}  // namespace vyre::cli
