#include "wire/encoder.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "platform/xml/xml.hpp"

namespace beian::wire {

namespace {

// A member that counts as not there.
bool absent(const Json* value) {
  return value == nullptr || value->is_null();
}

// Whether anything of the element is in the object; a grouping element asks its children.
bool present(const Element& element, const Json& object) {
  if (!element.field.empty()) {
    const Json* value = object.find(element.field);
    return !absent(value) && !(element.repeated() && value->is_array() && value->size() == 0);
  }
  return std::any_of(element.children.begin(), element.children.end(),
                     [&](const Element& child) { return present(child, object); });
}

// Whether the child may be missing because of the sibling that it names.
bool excused(const Element& group, const Element& child, const Json& object) {
  if (child.unless.empty()) return false;
  return std::any_of(group.children.begin(), group.children.end(), [&](const Element& other) {
    return other.name == child.unless && present(other, object);
  });
}

bool has_field(const Element& group, std::string_view field) {
  return std::any_of(group.children.begin(), group.children.end(), [&](const Element& child) {
    return child.field.empty() ? has_field(child, field) : child.field == field;
  });
}

bool is_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Escaped, in GBK, characters without GBK form as references.
bool append_text(std::string& out, std::string_view utf8) {
  if (is_ascii(utf8)) {
    xml::append_escaped(out, utf8);
    return true;
  }
  std::string escaped;
  xml::append_escaped(escaped, utf8);
  const auto gbk = text::to_gbk_xml(escaped);
  if (gbk) out += *gbk;
  return gbk.has_value();
}

}  // namespace

std::string text_fault(const Element& element, std::string_view utf8) {
  // A text with no more bytes than allowed characters needs no counting.
  const auto bytes = static_cast<int64_t>(utf8.size());
  const bool short_enough = element.max_length < 0 || bytes <= element.max_length;
  if (!short_enough || bytes < element.min_length * 4) {
    const auto length = static_cast<int64_t>(text::length(utf8));
    if (length < element.min_length)
      return "is shorter than " + std::to_string(element.min_length) + " characters";
    if (!short_enough && length > element.max_length)
      return "is longer than " + std::to_string(element.max_length) + " characters";
  }
  if (!element.values.empty() &&
      std::find(element.values.begin(), element.values.end(), utf8) == element.values.end())
    return "is none of the values";
  return "";
}

std::string number_fault(const Element& element, int64_t value) {
  if (element.min_value && value < *element.min_value)
    return "is less than " + std::to_string(*element.min_value);
  if (element.max_value && value > *element.max_value)
    return "is more than " + std::to_string(*element.max_value);
  return "";
}

void Encoder::open_document(std::string& out, const Element& root, std::string_view version) {
  out += "<?xml version=\"1.0\" encoding=\"GBK\"?>\n<";
  out += root.name;
  out += " version=\"";
  xml::append_escaped(out, version);
  out += "\">";
}

void Encoder::document(const Element& root, std::string_view version, const Json& model) {
  const std::string nothing;
  const Path path{nullptr, &nothing, nullptr, 0};
  if (!model.is_object()) return fault(path, "", "an object is expected");
  check_members(root, model, path);
  open_document(out_, root, version);
  write_children(root, model, path);
  tag(root, true);
}

void Encoder::element(const Element& element, const Json& value, const std::string& at,
                      size_t index) {
  const Path parent{nullptr, &at, nullptr, 0};
  write(element, value, Path{&parent, nullptr, &element, index});
}

void Encoder::write(const Element& element, const Json& value, const Path& path) {
  if (problems_.size() >= kMaxProblems) return;
  if (element.record) ++records_;
  if (element.leaf()) return write_leaf(element, value, path);
  if (!value.is_object()) return fault(path, "", "an object is expected");
  check_members(element, value, path);
  tag(element, false);
  write_children(element, value, path);
  tag(element, true);
}

void Encoder::write_leaf(const Element& element, const Json& value, const Path& path) {
  if (element.type == Type::number) {
    if (!value.is_int()) return fault(path, "", "a whole number is expected");
    if (auto reason = number_fault(element, value.as_int()); !reason.empty())
      return fault(path, "", std::move(reason));
    char digits[24];
    tag(element, false);
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr);
    return tag(element, true);
  }
  if (!value.is_string()) return fault(path, "", "a text is expected");
  const std::string& text = value.as_string();
  if (auto reason = text_fault(element, text); !reason.empty())
    return fault(path, "", std::move(reason));
  if (xml::find_forbidden(text) != text.npos)
    return fault(path, "", "holds a character that XML cannot hold");
  tag(element, false);
  if (!append_text(out_, text)) fault(path, "", "is not UTF-8");
  tag(element, true);
}

