#include "platform/db/sql_text.hpp"

#include <algorithm>

namespace beian::db {

namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The end of the literal, quoted identifier, comment or dollar-quoted body that starts at `at`;
// `at` itself when none does. Doubled quotes need no care: they read as two literals side by side.
size_t skip_opaque(std::string_view sql, size_t at) {
  const auto after = [&](size_t found, size_t length) {
    return found == std::string_view::npos ? sql.size() : found + length;
  };
  const std::string_view rest = sql.substr(at);
  if (rest.starts_with('\'') || rest.starts_with('"')) return after(sql.find(rest[0], at + 1), 1);
  if (rest.starts_with("--")) return after(sql.find('\n', at), 0);
  if (rest.starts_with("/*")) return after(sql.find("*/", at + 2), 2);
  if (rest.starts_with("$$")) return after(sql.find("$$", at + 2), 2);
  return at;
}

// Whether nothing but blanks and a comment stands between `at` and the line's end.
bool line_ends(std::string_view sql, size_t at) {
  while (at < sql.size() && sql[at] != '\n' && is_blank(sql[at])) ++at;
  return at == sql.size() || sql[at] == '\n' || sql.substr(at).starts_with("--");
}

bool is_comment(std::string_view part) {
  return part.starts_with("--") || part.starts_with("/*");
}

}  // namespace

std::string ParameterizedSql::text(std::string_view kinds) const {
  std::string out = pieces[0];
  for (size_t i = 0; i < uses.size(); ++i) {
    out += kinds[uses[i]] == 'n' ? "NULL" : "$" + std::to_string(uses[i] + 1);
    out += pieces[i + 1];
  }
  return out;
}

ParameterizedSql cut_at_parameters(std::string_view sql) {
  ParameterizedSql out;
  out.pieces.emplace_back();
  for (size_t i = 0; i < sql.size();) {
    const size_t end = skip_opaque(sql, i);
    if (end > i) {
      out.pieces.back() += sql.substr(i, end - i);
      i = end;
    } else if (sql.substr(i).starts_with("::")) {
      out.pieces.back() += "::";
      i += 2;
    } else if (sql[i] == ':' && i + 1 < sql.size() && is_name_start(sql[i + 1])) {
      size_t stop = i + 1;
      while (stop < sql.size() && is_name_part(sql[stop])) ++stop;
      const std::string name(sql.substr(i + 1, stop - i - 1));
      auto found = std::find(out.names.begin(), out.names.end(), name);
      if (found == out.names.end()) found = out.names.insert(found, name);
      out.uses.push_back(static_cast<size_t>(found - out.names.begin()));
      out.pieces.emplace_back();
      i = stop;
    } else {
      out.pieces.back() += sql[i++];
    }
  }
  return out;
}

std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> out;
  std::string current;
  bool has_code = false;
  const auto finish = [&] {
    if (has_code) out.push_back(current);
    current.clear();
    has_code = false;
  };
  for (size_t i = 0; i < sql.size();) {
    const size_t end = std::max(skip_opaque(sql, i), i + 1);
    const std::string_view part = sql.substr(i, end - i);
    i = end;
    if (part == ";" && line_ends(sql, i)) {
      finish();
      continue;
    }
    if (!is_comment(part) && !is_blank(part[0])) has_code = true;
    if (has_code) current += part;
  }
  finish();
  return out;
}

}  // namespace beian::db
