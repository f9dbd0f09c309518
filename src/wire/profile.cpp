#include "wire/profile.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/text.hpp"

namespace beian::wire {

namespace {

// Reads elements and collects what is wrong with them, by JSON pointer.
class ElementReader {
 public:
  explicit ElementReader(Problems& problems) : problems_(problems) {}

  Element read(const Json& json, const std::string& at) {
    Element e;
    if (!json.is_object()) {
      fault(at, "an element is an object");
      return e;
    }
    for (const auto& [key, value] : json.members()) {
      if (!member(e, key, value, at))
        fault((at + "/").append(key), "no such property, or wrong value");
    }
    check(e, at);
    return e;
  }
  void fault(const std::string& at, std::string reason) {
    problems_.push_back(
        {ProblemCode::wire_schema, at, {{"path", at}, {"reason", std::move(reason)}}});
  }
  // Two elements must not claim the same field of one object.
  void check_fields(const Element& e, const std::string& at) {
    std::vector<std::string_view> fields;
    collect_fields(e, fields);
    std::sort(fields.begin(), fields.end());
    const auto twice = std::adjacent_find(fields.begin(), fields.end());
    if (twice != fields.end()) fault(at, "field " + std::string(*twice) + " is used twice");
    for (const Element& c : e.children) {
      if (!c.leaf() && !c.field.empty()) check_fields(c, at + "/" + c.name);
    }
  }

 private:
  bool member(Element& e, std::string_view key, const Json& value, const std::string& at) {
    const auto text = [&](std::string& into) {
      into = value.as_string();
      return value.is_string();
    };
    const auto number = [&](auto& into) {
      into = static_cast<std::remove_reference_t<decltype(into)>>(value.as_int());
      return value.is_int();
    };
    if (key == "name") return text(e.name) && !e.name.empty();
    if (key == "field") return text(e.field);
    if (key == "title") return text(e.title);
    if (key == "nillable") {
      e.nillable = value.as_bool();
      return value.is_bool();
    }
    if (key == "record") {
      e.record = value.as_bool();
      return value.is_bool();
    }
    if (key == "min_occurs") return number(e.min_occurs) && e.min_occurs >= 0;
    if (key == "max_occurs") {
      if (value.as_string() == "unbounded") return e.max_occurs = -1, true;
      return number(e.max_occurs) && e.max_occurs > 0;
    }
    if (key == "type") {
      e.type = value.as_string() == "number" ? Type::number : Type::text;
      return value.as_string() == "number" || value.as_string() == "text";
    }
    if (key == "min") return e.min_value = value.as_int(), value.is_int();
    if (key == "max") return e.max_value = value.as_int(), value.is_int();
    if (key == "also") {
      for (const Json& one : value.items()) e.also.push_back(one.as_int());
      return value.is_array();
    }
    if (key == "min_length") return number(e.min_length) && e.min_length >= 0;
    if (key == "max_length") return number(e.max_length) && e.max_length >= 0;
    if (key == "values") {
      for (const Json& one : value.items()) e.values.push_back(one.as_string());
      return value.is_array();
    }
    if (key == "group") return group(e, value.as_string());
    if (key == "children") {
      for (size_t i = 0; i < value.size(); ++i)
        e.children.push_back(read(value.at(i), at + "/children/" + std::to_string(i)));
      return value.is_array();
    }
    return false;
  }
  static bool group(Element& e, std::string_view name) {
    if (name == "sequence")
      e.group = Group::sequence;
    else if (name == "all")
      e.group = Group::all;
    else if (name == "choice")
      e.group = Group::choice;
    else
      return false;
    return true;
  }
  void check(const Element& e, const std::string& at) {
    if (e.name.empty()) fault(at, "name is missing");
    if (e.leaf() != e.children.empty()) fault(at, "group and children belong together");
    if (e.nillable && (!e.leaf() || e.min_occurs > 0 || e.repeated()))
      fault(at, "only a leaf that may be missing may be nillable");
    if (e.max_occurs != -1 && e.max_occurs < e.min_occurs) fault(at, "max_occurs < min_occurs");
    if (e.field.empty() && (e.leaf() || e.repeated()) && !e.name.empty())
      fault(at, "only a group that occurs once may have no field");
  }
  static void collect_fields(const Element& e, std::vector<std::string_view>& into) {
    for (const Element& c : e.children) {
      if (c.field.empty())
        collect_fields(c, into);
      else
        into.push_back(c.field);
    }
  }

