#include "base/csv.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace beian::csv {
namespace {

constexpr int kEnd = std::char_traits<char>::eof();
constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool looks_like_formula(std::string_view cell) {
  return !cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos;
}

// How many bytes at the end are the beginning of a character that may go on in the next chunk.
size_t unfinished(std::string_view chunk) {
  for (size_t back = 1; back <= 3 && back <= chunk.size(); ++back) {
    const auto byte = static_cast<unsigned char>(chunk[chunk.size() - back]);
    if (byte >= 0xC0) {
      const size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      return wanted > back ? back : 0;
    }
    if (byte < 0x80) return 0;
  }
  return 0;
}

bool is_all_utf8(std::istream& in) {
  std::array<char, 64 * 1024> buffer{};
  size_t kept = 0;
  while (in) {
    in.read(buffer.data() + kept, static_cast<std::streamsize>(buffer.size() - kept));
    const std::string_view chunk(buffer.data(), kept + static_cast<size_t>(in.gcount()));
    const size_t open = in ? unfinished(chunk) : 0;
    if (!text::is_utf8(chunk.substr(0, chunk.size() - open))) return false;
    std::string_view(chunk).substr(chunk.size() - open).copy(buffer.data(), open);
    kept = open;
  }
  return true;
}

// Of a file that is not all UTF-8.
bool is_mostly_utf8(std::istream& in) {
  std::string line(kMostRecordBytes, '\0');
  uint64_t utf8 = 0, others = 0;
  while (in.getline(line.data(), static_cast<std::streamsize>(line.size())) || in.gcount() > 0) {
    const std::string_view read(line.data(), static_cast<size_t>(in.gcount()));
    const bool plain =
        std::ranges::all_of(read, [](char c) { return static_cast<uint8_t>(c) < 0x80; });
    if (!plain) ++(text::is_utf8(read) ? utf8 : others);
    if (!in.eof()) in.clear();
  }
  return utf8 > others;
}

// As much of it as is UTF-8; what is not is marked, and zero bytes are.
std::string marked(std::string_view cell) {
  std::string out;
  while (!cell.empty()) {
    size_t size = 1;
    while (size <= 4 && size <= cell.size() && !text::is_utf8(cell.substr(0, size))) ++size;
    const bool good = size <= 4 && size <= cell.size() && cell.front() != '\0';
    out += good ? cell.substr(0, size) : std::string_view("\xEF\xBF\xBD");
    cell.remove_prefix(good ? size : 1);
  }
  return out;
}

}  // namespace

Reader::Got Reader::next(Record& record) {
  record.cells.assign(1, "");
  record.line = line_;
  bool quoted = false, was_quoted = false;
  size_t bytes = 0;
  for (int c = get();; c = get()) {
    if (c == kEnd) {
      if (quoted) return Got::unclosed;
      if (bytes == 0) return Got::end;
      return Got::record;
    }
    if (++bytes > kMostRecordBytes) return Got::too_long;
    std::string& cell = record.cells.back();
    if (c == '\n') ++line_;
    if (quoted) {
      if (c != '"') {
        cell += static_cast<char>(c);
      } else if (in_.peek() == '"') {
        cell += static_cast<char>(get());
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty() && !was_quoted) {
      quoted = was_quoted = true;
    } else if (c == ',') {
      record.cells.emplace_back();
      was_quoted = false;
    } else if (c == '\n' || (c == '\r' && in_.peek() == '\n')) {
      if (c == '\r') {
        get();
        ++line_;
      }
      // A line without anything is no record.
      if (record.cells.size() > 1 || !record.cells[0].empty() || was_quoted) return Got::record;
      record.line = line_;
      bytes = 0;
    } else {
      cell += static_cast<char>(c);
    }
  }
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string out;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    const std::string cell = (looks_like_formula(cells[i]) ? "'" : "") + cells[i];
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      out += cell;
      continue;
    }
    out += '"';
    for (const char c : cell) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  return out + "\r\n";
}

std::string_view plain_cell(std::string_view cell) {
  if (cell.starts_with('\'') && looks_like_formula(cell.substr(1))) cell.remove_prefix(1);
  return cell;
}

Encoding sniff(std::istream& in) {
  std::array<char, 3> first{};
  in.read(first.data(), first.size());
  const bool has_mark = in.gcount() == 3 && std::string_view(first.data(), first.size()) == kMark;
  const auto back_to = [&in](std::streamoff at) {
    in.clear();
    in.seekg(at);
  };
  back_to(0);
  Encoding encoding = Encoding::utf8;
  if (!has_mark && !is_all_utf8(in)) {
    back_to(0);
    if (!is_mostly_utf8(in)) encoding = Encoding::gbk;
  }
  back_to(has_mark ? 3 : 0);
  return encoding;
}

std::string_view name_of(Encoding encoding) {
  return encoding == Encoding::gbk ? "GBK" : "UTF-8";
}

std::vector<size_t> to_utf8(Record& record, Encoding encoding) {
  std::vector<size_t> wrong;
  for (size_t i = 0; i < record.cells.size(); ++i) {
    std::string& cell = record.cells[i];
    bool good = true;
    if (encoding == Encoding::gbk) {
      auto converted = text::from_gbk(cell);
      good = converted.has_value();
      if (good) cell = std::move(*converted);
    }
    if (good && text::is_utf8(cell) && cell.find('\0') == std::string::npos) continue;
    wrong.push_back(i);
    cell = marked(cell);
  }
  return wrong;
}

}  // namespace beian::csv
