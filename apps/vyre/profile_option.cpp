#include "profile_option.hpp"

#include <fmt/format.h>

namespace vyre::cli {

void ProfileOption::add_to(CLI::App& app, const std::string& group) {
  app.add_flag("--no-profile", off_, "Leave what `vyre bench tune` found for the device alone")
      ->envname("VYRE_NO_PROFILE")
      ->group(group);
}

Result<void> ProfileOption::read(Context& context, const std::string& backend,
                                 const gpu::MegakernelOptions& kernel) {
  shape_.reset();
  const bool open = kernel.lanes == 0 || kernel.workgroups == 0;
  const auto path = Profile::default_path();
  if (off_ || !open || backend != "vulkan" || !path) return {};
  VYRE_TRY(const auto profile, Profile::load(*path));
  if (profile.is_empty()) return {};
  const auto device = gpu::choose_device(kernel.device);
  if (!device) return {};
  VYRE_TRY(auto tuned, profile.find(*device));
  if (!tuned.why_not.empty())
    context.note(fmt::format("{}: the profile is not used: {}", profile.path(), tuned.why_not));
  shape_ = std::move(tuned.shape);
  return {};
}

void ProfileOption::apply(gpu::MegakernelOptions& kernel, const ring::BackendConfig& config) const {
  if (shape_) fill_in(*shape_, config, kernel);
}

}  // namespace vyre::cli
