# polc_add_library(NAME SRCS ... DEPS ... PRIVATE_DEPS ...)
#   One static library a folder, `polc_NAME`, alias `polc::NAME`. DEPS are
#   those whose headers this folder's headers include. Folders may link only
#   what the layer table of docs/architecture.md lets them include.
function(polc_add_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(polc_${name} STATIC ${ARG_SRCS})
  add_library(polc::${name} ALIAS polc_${name})
  target_link_libraries(polc_${name}
    PUBLIC polc_flags ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
endfunction()

# polc_add_test(NAME SRCS ... DEPS ...): a GoogleTest program, found by CTest.
function(polc_add_test name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name}
    PRIVATE polc_flags ${ARG_DEPS} GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
  add_test(NAME ${name} COMMAND ${name}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