void Encoder::write_children(const Element& group, const Json& object, const Path& path) {
  if (group.group == Group::choice) return write_choice(group, object, path);
  for (const Element& child : group.children)
    write_child(child, object, path, child.min_occurs > 0 && !excused(group, child, object));
}

void Encoder::write_choice(const Element& group, const Json& object, const Path& path) {
  const Element* chosen = nullptr;
  bool may_be_empty = false;
  for (const Element& child : group.children) {
    may_be_empty = may_be_empty || child.min_occurs == 0;
    if (!present(child, object)) continue;
    if (chosen != nullptr)
      return fault(path, "", "holds both " + chosen->name + " and " + child.name);
    chosen = &child;
  }
  if (chosen != nullptr)
    write_child(*chosen, object, path, chosen->min_occurs > 0);
  else if (!may_be_empty)
    fault(path, "", "one of its elements is expected");
}

void Encoder::write_child(const Element& child, const Json& object, const Path& path,
                          bool required) {
  if (child.field.empty()) {
    if (!required && !present(child, object)) return;
    tag(child, false);
    write_children(child, object, Path{&path, nullptr, &child, 0});
    return tag(child, true);
  }
  const Json* value = object.find(child.field);
  if (absent(value)) {
    if (required) fault(path, child.name, "is missing");
    return;
  }
  if (!child.repeated()) return write(child, *value, Path{&path, nullptr, &child, 0});
  if (!value->is_array()) return fault(path, child.name, "an array is expected");
  const auto count = static_cast<int64_t>(value->size());
  if (count < child.min_occurs && required)
    fault(path, child.name, count == 0 ? "is missing" : "occurs too few times");
  if (child.max_occurs >= 0 && count > child.max_occurs)
    return fault(path, child.name,
                 "occurs more than " + std::to_string(child.max_occurs) + " times");
  for (size_t i = 0; i < value->size(); ++i)
    write(child, value->items()[i], Path{&path, nullptr, &child, i + 1});
}

void Encoder::check_members(const Element& element, const Json& object, const Path& path) {
  for (const auto& member : object.members()) {
    if (!has_field(element, member.first)) fault(path, "", "has no field \"" + member.first + "\"");
  }
}

void Encoder::tag(const Element& element, bool close) {
  out_ += close ? "</" : "<";
  out_ += element.name;
  out_ += '>';
}

void Encoder::fault(const Path& path, std::string_view child, std::string reason) {
  if (problems_.size() >= kMaxProblems) return;
  std::string at = to_string(path);
  if (!child.empty()) at += "/" + std::string(child);
  if (at.empty()) at = "/";
  problems_.push_back(
      {ProblemCode::wire_schema, at, {{"path", at}, {"reason", std::move(reason)}}});
}

std::string Encoder::to_string(const Path& path) {
  if (path.element == nullptr) return *path.prefix;
  std::string s = to_string(*path.parent);
  s += '/';
  s += path.element->name;
  if (path.index > 0) s += "[" + std::to_string(path.index) + "]";
  return s;
}

}  // namespace beian::wire
