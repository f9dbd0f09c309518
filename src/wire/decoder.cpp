#include <algorithm>
#include <charconv>

#include "platform/xml/xml.hpp"
#include "wire/codec.hpp"
#include "wire/encoder.hpp"

namespace beian::wire {

namespace {

std::string_view trim_blanks(std::string_view s) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = s.find_first_not_of(kBlanks);
  if (first == s.npos) return {};
  return s.substr(first, s.find_last_not_of(kBlanks) - first + 1);
}

// The lexical form of xs:long: blanks around it, a plus sign and leading zeros are allowed.
bool parse_number(std::string_view s, int64_t& out) {
  s = trim_blanks(s);
  if (s.size() > 1 && s[0] == '+' && s[1] != '-') s.remove_prefix(1);
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
  return error == std::errc{} && end == s.data() + s.size();
}

// Builds the model while the document is read once, and checks it against the profile.
class Decoder {
 public:
  Decoder(const Profile& profile, std::string_view root, const CodecLimits& limits)
      : profile_(profile), root_(profile.document(root)), limits_(limits) {}

  bool start(std::string_view name, const xml::Attributes& attributes) {
    if (skip_ > 0) return ++skip_, true;
    if (stack_.empty()) return start_root(name, attributes);
    if (leaf_ != nullptr) {
      skip_ = 1;
      return fault(leaf_path() + "/" + std::string(name), "is not expected here");
    }
    Frame& top = stack_.back();
    const Element* child = find_child(*top.element, name);
    if (child == nullptr) {
      skip_ = 1;
      return fault(path() + "/" + std::string(name), "is not expected here");
    }
    if (!place(top, *child)) {
      skip_ = 1;
      return problems_.size() < kMaxProblems;
    }
    if (child->record && ++records_ > limits_.max_records)
      return fault("/", "more than " + std::to_string(limits_.max_records) + " records", true);
    const size_t index = child->repeated()
                             ? top.counts[static_cast<size_t>(child - top.element->children.data())]
                             : 0;
    if (child->leaf()) {
      leaf_ = child;
      leaf_index_ = index;
      text_.clear();
    } else {
      push(*child, index);
    }
    if (attributes.empty()) return true;
    return fault((leaf_ != nullptr ? leaf_path() : path()) + "/@" + attributes[0].first,
                 "is not expected here");
  }

  bool end() {
    if (skip_ > 0) return --skip_, true;
    if (leaf_ != nullptr) return end_leaf();
    Frame done = std::move(stack_.back());
    bool go_on = check_occurrences(done);
    stack_.pop_back();
    if (stack_.empty()) {
      model_ = std::move(done.object);
    } else if (!done.element->field.empty()) {
      add(*done.element, std::move(done.object));
    }
    return go_on;
  }

  bool text(std::string_view utf8) {
    if (skip_ > 0 || stack_.empty()) return true;
    if (leaf_ != nullptr) return text_.append(utf8), true;
    if (trim_blanks(utf8).empty() || stack_.back().stray_text) return true;
    stack_.back().stray_text = true;
    return fault(path(), "holds text between its elements");
  }

  Problems take_problems() { return std::move(problems_); }
  Json take_model() { return std::move(model_); }

 private:
  struct Frame {
    const Element* element;
    size_t index;                  // from 1; 0: not repeated
    std::vector<uint32_t> counts;  // of each child
    size_t position = 0;           // in a sequence: the child that was read last
    bool stray_text = false;
    Json object = Json::object();
    std::string path_name() const {
      return "/" + element->name + (index > 0 ? "[" + std::to_string(index) + "]" : "");
    }
  };

  bool start_root(std::string_view name, const xml::Attributes& attributes) {
    if (name != root_.name) return fault("/", root_.name + " is expected", true);
    push(root_, 0);
    const auto version = std::find_if(attributes.begin(), attributes.end(),
                                      [](const auto& a) { return a.first == "version"; });
    if (version == attributes.end()) return fault("/@version", "is missing");
    if (!profile_.accepts(version->second))
      return fault("/@version", "is " + version->second + ", expected is " + profile_.version());
    for (const auto& [key, value] : attributes) {
      // Hints for validators, from the namespace of XML Schema instances.
      if (key == "version" || key == "schemaLocation" || key == "noNamespaceSchemaLocation")
        continue;
      if (!fault("/@" + key, "is not expected here")) return false;
    }
    return true;
  }

  void push(const Element& element, size_t index) {
    stack_.push_back({.element = &element,
                      .index = index,
                      .counts = std::vector<uint32_t>(element.children.size())});
  }

  static const Element* find_child(const Element& group, std::string_view name) {
    for (const Element& child : group.children) {
      if (child.name == name) return &child;
    }
    return nullptr;
  }

