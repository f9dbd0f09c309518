#include "sandbox/synchronise.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "base/text.hpp"
#include "platform/log/log.hpp"
#include "sandbox/address_records.hpp"
#include "sandbox/code_tables.hpp"
#include "sandbox/domain_records.hpp"
#include "sandbox/library.hpp"
#include "sandbox/notices.hpp"
#include "wire/codec.hpp"
#include "wire/encoder.hpp"

namespace beian::sandbox {
namespace {

constexpr std::array<std::string_view, 4> kParts{"base_codes", "icp", "ip", "domain_names"};
constexpr int64_t kPage = 100;
constexpr size_t kSourceRemark = 512;  // a change may have reported 1024

const wire::Element& child(const wire::Element& group, std::string_view name) {
  const auto found = std::ranges::find(group.children, name, &wire::Element::name);
  if (found == group.children.end()) throw std::logic_error("no element " + std::string(name));
  return *found;
}

// A document of which one list after the other is filled, record by record.
class Writer {
 public:
  Writer(const wire::Profile& profile, std::string_view block, size_t most_bytes)
      : root_(profile.document("DownloadData")), most_(most_bytes) {
    wire::Encoder::open_document(xml_, root_, profile.version());
    const auto& synchronisation = child(root_, "SJTB");
    block_ = &child(synchronisation, block);
    open(synchronisation);
    open(*block_);
  }

  bool full() const { return xml_.size() >= most_; }
  bool empty() const { return records_ == 0; }
  // Records of this element come next; `list` between the block and them, if any.
  void begin(std::string_view list, std::string_view record) {
    list_ = list.empty() ? nullptr : &child(*block_, list);
    record_ = &child(list_ != nullptr ? *list_ : *block_, record);
    list_open_ = false;
  }
  // What the provider's profile has no words for is left out: nothing else could be told of it.
  void add(const Json& json) {
    std::string text;
    wire::Encoder encoder(text);
    encoder.element(*record_, json, "/SJTB/" + block_->name, records_ + 1);
    if (const auto problems = encoder.take_problems(); !problems.empty()) {
      log::warn(
          "sandbox.synchronise",
          {{"element", record_->name},
           {"reason", problem_text(problems.front().code, problems.front().args, Language::en)}});
      return;
    }
    if (list_ != nullptr && !list_open_) open(*list_);
    list_open_ = true;
    xml_ += text;
    ++records_;
  }
  void end() {
    if (list_ != nullptr && list_open_) close(*list_);
    list_open_ = false;
  }
  std::string finish() {
    close(*block_);
    xml_ += "</SJTB></DownloadData>";
    return std::move(xml_);
  }

 private:
  void open(const wire::Element& element) { xml_ += "<" + element.name + ">"; }
  void close(const wire::Element& element) { xml_ += "</" + element.name + ">"; }

