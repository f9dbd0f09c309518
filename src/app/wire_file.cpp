#include "app/wire_file.hpp"

namespace beian::app {

using wire::Profile;

Result<WireFile> WireFile::open(const std::string& path, size_t max_bytes) {
  WireFile document;
  document.file_ = std::make_unique<std::ifstream>(path, std::ios::binary);
  char start[2] = {};
  document.file_->read(start, sizeof start);
  if (std::string_view(start, sizeof start) == "PK") {
    auto zip = wire::Unzip::file(path, {.max_xml_bytes = max_bytes});
    if (!zip) return std::unexpected(wire::to_problems(zip.error()));
    document.zip_ = std::move(*zip);
  }
  document.file_->clear();
  document.file_->seekg(0);
  return document;
}

xml::Source WireFile::source() {
  return [this]() -> Result<std::string_view> {
    if (zip_) return zip_->next_piece();
    file_->read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    return std::string_view(buffer_.data(), static_cast<size_t>(file_->gcount()));
  };
}

Result<WireHead> read_wire_head(const std::string& path, size_t max_bytes) {
  auto document = WireFile::open(path, max_bytes);
  if (!document) return fail(document);
  WireHead head;
  xml::Events events;
  events.start = [&](std::string_view name, const xml::Attributes& attributes) {
    head.root = name;
    for (const auto& [key, value] : attributes) {
      if (key == "version") head.version = value;
    }
    return false;
  };
  if (const auto read = xml::read(document->source(), events, {.max_bytes = max_bytes}); !read)
    return fail(read);
  if (head.root != "UploadData" && head.root != "DownloadData")
    return fail(ProblemCode::wire_schema, "/",
                {{"path", "/"}, {"reason", "UploadData or DownloadData is expected"}});
  return head;
}

Result<std::shared_ptr<const Profile>> profile_named(const std::string& name) {
  if (!name.ends_with(".json")) return Profile::named(name);
  std::ifstream file(name, std::ios::binary);
  if (!file) return fail(ProblemCode::not_found);
  const auto json = parse_json(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!json) return fail(json);
  return Profile::from_json(*json);
}

Result<std::shared_ptr<const Profile>> profile_for(const std::string& name,
                                                   std::string_view version) {
  if (!name.empty()) return profile_named(name);
  const auto names = Profile::names();
  for (const std::string& one : names) {
    if (const auto profile = Profile::named(one); (*profile)->version() == version) return profile;
  }
  return Profile::named(names.front());
}

}  // namespace beian::app
