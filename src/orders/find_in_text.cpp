#include "orders/find_in_text.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace beian::orders {
namespace {

constexpr char32_t kUnreadable = 0xFFFD;

struct Letter {
  char32_t as;      // what it is compared as
  size_t from, to;  // its bytes in the text
};

bool is_alnum(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char32_t half_width(char32_t c) {
  return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
}

// Letters that look alike, as the digit. In a number a capital L is one of its own: credit codes
// have it, and no I or O.
char32_t look_alike(char32_t c, Written written) {
  constexpr std::u32string_view kZeros = U"oO〇○", kOnes = U"lIi";
  if (kZeros.find(c) != kZeros.npos) return '0';
  if (kOnes.find(c) != kOnes.npos) return '1';
  return c == 'L' && written == Written::words ? U'1' : c;
}

// Nothing: it does not count.
std::optional<char32_t> compared_as(char32_t c, Written written) {
  c = half_width(c);
  if (c != kUnreadable && u_isUWhiteSpace(static_cast<UChar32>(c))) return std::nullopt;
  if (written == Written::domain) {
    if (c == U'。') c = '.';
  } else {
    c = look_alike(c, written);
    constexpr uint32_t kNoLetters = U_GC_P_MASK | U_GC_S_MASK | U_GC_CC_MASK | U_GC_CF_MASK;
    if (c != kUnreadable && (U_GET_GC_MASK(static_cast<UChar32>(c)) & kNoLetters) != 0)
      return std::nullopt;
  }
  return static_cast<char32_t>(u_toupper(static_cast<UChar32>(c)));
}

struct Point {
  char32_t value;
  size_t from, to;
};

std::vector<Point> points_of(std::string_view text) {
  std::vector<Point> out;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t from = at;
    UChar32 value = 0;
    U8_NEXT(bytes, at, size, value);
    out.push_back({value < 0 ? kUnreadable : static_cast<char32_t>(value),
                   static_cast<size_t>(from), static_cast<size_t>(at)});
  }
  return out;
}

std::vector<Letter> letters_of(const std::vector<Point>& points, Written written) {
  std::vector<Letter> out;
  for (const auto& point : points)
    if (const auto as = compared_as(point.value, written))
      out.push_back({*as, point.from, point.to});
  return out;
}

// Letters [from, to) of the text.
struct Run {
  size_t distance = 0, from = 0, to = 0;
};

// Sellers: the distance of the value to the nearest run that ends at each letter, and where that
// one begins. What differs least, in the order of the text.
std::vector<Run> nearest(const std::vector<Letter>& value, const std::vector<Letter>& text) {
  struct Cell {
    size_t distance, from;
  };
  std::vector<Cell> column(value.size() + 1);
  for (size_t i = 0; i < column.size(); ++i) column[i] = {i, 0};
  std::vector<Run> out{{value.size(), 0, 0}};
  for (size_t j = 0; j < text.size(); ++j) {
    Cell corner = column[0];  // of the column before
    column[0] = {0, j + 1};
    for (size_t i = 1; i < column.size(); ++i) {
      const Cell left = column[i];
      Cell best{corner.distance + (value[i - 1].as == text[j].as ? 0 : 1), corner.from};
      if (left.distance + 1 < best.distance) best = {left.distance + 1, left.from};
      if (column[i - 1].distance + 1 < best.distance)
        best = {column[i - 1].distance + 1, column[i - 1].from};
      corner = left;
      column[i] = best;
    }
    const Cell& end = column.back();
    if (end.distance < out.front().distance) out.clear();
    if (out.empty() || end.distance == out.front().distance)
      out.push_back({end.distance, end.from, j + 1});
  }
  return out;
}

// Where the word that [from, to) of the bytes stands in ends on either side.
struct Bounds {
  size_t from, to;
};
Bounds word_around(const std::vector<Point>& points, Bounds run, Written written) {
  if (written == Written::words) return run;
  const auto goes_on = [&](size_t at) {
    const char32_t c = half_width(points[at].value);
    if (is_alnum(c)) return true;
    if (written != Written::domain || at + 1 >= points.size() || at == 0) return false;
    // "example.com.cn" goes on after "example.com"; "www." is no part of the name, "my-" is.
    const bool after = points[at].from >= run.to;
    return c == '-' || (c == '.' && after && is_alnum(half_width(points[at + 1].value)));
  };
  size_t first = 0, last = points.size();
  while (first < points.size() && points[first].from < run.from) ++first;
  while (last > 0 && points[last - 1].to > run.to) --last;
  while (first > 0 && goes_on(first - 1)) --first;
  while (last < points.size() && goes_on(last)) ++last;
  if (first >= last) return run;
  return {points[first].from, points[last - 1].to};
}

std::string with_single_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  return out;
}

}  // namespace

Found find_in_text(std::string_view expected, std::string_view text, Written written) {
  const auto value = letters_of(points_of(expected), written);
  const auto points = points_of(text);
  const auto letters = letters_of(points, written);
  Found best{value.size() + 1, value.size(), {}};
  size_t best_other = 0;
  for (const Run& run : nearest(value, letters)) {
    Found found{run.distance, value.size(), {}};
    if (run.to > run.from) {
      const Bounds bytes{letters[run.from].from, letters[run.to - 1].to};
      const Bounds word = word_around(points, bytes, written);
      const bool goes_on = word.from != bytes.from || word.to != bytes.to;
      if (goes_on && found.distance == 0) found.distance = 1;
      found.run = with_single_blanks(text.substr(word.from, word.to - word.from));
    }
    // Of two as near, the one as long as the value: a wrong character is shown, and not left out.
    const size_t length = run.to - run.from;
    const size_t other = length > value.size() ? length - value.size() : value.size() - length;
    if (std::pair(found.distance, other) >= std::pair(best.distance, best_other)) continue;
    best = std::move(found);
    best_other = other;
  }
  return best;
}

}  // namespace beian::orders
