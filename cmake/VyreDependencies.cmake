# Every package outside the project, found once.
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9 REQUIRED)
# Its headers alone cost several seconds in every file, so they serve only where no fmt library may be
# asked for at the link: in a static libvyre.
add_library(vyre_fmt INTERFACE)
target_link_libraries(vyre_fmt INTERFACE $<IF:$<BOOL:${VYRE_STATIC}>,fmt::fmt-header-only,fmt::fmt>)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(pugixml 1.12 REQUIRED)
if(VYRE_PORTABLE)
  set_target_properties(pugixml::pugixml PROPERTIES INTERFACE_LINK_LIBRARIES pugixml::static)
endif()
find_package(Vulkan 1.3 REQUIRED)
find_program(VYRE_GLSLANG glslangValidator REQUIRED)
find_program(VYRE_SPIRV_VAL spirv-val REQUIRED)

# What libvyre links. A static libvyre hands these on, so its package finds them by the same file.
set(VYRE_STATIC_DEPENDENCIES ${VYRE_PORTABLE})
include(VyreLinkDependencies)