  const wire::Element& root_;
  size_t most_;
  const wire::Element *block_ = nullptr, *list_ = nullptr, *record_ = nullptr;
  bool list_open_ = false;
  size_t records_ = 0;
  std::string xml_;
};

// Entities with a service that has an access of the provider, by id.
std::vector<int64_t> entities_of(db::Tx& tx, int64_t provider_id, int64_t after) {
  std::vector<int64_t> ids;
  for (const auto& row : tx.query("SELECT DISTINCT s.entity_id FROM filed_accesses a"
                                  " JOIN filed_services s ON s.id = a.service_id"
                                  " JOIN filed_entities e ON e.id = s.entity_id"
                                  " WHERE a.provider_id = :provider AND s.entity_id > :after"
                                  " AND s.cancelled_at IS NULL AND e.cancelled_at IS NULL"
                                  " ORDER BY s.entity_id LIMIT :page",
                                  {{"provider", provider_id}, {"after", after}, {"page", kPage}}))
    ids.push_back(row.i64("entity_id"));
  return ids;
}

// Each of these writes what comes after `after` until the file is full; the id to go on after, or
// nothing when no more is left.
std::optional<int64_t> write_filed(db::Tx& tx, Writer& writer, int64_t provider_id, int64_t after) {
  writer.begin({}, "Baxx");
  for (auto page = entities_of(tx, provider_id, after); !page.empty();
       page = entities_of(tx, provider_id, after))
    for (const int64_t id : page) {
      if (writer.full()) return after;
      if (const auto filed = filed_document(tx, entity_by_id(tx, id).value(), provider_id))
        writer.add(*filed);
      after = id;
    }
  return std::nullopt;
}

std::optional<int64_t> write_domains(db::Tx& tx, Writer& writer, int64_t provider_id,
                                     int64_t after) {
  writer.begin({}, "Ymxx");
  for (auto page = domain_records_of(tx, provider_id, after, kPage); !page.empty();
       page = domain_records_of(tx, provider_id, after, kPage))
    for (const auto& record : page) {
      if (writer.full()) return after;
      Json json = record.model;
      json.set("id", record.id);
      json.set("provider_record_id", record.provider_record_id);
      writer.add(json);
      after = record.id;
    }
  return std::nullopt;
}

std::string first_characters(std::string text, size_t most) {
  while (text::length(text) > most) {
    size_t end = text.size() - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  return text;
}

Json json_of(const AddressRecord& record) {
  Json json = record.model;
  json.set("id", record.id);
  json.set("provider_record_id", record.provider_record_id);
  json.set("reporting_unit", record.provider_id);
  json.set("from", record.from);
  json.set("to", record.to);
  if (const Json* remark = json.find("remark"); remark && record.kind == AddressKind::source)
    json.set("remark", first_characters(remark->as_string(), kSourceRemark));
  return json;
}

std::optional<int64_t> write_addresses(db::Tx& tx, Writer& writer, int64_t provider_id,
                                       AddressKind kind, int64_t after) {
  for (auto page = addresses_of(tx, provider_id, kind, after, kPage); !page.empty();
       page = addresses_of(tx, provider_id, kind, after, kPage))
    for (const auto& record : page) {
      if (writer.full()) return after;
      writer.add(json_of(record));
      after = record.id;
    }
  return std::nullopt;
}

struct AddressList {
  AddressKind kind;
  std::string_view list, record;
};
constexpr std::array<AddressList, 4> kLists{{
    {AddressKind::source, "Iply", "Lyxx"},
    {AddressKind::assignment, "Ipfp", "Fpxx"},
    {AddressKind::broadcast, "Ipgb", "Gbxx"},
    {AddressKind::own_address, "Zdip", "Zdxx"},
}};

Json going_on(const Json& part, int64_t list, int64_t after) {
  return Json::object({{"library", part["library"]},
                       {"list", list},
                       {"after", after},
                       {"file", part["file"].as_int(1) + 1}});
}

LibraryFile finished(Writer& writer, std::optional<Json> next) {
  return {writer.empty() ? std::string{} : writer.finish(), std::move(next)};
}

LibraryFile write_ip(db::Tx& tx, const wire::Profile& profile, int64_t provider_id,
                     const Json& part, size_t most_bytes) {
  Writer writer(profile, "IP", most_bytes);
  int64_t after = part["after"].as_int(0);
  for (int64_t list = part["list"].as_int(0); list < static_cast<int64_t>(kLists.size()); ++list) {
    const auto& one = kLists.at(static_cast<size_t>(list));
    writer.begin(one.list, one.record);
    const auto left = write_addresses(tx, writer, provider_id, one.kind, after);
    writer.end();
    if (left) return finished(writer, going_on(part, list, *left));
    after = 0;
  }
  return finished(writer, std::nullopt);
}

}  // namespace

Result<int64_t> start_synchronisation(db::Tx& tx, int64_t provider_id,
                                      const std::vector<std::string>& parts, int64_t now) {
  Problems problems;
  if (!find_provider(tx, provider_id))
    problems.push_back({ProblemCode::not_found, "/provider_id", {}});
  for (size_t i = 0; i < parts.size(); ++i)
    if (std::ranges::find(kParts, parts[i]) == kParts.end())
      problems.push_back(
          {ProblemCode::code_unknown, "/parts/" + std::to_string(i), {{"code", parts[i]}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  int64_t count = 0;
  for (const auto& part : kParts) {
    if (!parts.empty() && std::ranges::find(parts, part) == parts.end()) continue;
    notify(tx, provider_id, 0, NoticeKind::synchronisation,
           Json::object({{"library", part}, {"list", 0}, {"after", 0}, {"file", 1}}), now);
    ++count;
  }
  return count;
}

bool is_library_part(const Json& body) {
  return body.find("library") != nullptr;
}

LibraryFile write_library(db::Tx& tx, const wire::Profile& profile, int64_t provider_id,
                          const Json& part, size_t most_bytes) {
  const std::string& name = part["library"].as_string();
  if (name == "base_codes") {
    const Json model =
        Json::object({{"synchronisation", Json::object({{"base_codes", code_tables(tx)}})}});
    return {wire::encode(profile, "DownloadData", model).value(), std::nullopt};
  }
  if (name == "ip") return write_ip(tx, profile, provider_id, part, most_bytes);
  const bool filed = name == "icp";
  Writer writer(profile, filed ? "ICP" : "YM", most_bytes);
  const int64_t after = part["after"].as_int(0);
  const auto left = filed ? write_filed(tx, writer, provider_id, after)
                          : write_domains(tx, writer, provider_id, after);
  return finished(writer, left ? std::optional(going_on(part, 0, *left)) : std::nullopt);
}

}  // namespace beian::sandbox
