#include "base/json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace beian {

namespace {

const Json kNull;
const std::string kEmptyString;
const Json::Array kEmptyArray;
const Json::Object kEmptyObject;

// Builds our values from Boost.JSON's events.
struct Builder {
  constexpr static std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  constexpr static std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  constexpr static std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  constexpr static std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  using error_code = boost::json::error_code;
  using view = boost::json::string_view;

  std::vector<Json> open;         // containers not closed yet
  std::vector<std::string> keys;  // one for each open object
  std::string text;
  Json result;
  std::string repeated;
  bool zero = false;  // a string or name holds U+0000

  bool put(Json value) {
    if (open.empty()) {
      result = std::move(value);
      return true;
    }
    Json& top = open.back();
    if (top.is_array()) {
      top.push(std::move(value));
    } else {
      if (top.find(keys.back()) != nullptr && repeated.empty()) repeated = keys.back();
      top.members().emplace_back(std::move(keys.back()), std::move(value));
    }
    return true;
  }
  bool close(error_code&) {
    Json done = std::move(open.back());
    open.pop_back();
    if (done.is_object()) keys.pop_back();
    return put(std::move(done));
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open.push_back(Json::object());
    keys.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code& ec) { return close(ec); }
  bool on_array_begin(error_code&) {
    open.push_back(Json::array());
    return true;
  }
  bool on_array_end(std::size_t, error_code& ec) { return close(ec); }
  bool on_key_part(view s, std::size_t, error_code&) {
    text.append(s.data(), s.size());
    return true;
  }
  bool on_key(view s, std::size_t, error_code&) {
    text.append(s.data(), s.size());
    zero |= text.find('\0') != text.npos;
    keys.back() = std::move(text);
    text.clear();
    return true;
  }
  bool on_string_part(view s, std::size_t, error_code&) {
    text.append(s.data(), s.size());
    return true;
  }
  bool on_string(view s, std::size_t, error_code&) {
    text.append(s.data(), s.size());
    zero |= text.find('\0') != text.npos;
    Json value(std::move(text));
    text.clear();
    return put(std::move(value));
  }
  bool on_number_part(view, error_code&) { return true; }
  bool on_int64(int64_t n, view, error_code&) { return put(Json(n)); }
  bool on_uint64(uint64_t n, view, error_code&) { return put(Json(static_cast<double>(n))); }
  bool on_double(double d, view, error_code&) { return put(Json(d)); }
  bool on_bool(bool b, error_code&) { return put(Json(b)); }
  bool on_null(error_code&) { return put(Json()); }
  bool on_comment_part(view, error_code&) { return true; }
  bool on_comment(view, error_code&) { return true; }
};

std::unexpected<Problems> malformed(std::string_view text, size_t position, std::string reason) {
  position = std::min(position, text.size());
  const std::string_view before = text.substr(0, position);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  return fail(ProblemCode::malformed_json, "",
              {{"line", std::to_string(line)},
               {"column", std::to_string(position - line_start + 1)},
               {"reason", std::move(reason)}});
}

// Nearly no text has anything to escape, and then it stands as it is.
void print_text(const std::string& text, std::string& out) {
  const bool plain = std::ranges::none_of(
      text, [](unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7f; });
  if (!plain) {
    out += boost::json::serialize(boost::json::string_view(text));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void print(const Json& json, int indent, bool pretty, std::string& out) {
  const auto newline = [&](int depth) {
    if (!pretty) return;
    out += '\n';
    out.append(static_cast<size_t>(depth) * 2, ' ');
  };
  if (json.is_array()) {
    out += '[';
    bool first = true;
    for (const auto& item : json.items()) {
      if (!first) out += ',';
      first = false;
      newline(indent + 1);
      print(item, indent + 1, pretty, out);
    }
    if (!first) newline(indent);
    out += ']';
  } else if (json.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : json.members()) {
      if (!first) out += ',';
      first = false;
      newline(indent + 1);
      print_text(key, out);
      out += pretty ? ": " : ":";
      print(value, indent + 1, pretty, out);
    }
    if (!first) newline(indent);
    out += '}';
  } else if (json.is_string()) {
    print_text(json.as_string(), out);
  } else if (json.is_int()) {
    out += std::to_string(json.as_int());
  } else if (json.is_number()) {
    const double d = json.as_double();
    out += std::isfinite(d) ? boost::json::serialize(boost::json::value(d)) : "null";
  } else if (json.is_bool()) {
    out += json.as_bool() ? "true" : "false";
  } else {
    out += "null";
  }
}

}  // namespace

bool Json::as_bool(bool otherwise) const {
  const auto* b = std::get_if<bool>(&value_);
  return b != nullptr ? *b : otherwise;
}

int64_t Json::as_int(int64_t otherwise) const {
  const auto* n = std::get_if<int64_t>(&value_);
  return n != nullptr ? *n : otherwise;
}

double Json::as_double(double otherwise) const {
  if (const auto* d = std::get_if<double>(&value_)) return *d;
  if (const auto* n = std::get_if<int64_t>(&value_)) return static_cast<double>(*n);
  return otherwise;
}

const std::string& Json::as_string() const& {
  const auto* s = std::get_if<std::string>(&value_);
  return s != nullptr ? *s : kEmptyString;
}

const Json::Array& Json::items() const& {
  const auto* a = std::get_if<Array>(&value_);
  return a != nullptr ? *a : kEmptyArray;
}

const Json::Object& Json::members() const& {
  const auto* o = std::get_if<Object>(&value_);
  return o != nullptr ? *o : kEmptyObject;
}

Json::Array& Json::items() & {
  if (auto* a = std::get_if<Array>(&value_)) return *a;
  throw std::logic_error("not a JSON array");
}

Json::Object& Json::members() & {
  if (auto* o = std::get_if<Object>(&value_)) return *o;
  throw std::logic_error("not a JSON object");
}

std::string Json::as_string() && {
  auto* s = std::get_if<std::string>(&value_);
  return s != nullptr ? std::move(*s) : std::string();
}

Json::Array Json::items() && {
  auto* a = std::get_if<Array>(&value_);
  return a != nullptr ? std::move(*a) : Array();
}

Json::Object Json::members() && {
  auto* o = std::get_if<Object>(&value_);
  return o != nullptr ? std::move(*o) : Object();
}

const Json* Json::find(std::string_view key) const {
  for (const auto& member : members()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

Json* Json::find(std::string_view key) {
  return const_cast<Json*>(std::as_const(*this).find(key));
}

const Json& Json::operator[](std::string_view key) const& {
  const Json* found = find(key);
  return found != nullptr ? *found : kNull;
}

const Json& Json::at(size_t index) const& {
  const auto& all = items();
  return index < all.size() ? all[index] : kNull;
}

Json Json::operator[](std::string_view key) && {
  Json* found = find(key);
  return found != nullptr ? std::move(*found) : Json();
}

Json Json::at(size_t index) && {
  auto* all = std::get_if<Array>(&value_);
  return all != nullptr && index < all->size() ? std::move((*all)[index]) : Json();
}

size_t Json::size() const {
  return is_object() ? members().size() : items().size();
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  if (Json* found = find(key)) {
    *found = std::move(value);
    return *found;
  }
  return members().emplace_back(std::string(key), std::move(value)).second;
}

void Json::erase(std::string_view key) {
  if (is_object()) std::erase_if(members(), [&](const Member& m) { return m.first == key; });
}

void Json::push(Json value) {
  if (is_null()) value_ = Array{};
  items().push_back(std::move(value));
}

const Json* Json::pointer(std::string_view path) const {
  const Json* here = this;
  while (!path.empty()) {
    if (path.front() != '/') return nullptr;
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    std::string key;
    for (size_t i = 0; i < end; ++i) {
      if (path[i] == '~' && i + 1 < end) {
        key += path[++i] == '1' ? '/' : '~';
      } else {
        key += path[i];
      }
    }
    path.remove_prefix(end);
    if (here->is_array()) {
      if (key.empty() || key.size() > 9 || key.find_first_not_of("0123456789") != key.npos)
        return nullptr;
      const auto index = static_cast<size_t>(std::stoul(key));
      if (index >= here->items().size()) return nullptr;
      here = &here->items()[index];
    } else {
      here = here->find(key);
      if (here == nullptr) return nullptr;
    }
  }
  return here;
}

Result<Json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 64;
  boost::json::basic_parser<Builder> parser(options);
  boost::json::error_code ec;
  const size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) return malformed(text, used, ec.message());
  const size_t rest = text.find_first_not_of(" \t\r\n", used);
  if (rest != text.npos) return malformed(text, rest, "text after the end");
  if (!parser.handler().repeated.empty())
    return malformed(text, text.size(), "repeated name " + parser.handler().repeated);
  // No database keeps it in a text, no person typed it.
  if (parser.handler().zero) return malformed(text, text.size(), "character U+0000");
  return std::move(parser.handler().result);
}

std::string to_string(const Json& json) {
  std::string out;
  print(json, 0, false, out);
  return out;
}

std::string to_pretty_string(const Json& json) {
  std::string out;
  print(json, 0, true, out);
  out += '\n';
  return out;
}

}  // namespace beian
