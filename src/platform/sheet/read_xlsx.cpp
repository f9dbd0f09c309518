#include <zip.h>

#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "platform/sheet/sheet.hpp"
#include "platform/xml/xml.hpp"

namespace beian::sheet {
namespace {

constexpr size_t kMostParts = 2000;
constexpr size_t kChunk = 64 * 1024;

std::unexpected<Problems> bad(std::string reason) {
  return fail(ProblemCode::bad_spreadsheet, "", {{"reason", std::move(reason)}});
}

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

class Archive {
 public:
  explicit Archive(const Limits& limits) : left_(limits.max_unpacked) {}

  Status open(std::string_view bytes) {
    // libzip takes nothing at all for an empty archive.
    if (!looks_like_xlsx(bytes)) return bad("不是 xlsx 文件，或已加密、已损坏");
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
    zip_error_fini(&error);
    if (!zip) {
      if (source) zip_source_free(source);
      return bad("不是 xlsx 文件，或已加密、已损坏");
    }
    zip_.reset(zip);
    if (zip_get_num_entries(zip, 0) > static_cast<zip_int64_t>(kMostParts))
      return bad("文件中的部分过多");
    return {};
  }

  // Passes a part through; nullopt when there is no such part.
  std::optional<Status> read(const std::string& name, const xml::Events& events) {
    const zip_int64_t index = zip_name_locate(zip_.get(), name.c_str(), ZIP_FL_NOCASE);
    if (index < 0) return std::nullopt;
    const std::unique_ptr<zip_file_t, CloseFile> file(
        zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0));
    if (!file) return bad("无法解压 " + name + "，可能已加密");
    std::string buffer(kChunk, '\0');
    bool too_large = false;
    const xml::Source source = [&]() -> Result<std::string_view> {
      const zip_int64_t n = zip_fread(file.get(), buffer.data(), buffer.size());
      if (n < 0) return bad(name + " 已损坏");
      if (static_cast<size_t>(n) > left_) {
        too_large = true;
        return bad("解压后过大");
      }
      left_ -= static_cast<size_t>(n);
      return std::string_view(buffer.data(), static_cast<size_t>(n));
    };
    auto status = xml::read(source, events);
    if (status || too_large || status.error().front().code == ProblemCode::bad_spreadsheet)
      return status;
    return bad(name + " 不是正确的 XML");
  }

 private:
  std::unique_ptr<zip_t, CloseZip> zip_;
  size_t left_;
};

std::string_view attribute(const xml::Attributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes)
    if (key == name) return value;
  return {};
}

// Parts are named relative to the folder of the part that names them.
std::string target_of(std::string_view folder, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  return std::string(folder) + std::string(target);
}

struct Relation {
  std::string id, type, target;
};

Result<std::vector<Relation>> relations(Archive& archive, const std::string& part,
                                        std::string_view folder) {
  std::vector<Relation> out;
  xml::Events events;
  events.start = [&](std::string_view name, const xml::Attributes& a) {
    if (name == "Relationship" && out.size() < kMostParts)
      out.push_back({std::string(attribute(a, "Id")), std::string(attribute(a, "Type")),
                     target_of(folder, attribute(a, "Target"))});
    return true;
  };
  const auto read = archive.read(part, events);
  if (!read) return bad("缺少 " + part);
  if (!*read) return fail(*read);
  return out;
}

struct Workbook {
  std::string sheet, strings;  // parts
};

std::string related(const std::vector<Relation>& relations, std::string_view end) {
  for (const auto& relation : relations)
    if (relation.type.ends_with(end)) return relation.target;
  return {};
}

Result<Workbook> workbook(Archive& archive) {
  const auto roots = relations(archive, "_rels/.rels", "");
  if (!roots) return fail(roots);
  const std::string book = related(*roots, "/officeDocument");
  if (book.empty()) return bad("缺少工作簿");
  const size_t slash = book.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : book.substr(0, slash + 1);
  const auto parts =
      relations(archive, folder + "_rels/" + book.substr(folder.size()) + ".rels", folder);
  if (!parts) return fail(parts);
  std::string first;
  xml::Events events;
  events.start = [&](std::string_view name, const xml::Attributes& a) {
    if (name != "sheet") return true;
    first = attribute(a, "id");
    return false;
  };
  const auto read = archive.read(book, events);
  if (!read) return bad("缺少 " + book);
  if (!*read) return fail(*read);
  for (const auto& part : *parts)
    if (!first.empty() && part.id == first)
      return Workbook{part.target, related(*parts, "/sharedStrings")};
  return bad("没有工作表");
}

