# Makes data/, db/ and the built portal (web/dist, when it is there) part of the binary: one
# generated source with an .incbin for each file.
function(beian_embed target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
       "${PROJECT_SOURCE_DIR}/data/*" "${PROJECT_SOURCE_DIR}/db/*" "${PROJECT_SOURCE_DIR}/web/dist/*")
  list(FILTER files EXCLUDE REGEX "^db/golden/|/\\.vite/|\\.(md|mjs)$")
  list(SORT files)
  set(blobs "")
  set(rows "")
  set(depends "")
  set(n 0)
  foreach(name IN LISTS files)
    string(APPEND blobs
      "asm(\".section .rodata\\n.balign 16\\nbeian_embed_${n}:\\n.incbin \\\"${PROJECT_SOURCE_DIR}/${name}\\\"\\nbeian_embed_${n}_end:\\n.byte 0\\n.previous\");\n"
      "extern \"C\" const char beian_embed_${n}[], beian_embed_${n}_end[];\n")
    string(APPEND rows
      "    {\"${name}\", {beian_embed_${n}, static_cast<size_t>(beian_embed_${n}_end - beian_embed_${n})}},\n")
    list(APPEND depends "${PROJECT_SOURCE_DIR}/${name}")
    math(EXPR n "${n} + 1")
  endforeach()
  set(source "${PROJECT_BINARY_DIR}/embedded_files.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT [[
#include "base/embedded.hpp"
@blobs@
namespace beian::embedded {
std::span<const File> files() {
  static const File kFiles[] = {
@rows@  };
  return kFiles;
}
}  // namespace beian::embedded
]] @ONLY)
  target_sources(${target} PRIVATE "${source}")
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${depends}")
endfunction()
