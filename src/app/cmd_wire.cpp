// wire: the interface's documents and profiles, for people and scripts. Nothing is sent anywhere.
#include <cstdio>
#include <map>

#include "app/commands.hpp"
#include "app/configure.hpp"
#include "app/wire_file.hpp"
#include "wire/codec.hpp"

namespace beian::app {

namespace {

using wire::Element;
using wire::Profile;

struct Verdict {
  WireHead head;
  std::string profile;
  std::map<std::string, size_t> records;  // by operation
  Problems problems;
};

Verdict judge(const WireOptions& options) {
  Verdict verdict;
  wire::StreamLimits limits;
  auto head = read_wire_head(options.file, limits.max_bytes);
  if (!head) {
    verdict.problems = std::move(head.error());
    return verdict;
  }
  verdict.head = std::move(*head);
  // The interface's own limit; synchronisation files have none.
  if (verdict.head.root == "UploadData") limits.max_bytes = wire::CodecLimits{}.max_bytes;
  const auto profile = profile_for(options.profile, verdict.head.version).value();
  verdict.profile = profile->name();
  auto document = WireFile::open(options.file, limits.max_bytes);
  if (!document) {
    verdict.problems = std::move(document.error());
    return verdict;
  }
  auto read = wire::decode_stream(
      *profile, verdict.head.root, document->source(),
      [&](const wire::RecordAt& at, const Json&) { return ++verdict.records[at.operation] > 0; },
      limits);
  if (!read) verdict.problems = std::move(read.error());
  return verdict;
}

std::string argument(const Problem& problem, std::string_view name) {
  for (const auto& [key, value] : problem.args) {
    if (key == name) return value;
  }
  return "";
}

Json to_json(const Verdict& verdict) {
  Json records = Json::object(), problems = Json::array();
  for (const auto& [operation, count] : verdict.records) records.set(operation, count);
  for (const Problem& problem : verdict.problems) {
    Json one = Json::object({{"code", spec_of(problem.code).name}});
    if (!problem.field.empty()) one.set("path", problem.field);
    if (const auto line = argument(problem, "line"); !line.empty())
      one.set("line", std::stoi(line));
    one.set("reason", argument(problem, "reason"));
    problems.push(std::move(one));
  }
  return Json::object({{"valid", verdict.problems.empty()},
                       {"root", verdict.head.root},
                       {"version", verdict.head.version},
                       {"profile", verdict.profile},
                       {"records", std::move(records)},
                       {"problems", std::move(problems)}});
}

void print(const Verdict& verdict) {
  for (const Problem& problem : verdict.problems) {
    const std::string line = argument(problem, "line");
    std::printf("%s%s: %s\n", problem.field.empty() ? "/" : problem.field.c_str(),
                line.empty() ? "" : (" (line " + line + ")").c_str(),
                argument(problem, "reason").c_str());
  }
  if (!verdict.problems.empty()) {
    std::printf("not valid: %zu faults%s\n", verdict.problems.size(),
                verdict.profile.empty() ? "" : (" by " + verdict.profile).c_str());
    return;
  }
  for (const auto& [operation, count] : verdict.records)
    std::printf("%s: %zu\n", operation.c_str(), count);
  std::printf("valid: %s of %s\n", verdict.head.root.c_str(), verdict.profile.c_str());
}

// ---- outline

std::string_view group_name(wire::Group group) {
  switch (group) {
    case wire::Group::sequence:
      return "sequence";
    case wire::Group::all:
      return "all";
    case wire::Group::choice:
      return "choice";
    case wire::Group::none:
      break;
  }
  return "";
}

std::string occurrence(const Element& element) {
  if (element.min_occurs == 1 && element.max_occurs == 1) return "";
  return "[" + std::to_string(element.min_occurs) + ".." +
         (element.max_occurs == -1 ? "*" : std::to_string(element.max_occurs)) + "]";
}

std::string limits_of(const Element& element) {
  std::string text;
  if (element.min_value) text += " >=" + std::to_string(*element.min_value);
  if (element.max_value) text += " <=" + std::to_string(*element.max_value);
  if (element.min_length > 0) text += " len>=" + std::to_string(element.min_length);
  if (element.max_length >= 0) text += " len<=" + std::to_string(element.max_length);
  for (const std::string& value : element.values)
    text += (&value == &element.values.front() ? " " : "|") + value;
  return text;
}

void print(const Element& element, const std::string& indent) {
  std::string line = indent + element.name + occurrence(element);
  if (!element.leaf())
    line += " (" + std::string(group_name(element.group)) + ")";
  else
    line +=
        std::string(element.type == wire::Type::number ? " number" : " text") + limits_of(element);
  if (element.nillable) line += " nillable";
  if (!element.unless.empty()) line += " unless " + element.unless;
  if (!element.field.empty()) line += " = " + element.field;
  if (element.record) line += " (a record)";
  std::printf("%s  # %s\n", line.c_str(), element.title.c_str());
  for (const Element& child : element.children) print(child, indent + "  ");
}

Json to_json(const Element& element) {
  Json json = Json::object({{"name", element.name}});
  if (!element.field.empty()) json.set("field", element.field);
  json.set("title", element.title);
  json.set("min_occurs", element.min_occurs);
  json.set("max_occurs", element.max_occurs == -1 ? Json("unbounded") : Json(element.max_occurs));
  if (!element.unless.empty()) json.set("unless", element.unless);
  if (element.nillable) json.set("nillable", true);
  if (element.record) json.set("record", true);
  if (!element.leaf()) {
    json.set("group", group_name(element.group));
    Json children = Json::array();
    for (const Element& child : element.children) children.push(to_json(child));
    json.set("children", std::move(children));
    return json;
  }
  json.set("type", element.type == wire::Type::number ? "number" : "text");
  if (element.min_value) json.set("min", *element.min_value);
  if (element.max_value) json.set("max", *element.max_value);
  if (element.min_length > 0) json.set("min_length", element.min_length);
  if (element.max_length >= 0) json.set("max_length", element.max_length);
  if (!element.values.empty()) {
    Json values = Json::array();
    for (const std::string& value : element.values) values.push(value);
    json.set("values", std::move(values));
  }
  return json;
}

constexpr const char* kRoots[] = {"UploadData", "DownloadData"};

// Tells what is wrong with the profile that was asked for.
bool known_profile(const std::string& name) {
  const auto profile = profile_named(name);
  if (profile) return true;
  if (profile.error().front().code == ProblemCode::not_found)
    std::fprintf(stderr, "no profile %s\n", name.c_str());
  else
    complain(profile.error());
  return false;
}

}  // namespace

int wire_validate(const WireOptions& options) {
  if (!options.profile.empty() && !known_profile(options.profile)) return 2;
  const Verdict verdict = judge(options);
  if (options.json)
    std::printf("%s\n", to_string(to_json(verdict)).c_str());
  else
    print(verdict);
  return verdict.problems.empty() ? 0 : 1;
}

int wire_outline(const WireOptions& options) {
  if (!known_profile(options.profile)) return 2;
  const auto profile = profile_named(options.profile).value();
  if (options.json) {
    Json documents = Json::array();
    for (const char* root : kRoots) documents.push(to_json(profile->document(root)));
    std::printf("%s\n", to_string(Json::object({{"name", profile->name()},
                                                {"version", profile->version()},
                                                {"documents", std::move(documents)}}))
                            .c_str());
    return 0;
  }
  std::printf("%s, version %s\n", profile->name().c_str(), profile->version().c_str());
  for (const char* root : kRoots) print(profile->document(root), "");
  return 0;
}

}  // namespace beian::app
