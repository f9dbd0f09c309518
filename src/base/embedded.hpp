// Files of data/ and db/ that are part of the binary, so that one file is a whole installation.
// Names are relative to the tree: "data/codes/regions.json", "db/sqlite/0001_init.sql",
// "web/dist/index.html".
#pragma once

#include <span>
#include <string_view>

namespace beian::embedded {

struct File {
  std::string_view name;
  std::string_view bytes;
};

// Sorted by name. Filled by cmake/embed.cmake from data/, db/ and web/dist/.
std::span<const File> files();
// Throws std::logic_error when no such file was embedded.
std::string_view file(std::string_view name);

}  // namespace beian::embedded