  // Whether one more of the child may stand here.
  bool place(Frame& frame, const Element& child) {
    const Element& group = *frame.element;
    const auto at = static_cast<size_t>(&child - group.children.data());
    const std::string_view others =
        group.group == Group::choice ? chosen_other(frame, at) : std::string_view{};
    if (!others.empty()) {
      fault(path() + "/" + child.name, "cannot stand beside " + std::string(others));
      return false;
    }
    if (group.group == Group::sequence && at < frame.position) {
      fault(path() + "/" + child.name, "must stand before " + group.children[frame.position].name);
      return false;
    }
    frame.position = at;
    if (child.max_occurs >= 0 && frame.counts[at] >= static_cast<uint32_t>(child.max_occurs)) {
      fault(path() + "/" + child.name,
            "occurs more than " + std::to_string(child.max_occurs) + " times");
      return false;
    }
    ++frame.counts[at];
    return true;
  }

  static std::string_view chosen_other(const Frame& frame, size_t at) {
    for (size_t i = 0; i < frame.counts.size(); ++i) {
      if (i != at && frame.counts[i] > 0) return frame.element->children[i].name;
    }
    return {};
  }

  bool check_occurrences(const Frame& frame) {
    const Element& group = *frame.element;
    if (group.group == Group::choice) {
      bool fine = false;
      for (size_t i = 0; i < frame.counts.size(); ++i)
        fine = fine || frame.counts[i] > 0 || group.children[i].min_occurs == 0;
      return fine || fault(path(), "one of its elements is expected");
    }
    for (size_t i = 0; i < frame.counts.size(); ++i) {
      const Element& child = group.children[i];
      if (frame.counts[i] >= static_cast<uint32_t>(child.min_occurs)) continue;
      const auto reason = frame.counts[i] == 0 ? "is missing" : "occurs too few times";
      if (!fault(path() + "/" + child.name, reason)) return false;
    }
    return true;
  }

  bool end_leaf() {
    const Element& element = *leaf_;
    std::string reason;
    Json value;
    if (element.type == Type::number) {
      int64_t number = 0;
      if (!parse_number(text_, number))
        reason = "is not a whole number";
      else
        reason = number_fault(element, number);
      value = Json(number);
    } else {
      reason = text_fault(element, text_);
      value = Json(std::move(text_));
      text_ = {};
    }
    const bool go_on = reason.empty() || fault(leaf_path(), std::move(reason));
    leaf_ = nullptr;
    add(element, std::move(value));
    return go_on;
  }

  // Puts the value into the object of the nearest element that has one.
  void add(const Element& element, Json value) {
    auto owner = stack_.rbegin();
    while (owner->element->field.empty() && std::next(owner) != stack_.rend()) ++owner;
    Json& object = owner->object;
    if (!element.repeated()) {
      object.members().emplace_back(element.field, std::move(value));
    } else if (Json* array = object.find(element.field)) {
      array->items().push_back(std::move(value));
    } else {
      object.members().emplace_back(element.field, Json::array());
      object.members().back().second.items().push_back(std::move(value));
    }
  }

  std::string path() const {
    std::string s;
    for (size_t i = 1; i < stack_.size(); ++i) s += stack_[i].path_name();
    return s;
  }
  std::string leaf_path() const {
    return path() + "/" + leaf_->name +
           (leaf_index_ > 0 ? "[" + std::to_string(leaf_index_) + "]" : "");
  }

  // False when there is no sense in reading on.
  bool fault(std::string at, std::string reason, bool fatal = false) {
    if (at.empty()) at = "/";
    problems_.push_back(
        {ProblemCode::wire_schema, at, {{"path", at}, {"reason", std::move(reason)}}});
    return !fatal && problems_.size() < kMaxProblems;
  }

  const Profile& profile_;
  const Element& root_;
  const CodecLimits& limits_;
  std::vector<Frame> stack_;
  const Element* leaf_ = nullptr;
  size_t leaf_index_ = 0;
  std::string text_;
  size_t skip_ = 0;  // depth inside an element that is not understood
  size_t records_ = 0;
  Problems problems_;
  Json model_;
};

}  // namespace

Result<Json> decode(const Profile& profile, std::string_view root, std::string_view xml,
                    const CodecLimits& limits) {
  Decoder decoder(profile, root, limits);
  xml::Events events;
  events.start = [&](std::string_view name, const xml::Attributes& attributes) {
    return decoder.start(name, attributes);
  };
  events.end = [&](std::string_view) { return decoder.end(); };
  events.text = [&](std::string_view utf8) { return decoder.text(utf8); };
  const Status read = xml::read(xml, events, {.max_bytes = limits.max_bytes});
  Problems problems = decoder.take_problems();
  if (!read) append_under(problems, "", read.error());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return decoder.take_model();
}

}  // namespace beian::wire
