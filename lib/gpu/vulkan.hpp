/// Vulkan's C++ headers as this room uses them: RAII types, exceptions inside the room, the loader
/// opened at run time, so that a machine without one gets an error instead of a program that won't start.
#pragma once

#define VULKAN_HPP_NO_STRUCT_CONSTRUCTORS
#define VK_NO_PROTOTYPES
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#include <vulkan/vulkan_raii.hpp>
#pragma GCC diagnostic pop
