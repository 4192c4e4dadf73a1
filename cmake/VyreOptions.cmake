# Build options, the warnings and the sanitizers; settings hang on targets.
option(VYRE_STATIC "Build libvyre as a static library" OFF)
option(VYRE_WERROR "Treat warnings as errors" ON)
set(VYRE_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined or thread")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(VYRE_CCACHE ccache)
if(VYRE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${VYRE_CCACHE})
endif()

add_library(vyre_warnings INTERFACE)
target_compile_options(vyre_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                       -Wold-style-cast -Wundef)
if(VYRE_WERROR)
  target_compile_options(vyre_warnings INTERFACE -Werror)
endif()

add_library(vyre_sanitize INTERFACE)
if(VYRE_SANITIZE)
  target_compile_options(vyre_sanitize INTERFACE -fsanitize=${VYRE_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(vyre_sanitize INTERFACE -fsanitize=${VYRE_SANITIZE})
endif()
