#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/config/declarations.hpp"
#include "platform/config/in_force.hpp"
#include "platform/config/links.hpp"
#include "platform/config/settings.hpp"
#include "platform/config/toml.hpp"

extern char** environ;

namespace beian::config {

namespace {

const Declaration* find(std::string_view key) {
  for (const auto& d : declarations()) {
    if (d.key == key) return &d;
  }
  return nullptr;
}

bool is_section(std::string_view name) {
  return std::any_of(declarations().begin(), declarations().end(), [&](const Declaration& d) {
    return d.key.substr(0, d.key.find('.')) == name;
  });
}

// "30,40,44", ascending; empty: none.
std::optional<std::vector<int>> numbers_in(const Declaration& d, const std::string& s) {
  std::vector<int> out;
  if (text::trim(s).empty()) return out;
  for (const auto& part : text::split(s, ',')) {
    int64_t number = 0;
    if (!text::parse_i64(text::trim(part), number) || number < d.min || number > d.max ||
        (!out.empty() && number <= out.back()))
      return std::nullopt;
    out.push_back(static_cast<int>(number));
  }
  return out;
}

// A value as a word, for the environment, the command line and the defaults.
std::optional<Value> from_text(const Declaration& d, const std::string& s) {
  Value v{.text = s};
  switch (d.kind) {
    case Kind::text:
      return v;
    case Kind::integer:
      if (!text::parse_i64(s, v.number) || v.number < d.min || v.number > d.max)
        return std::nullopt;
      return v;
    case Kind::numbers: {
      auto numbers = numbers_in(d, s);
      if (!numbers) return std::nullopt;
      v.numbers = std::move(*numbers);
      return v;
    }
    case Kind::boolean:
      v.flag = s == "true" || s == "1";
      if (!v.flag && s != "false" && s != "0") return std::nullopt;
      return v;
    case Kind::choice: {
      const auto choices = text::split(d.choices, '|');
      if (std::find(choices.begin(), choices.end(), s) == choices.end()) return std::nullopt;
      return v;
    }
  }
  return std::nullopt;
}

// In the file the type counts: port = "80" is wrong.
std::optional<Value> from_json(const Declaration& d, const Json& json) {
  if (d.kind == Kind::integer)
    return json.is_int() ? from_text(d, std::to_string(json.as_int())) : std::nullopt;
  if (d.kind == Kind::boolean) {
    if (!json.is_bool()) return std::nullopt;
    return Value{.text = {}, .number = 0, .flag = json.as_bool()};
  }
  return json.is_string() ? from_text(d, json.as_string()) : std::nullopt;
}

std::string expected(const Declaration& d, Language language) {
  const bool zh = language == Language::zh;
  const std::string min = std::to_string(d.min), max = std::to_string(d.max);
  const auto choices = text::split(d.choices, '|');
  switch (d.kind) {
    case Kind::text:
      return zh ? "应为文本" : "text expected";
    case Kind::integer:
      return zh ? "应为 " + min + " 到 " + max + " 的整数"
                : "a number from " + min + " to " + max + " expected";
    case Kind::numbers:
      return zh ? "应为 " + min + " 到 " + max + " 的整数，从小到大，用逗号隔开"
                : "numbers from " + min + " to " + max +
                      " expected, ascending, with commas between";
    case Kind::boolean:
      return zh ? "应为 true 或 false" : "true or false expected";
    case Kind::choice:
      return zh ? "应为 " + text::join(choices, "、") + " 之一"
                : "one of " + text::join(choices, ", ") + " expected";
  }
  return {};
}

std::string text_of(const Declaration& d, const Value& v) {
  switch (d.kind) {
    case Kind::integer:
      return std::to_string(v.number);
    case Kind::boolean:
      return v.flag ? "true" : "false";
    case Kind::numbers: {
      std::vector<std::string> all;
      for (const int number : v.numbers) all.push_back(std::to_string(number));
      return text::join(all, ",");
    }
    case Kind::text:
    case Kind::choice:
      return v.text;
  }
  return {};
}

// "postgresql://user:password@host/name?password=…" -> "postgresql://…@host/name".
std::string without_password(const std::string& url) {
  std::string out = url.substr(0, url.find('?'));
  const size_t from = out.find("//"), at = out.rfind('@');
  if (from != out.npos && at != out.npos && at > from) out.replace(from + 2, at - from - 2, "…");
  return out;
}

struct Loader {
  Settings settings;
  Problems problems;
  std::string_view source = "default";
  std::map<std::string_view, std::pair<std::string, std::string_view>> told;  // value, source

  void set(const Declaration& d, const std::optional<Value>& value, const std::string& from) {
    if (value) {
      d.apply(settings, *value);
      told[d.key] = {text_of(d, *value), source};
    } else {
      problems.push_back(bad_setting(std::string(d.key), expected(d, Language::zh) + from));
    }
  }

