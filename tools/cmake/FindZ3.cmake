# Debian's Z3 4.8.12 has no CMake config. Defines Z3::Z3 (the C API).
find_path(Z3_INCLUDE_DIR z3.h)
find_library(Z3_LIBRARY z3)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Z3 REQUIRED_VARS Z3_LIBRARY Z3_INCLUDE_DIR)
if(Z3_FOUND AND NOT TARGET Z3::Z3)
  # No include directory: /usr/include as -isystem would break <cstdlib>.
  add_library(Z3::Z3 UNKNOWN IMPORTED)
  set_target_properties(Z3::Z3 PROPERTIES IMPORTED_LOCATION ${Z3_LIBRARY})
endif()
mark_as_advanced(Z3_INCLUDE_DIR Z3_LIBRARY)
