# Build options, the warnings and the sanitizers; settings hang on targets.
option(VYRE_STATIC "Build libvyre as a static library" OFF)
option(VYRE_PORTABLE "Link everything but libc and the Vulkan loader statically; implies VYRE_STATIC" OFF)
option(VYRE_WERROR "Treat warnings as errors" ON)
option(VYRE_FUZZ "Build the fuzz targets with libFuzzer (clang only)" OFF)
option(VYRE_COVERAGE "Count the lines that run, for scripts/coverage" OFF)
set(VYRE_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined or thread")

if(VYRE_PORTABLE)
  set(VYRE_STATIC ON)
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# -O3 makes nothing here faster that tests/bench measures, and every build slower.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
# The installed program finds the library beside it, wherever both were put.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(VYRE_CCACHE ccache)
if(VYRE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths below the tree count as relative, so that presets and clones share what is the same in them.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${VYRE_CCACHE})
endif()

add_library(vyre_warnings INTERFACE)
target_compile_options(vyre_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                       -Wold-style-cast -Wundef
                       # GCC 12 sees overlaps in std::string that are not there (GCC bug 105651)
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(VYRE_WERROR)
  target_compile_options(vyre_warnings INTERFACE -Werror)
endif()

add_library(vyre_sanitize INTERFACE)
if(VYRE_SANITIZE)
  target_compile_options(vyre_sanitize INTERFACE -fsanitize=${VYRE_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(vyre_sanitize INTERFACE -fsanitize=${VYRE_SANITIZE})
endif()
if(VYRE_COVERAGE)
  target_compile_options(vyre_sanitize INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(vyre_sanitize INTERFACE --coverage)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
    message(FATAL_ERROR "clang ${CMAKE_CXX_COMPILER_VERSION} cannot build vyre; use clang 16 or later")
  elseif(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    # libstdc++ offers <expected> only to compilers that claim all of C++20's concepts. Clang 16 to 18
    # have what it needs of them and claim less.
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-U__cpp_concepts -D__cpp_concepts=202002L>"
                        $<$<COMPILE_LANGUAGE:CXX>:-Wno-builtin-macro-redefined>)
  endif()
elseif(VYRE_FUZZ)
  message(FATAL_ERROR "VYRE_FUZZ needs clang, this is ${CMAKE_CXX_COMPILER_ID}; use the preset `fuzz`")
endif()

if(VYRE_PORTABLE)
  add_link_options(-static-libstdc++ -static-libgcc)
endif()
