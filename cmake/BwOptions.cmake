# SPDX-License-Identifier: GPL-3.0-or-later
# Language, warnings and sanitizers. Everything is a property of the interface target `bw_flags`; no global flags.
include(FeatureSummary)

option(BW_WERROR "Treat warnings as errors" OFF)
option(BW_TESTS "Build the tests" ON)
option(BW_BENCHMARKS "Build the benchmark programs" OFF)
option(BW_DEEP_CHECKS "Compile BW_CHECK_DEEP: O(n) book, ledger and sum checks" ON)
option(BW_MUTANTS "Compile the hand-written faults of tests/mutants, switched on by an environment variable" OFF)
set(BW_SANITIZE "" CACHE STRING "Empty, address or thread")
set(BW_TEST_DATA "" CACHE PATH "Folder with market recordings; empty: shared/data beside the checkout")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT BW_TEST_DATA)
  cmake_path(SET BW_TEST_DATA NORMALIZE "${CMAKE_SOURCE_DIR}/../shared/data")
endif()

find_program(BW_CCACHE ccache)
if(BW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BW_CCACHE}")
endif()

add_library(bw_flags INTERFACE)
target_include_directories(bw_flags INTERFACE "${CMAKE_SOURCE_DIR}")
# -ffp-contract=off: otherwise trace hashes differ between compilers.
target_compile_options(bw_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Woverloaded-virtual -ffp-contract=off -fno-omit-frame-pointer)
# NDEBUG is for third-party headers; our own assertions are BW_ASSERT and stay on.
target_compile_definitions(bw_flags INTERFACE NDEBUG BOOST_ASIO_DISABLE_FENCED_BLOCK QT_NO_KEYWORDS
  QT_NO_CAST_TO_ASCII QT_USE_QSTRINGBUILDER)
if(BW_DEEP_CHECKS)
  target_compile_definitions(bw_flags INTERFACE BW_DEEP_CHECKS=1)
endif()
if(BW_MUTANTS)
  target_compile_definitions(bw_flags INTERFACE BW_MUTANTS=1)
endif()
if(BW_WERROR)
  target_compile_options(bw_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(bw_flags INTERFACE -Wthread-safety)
endif()
if(BW_SANITIZE STREQUAL "address")
  target_compile_options(bw_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(bw_flags INTERFACE -fsanitize=address,undefined)
elseif(BW_SANITIZE STREQUAL "thread")
  target_compile_options(bw_flags INTERFACE -fsanitize=thread)
  target_link_options(bw_flags INTERFACE -fsanitize=thread)
endif()
