// data/rules/*.json read strictly: what is not understood is a fault, never left out.
#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "rules/evaluate.hpp"
#include "rules/words.hpp"

namespace beian::rules {
namespace {

constexpr auto kTypes = std::to_array<std::string_view>(
    {"boolean", "integer", "text", "integers", "texts", "object", "objects", "null"});
constexpr auto kEntities = std::to_array<std::string_view>(
    {"organization", "government", "public_institution", "sole_proprietor", "individual"});
constexpr auto kOrders = std::to_array<std::string_view>(
    {"first", "add_service", "add_access", "change", "cancel", "migrate"});
constexpr auto kServices =
    std::to_array<std::string_view>({"website", "app", "mini_program", "quick_app"});

constexpr size_t kJson = 5, kBookName = 6 + kJson;  // "440000.json"

bool is_type(const Json& value, std::string_view type) {
  const auto all = [&](auto is) {
    return value.is_array() && std::ranges::all_of(value.items(), is);
  };
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int();
  if (type == "text") return value.is_string();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  if (type == "integers") return all([](const Json& j) { return j.is_int(); });
  if (type == "texts") return all([](const Json& j) { return j.is_string(); });
  return all([](const Json& j) { return j.is_object(); });  // objects
}

// One object of a file: asks for members by name and, at the end, for those that nobody asked for.
class Members {
 public:
  Members(const Json& json, std::string at, Problems& problems)
      : json_(json), at_(std::move(at)), problems_(problems) {
    if (!json_.is_object()) fault(ProblemCode::wrong_type, "", {{"expected", "object"}});
  }

  std::string text(std::string_view name, bool needed = true) {
    const Json* value = member(name, needed);
    if (value == nullptr || (value->is_null() && !needed)) return {};
    if (!value->is_string()) wrong(name, "text");
    return value->as_string();
  }
  int64_t integer(std::string_view name) {
    const Json* value = member(name, true);
    if (value == nullptr) return 0;
    if (!value->is_int()) wrong(name, "integer");
    return value->as_int();
  }
  std::vector<std::string> texts(std::string_view name,
                                 std::span<const std::string_view> allowed = {},
                                 bool needed = false) {
    std::vector<std::string> out;
    const Json* value = member(name, needed);
    if (value == nullptr) return out;
    if (!is_type(*value, "texts")) wrong(name, "array of text");
    for (size_t i = 0; i < value->size(); ++i) {
      out.push_back(value->at(i).as_string());
      if (!allowed.empty() && std::ranges::find(allowed, out.back()) == allowed.end())
        fault(ProblemCode::not_found, "/" + std::string(name) + "/" + std::to_string(i));
    }
    return out;
  }
  const Json& value(std::string_view name, bool needed = true) {
    const Json* found = member(name, needed);
    return found == nullptr ? kNull : *found;
  }
  // A word of a table.
  template <class Enum>
  Enum word(std::string_view name, std::optional<Enum> (*named)(std::string_view)) {
    const std::string text = this->text(name);
    const auto found = named(text);
    if (!found && !text.empty()) fault(ProblemCode::not_found, "/" + std::string(name));
    return found.value_or(Enum{});
  }
  void end() {
    for (const auto& [key, value] : json_.members())
      if (!asked_.contains(key)) fault(ProblemCode::unknown_field, "/" + key);
  }
  void fault(ProblemCode code, std::string_view below,
             std::vector<std::pair<std::string, std::string>> args = {}) {
    problems_.push_back({code, at_ + std::string(below), std::move(args)});
  }
  std::string at(std::string_view below) const { return at_ + std::string(below); }

 private:
  const Json* member(std::string_view name, bool needed) {
    asked_.emplace(name);
    const Json* value = json_.find(name);
    if (value == nullptr && needed) fault(ProblemCode::required, "/" + std::string(name));
    return value;
  }
  void wrong(std::string_view name, std::string expected) {
    fault(ProblemCode::wrong_type, "/" + std::string(name), {{"expected", std::move(expected)}});
  }

