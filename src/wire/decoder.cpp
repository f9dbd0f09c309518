#include "wire/decoder.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

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

// What an element takes beside its text.
constexpr size_t kElementWeight = 64;

std::string with_index(const std::string& name, size_t index) {
  return "/" + name + (index > 0 ? "[" + std::to_string(index) + "]" : "");
}

}  // namespace

xml::Events Decoder::events() {
  xml::Events events;
  events.start = [this](std::string_view name, const xml::Attributes& attributes) {
    return start(name, attributes);
  };
  events.end = [this](std::string_view) { return end(); };
  events.text = [this](std::string_view utf8) { return text(utf8); };
  events.line = &line_;
  return events;
}

bool Decoder::start(std::string_view name, const xml::Attributes& attributes) {
  if (skip_ > 0) return ++skip_, true;
  if (stack_.empty()) return start_root(name, attributes);
  if (leaf_ != nullptr) {
    skip_ = 1;
    return fault(leaf_path() + "/" + std::string(name), "is not expected here");
  }
  Frame& top = stack_.back();
  const Element* child = find_child(name);
  if (child == nullptr) {
    skip_ = 1;
    return fault(path() + "/" + std::string(name), "is not expected here");
  }
  if (!place(top, *child)) {
    skip_ = 1;
    return in_told_record() || problems_.size() < kMaxProblems;
  }
  if (child->record && ++records_ > max_records_)
    return fault("/", "more than " + std::to_string(max_records_) + " records", true);
  const auto at = static_cast<size_t>(child - top.element->children.data());
  const size_t index = child->repeated() ? counts_[top.counts + at] : 0;
  if (child->leaf()) {
    leaf_ = child;
    leaf_index_ = index;
    text_.clear();
  } else {
    push(*child, index);
  }
  if (!weigh(kElementWeight)) return false;
  return attributes.empty() || check_attributes(attributes);
}

bool Decoder::check_attributes(const xml::Attributes& attributes) {
  for (const auto& [key, value] : attributes) {
    const bool may_be_nil = leaf_ != nullptr && leaf_->nillable && key == "nil";
    if (may_be_nil && (value == "true" || value == "1"))
      nil_ = true;
    else if (!may_be_nil || (value != "false" && value != "0"))
      return fault((leaf_ != nullptr ? leaf_path() : path()) + "/@" + key, "is not expected here");
  }
  return true;
}

bool Decoder::start_root(std::string_view name, const xml::Attributes& attributes) {
  if (name != root_.name) return fault("/", root_.name + " is expected", true);
  push(root_, 0);
  const auto version = std::find_if(attributes.begin(), attributes.end(),
                                    [](const auto& a) { return a.first == "version"; });
  if (version == attributes.end()) return fault("/@version", "is missing");
  if (!profile_.accepts(version->second))
    return fault("/@version", "is " + version->second + ", expected is " + profile_.version());
  for (const auto& [key, value] : attributes) {
    // Hints for validators, from the namespace of XML Schema instances.
    if (key == "version" || key == "schemaLocation" || key == "noNamespaceSchemaLocation") continue;
    if (!fault("/@" + key, "is not expected here")) return false;
  }
  return true;
}

bool Decoder::end() {
  if (skip_ > 0) return --skip_, true;
  if (leaf_ != nullptr) return end_leaf();
  bool go_on = check_occurrences(stack_.back());
  Frame done = std::move(stack_.back());
  stack_.pop_back();
  counts_.resize(done.counts);
  if (stack_.empty()) {
    model_ = std::move(done.object);
  } else if (stack_.size() == record_frame_) {
    go_on = hand_on_record(std::move(done)) && go_on;
  } else if (!done.element->field.empty()) {
    add(*done.element, std::move(done.object));
  }
  return go_on;
}

bool Decoder::hand_on_record(Frame done) {
  const bool faulty = in_told_record() && problems_.size() > problems_before_;
  record_frame_ = kNoRecord;
  if (!faulty && (!problems_.empty() || !on_record_)) return true;
  RecordAt at{.operation = {},
              .path = path() + with_index(done.element->name, done.index),
              .index = done.index,
              .element = done.element,
              .line = record_line_};
  for (const Frame& frame : stack_) {
    if (!frame.element->field.empty()) at.operation += frame.element->field + "/";
  }
  at.operation += done.element->field;
  if (!faulty) return on_record_(at, std::move(done.object));
  const auto first = problems_.begin() + static_cast<std::ptrdiff_t>(problems_before_);
  Problems told(std::make_move_iterator(first), std::make_move_iterator(problems_.end()));
  problems_.resize(problems_before_);
  return on_faulty_(at, std::move(told));
}

bool Decoder::text(std::string_view utf8) {
  if (skip_ > 0 || stack_.empty()) return true;
  if (leaf_ != nullptr) return text_.append(utf8), weigh(utf8.size());
  if (stack_.back().stray_text || trim_blanks(utf8).empty()) return true;
  stack_.back().stray_text = true;
  return fault(path(), "holds text between its elements");
}

bool Decoder::weigh(size_t bytes) {
  if (!streams_) return true;
  size_t& weight = record_frame_ != kNoRecord ? record_weight_ : other_weight_;
  weight += bytes;
  return weight <= max_record_bytes_ ||
         fault(path(), "is larger than " + std::to_string(max_record_bytes_) + " bytes", true);
}

