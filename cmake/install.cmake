# What is installed besides the libraries: how find_package and pkg-config find them.
include(CMakePackageConfigHelpers)
set(package ${PROJECT_BINARY_DIR}/package)
set(place ${CMAKE_INSTALL_LIBDIR}/cmake/hourglass)

install(FILES hourglass.hpp ${PROJECT_BINARY_DIR}/include/hourglass/version.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/hourglass)
install(TARGETS hourglass_hourglass hourglass_hourglass_f64 EXPORT hourglass)
install(EXPORT hourglass NAMESPACE hourglass:: DESTINATION ${place})
configure_package_config_file(cmake/hourglassConfig.cmake.in ${package}/hourglassConfig.cmake
                              INSTALL_DESTINATION ${place})
write_basic_package_version_file(${package}/hourglassConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package}/hourglassConfig.cmake ${package}/hourglassConfigVersion.cmake DESTINATION ${place})

# pkg-config: the prefix is found from where the file lies, so that an installation can be moved.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
foreach(suffix "" "_f64")
  set(definitions -DXTENSOR_USE_XSIMD)
  if(suffix)
    string(APPEND definitions " -DHOURGLASS_F64")
  endif()
  configure_file(cmake/hourglass.pc.in ${package}/hourglass${suffix}.pc @ONLY)
  install(FILES ${package}/hourglass${suffix}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
