#include "device_options.hpp"

#include <cstdint>

namespace vyre::cli {

void add_device_options(CLI::App& app, std::string& backend, gpu::MegakernelOptions& kernel,
                        ProfileOption& profile) {
  const auto* group = "Device";
  app.add_option("--backend", backend, "What runs the work: a Vulkan device or the interpreter")
      ->type_name("NAME")
      ->check(CLI::IsMember({"vulkan", "reference"}))
      ->envname("VYRE_BACKEND")
      ->capture_default_str()
      ->group(group);
  app.add_option("--device", kernel.device,
                 "auto, cpu, a number, a UUID, or part of a name; see `vyre devices`")
      ->type_name("DEVICE")
      ->envname("VYRE_DEVICE")
      ->capture_default_str()
      ->group(group);
  app.add_option("--lanes", kernel.lanes,
                 "Invocations in a workgroup, 0: the profile's, or the device's default")
      ->type_name("N")
      ->envname("VYRE_LANES")
      ->group(group);
  app.add_option("--workgroups", kernel.workgroups, "Workgroups, 0: the profile's, or the device's default")
      ->type_name("N")
      ->envname("VYRE_WORKGROUPS")
      ->group(group);
  app.add_option("--slice-passes", kernel.slice_passes,
                 "Passes of the kernel's loop in one dispatch, 0: the device's default")
      ->type_name("N")
      ->group(group);
  app.add_option("--idle-passes", kernel.idle_passes,
                 "Passes without work before a dispatch ends, 0: the device's default")
      ->type_name("N")
      ->group(group);
  profile.add_to(app, group);
  app.add_flag("!--no-probe", kernel.probe, "Skip the start-up probe of the device")->group(group);
  app.add_flag("--validation", kernel.validation, "Load the Khronos validation layer")->group(group);
}

}  // namespace vyre::cli