  void read_file_into(const std::string& path) {
    const auto content = read_file(path, "");
    auto json = content ? parse_toml(*content) : Result<Json>(fail(content));
    if (!json) {
      problems.insert(problems.end(), json.error().begin(), json.error().end());
      return;
    }
    const size_t slash = path.rfind('/');
    const std::string folder = slash == path.npos ? "" : path.substr(0, slash);
    for (const auto& [section, table] : json->members()) {
      if (section == "authority") {
        settings.authorities = read_links(table, folder, problems);
        continue;
      }
      if (!table.is_object()) {
        problems.push_back(unknown_setting(section));
        continue;
      }
      for (const auto& [name, value] : table.members()) {
        const std::string key = section + "." + name;
        if (const Declaration* d = find(key)) {
          set(*d, from_json(*d, value), "");
        } else {
          problems.push_back(unknown_setting(key));
        }
      }
    }
  }

  void read_environment(const Values& environment) {
    for (const auto& [name, value] : environment) {
      const auto all = declarations();
      const auto it = std::find_if(all.begin(), all.end(), [&](const Declaration& d) {
        return environment_name(d) == name;
      });
      if (it != all.end()) {
        set(*it, from_text(*it, value), "（" + name + "）");
        continue;
      }
      const auto parts = text::split(name, '_');
      if (parts.size() > 2 && parts[0] == "BEIAN" && is_section(text::lower_ascii(parts[1])))
        problems.push_back(unknown_setting(name));
    }
  }

  void read_kept(const Values& kept) {
    for (const auto& [key, value] : kept) {
      const Declaration* d = find(key);
      if (d && may_be_kept(*d))
        set(*d, from_text(*d, value), "（数据库中的值）");
      else
        problems.push_back(unknown_setting(key));
    }
  }

  void read_overrides(const Values& overrides) {
    for (const auto& [key, value] : overrides) {
      if (const Declaration* d = find(key)) {
        set(*d, from_text(*d, value), "");
      } else {
        problems.push_back(unknown_setting(key));
      }
    }
  }
};

Loader read_all(const Sources& sources) {
  Loader loader;
  for (const auto& d : declarations())
    loader.set(d, from_text(d, std::string(d.otherwise)), "（默认值）");
  loader.source = "kept";
  loader.read_kept(sources.kept);
  loader.source = "file";
  if (!sources.file.empty()) loader.read_file_into(sources.file);
  loader.source = "environment";
  loader.read_environment(sources.environment);
  loader.source = "command_line";
  loader.read_overrides(sources.overrides);
  return loader;
}

}  // namespace

bool may_be_kept(const Declaration& d) {
  constexpr std::array kSections{"accounts.", "orders.", "resources.", "provider."};
  constexpr std::array kSingle{"session.hours", "domains.resolve"};
  if (d.key == "accounts.password_memory_mb") return false;  // the machine's memory
  return std::ranges::any_of(kSections, [&](auto s) { return d.key.starts_with(s); }) ||
         std::ranges::any_of(kSingle, [&](auto key) { return d.key == key; });
}

std::vector<InForce> in_force(const Sources& sources) {
  const Loader loader = read_all(sources);
  std::vector<InForce> out;
  for (const auto& d : declarations()) {
    const auto& [value, from] = loader.told.at(d.key);
    out.push_back({d.key, d.key == "database.url" ? without_password(value) : value, from,
                   d.otherwise, limits(d), environment_name(d), d.zh, d.en, may_be_kept(d)});
  }
  return out;
}

Result<std::string> kept_value(std::string_view key, const std::string& value, Language language) {
  const Declaration* d = find(key);
  if (!d || !may_be_kept(*d)) {
    Problem unknown = unknown_setting(std::string(key));
    unknown.field = "/key";
    return std::unexpected(Problems{std::move(unknown)});
  }
  constexpr size_t kLongest = 200;
  if (text::length(value) > kLongest)
    return fail(ProblemCode::too_long, "/value", {{"max", std::to_string(kLongest)}});
  if (const auto read = from_text(*d, value)) return text_of(*d, *read);
  if (d->kind == Kind::integer)
    return fail(ProblemCode::out_of_range, "/value",
                {{"min", std::to_string(d->min)}, {"max", std::to_string(d->max)}});
  Problem bad = bad_setting(std::string(key), expected(*d, language));
  bad.field = "/value";
  return std::unexpected(Problems{std::move(bad)});
}

Result<Settings> load(const Sources& sources) {
  Loader loader = read_all(sources);
  if (!loader.problems.empty()) return std::unexpected(std::move(loader.problems));
  return std::move(loader.settings);
}

Values process_environment() {
  Values out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view one(*entry);
    const size_t equals = one.find('=');
    if (one.starts_with("BEIAN_") && equals != one.npos)
      out.emplace(std::string(one.substr(0, equals)), std::string(one.substr(equals + 1)));
  }
  return out;
}

}  // namespace beian::config
