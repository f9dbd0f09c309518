#include "app/filed_files.hpp"

#include <array>
#include <fstream>

#include "app/wire_file.hpp"
#include "registry/filed_csv.hpp"
#include "wire/codec.hpp"

namespace beian::app {

namespace {

constexpr std::string_view kFiled = "synchronisation/filed";

std::unexpected<Problems> unreadable(const std::string& path, const char* reason) {
  return fail(ProblemCode::file_unreadable, "", {{"path", path}, {"reason", reason}});
}

Status read_library(const std::string& path, const std::function<bool(FileRecord)>& take) {
  const wire::StreamLimits limits;
  const auto head = read_wire_head(path, limits.max_bytes);
  if (!head) return fail(head);
  const auto profile = profile_for("", head->version);
  if (!profile) return fail(profile);
  auto file = WireFile::open(path, limits.max_bytes);
  if (!file) return fail(file);
  const auto read = wire::decode_stream(
      **profile, "DownloadData", file->source(),
      [&](const wire::RecordAt& at, Json record) {
        if (at.operation != kFiled) return true;
        return take({at.line, at.path, std::move(record), {}, {}});
      },
      limits,
      [&](const wire::RecordAt& at, Problems problems) {
        if (at.operation != kFiled) return true;
        return take({at.line, at.path, {}, std::move(problems), {}});
      });
  return read ? Status() : Status(fail(read));
}

Status read_csv(const std::string& path, const std::function<bool(FileRecord)>& take) {
  std::vector<char> buffer(size_t{1} << 20);
  std::ifstream in;
  in.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  in.open(path, std::ios::binary);
  if (!in) return unreadable(path, "open");
  const auto read = registry::read_filed_csv(in, [&](registry::CsvRecord record) {
    return take({record.line,
                 {},
                 std::move(record.record),
                 std::move(record.problems),
                 std::move(record.lines)});
  });
  if (read && in.bad()) return unreadable(path, "read");
  return read;
}

}  // namespace

Result<FiledFormat> format_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 64> start{};
  in.read(start.data(), start.size());
  if (!in.is_open() || in.bad()) return unreadable(path, "open");
  std::string_view begin(start.data(), static_cast<size_t>(in.gcount()));
  if (begin.starts_with("PK")) return FiledFormat::sjtb;
  if (begin.starts_with("\xEF\xBB\xBF")) begin.remove_prefix(3);
  const size_t first = begin.find_first_not_of(" \t\r\n");
  const bool markup = first != begin.npos && begin[first] == '<';
  return markup || begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF")
             ? FiledFormat::sjtb
             : FiledFormat::csv;
}

Status read_filed(const std::string& path, FiledFormat format,
                  const std::function<bool(FileRecord)>& take) {
  return format == FiledFormat::sjtb ? read_library(path, take) : read_csv(path, take);
}

}  // namespace beian::app
