/// `--backend`, `--device` and the kernel's shape: the same for every command that runs workloads.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "profile_option.hpp"
#include "vyre/gpu/megakernel.hpp"

namespace vyre::cli {

/// Adds the options that choose what runs the work, and its shape. Each is read from VYRE_... too, where
/// vyre(1) says so.
void add_device_options(CLI::App& app, std::string& backend, gpu::MegakernelOptions& kernel,
                        ProfileOption& profile);

}  // namespace vyre::cli
