# The rooms of src/ and who may use whom. docs/way-in.md has the picture; this table is the law.
#
#   beian_room(NAME [USES room…] [LINK library…] [TEST_USES room…] [TEST_SHARDS n])
#
# makes the library beian_NAME of every .cpp in the current folder (but *_test.cpp) and, when tests
# are on, the program NAME_test of every *_test.cpp. A room name with a slash in the tree
# (platform/http) is written with an underscore (platform_http).

set(BEIAN_PLATFORM platform_http platform_db platform_blob platform_xml platform_jobs
    platform_config platform_log platform_metrics platform_crypto platform_image platform_dns
    platform_sheet platform_process)

# Room by room: what it may use. Capabilities stand in their order, each may use those before it.
set(BEIAN_MAY_base "")
set(BEIAN_MAY_china base)
set(BEIAN_MAY_rules base china)
foreach(room IN LISTS BEIAN_PLATFORM)
  set(BEIAN_MAY_${room} base platform_log platform_config)
endforeach()
# Jobs are rows and blobs are encrypted files: both stand on the room beside them (ADR 0003).
list(APPEND BEIAN_MAY_platform_jobs platform_db)
list(APPEND BEIAN_MAY_platform_blob platform_crypto)
list(APPEND BEIAN_MAY_platform_sheet platform_xml)  # a spreadsheet is a zip of XML
set(BEIAN_MAY_wire base china platform_xml platform_crypto)
set(BEIAN_MAY_gate base china platform_http)
set(BEIAN_MAY_gate_server base gate platform_log)  # src/gate/server
set(BEIAN_MAY_gate_block base china gate platform_http)  # src/gate/block
set(BEIAN_MAY_sandbox base china wire ${BEIAN_PLATFORM})

set(BEIAN_CAPABILITIES accounts resources registry domains addresses materials verify orders batches
    authority notices compliance help)
set(before "")
foreach(room IN LISTS BEIAN_CAPABILITIES)
  set(BEIAN_MAY_${room} base china rules ${BEIAN_PLATFORM} ${before})
  list(APPEND before ${room})
endforeach()
list(APPEND BEIAN_MAY_authority wire)
set(BEIAN_MAY_testing base china rules wire gate ${BEIAN_PLATFORM} ${BEIAN_CAPABILITIES} sandbox)
set(BEIAN_MAY_testing_pictures base platform_image)
set(BEIAN_MAY_app ${BEIAN_MAY_testing} gate_server gate_block)

function(beian_check_edges room)
  if(NOT DEFINED BEIAN_MAY_${room})
    message(FATAL_ERROR "${room} is not a room: give it a line in cmake/layers.cmake")
  endif()
  foreach(used IN LISTS ARGN)
    if(NOT used IN_LIST BEIAN_MAY_${room})
      message(FATAL_ERROR "${room} must not use ${used}: see cmake/layers.cmake")
    endif()
  endforeach()
endfunction()

# What nearly every file reads, read once for each target: a third of the time of a build with clang.
# The plain builds go without, so that a file that forgets an include is found.
set(BEIAN_OFTEN_READ <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set>
    <span> <sstream> <string> <string_view> <vector> "${PROJECT_SOURCE_DIR}/src/base/json.hpp"
    "${PROJECT_SOURCE_DIR}/src/base/clock.hpp")
function(beian_precompile target)
  if(BEIAN_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${BEIAN_OFTEN_READ} ${ARGN})
  endif()
endfunction()

# They go over each byte of every document: under the sanitizers half of a large test's time was theirs
# alone. The rest is sooner compiled than run.
set(BEIAN_BYTE_LOOPS base platform_xml wire)

# Clang does not see that libstdc++'s stable_sort may use what is deprecated to others.
function(beian_allow_stable_sort)
  foreach(source IN LISTS ARGN)
    file(STRINGS ${source} sorts REGEX "stable_sort" LIMIT_COUNT 1)
    if(sorts AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS -Wno-deprecated-declarations)
    endif()
  endforeach()
endfunction()

function(beian_room room)
  cmake_parse_arguments(ARG "" "TEST_SHARDS" "USES;LINK;TEST_USES" ${ARGN})
  beian_check_edges(${room} ${ARG_USES})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")

  beian_allow_stable_sort(${sources} ${tests})

  set(uses ${ARG_USES})
  list(TRANSFORM uses PREPEND beian_)
  if(sources)
    add_library(beian_${room} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(beian_${room} PUBLIC ${uses} PRIVATE beian_options ${ARG_LINK})
    target_include_directories(beian_${room} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    list(LENGTH sources count)
    if(count GREATER 3)
      beian_precompile(beian_${room})
    endif()
    if(BEIAN_SANITIZE AND room IN_LIST BEIAN_BYTE_LOOPS)
      target_compile_options(beian_${room} PRIVATE -O1)
    endif()
  else()
    add_library(beian_${room} INTERFACE)
    target_link_libraries(beian_${room} INTERFACE ${uses})
    target_include_directories(beian_${room} INTERFACE "${PROJECT_SOURCE_DIR}/src")
  endif()
  set_property(GLOBAL APPEND PROPERTY BEIAN_ROOMS ${room})
  set_property(GLOBAL PROPERTY BEIAN_USES_${room} "${ARG_USES}")

  if(BEIAN_TESTS AND tests)
    add_executable(${room}_test ${tests})
    set(test_uses ${ARG_TEST_USES})
    list(TRANSFORM test_uses PREPEND beian_)
    target_link_libraries(${room}_test PRIVATE beian_${room} ${test_uses} beian_options ${ARG_LINK}
                                               rapidcheck GTest::gmock GTest::gtest_main)
    list(LENGTH tests count)
    if(count GREATER 2)
      beian_precompile(${room}_test <gtest/gtest.h> <gmock/gmock.h>)
    endif()
    if(NOT ARG_TEST_SHARDS)
      set(ARG_TEST_SHARDS 1)
    endif()
    foreach(shard RANGE 1 ${ARG_TEST_SHARDS})
      set(name unit.${room})
      if(ARG_TEST_SHARDS GREATER 1)
        string(APPEND name .${shard})
      endif()
      math(EXPR index "${shard} - 1")
      add_test(NAME ${name} COMMAND ${room}_test --gtest_brief=1
               WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
      set_tests_properties(${name} PROPERTIES ENVIRONMENT
                           "GTEST_TOTAL_SHARDS=${ARG_TEST_SHARDS};GTEST_SHARD_INDEX=${index}")
    endforeach()
  endif()
endfunction()

# Includes are checked too: a header-only edge links nothing and would slip through.
function(beian_check_layers)
  get_property(rooms GLOBAL PROPERTY BEIAN_ROOMS)
  set(lines "")
  foreach(room IN LISTS rooms)
    get_property(uses GLOBAL PROPERTY BEIAN_USES_${room})
    string(REPLACE ";" " " uses "${uses}")
    string(APPEND lines "${room}: ${uses}\n")
  endforeach()
  file(WRITE "${PROJECT_BINARY_DIR}/rooms.txt" "${lines}")
endfunction()
