#include "sandbox/record_sheet.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "sandbox/library.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/upload_file.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {
namespace {

// What the library has of the entity that the record is about.
std::optional<Json> filed_beside(db::Tx& tx, const Record& record) {
  if (record.entity_id == 0 || record.operation == "new_filing") return std::nullopt;
  const auto entity = entity_by_id(tx, record.entity_id);
  return entity ? filed_document(tx, *entity, record.provider_id) : std::nullopt;
}

// The record as it was reported, attachments included.
Json whole_record(const Context& context, const Record& record) {
  std::optional<Upload> upload;
  std::optional<Provider> provider;
  context.database->read([&](db::Tx& tx) {
    upload = find_upload(tx, record.upload_id);
    provider = find_provider(tx, record.provider_id);
  });
  UploadFile file = open_upload(context, *upload, *provider);
  return std::move(file.records.at(static_cast<size_t>(record.position)).record);
}

}  // namespace

RecordSheet sheet_of(const Context& context, const Record& record) {
  RecordSheet sheet;
  const auto profile = wire::Profile::named("openbeian-3.1");
  if (!profile) throw std::runtime_error("no profile openbeian-3.1");
  std::optional<Json> filed;
  context.database->read([&](db::Tx& tx) { filed = filed_beside(tx, record); });
  const auto operations = icp_operations();
  const auto operation = std::ranges::find(operations, record.operation, &Operation::name);
  if (operation == operations.end()) return sheet;
  const wire::Element& element = record_element(**profile, "icp", operation->path);
  // Only a change is told in the library's own form; beside the others the whole filing stands.
  sheet.compared = filed && record.operation == "change";
  sheet.reported = field_rows(element, record.model, sheet.compared ? &*filed : nullptr);
  if (filed && !sheet.compared)
    sheet.filed = field_rows(record_element(**profile, "icp", "changes"), *filed, nullptr);
  return sheet;
}

std::vector<int64_t> attachment_purposes(const Context& context, const Record& record) {
  std::vector<int64_t> purposes;
  const Json whole = whole_record(context, record);
  for (const auto& attachment : whole["attachments"].items())
    purposes.push_back(attachment["purpose"].as_int());
  return purposes;
}

std::optional<Record> asked_record(const Context& context, const http::Request& request) {
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id)) return std::nullopt;
  std::optional<Record> record;
  context.database->read([&](db::Tx& tx) { record = find_record(tx, id); });
  return record;
}

std::optional<http::Response> attachment_picture(const Context& context,
                                                 const http::Request& request) {
  const auto record = asked_record(context, request);
  int64_t index = -1;
  if (!record || !text::parse_i64(request.param("index"), index) || index < 0) return std::nullopt;
  const Json whole = whole_record(context, *record);
  const Json& attachment = whole["attachments"].at(static_cast<size_t>(index));
  const auto bytes = base64_decode(attachment["content"].as_string());
  if (attachment.is_null() || !bytes) return std::nullopt;
  http::Response response;
  response.headers.emplace_back("Content-Type",
                                attachment["format"].as_int() == 2 ? "image/png" : "image/jpeg");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  response.body = *bytes;
  return response;
}

}  // namespace beian::sandbox
