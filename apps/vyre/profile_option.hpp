/// `--no-profile`, and the profile's part in a kernel's shape.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "context.hpp"
#include "profile.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/ring/backend.hpp"

namespace vyre::cli {

/// Phases: 1. add_to, parse. 2. read, once the device is known. 3. apply, for each kernel.
class ProfileOption {
 public:
  void add_to(CLI::App& app, const std::string& group);
  [[nodiscard]] bool is_off() const noexcept { return off_; }

  /// Looks up the device that `kernel` names, unless nothing is left open for the profile. An entry that does
  /// not fit the driver is told, and not used. A device that cannot be found is no error here: who opens
  /// it says so. Errors: those of Profile::load and find.
  [[nodiscard]] Result<void> read(Context& context, const std::string& backend,
                                  const gpu::MegakernelOptions& kernel);
  /// Fills in what the command line and the environment left open, see fill_in().
  void apply(gpu::MegakernelOptions& kernel, const ring::BackendConfig& config) const;

 private:
  bool off_ = false;
  std::optional<TunedShape> shape_;
};

}  // namespace vyre::cli
