# SPDX-License-Identifier: GPL-3.0-or-later
# One function per kind of target, so that a folder's CMakeLists is a list of its files and of what it may use.

# bw_module(bw_book SOURCES a.cpp a.h LINK bw_base [QT])      a static library; LINK equals its row in tests/tidy/layers.txt
function(bw_module name)
  cmake_parse_arguments(ARG "QT" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC bw_flags ${ARG_LINK})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  if(ARG_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()

# bw_test(book_test LABEL unit SOURCES a_test.cpp LINK bw_domain [QT])     a doctest program registered with ctest
# LABEL is one of unit sim venue gui fuzz-corpus tidy crash slow.
function(bw_test name)
  cmake_parse_arguments(ARG "QT" "LABEL;TIMEOUT" "SOURCES;LINK;ARGS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE bw_flags ${ARG_LINK} bw_test_main)
  target_compile_definitions(${name} PRIVATE BW_TEST_DATA_DIR="${BW_TEST_DATA}" BW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(ARG_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(BW_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;ASAN_OPTIONS=detect_leaks=1;UBSAN_OPTIONS=print_stacktrace=1;LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0")
endfunction()

# bw_bench(bench_book SOURCES bench_book.cpp LINK bw_domain)   a stand-alone program printing one JSON line per figure
function(bw_bench name)
  cmake_parse_arguments(ARG "QT" "" "SOURCES;LINK" ${ARGN})
  if(NOT BW_BENCHMARKS)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE bw_flags ${ARG_LINK})
  target_compile_definitions(${name} PRIVATE BW_TEST_DATA_DIR="${BW_TEST_DATA}" BW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(ARG_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()
