# Language level, warnings, sanitizers, linker and compiler cache.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# A warning stops whoever works on the code, not whoever only wants to run it with a newer compiler.
option(BEIAN_WERROR "Warnings stop an optimized build too" OFF)
add_library(beian_options INTERFACE)
target_compile_options(beian_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
                       $<$<OR:$<CONFIG:Debug>,$<BOOL:${BEIAN_WERROR}>>:-Werror>
                       # GCC 12 warns falsely when it optimizes: of overlaps in std::string's own code
                       # (bug 105651) and of strings inside std::variant (bug 80635).
                       $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict>
                       $<$<AND:$<CXX_COMPILER_ID:GNU>,$<NOT:$<CONFIG:Debug>>>:-Wno-maybe-uninitialized>)

set(BEIAN_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")
if(BEIAN_SANITIZE)
  # GCC 12 warns falsely inside <regex>, std::variant and the frames of Asio under sanitizers.
  add_compile_options(-fsanitize=${BEIAN_SANITIZE} -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized -Wno-mismatched-new-delete)
  endif()
  if(BEIAN_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(BEIAN_SANITIZE MATCHES "thread")
    # Asio's fences, which the sanitizer does not model; what they order is ordered by locks as well.
    add_compile_options(-Wno-tsan)
  endif()
  add_link_options(-fsanitize=${BEIAN_SANITIZE})
endif()

option(BEIAN_PRECOMPILE "Read what nearly every file includes once for each target (clang)" OFF)
if(BEIAN_PRECOMPILE)
  set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON)
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")  # else the compiler cache finds nothing
endif()

find_program(BEIAN_MOLD mold)
if(BEIAN_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Paths count relative to the tree, so that worktrees and fresh clones share what was compiled once.
find_program(BEIAN_CCACHE ccache)
if(BEIAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${BEIAN_CCACHE})
endif()
