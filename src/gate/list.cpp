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

// The column that is wrong; empty: none.
std::string_view read_entry(const std::vector<std::string_view>& cells, const Order& order,
                            Entry& out) {
  const auto cell = [&](Column column) {
    const size_t i = order[column];
    return i < cells.size() ? text::trim(cells[i]) : std::string_view();
  };
  out = {};
  out.name = cell(domain);
  const auto packed = pack_number(cell(number));
  if (!packed) return kColumns[number];
  out.number = *packed;
  if (const auto name = cell(standing); !name.empty()) {
    const auto known = standing_named(name);
    if (!known) return kColumns[standing];
    out.standing = *known;
  }
  for (const auto& [column, time] : {std::pair{from, &out.from}, std::pair{until, &out.until}}) {
    if (!cell(column).empty() && !read_time(cell(column), *time)) return kColumns[column];
  }
  if (const auto reach = cell(scope); reach == "exact") {
    out.exact = true;
  } else if (!reach.empty() && reach != "below") {
    return kColumns[scope];
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
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

ListReport read_list(std::istream& in, const std::function<HostKind(const Entry&)>& take) {
  ListReport report;
  Lines lines(in);
  Order order;
  for (size_t i = 0; i < kCount; ++i) order[i] = i;
  std::vector<std::string_view> cells;
  const auto refuse = [&](std::string_view reason) {
    ++report.refused;
    if (report.bad.size() < ListReport::kMostBad)
      report.bad.push_back({lines.number(), std::string(reason)});
  };
  bool first = true;
  while (lines.next(cells)) {
    if (std::exchange(first, false) && !cells.empty() && text::trim(cells[0]) == kColumns[domain]) {
      const auto named = order_from(cells);
      if (!named) {
        refuse("columns");
        break;  // nothing that follows could be trusted
      }
      order = *named;
      continue;
    }
    ++report.lines;
    if (cells.empty()) {
      refuse("columns");
      continue;
    }
    Entry entry;
    if (const auto wrong = read_entry(cells, order, entry); !wrong.empty()) {
      refuse(wrong);
    } else if (const HostKind kind = take(entry); kind != HostKind::name) {
      refuse(name_of(kind));
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
