# Finds the libraries that libvyre itself links: Threads, yaml-cpp, shaderc, liburing, libfa. (Vulkan's loader is
# opened at run time.)
# Used by the build, and by the installed package where libvyre is static.
# In: VYRE_STATIC_DEPENDENCIES - take the archives, for a binary that runs where they are not installed.
# Out: targets Threads::Threads, yaml-cpp, vyre_uring, vyre_fa, vyre_shaderc; VYRE_SHADERC_LIBRARY (the last one).
find_package(Threads REQUIRED)

# vyre_imported(<target> <file> [<further files>...]): a library known by its files.
function(vyre_imported target first)
  if(NOT TARGET ${target})
    add_library(${target} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION "${first}")
    target_link_libraries(${target} INTERFACE ${ARGN})
  endif()
endfunction()

# vyre_find_archives(<result> <names>...): the full paths of static libraries.
function(vyre_find_archives result)
  set(paths "")
  foreach(name IN LISTS ARGN)
    find_library(VYRE_ARCHIVE_${name} NAMES lib${name}.a REQUIRED)
    mark_as_advanced(VYRE_ARCHIVE_${name})
    list(APPEND paths ${VYRE_ARCHIVE_${name}})
  endforeach()
  set(${result} "${paths}" PARENT_SCOPE)
endfunction()

# Always the archives: Debian 12's shared libshaderc does not link the glslang that it calls. Its archive
# holds shaderc alone and stands on glslang and SPIRV-Tools; users come before what they use.
vyre_find_archives(vyre_archives shaderc_combined glslang MachineIndependent GenericCodeGen OSDependent
                   OGLCompiler HLSL SPIRV SPIRV-Tools-opt SPIRV-Tools)
vyre_imported(vyre_shaderc ${vyre_archives})
set(VYRE_SHADERC_LIBRARY vyre_shaderc)

if(VYRE_STATIC_DEPENDENCIES)
  vyre_find_archives(vyre_archives yaml-cpp)
  vyre_imported(yaml-cpp ${vyre_archives})
  vyre_find_archives(vyre_archives uring)
  vyre_imported(vyre_uring ${vyre_archives})
  vyre_find_archives(vyre_archives fa)
  vyre_imported(vyre_fa ${vyre_archives})
else()
  find_package(yaml-cpp 0.7 REQUIRED)
  find_library(VYRE_LIBURING NAMES uring REQUIRED)
  mark_as_advanced(VYRE_LIBURING)
  vyre_imported(vyre_uring ${VYRE_LIBURING})
  find_library(VYRE_LIBFA NAMES fa REQUIRED)
  mark_as_advanced(VYRE_LIBFA)
  vyre_imported(vyre_fa ${VYRE_LIBFA})
endif()