// Texts that stand once for many cells. Readings (rPh) are no text of the cell.
Result<std::vector<std::string>> shared_strings(Archive& archive, const std::string& part,
                                                const Limits& limits) {
  std::vector<std::string> out;
  if (part.empty()) return out;
  bool in_text = false, too_long = false;
  int readings = 0;
  xml::Events events;
  events.start = [&](std::string_view name, const xml::Attributes&) {
    if (name == "si") out.emplace_back();
    if (name == "rPh") ++readings;
    in_text = name == "t" && readings == 0 && !out.empty();
    return true;
  };
  events.end = [&](std::string_view name) {
    if (name == "rPh") --readings;
    if (name == "t") in_text = false;
    return true;
  };
  events.text = [&](std::string_view utf8) {
    if (in_text) out.back() += utf8;
    too_long = in_text && out.back().size() > limits.max_cell;
    return !too_long;
  };
  const auto read = archive.read(part, events);
  if (read && !*read) return fail(*read);
  if (too_long) return bad("单元格内容过长");
  return out;
}

// "BC12" -> 54; npos when it is no reference.
size_t column_of(std::string_view reference) {
  size_t column = 0;
  size_t i = 0;
  for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z' && i < 4; ++i)
    column = column * 26 + static_cast<size_t>(reference[i] - 'A' + 1);
  return i == 0 || i == reference.size() ? std::string::npos : column - 1;
}

std::string number_text(const std::string& raw) {
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (error != std::errc() || end != raw.data() + raw.size()) return raw;
  if (std::abs(value) >= 1e15 || std::floor(value) != value) return raw;
  return std::to_string(static_cast<int64_t>(value));
}

class SheetReader {
 public:
  SheetReader(const std::vector<std::string>& strings, const Limits& limits,
              const std::function<bool(Row&&)>& take)
      : strings_(strings), limits_(limits), take_(take) {}

  xml::Events events() {
    xml::Events out;
    out.start = [this](std::string_view name, const xml::Attributes& a) { return start(name, a); };
    out.end = [this](std::string_view name) { return end(name); };
    out.text = [this](std::string_view utf8) { return text(utf8); };
    return out;
  }
  const std::string& refused() const { return refused_; }

 private:
  bool refuse(const char* reason) {
    refused_ = reason;
    return false;
  }
  bool start(std::string_view name, const xml::Attributes& attributes) {
    if (name == "row") {
      row_ = {};
      next_column_ = 0;
      row_.line = ++line_;
      int64_t told = 0;
      if (text::parse_i64(attribute(attributes, "r"), told) && told >= line_ && told < 10'000'000)
        row_.line = line_ = told;
    } else if (name == "c") {
      type_ = attribute(attributes, "t");
      value_.clear();
      column_ = next_column_;
      if (const auto reference = attribute(attributes, "r"); !reference.empty())
        column_ = column_of(reference);
      if (column_ >= limits_.max_columns) return refuse("列过多");
      next_column_ = column_ + 1;
    } else if (name == "rPh") {
      ++readings_;
    }
    taking_ = name == "v" || (name == "t" && readings_ == 0);
    return true;
  }
  bool text(std::string_view utf8) {
    if (taking_) value_ += utf8;
    return value_.size() <= limits_.max_cell || refuse("单元格内容过长");
  }
  bool end(std::string_view name) {
    taking_ = false;
    if (name == "rPh") --readings_;
    if (name == "c" && !value_.empty()) {
      if (row_.cells.size() <= column_) row_.cells.resize(column_ + 1);
      return fill(row_.cells[column_]);
    }
    if (name == "row" && !row_.cells.empty()) return take_(std::move(row_));
    return true;
  }
  bool fill(std::string& cell) {
    if (type_ == "s") {
      int64_t index = -1;
      if (!text::parse_i64(value_, index) || index < 0 ||
          static_cast<size_t>(index) >= strings_.size())
        return refuse("引用了不存在的文本");
      cell = strings_[static_cast<size_t>(index)];
    } else if (type_.empty() || type_ == "n") {
      cell = number_text(value_);
    } else if (type_ != "e") {  // #N/A and its like are nothing that was filled in
      cell = value_;
    }
    return true;
  }

  const std::vector<std::string>& strings_;
  const Limits& limits_;
  const std::function<bool(Row&&)>& take_;
  Row row_;
  int64_t line_ = 0;
  size_t column_ = 0, next_column_ = 0;
  int readings_ = 0;
  bool taking_ = false;
  std::string type_, value_, refused_;
};

}  // namespace

bool looks_like_xlsx(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04");
}

Status read_xlsx(std::string_view bytes, const std::function<bool(Row&&)>& take,
                 const Limits& limits) {
  Archive archive(limits);
  if (const auto opened = archive.open(bytes); !opened) return opened;
  const auto book = workbook(archive);
  if (!book) return fail(book);
  const auto strings = shared_strings(archive, book->strings, limits);
  if (!strings) return fail(strings);
  SheetReader reader(*strings, limits, take);
  const auto read = archive.read(book->sheet, reader.events());
  if (!read) return bad("没有工作表");
  if (!*read) return *read;
  if (!reader.refused().empty()) return bad(reader.refused());
  return {};
}

}  // namespace beian::sheet
