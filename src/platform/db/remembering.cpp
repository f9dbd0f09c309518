#include "platform/db/remembering.hpp"

#include <algorithm>

#include "platform/db/sql_text.hpp"

namespace beian::db {

namespace {

// Lengths keep one text from running into the next, letters keep a number from being a text.
void add(std::string& key, char kind, std::string_view text) {
  key += kind;
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

std::string key_of(std::string_view sql, const Params& params) {
  std::string key;
  add(key, 'q', sql);
  for (const auto& [name, value] : params) {
    add(key, 'p', name);
    const auto& held = value.variant();
    if (const auto* n = std::get_if<int64_t>(&held))
      add(key, 'i', std::to_string(*n));
    else if (const auto* d = std::get_if<double>(&held))
      add(key, 'd', {reinterpret_cast<const char*>(d), sizeof *d});
    else if (const auto* s = std::get_if<std::string>(&held))
      add(key, 't', *s);
    else
      add(key, 'n', "");
  }
  return key;
}

// The type of a PostgreSQL array of such values; empty where this cannot make one.
std::string_view array_type(const Value& value) {
  if (std::holds_alternative<int64_t>(value.variant())) return "bigint[]";
  if (std::holds_alternative<std::string>(value.variant())) return "text[]";
  return {};
}

// The n-th values of all, as the text of a PostgreSQL array.
std::string array_text(const std::vector<const Value*>& values) {
  std::string out = "{";
  for (const Value* value : values) {
    if (out.size() > 1) out += ',';
    if (const auto* number = std::get_if<int64_t>(&value->variant())) {
      out += std::to_string(*number);
      continue;
    }
    out += '"';
    for (const char c : std::get<std::string>(value->variant())) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

const Value* value_of(const Params& params, const std::string& name) {
  const auto found = std::ranges::find(params, name, &Params::value_type::first);
  return found == params.end() ? nullptr : &found->second;
}

}  // namespace

// Only what can be asked of many at once: not a question without parameters, or with a value that
// is no number or text, or with a parameter where PostgreSQL takes no column (LIMIT).
bool Remembering::note(std::string_view sql, const std::string& key, const Params& params) {
  if (params.empty() || !texts_.contains(std::string(sql))) return false;
  if (sql.find("LIMIT :") != std::string_view::npos) return false;
  Question question{key, {}};
  std::string types;  // of one text the questions are alike
  for (const auto& name : cut_at_parameters(sql).names) {
    const Value* value = value_of(params, name);
    if (!value || array_type(*value).empty()) return false;
    types += array_type(*value).front();
    question.values.push_back(*value);
  }
  if (noted_keys_.insert(key).second)
    noted_[std::string(sql) + '\n' + types].push_back(std::move(question));
  return true;
}

void Remembering::ask_all(const std::string& sql, const Questions& questions) {
  const auto text = cut_at_parameters(sql);
  // The text with the columns of a table of all parameters in their places. Rows keep the order in
  // which the text gives them.
  std::string inner = text.pieces[0];
  for (size_t i = 0; i < text.uses.size(); ++i)
    inner += "ahead_.p" + std::to_string(text.uses[i]) + text.pieces[i + 1];
  std::string arrays, columns;
  std::vector<std::string> names;
  names.reserve(text.names.size());
  for (size_t n = 0; n < text.names.size(); ++n) names.push_back("p" + std::to_string(n));
  Params params;
  for (size_t n = 0; n < names.size(); ++n) {
    std::vector<const Value*> values;
    values.reserve(questions.size());
    for (const auto& question : questions) values.push_back(&question.values[n]);
    arrays += (n == 0 ? "" : ", ");
    arrays.append("CAST(:").append(names[n]).append(" AS ");
    arrays.append(array_type(*values.front())).append(")");
    columns.append(names[n]).append(", ");
    params.emplace_back(names[n], array_text(values));
  }
  ++asked_;
  for (const auto& question : questions) answers_.emplace(question.key, Rows{});
  std::string all = "SELECT ahead_q_.*, ahead_.nth_ FROM unnest(";
  all.append(arrays).append(") WITH ORDINALITY AS ahead_ (").append(columns);
  all += "nth_) CROSS JOIN LATERAL (SELECT ahead_s_.*, ROW_NUMBER() OVER () AS row_ FROM (";
  all.append(inner).append(") ahead_s_) ahead_q_ ORDER BY ahead_.nth_, ahead_q_.row_");
  for (auto& row : snapshot_.query(all, params)) {
    const auto nth = static_cast<size_t>(row.i64("nth_")) - 1;
    answers_[questions[nth].key].push_back(std::move(row));
  }
}

void Remembering::foresee(const std::function<void()>& work) {
  if (snapshot_.dialect() != Dialect::postgres) return;
  listening_ = true;
  try {
    work();
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // It was told that there is nothing where there is something. What the database has thrown it
    // throws again at the next question.
  }
  listening_ = false;
  for (const auto& [text, questions] : noted_) ask_all(text.substr(0, text.rfind('\n')), questions);
  noted_.clear();
  noted_keys_.clear();
}

Rows Remembering::query(std::string_view sql, const Params& params) {
  std::string key = key_of(sql, params);
  if (const auto known = answers_.find(key); known != answers_.end()) return known->second;
  if (listening_ && note(sql, key, params)) return {};
  ++asked_;
  texts_.emplace(sql);
  return answers_.emplace(std::move(key), snapshot_.query(sql, params)).first->second;
}

int64_t Remembering::exec(std::string_view sql, const Params&) {
  throw std::logic_error("a write inside read(): " + std::string(sql));
}

}  // namespace beian::db
