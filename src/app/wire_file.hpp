// A document of the interface in a file: XML, or a zip that holds one. Never whole in memory.
#pragma once

#include <cstddef>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/xml/xml.hpp"
#include "wire/profile.hpp"
#include "wire/unzip.hpp"

namespace beian::app {

class WireFile {
 public:
  static Result<WireFile> open(const std::string& path, size_t max_bytes);
  // Its bytes, once; this outlives it.
  xml::Source source();

 private:
  std::unique_ptr<std::ifstream> file_;
  std::optional<wire::Unzip> zip_;
  std::vector<char> buffer_ = std::vector<char>(64u * 1024);
};

struct WireHead {
  std::string root, version;
};
// wire_schema when it is no document of the interface.
Result<WireHead> read_wire_head(const std::string& path, size_t max_bytes);

// A profile's name, or a JSON file.
Result<std::shared_ptr<const wire::Profile>> profile_named(const std::string& name);
// The profile of that name; without one, the first that is of this version, or else reads it.
Result<std::shared_ptr<const wire::Profile>> profile_for(const std::string& name,
                                                         std::string_view version);

}  // namespace beian::app
