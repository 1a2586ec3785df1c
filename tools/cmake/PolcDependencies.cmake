# Third parties, all Debian 12 packages. Their headers stay in .cpp files.
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(CLI11 2 REQUIRED)
find_package(GTest 1.12 REQUIRED)
find_package(Threads REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Z3 REQUIRED)

# RE2 judges our regexes in the unit tests; nothing that ships links it.
# Debian 12's has no CMake config.
find_path(RE2_INCLUDE_DIR re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(polc_re2 INTERFACE)
target_link_libraries(polc_re2 INTERFACE ${RE2_LIBRARY})

# LLVM's own targets name its optional dependencies; -lLLVM-19 is all we need
# in development builds.
find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19 NO_DEFAULT_PATH)
add_library(polc_llvm INTERFACE)
target_include_directories(polc_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
if(POLC_STATIC_LLVM)
  llvm_map_components_to_libnames(polc_llvm_libs
    orcjit native passes asmparser asmprinter)
  target_link_libraries(polc_llvm INTERFACE ${polc_llvm_libs})
else()
  target_link_libraries(polc_llvm INTERFACE LLVM)
endif()
