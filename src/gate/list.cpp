#include "gate/list.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <sstream>

#include "base/csv.hpp"
#include "base/day.hpp"
#include "base/text.hpp"

namespace beian::gate {

namespace {

enum Column : size_t { domain, number, standing, from, until, scope };
constexpr std::string_view kColumns[] = {"domain", "number", "standing", "from", "until", "scope"};
constexpr size_t kCount = std::size(kColumns);

class Lines {
 public:
  explicit Lines(std::istream& in) : in_(in) {}

  // The cells live until the next call; false at the end. Ill-formed lines have none.
  bool next(std::vector<std::string_view>& cells) {
    do {
      if (!std::getline(in_, line_)) return false;
      ++number_;
      if (number_ == 1 && line_.starts_with("\xEF\xBB\xBF")) line_.erase(0, 3);
      if (line_.ends_with('\r')) line_.pop_back();
    } while (line_.empty());
    cells.clear();
    if (!text::is_utf8(line_)) {
      auto converted = text::from_gbk(line_);
      if (!converted) return true;
      line_ = std::move(*converted);
    }
    if (line_.find('"') == line_.npos) {
      split(cells);
      return true;
    }
    std::istringstream one(line_);
    if (csv::Reader(one).next(record_) != csv::Reader::Got::record) return true;
    cells.assign(record_.cells.begin(), record_.cells.end());
    return true;
  }
  uint64_t number() const { return number_; }
  std::string_view text() const { return line_; }

 private:
  void split(std::vector<std::string_view>& cells) const {
    std::string_view rest = line_;
    for (;;) {
      const size_t comma = rest.find(',');
      cells.push_back(rest.substr(0, comma));
      if (comma == rest.npos) return;
      rest.remove_prefix(comma + 1);
    }
  }

  std::istream& in_;
  std::string line_;
  csv::Record record_;
  uint64_t number_ = 0;
};

// Which cell is which column; the cell's number, or SIZE_MAX when there is none.
using Order = std::array<size_t, kCount>;

std::optional<Order> order_from(const std::vector<std::string_view>& header) {
  Order order;
  order.fill(SIZE_MAX);
  for (size_t i = 0; i < header.size(); ++i) {
    const auto* at = std::find(std::begin(kColumns), std::end(kColumns), text::trim(header[i]));
    if (at == std::end(kColumns)) return {};
    order[static_cast<size_t>(at - std::begin(kColumns))] = i;
  }
  return order;
}

// As much as anybody wants to read, in whole characters.
std::string begin_of(std::string_view text) {
  constexpr size_t kMost = 100;
  if (!text::is_utf8(text)) return {};
  size_t size = std::min(text.size(), kMost);
  while (size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size));
}

// What is wrong: the column and what stands there; nothing: it is right.
struct Wrong {
  std::string_view column, cell;
};
std::optional<Wrong> read_entry(const std::vector<std::string_view>& cells, const Order& order,
                                Entry& out) {
  const auto cell = [&](Column column) {
    const size_t i = order[column];
    return i < cells.size() ? text::trim(cells[i]) : std::string_view();
  };
  out = {};
  out.name = cell(domain);
  const auto wrong = [&](Column column) { return Wrong{kColumns[column], cell(column)}; };
  const auto packed = pack_number(cell(number));
  if (!packed) return wrong(number);
  out.number = *packed;
  if (const auto name = cell(standing); !name.empty()) {
    const auto known = standing_named(name);
    if (!known) return wrong(standing);
    out.standing = *known;
  }
  for (const auto& [column, time] : {std::pair{from, &out.from}, std::pair{until, &out.until}}) {
    if (!cell(column).empty() && !read_time(cell(column), *time)) return wrong(column);
  }
  if (out.until != 0 && out.until <= out.from) return wrong(until);
  if (const auto reach = cell(scope); reach == "exact") {
    out.exact = true;
  } else if (!reach.empty() && reach != "below") {
    return wrong(scope);
  }
  return {};
}

}  // namespace

bool read_time(std::string_view text, Seconds& out) {
  if (const auto day = parse_day(text)) {
    const int64_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(day->time_since_epoch() - kBeijing)
            .count();
    if (seconds <= 0 || seconds > std::numeric_limits<Seconds>::max()) return false;
    out = static_cast<Seconds>(seconds);
    return true;
  }
  constexpr Seconds kFirst = 100'000'000;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= kFirst;
}

void ListReport::refuse(BadLine one) {
  ++refused;
  if (bad.size() < kMostBad) bad.push_back(std::move(one));
}

ListReport read_list(std::istream& in, const std::function<HostKind(const Entry&)>& take) {
  ListReport report;
  Lines lines(in);
  Order order;
  for (size_t i = 0; i < kCount; ++i) order[i] = i;
  std::vector<std::string_view> cells;
  const auto refuse = [&](std::string_view reason, std::string_view text) {
    report.refuse({lines.number(), std::string(reason), begin_of(text), {}});
  };
  bool first = true;
  while (lines.next(cells)) {
    if (std::exchange(first, false) && !cells.empty() && text::trim(cells[0]) == kColumns[domain]) {
      const auto named = order_from(cells);
      if (!named) {
        refuse("columns", lines.text());
        report.unread = true;  // nothing that follows could be trusted
        break;
      }
      order = *named;
      continue;
    }
    ++report.lines;
    if (cells.empty()) {
      refuse("columns", "");
      continue;
    }
    Entry entry;
    if (const auto wrong = read_entry(cells, order, entry)) {
      refuse(wrong->column, wrong->cell);
    } else if (const HostKind kind = take(entry); kind != HostKind::name) {
      refuse(name_of(kind), entry.name);
    } else {
      ++report.taken;
    }
  }
  return report;
}

std::string list_header() {
  return "domain,number,standing,from,until,scope\n";
}

std::string list_line(const Entry& entry) {
  const auto time = [](Seconds seconds) { return seconds == 0 ? "" : std::to_string(seconds); };
  std::string out(entry.name);
  out += ',' + number_text(entry.number) + ',' + std::string(name_of(entry.standing)) + ',';
  out += time(entry.from) + ',' + time(entry.until) + ',';
  out += entry.exact ? "exact\n" : "below\n";
  return out;
}

}  // namespace beian::gate
