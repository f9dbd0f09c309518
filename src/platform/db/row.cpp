#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/text.hpp"
#include "platform/db/db.hpp"

namespace beian::db {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

[[noreturn]] void not_a_number(std::string_view column) {
  throw std::logic_error("column " + std::string(column) + " holds no number");
}

std::string text_of(double d) {
  char out[32];
  const auto end = std::to_chars(out, out + sizeof out, d);
  return {out, end.ptr};
}

}  // namespace

const Value& Row::at(std::string_view column) const {
  const auto found = std::find(names_->begin(), names_->end(), column);
  if (found == names_->end())
    throw std::logic_error("the query has no column " + std::string(column));
  return values_[static_cast<size_t>(found - names_->begin())];
}

int64_t Row::i64(std::string_view column) const {
  return std::visit(
      Overloaded{[](std::monostate) -> int64_t { return 0; }, [](int64_t n) { return n; },
                 [](double d) { return static_cast<int64_t>(d); },
                 [&](const std::string& s) {
                   int64_t n = 0;
                   if (!text::parse_i64(s, n)) not_a_number(column);
                   return n;
                 }},
      at(column).variant());
}

double Row::f64(std::string_view column) const {
  return std::visit(
      Overloaded{[](std::monostate) { return 0.0; },
                 [](int64_t n) { return static_cast<double>(n); }, [](double d) { return d; },
                 [&](const std::string& s) {
                   double d = 0;
                   const char* end = s.data() + s.size();
                   const auto read = std::from_chars(s.data(), end, d);
                   if (read.ec != std::errc{} || read.ptr != end) not_a_number(column);
                   return d;
                 }},
      at(column).variant());
}

std::string Row::text(std::string_view column) const {
  return std::visit(
      Overloaded{[](std::monostate) { return std::string(); },
                 [](int64_t n) { return std::to_string(n); }, [](double d) { return text_of(d); },
                 [](const std::string& s) { return s; }},
      at(column).variant());
}

bool Row::is_null(std::string_view column) const {
  return at(column).is_null();
}

std::optional<std::string> Row::opt_text(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<int64_t> Row::opt_i64(std::string_view column) const {
  if (is_null(column)) return std::nullopt;
  return i64(column);
}

int64_t Row::first_i64() const {
  return i64(names_->at(0));
}

std::optional<Row> Tx::query_one(std::string_view sql, const Params& params) {
  Rows rows = query(sql, params);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

int64_t Tx::query_i64(std::string_view sql, const Params& params) {
  const auto row = query_one(sql, params);
  if (!row) throw std::runtime_error("no row from: " + std::string(sql));
  return row->first_i64();
}

int64_t next_number(Tx& tx, std::string_view sequence) {
  return tx.query_i64(
      "INSERT INTO sequences (name, next) VALUES (:name, 2) "
      "ON CONFLICT (name) DO UPDATE SET next = sequences.next + 1 RETURNING next - 1",
      {{"name", sequence}});
}

}  // namespace beian::db
