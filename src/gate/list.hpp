// Lists of names as CSV: what a snapshot is built from, and what is printed of one.
//
//   domain,number,standing,from,until,scope
//   example.cn,粤ICP备2026000001号-1
//   new.example.com.cn,,grace,,2026-12-31
//   shop.example.cn,,blocked,,,exact
//
// Everything but the domain may be empty or missing: standing is then `filed`, scope `below` (the
// name and all names below it). Times are seconds since 1970 or days of China's calendar, whose
// first second counts. A first line that begins with `domain` names the columns, in any order;
// without one they are as above. UTF-8, or GBK line by line.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "gate/entry.hpp"

namespace beian::gate {

struct BadLine {
  uint64_t line = 0;   // from 1; 0: of no line
  std::string reason;  // "bad_label", "number", "standing", "from", "until", "scope", "columns"
  std::string text;    // what stands there, at most 100 bytes of it
  std::string source;  // of which list; read_list leaves it empty
};

struct ListReport {
  static constexpr size_t kMostBad = 20;
  uint64_t lines = 0;
  uint64_t taken = 0;
  uint64_t refused = 0;
  std::vector<BadLine> bad;  // the first of them
  // Taken, but with a filing number that nobody can read: the answer goes without it.
  uint64_t unnumbered = 0;
  BadLine first_unnumbered;
  bool unread = false;  // its first line names an unknown column: nothing behind it was read

  // Counts one, and keeps the first ones.
  void refuse(BadLine one);
};

// Hands every entry to `take`, which says as Builder::add whether the name is one. A bad line is
// told and passed over.
ListReport read_list(std::istream& in, const std::function<HostKind(const Entry&)>& take);

std::string list_header();
std::string list_line(const Entry& entry);  // both with a line end
// "2026-12-31" or seconds; nothing before 1973: 20261231 is neither.
bool read_time(std::string_view text, Seconds& out);

}  // namespace beian::gate