  Problems& problems_;
};

// "DownloadData/ICP" below the documents; nullptr when it is not there.
Element* find_group(std::vector<Element>& documents, std::string_view path) {
  std::vector<Element>* among = &documents;
  Element* found = nullptr;
  for (const std::string& name : text::split(path, '/')) {
    const auto it = std::find_if(among->begin(), among->end(),
                                 [&](const Element& e) { return e.name == name; });
    if (it == among->end()) return nullptr;
    found = &*it;
    among = &it->children;
  }
  return found != nullptr && !found->leaf() ? found : nullptr;
}

// Of an array of paths.
std::vector<Element*> find_groups(std::vector<Element>& documents, const Json& paths,
                                  const std::string& at, ElementReader& reader) {
  std::vector<Element*> groups;
  if (paths.size() == 0) reader.fault(at, "an array of paths is expected");
  for (size_t i = 0; i < paths.size(); ++i) {
    if (Element* group = find_group(documents, paths.at(i).as_string()))
      groups.push_back(group);
    else
      reader.fault(at + "/" + std::to_string(i), "no such group");
  }
  return groups;
}

// {"in": paths, "children": names, "unless": name}: of these groups, these children may be missing
// where that one stands.
void relax(std::vector<Element>& documents, const Json& json, const std::string& at,
           ElementReader& reader) {
  const auto child = [](Element& group, std::string_view name) -> Element* {
    const auto it = std::find_if(group.children.begin(), group.children.end(),
                                 [&](const Element& e) { return e.name == name; });
    return it == group.children.end() ? nullptr : &*it;
  };
  const std::string& unless = json["unless"].as_string();
  for (Element* group : find_groups(documents, json["in"], at + "/in", reader)) {
    if (group->group == Group::choice || child(*group, unless) == nullptr)
      reader.fault(at + "/unless", "is not in a sequence or all group " + group->name);
    for (const Json& name : json["children"].items()) {
      if (Element* one = child(*group, name.as_string()))
        one->unless = unless;
      else
        reader.fault(at + "/children", name.as_string() + " is not in " + group->name);
    }
  }
}

}  // namespace

Result<std::shared_ptr<const Profile>> Profile::from_json(const Json& json) {
  Problems problems;
  ElementReader reader(problems);
  auto profile = std::make_shared<Profile>();
  if (json["extends"].is_string()) {
    const auto base = named(json["extends"].as_string());
    if (!base) return fail(base);
    *profile = **base;
    profile->accepted_.clear();
  }
  profile->name_ = json["name"].as_string();
  profile->version_ = json["version"].as_string();
  for (const Json& version : json["accepts"].items())
    profile->accepted_.push_back(version.as_string());
  for (size_t i = 0; i < json["documents"].size(); ++i)
    profile->documents_.push_back(
        reader.read(json["documents"].at(i), "/documents/" + std::to_string(i)));
  for (size_t i = 0; i < json["add"].size(); ++i) {
    const Json& addition = json["add"].at(i);
    const std::string at = "/add/" + std::to_string(i);
    const Element element = reader.read(addition["element"], at + "/element");
    for (Element* group : find_groups(profile->documents_, addition["to"], at + "/to", reader))
      group->children.push_back(element);
  }
  for (size_t i = 0; i < json["relax"].size(); ++i)
    relax(profile->documents_, json["relax"].at(i), "/relax/" + std::to_string(i), reader);
  if (profile->name_.empty()) reader.fault("/name", "is missing");
  if (profile->version_.empty()) reader.fault("/version", "is missing");
  for (const std::string_view root : {"UploadData", "DownloadData"}) {
    if (find_group(profile->documents_, root) == nullptr)
      reader.fault("/documents", std::string(root) + " is missing");
  }
  for (const Element& document : profile->documents_)
    reader.check_fields(document, "/" + document.name);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return profile;
}

Result<std::shared_ptr<const Profile>> Profile::named(std::string_view name) {
  static std::recursive_mutex mutex;  // a profile that extends another reads that first
  static std::map<std::string, std::shared_ptr<const Profile>, std::less<>> read;
  const std::lock_guard lock(mutex);
  if (const auto found = read.find(name); found != read.end()) return found->second;
  const std::string file = "data/wire/" + std::string(name) + ".json";
  for (const embedded::File& one : embedded::files()) {
    if (one.name != file) continue;
    const auto json = parse_json(one.bytes);
    if (!json) return fail(json);
    auto profile = from_json(*json);
    if (profile) read.emplace(name, *profile);
    return profile;
  }
  return fail(ProblemCode::not_found);
}

std::vector<std::string> Profile::names() {
  constexpr std::string_view kFolder = "data/wire/", kEnd = ".json";
  std::vector<std::string> names;
  for (const embedded::File& file : embedded::files()) {
    if (!file.name.starts_with(kFolder) || !file.name.ends_with(kEnd)) continue;
    std::string name(file.name.substr(kFolder.size()));
    name.resize(name.size() - kEnd.size());
    if (named(name)) names.push_back(std::move(name));  // not the result codes
  }
  return names;
}

bool Profile::accepts(std::string_view version) const {
  return version == version_ ||
         std::find(accepted_.begin(), accepted_.end(), version) != accepted_.end();
}

const Element& Profile::document(std::string_view root) const {
  for (const Element& e : documents_) {
    if (e.name == root) return e;
  }
  throw std::logic_error("no document " + std::string(root));
}

}  // namespace beian::wire