void Decoder::push(const Element& element, size_t index) {
  if (streams_ && element.repeated() && record_frame_ == kNoRecord) {
    record_frame_ = stack_.size();
    record_weight_ = 0;
    record_line_ = line_;
    problems_before_ = problems_.size();
  }
  stack_.push_back({.element = &element, .index = index, .counts = counts_.size()});
  if (!element.field.empty()) stack_.back().object.members().reserve(element.children.size());
  counts_.resize(counts_.size() + element.children.size());
}

// Most elements stand in the profile's order, so the search begins where the last one was.
const Element* Decoder::find_child(std::string_view name) const {
  const Frame& top = stack_.back();
  const auto& children = top.element->children;
  for (size_t i = top.position; i < children.size(); ++i) {
    if (children[i].name == name) return &children[i];
  }
  for (size_t i = 0; i < top.position; ++i) {
    if (children[i].name == name) return &children[i];
  }
  return nullptr;
}

// Whether one more of the child may stand here.
bool Decoder::place(Frame& frame, const Element& child) {
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
  uint32_t& count = counts_[frame.counts + at];
  if (child.max_occurs >= 0 && count >= static_cast<uint32_t>(child.max_occurs)) {
    fault(path() + "/" + child.name,
          "occurs more than " + std::to_string(child.max_occurs) + " times");
    return false;
  }
  ++count;
  return true;
}

std::string_view Decoder::chosen_other(const Frame& frame, size_t at) const {
  const auto& children = frame.element->children;
  for (size_t i = 0; i < children.size(); ++i) {
    if (i != at && counts_[frame.counts + i] > 0) return children[i].name;
  }
  return {};
}

bool Decoder::check_occurrences(const Frame& frame) {
  const Element& group = *frame.element;
  const uint32_t* counts = counts_.data() + frame.counts;
  if (group.group == Group::choice) {
    bool fine = false;
    for (size_t i = 0; i < group.children.size(); ++i)
      fine = fine || counts[i] > 0 || group.children[i].min_occurs == 0;
    return fine || fault(path(), "one of its elements is expected");
  }
  for (size_t i = 0; i < group.children.size(); ++i) {
    const Element& child = group.children[i];
    if (counts[i] >= static_cast<uint32_t>(child.min_occurs)) continue;
    if (counts[i] == 0 && !child.unless.empty() && stands(frame, child.unless)) continue;
    const auto reason = counts[i] == 0 ? "is missing" : "occurs too few times";
    if (!fault(path() + "/" + child.name, reason)) return false;
  }
  return true;
}

bool Decoder::stands(const Frame& frame, std::string_view name) const {
  const auto& children = frame.element->children;
  for (size_t i = 0; i < children.size(); ++i) {
    if (children[i].name == name) return counts_[frame.counts + i] > 0;
  }
  return false;
}

bool Decoder::end_leaf() {
  const Element& element = *leaf_;
  if (std::exchange(nil_, false)) {
    const bool go_on = text_.empty() || fault(leaf_path(), "is nil and holds text");
    leaf_ = nullptr;
    return go_on;
  }
  std::string reason;
  Json value;
  if (element.type == Type::number) {
    int64_t number = 0;
    if (!parse_number(text_, number))
      reason = "is not a whole number";
    else
      reason = std::ranges::find(element.also, number) != element.also.end()
                   ? ""
                   : number_fault(element, number);
    value = Json(number);
  } else {
    reason = text_fault(element, text_);
    if (on_faulty_ && text_.find("\xEF\xBF\xBD") != std::string::npos)
      reason = "holds bytes that are no characters of its encoding";
    value = Json(std::move(text_));
    text_ = {};
  }
  const bool go_on = reason.empty() || fault(leaf_path(), std::move(reason));
  leaf_ = nullptr;
  add(element, std::move(value));
  return go_on;
}

// Puts the value into the object of the nearest element that has one.
void Decoder::add(const Element& element, Json value) {
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

std::string Decoder::path() const {
  std::string s;
  for (size_t i = 1; i < stack_.size(); ++i)
    s += with_index(stack_[i].element->name, stack_[i].index);
  return s;
}

std::string Decoder::leaf_path() const {
  return path() + with_index(leaf_->name, leaf_index_);
}

bool Decoder::fault(std::string at, std::string reason, bool fatal) {
  if (at.empty()) at = "/";
  if (in_told_record() && !fatal && problems_.size() >= problems_before_ + kMaxProblems)
    return true;
  problems_.push_back(
      {ProblemCode::wire_schema,
       at,
       {{"path", at}, {"reason", std::move(reason)}, {"line", std::to_string(line_)}}});
  return !fatal && (in_told_record() || problems_.size() < kMaxProblems);
}

Result<Json> decode(const Profile& profile, std::string_view root, std::string_view xml,
                    const CodecLimits& limits) {
  Decoder decoder(profile, root, limits.max_records);
  const Status read = xml::read(xml, decoder.events(), {.max_bytes = limits.max_bytes});
  Problems problems = decoder.take_problems();
  if (!read) append_under(problems, "", read.error());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return decoder.take_model();
}

Result<Json> decode_stream(const Profile& profile, std::string_view root, const xml::Source& source,
                           const OnRecord& on_record, const StreamLimits& limits,
                           const OnFaulty& on_faulty) {
  Decoder decoder(profile, root, limits.max_records);
  decoder.hand_on(on_record, on_faulty, limits.max_record_bytes);
  const Status read = xml::read(source, decoder.events(),
                                {.max_bytes = limits.max_bytes,
                                 .max_elements = static_cast<size_t>(-1),
                                 .mark_wrong_bytes = static_cast<bool>(on_faulty)});
  Problems problems = decoder.take_problems();
  if (!read) append_under(problems, "", read.error());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return decoder.take_model();
}

}  // namespace beian::wire