  static const Json kNull;
  const Json& json_;
  std::string at_;
  Problems& problems_;
  std::set<std::string, std::less<>> asked_;
};
const Json Members::kNull;

void read_together(const Json& json, Kind& kind, Members& members) {
  for (size_t i = 0; i < json.size(); ++i) {
    auto& group = kind.together.emplace_back();
    for (const auto& name : json.at(i).items()) {
      group.push_back(name.as_string());
      if (std::ranges::find(kind.params, group.back(), &Param::name) == kind.params.end())
        members.fault(ProblemCode::not_found, "/together/" + std::to_string(i));
    }
  }
}

Kind read_kind(const Json& json, const std::string& at, Problems& problems) {
  Members members(json, at, problems);
  Kind kind;
  kind.id = members.text("id");
  Members title(members.value("title"), members.at("/title"), problems);
  kind.title_zh = title.text("zh");
  kind.title_en = title.text("en");
  title.end();
  const auto places = members.texts("place", {}, true);
  for (size_t i = 0; i < places.size(); ++i) {
    if (const auto place = place_named(places[i]))
      kind.places.push_back(*place);
    else
      members.fault(ProblemCode::not_found, "/place/" + std::to_string(i));
  }
  if (places.empty()) members.fault(ProblemCode::required, "/place");
  kind.kept_by = members.text("kept_by", false);
  if (kind.kept_by.empty() == (std::ranges::find(kind.places, Place::system) != kind.places.end()))
    members.fault(ProblemCode::required, "/kept_by");
  for (const auto& [name, types] : members.value("params").members()) {
    Param param{name, {}};
    for (const auto& type : text::split(types.as_string(), '|')) {
      param.types.push_back(type);
      if (std::ranges::find(kTypes, type) == kTypes.end())
        members.fault(ProblemCode::not_found, "/params/" + name);
    }
    kind.params.push_back(std::move(param));
  }
  read_together(members.value("together", false), kind, members);
  kind.about = members.text("about", false);
  kind.each = members.texts("each");
  if (kind.about.empty() != kind.each.empty()) members.fault(ProblemCode::required, "/each");
  if (!kind.about.empty() &&
      std::ranges::find(kind.params, kind.about, &Param::name) == kind.params.end())
    members.fault(ProblemCode::not_found, "/about");
  members.end();
  return kind;
}

void check_params(const Rule& rule, Members& members) {
  for (const auto& member : rule.params.members()) {
    const std::string& name = member.first;
    const Json& value = member.second;
    const auto param = std::ranges::find(rule.kind->params, name, &Param::name);
    if (param == rule.kind->params.end()) {
      members.fault(ProblemCode::unknown_field, "/params/" + name);
    } else if (std::ranges::none_of(param->types,
                                    [&](const auto& type) { return is_type(value, type); })) {
      members.fault(ProblemCode::wrong_type, "/params/" + name,
                    {{"expected", text::join(param->types, "|")}});
    }
  }
}

// 2025-09-24, 2025-09, 2025
bool is_date(std::string_view s) {
  if (s.size() != 4 && s.size() != 7 && s.size() != 10) return false;
  for (size_t i = 0; i < s.size(); ++i)
    if (i == 4 || i == 7 ? s[i] != '-' : s[i] < '0' || s[i] > '9') return false;
  return true;
}

Rule read_rule(const RuleSet& set, int64_t province, const Json& json, const std::string& at,
               Problems& problems) {
  Members members(json, at, problems);
  Rule rule;
  rule.province = province;
  const std::string kind = members.text("kind");
  rule.kind = set.kind(kind);
  static const Json kEverything = Json::object();
  const Json& narrowed = members.value("applies_to", false);
  Members applies(narrowed.is_null() ? kEverything : narrowed, members.at("/applies_to"), problems);
  rule.applies_to.entity = applies.texts("entity", kEntities);
  rule.applies_to.order = applies.texts("order", kOrders);
  rule.applies_to.service = applies.texts("service", kServices);
  applies.end();
  rule.params = members.value("params");
  rule.severity = members.word("severity", severity_named);
  rule.material = members.text("material", false);
  if (rule.severity == Severity::material && rule.material.empty())
    members.fault(ProblemCode::required, "/material");
  Members text(members.value("text"), members.at("/text"), problems);
  rule.text_zh = text.text("zh");
  rule.text_en = text.text("en");
  text.end();
  rule.source = members.text("source");
  rule.as_of = members.text("as_of", false);
  if (!rule.as_of.empty() && !is_date(rule.as_of)) members.fault(ProblemCode::bad_format, "/as_of");
  rule.confidence = members.word("confidence", confidence_named);
  if (const Json& note = members.value("note", false); !note.is_null()) {
    Members notes(note, members.at("/note"), problems);
    rule.note_zh = notes.text("zh");
    rule.note_en = notes.text("en");
    notes.end();
  }
  members.end();
  if (rule.kind == nullptr)
    members.fault(ProblemCode::not_found, "/kind");
  else
    check_params(rule, members);
  return rule;
}

RuleBook read_book(const RuleSet& set, const Json& json, const std::string& at,
                   Problems& problems) {
  Members members(json, at, problems);
  RuleBook book;
  book.province = members.integer("province");
  book.name = members.text("name");
  book.authority = members.text("authority");
  const auto silent = members.texts("silent");
  for (size_t i = 0; i < silent.size(); ++i) {
    if (const Kind* kind = set.kind(silent[i]))
      book.silent.push_back(kind);
    else
      members.fault(ProblemCode::not_found, "/silent/" + std::to_string(i));
  }
  const Json& rules = members.value("rules");
  for (size_t i = 0; i < rules.size(); ++i)
    book.rules.push_back(read_rule(set, book.province, rules.at(i),
                                   members.at("/rules/" + std::to_string(i)), problems));
  members.end();
  return book;
}

}  // namespace

const Kind* RuleSet::kind(std::string_view id) const {
  const auto found = std::ranges::find(kinds_, id, &Kind::id);
  return found == kinds_.end() ? nullptr : &*found;
}

const RuleBook* RuleSet::book(int64_t province) const {
  const auto found = books_.find(province);
  return found == books_.end() ? nullptr : &found->second;
}

bool RuleSet::is_book(std::string_view name) {
  return name == "national.json" || (name.size() == kBookName && name.ends_with(".json") &&
                                     text::all_digits(name.substr(0, kBookName - kJson)));
}

Result<RuleSet> RuleSet::read(std::string_view kinds, std::span<const File> books) {
  RuleSet set;
  Problems problems;
  const auto parsed = parse_json(kinds);
  if (!parsed) {
    append_under(problems, "kinds.json", parsed.error());
    return std::unexpected(std::move(problems));
  }
  Members members(*parsed, "kinds.json", problems);
  members.text("note", false);
  const Json& list = members.value("kinds");
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string at = "kinds.json/kinds/" + std::to_string(i);
    Kind kind = read_kind(list.at(i), at, problems);
    if (set.kind(kind.id) != nullptr) problems.push_back({ProblemCode::conflict, at + "/id", {}});
    set.kinds_.push_back(std::move(kind));
  }
  members.end();
  for (const auto& file : books) {
    const auto json = parse_json(file.text);
    if (!json) {
      append_under(problems, file.name, json.error());
      continue;
    }
    RuleBook book = read_book(set, *json, file.name, problems);
    const int64_t province = book.province;
    if (!set.books_.emplace(province, std::move(book)).second)
      problems.push_back({ProblemCode::conflict, file.name + "/province", {}});
  }
  if (!set.books_.contains(0)) problems.push_back({ProblemCode::required, "national.json", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return set;
}

const RuleSet& RuleSet::builtin() {
  static const RuleSet set = [] {
    constexpr std::string_view kFolder = "data/rules/";
    std::vector<File> books;
    for (const auto& file : embedded::files())
      if (file.name.starts_with(kFolder) && is_book(file.name.substr(kFolder.size())))
        books.push_back({std::string(file.name.substr(kFolder.size())), file.bytes});
    auto read = RuleSet::read(embedded::file("data/rules/kinds.json"), books);
    const auto problems = read ? check_evaluators(*read) : read.error();
    if (!problems.empty())
      throw std::logic_error(
          "data/rules: " + problems.front().field + " " +
          problem_text(problems.front().code, problems.front().args, Language::en));
    return std::move(*read);
  }();
  return set;
}

}  // namespace beian::rules
