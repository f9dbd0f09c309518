#include "wire/codec.hpp"

#include <stdexcept>

#include "wire/encoder.hpp"

namespace beian::wire {

namespace {

std::unexpected<Problems> refuse(std::string reason) {
  return fail(ProblemCode::wire_schema, "/", {{"path", "/"}, {"reason", std::move(reason)}});
}

// From `group` down to the repeated element whose fields on the way are `fields`.
bool find_records(const Element& group, std::string_view fields, std::vector<const Element*>& way) {
  for (const Element& child : group.children) {
    if (child.leaf()) continue;
    way.push_back(&child);
    if (child.field.empty()) {
      if (find_records(child, fields, way)) return true;
    } else if (child.repeated()) {
      if (child.field == fields) return true;
    } else if (fields.starts_with(child.field + "/") &&
               find_records(child, fields.substr(child.field.size() + 1), way)) {
      return true;
    }
    way.pop_back();
  }
  return false;
}

const Element& field_of(const Element& group, std::string_view field) {
  for (const Element& child : group.children) {
    if (child.field == field) return child;
  }
  throw std::logic_error("no field " + std::string(field) + " in " + group.name);
}

std::string tag(const Element& element, bool close = false) {
  return (close ? "</" : "<") + element.name + ">";
}

}  // namespace

Result<std::string> encode(const Profile& profile, std::string_view root, const Json& model,
                           const CodecLimits& limits) {
  std::string out;
  Encoder encoder(out);
  encoder.document(profile.document(root), profile.version(), model);
  if (Problems problems = encoder.take_problems(); !problems.empty())
    return std::unexpected(std::move(problems));
  if (encoder.records() > limits.max_records)
    return refuse("more than " + std::to_string(limits.max_records) + " records");
  if (out.size() > limits.max_bytes)
    return refuse("larger than " + std::to_string(limits.max_bytes) + " bytes");
  return out;
}

UploadBuilder::UploadBuilder(std::shared_ptr<const Profile> profile, std::string_view block,
                             std::string_view operation, int64_t provider_id, CodecLimits limits)
    : profile_(std::move(profile)), limits_(limits) {
  const Element& root = profile_->document("UploadData");
  const Element& outer = field_of(root, block);
  const Element& provider = field_of(outer, "provider_id");
  std::vector<const Element*> way;
  if (!find_records(outer, operation, way))
    throw std::logic_error("no operation " + std::string(operation) + " in " + outer.name);
  record_ = way.back();
  way.pop_back();

  Encoder::open_document(body_, root, profile_->version());
  body_ += tag(outer);
  at_ = "/" + outer.name;
  // Blocks are `all` groups, so the provider's id may stand first; the profile's order is kept.
  const bool id_first = &provider < (way.empty() ? record_ : way.front());
  const std::string id = tag(provider) + std::to_string(provider_id) + tag(provider, true);
  if (id_first) body_ += id;
  for (const Element* element : way) {
    body_ += tag(*element);
    at_ += "/" + element->name;
    tail_.insert(0, tag(*element, true));
  }
  if (!id_first) tail_ += id;
  tail_ += tag(outer, true) + tag(root, true);
}

Result<UploadBuilder::Added> UploadBuilder::add(const Json& record) {
  if (records_ >= limits_.max_records) return Added::full;
  const size_t before = body_.size();
  Encoder encoder(body_);
  encoder.element(*record_, record, at_, records_ + 1);
  if (Problems problems = encoder.take_problems(); !problems.empty()) {
    body_.resize(before);
    return std::unexpected(std::move(problems));
  }
  if (bytes() > limits_.max_bytes) {
    body_.resize(before);
    if (records_ > 0) return Added::full;
    return fail(ProblemCode::wire_schema, at_ + "/" + record_->name,
                {{"path", at_ + "/" + record_->name}, {"reason", "is larger than a whole upload"}});
  }
  ++records_;
  return Added::yes;
}

std::string UploadBuilder::finish() {
  if (records_ == 0) throw std::logic_error("an upload without records");
  body_ += tail_;
  return std::move(body_);
}

}  // namespace beian::wire
