# Installation: the library with its headers, the CMake package, the pkg-config file, the schema.
# Man pages are installed by man/, the program and its completions by apps/vyre/.
include(CMakePackageConfigHelpers)
set(vyre_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vyre)

install(TARGETS vyre EXPORT vyreTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT vyreTargets NAMESPACE vyre:: DESTINATION ${vyre_package_dir} COMPONENT development)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/vyreConfig.cmake.in vyreConfig.cmake
                              INSTALL_DESTINATION ${vyre_package_dir})
# Before 1.0 a minor version may break its users, so only the same one is compatible.
write_basic_package_version_file(vyreConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/vyreConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/vyreConfigVersion.cmake
        DESTINATION ${vyre_package_dir} COMPONENT development)

# The libraries that a static libvyre needs at the link of its user, as pkg-config writes them.
set(vyre_pc_libs "")
set(vyre_pc_cflags "")
if(VYRE_STATIC)
  install(FILES ${CMAKE_CURRENT_LIST_DIR}/VyreLinkDependencies.cmake
          DESTINATION ${vyre_package_dir} COMPONENT development)
  set(vyre_pc_cflags " -DVYRE_STATIC")
  get_target_property(vyre_shaderc_first vyre_shaderc IMPORTED_LOCATION)
  get_target_property(vyre_shaderc_rest vyre_shaderc INTERFACE_LINK_LIBRARIES)
  list(JOIN vyre_shaderc_rest " " vyre_shaderc_rest)
  set(vyre_yaml -lyaml-cpp)
  set(vyre_uring_link -luring)
  set(vyre_fa_link -lfa)
  if(VYRE_PORTABLE)
    get_target_property(vyre_yaml yaml-cpp IMPORTED_LOCATION)
    get_target_property(vyre_uring_link vyre_uring IMPORTED_LOCATION)
    get_target_property(vyre_fa_link vyre_fa IMPORTED_LOCATION)
  endif()
  set(vyre_pc_libs " ${vyre_yaml} ${vyre_uring_link} ${vyre_fa_link} ${vyre_shaderc_first} ${vyre_shaderc_rest} -ldl -lstdc++ -lm -pthread")
endif()
# Found from where the .pc lies, so that an installed tree can be moved.
file(RELATIVE_PATH vyre_pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/vyre.pc.in vyre.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/vyre.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation)

# The program prints its own completions. An instrumented one is nothing to install, and may want a
# special environment to run.
if(TARGET vyre-cli AND NOT VYRE_SANITIZE AND NOT VYRE_COVERAGE AND NOT CMAKE_CROSSCOMPILING)
  set(vyre_completions ${CMAKE_CURRENT_BINARY_DIR}/completions)
  file(MAKE_DIRECTORY ${vyre_completions})
  foreach(shell IN ITEMS bash fish zsh)
    add_custom_command(OUTPUT ${vyre_completions}/vyre.${shell}
                       COMMAND vyre-cli completion ${shell} > ${vyre_completions}/vyre.${shell}
                       DEPENDS vyre-cli VERBATIM)
  endforeach()
  add_custom_target(vyre_completions ALL
    DEPENDS ${vyre_completions}/vyre.bash ${vyre_completions}/vyre.fish ${vyre_completions}/vyre.zsh)
  install(FILES ${vyre_completions}/vyre.bash COMPONENT runtime
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME vyre)
  install(FILES ${vyre_completions}/vyre.fish COMPONENT runtime
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  install(FILES ${vyre_completions}/vyre.zsh COMPONENT runtime
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _vyre)
endif()
