# The switches of the build. Presets set them; nobody should have to by hand.
set(POLC_SANITIZE "" CACHE STRING "sanitizers, as for -fsanitize=")
option(POLC_COVERAGE "instrument for coverage" OFF)
option(POLC_FUZZ "instrument for libFuzzer, and offer the target `fuzzers`" OFF)
option(POLC_WERROR "warnings are errors" OFF)
option(POLC_STATIC_LLVM "link LLVM's static components, not its shared library" OFF)

# Every target gets these by linking it.
add_library(polc_flags INTERFACE)
target_compile_features(polc_flags INTERFACE cxx_std_20)
target_include_directories(polc_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(polc_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  # libstdc++ 12's own stable_sort uses what it deprecates.
  -Wno-deprecated-declarations
  $<$<BOOL:${POLC_WERROR}>:-Werror>
  # __FILE__ is relative to the sources, whether ccache made paths relative to
  # the build directory or not.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
  -fmacro-prefix-map=../../=)
# Functions that every message runs through ([[gnu::hot]]) lie side by side, so
# that they do not push each other out of the instruction cache.
target_link_options(polc_flags INTERFACE LINKER:-z,keep-text-section-prefix)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # -O1 keeps the sanitized tests inside CI's time.
  target_compile_options(polc_flags INTERFACE -O1 -g1)
endif()
if(POLC_SANITIZE)
  target_compile_options(polc_flags INTERFACE
    -fsanitize=${POLC_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(polc_flags INTERFACE -fsanitize=${POLC_SANITIZE})
endif()
if(POLC_FUZZ)
  # For the generated parser too, which takes no other flags of ours.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(POLC_COVERAGE)
  target_compile_options(polc_flags INTERFACE
    -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(polc_flags INTERFACE -fprofile-instr-generate)
endif()

# Checks stay on in release builds (compiler/support/check.h); assert() too.
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
