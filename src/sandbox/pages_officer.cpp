#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/regions.hpp"
#include "sandbox/decide.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/html.hpp"
#include "sandbox/icp.hpp"
#include "sandbox/library.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/record_view.hpp"
#include "sandbox/upload_file.hpp"
#include "wire/profile.hpp"
#include "wire/returns.hpp"

namespace beian::sandbox {
namespace {

http::Response phones_page(const Context& context, const http::Request& request) {
  const std::string mobile(text::trim(request.query_value("mobile")));
  std::vector<Message> messages;
  context.database->read([&](db::Tx& tx) { messages = messages_of(tx, mobile); });
  std::string body =
      "<form method=\"get\" action=\"/phones\">" +
      input("手机号码（留空为全部）", "mobile", mobile, "inputmode=\"tel\"") +
      "<button>查看</button></form><table><tr><th>时间</th><th>手机</th><th>内容</th></tr>";
  for (const auto& m : messages)
    body += "<tr><td>" + esc(china_datetime(from_ms(m.sent_at))) + "</td><td>" + esc(m.mobile) +
            "</td><td>" + esc(m.text) + "</td></tr>";
  return page("模拟手机收到的短信", body + "</table>");
}

std::string record_rows(const std::vector<Record>& records) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& r : records)
    rows.push_back({link("/decide/" + std::to_string(r.id), std::to_string(r.id)),
                    std::string(icp_operation(r.operation).title), esc(r.name),
                    std::to_string(r.provider_id), esc(china::full_name(r.province)),
                    esc(chinese_of(r.state)), esc(china_datetime(from_ms(r.received_at)))});
  return table({"编号", "操作", "主办单位", "接入商", "省份", "状态", "收到时间"}, rows);
}

http::Response decide_list(const Context& context) {
  std::vector<Record> waiting, verifying, done;
  context.database->read([&](db::Tx& tx) {
    waiting = records_in(tx, RecordState::at_authority, 200);
    verifying = records_in(tx, RecordState::sms_pending, 200);
    done.clear();
    for (const auto& row : tx.query("SELECT id FROM records WHERE state NOT IN"
                                    " ('at_authority', 'sms_pending') ORDER BY id DESC LIMIT 100"))
      done.push_back(find_record(tx, row.i64("id")).value());
  });
  return page("备案审核", "<h2>待审核</h2>" + record_rows(waiting) + "<h2>待短信核验</h2>" +
                              record_rows(verifying) + "<h2>已处理</h2>" + record_rows(done));
}

// What the library has of the entity that the record is about.
std::optional<Json> filed_beside(db::Tx& tx, const Record& record) {
  if (record.entity_id == 0 || record.operation == "new_filing") return std::nullopt;
  const auto entity = entity_by_id(tx, record.entity_id);
  return entity ? filed_document(tx, *entity, record.provider_id) : std::nullopt;
}

std::string details(const Context& context, const Record& record) {
  const auto profile = wire::Profile::named("openbeian-3.1");
  if (!profile) throw std::runtime_error("no profile openbeian-3.1");
  std::optional<Json> filed;
  context.database->read([&](db::Tx& tx) { filed = filed_beside(tx, record); });
  const auto operations = icp_operations();
  const auto operation = std::ranges::find(operations, record.operation, &Operation::name);
  if (operation == operations.end()) return {};
  const wire::Element& element = record_element(**profile, "icp", operation->path);
  // Only a change is told in the library's own form; beside the others the whole filing stands.
  const bool same_form = record.operation == "change";
  std::string html = "<h2>上报内容</h2>" +
                     record_table(element, record.model, filed && same_form ? &*filed : nullptr);
  if (filed && !same_form)
    html += "<h2>库中现有备案</h2>" +
            record_table(record_element(**profile, "icp", "changes"), *filed, nullptr);
  return html;
}

// The record as it was reported, attachments included: they stay in the uploaded file.
Json reported(const Context& context, const Record& record) {
  std::optional<Upload> upload;
  std::optional<Provider> provider;
  context.database->read([&](db::Tx& tx) {
    upload = find_upload(tx, record.upload_id);
    provider = find_provider(tx, record.provider_id);
  });
  UploadFile file = open_upload(context, *upload, *provider);
  return std::move(file.records.at(static_cast<size_t>(record.position)).record);
}

std::string pictures(const Context& context, const Record& record) {
  std::string html = "<h2>附件</h2>";
  const Json whole = reported(context, record);
  size_t index = 0;
  for (const auto& attachment : whole["attachments"].items())
    html += "<figure><figcaption>" +
            esc(china::code_text("attachment_purpose", attachment["purpose"].as_int())) +
            "</figcaption><img alt=\"附件\" src=\"/decide/" + std::to_string(record.id) +
            "/attachments/" + std::to_string(index++) + "\"></figure>";
  return html;
}

std::optional<Record> record_of(const Context& context, const http::Request& request) {
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id)) return std::nullopt;
  std::optional<Record> record;
  context.database->read([&](db::Tx& tx) { record = find_record(tx, id); });
  return record;
}

http::Response not_found() {
  return page("没有找到", notice(false, "没有这条记录"), 404);
}

// Codes that may stand in the place of 1002.
std::string refusal_codes() {
  std::string options;
  for (int code = 1003; code <= 5999; ++code)
    if (is_refusal(code))
      options += "<option value=\"" + std::to_string(code) + "\">" + std::to_string(code) + " " +
                 esc(wire::code_text(code)) + "</option>";
  return options;
}

std::string decision_form(const Record& record) {
  return "<h2>审核</h2><form method=\"post\" action=\"/decide/" + std::to_string(record.id) +
         "\"><label>审核意见（拒绝时必填）<textarea name=\"opinion\" maxlength=\"1024\" "
         "rows=\"3\"></textarea></label>"
         "<label>拒绝的结果代码（可多选，不选为 1002）<select name=\"code\" multiple size=\"8\">" +
         refusal_codes() +
         "</select></label><button name=\"decision\" value=\"approve\">审核通过</button>"
         "<button class=\"second\" name=\"decision\" value=\"refuse\">审核拒绝</button></form>";
}

http::Response decide_page(const Context& context, const Record& record,
                           const std::string& message = {}, int status = 200) {
  std::string body = message + "<p>状态：" + esc(chinese_of(record.state)) + "</p>";
  for (const auto& outcome : record.outcomes.items())
    body +=
        notice(false, std::to_string(outcome["code"].as_int()) + " " + outcome["text"].as_string());
  if (!record.opinion.empty()) body += "<p>审核意见：" + esc(record.opinion) + "</p>";
  body += details(context, record) + pictures(context, record);
  if (record.state == RecordState::at_authority) body += decision_form(record);
  return page("备案审核 " + std::to_string(record.id), body, status);
}

http::Response post_decision(const Context& context, const http::Request& request) {
  const auto record = record_of(context, request);
  if (!record) return not_found();
  const Form form(request.body);
  const std::string& decision = form["decision"];
  if (decision != "approve" && decision != "refuse")
    return decide_page(context, *record, notice(false, "请选择通过或拒绝"), 422);
  std::vector<int> codes;
  for (const auto& chosen : form.all("code")) {
    int64_t code = 0;
    if (decision == "refuse" && text::parse_i64(chosen, code))
      codes.push_back(static_cast<int>(code));
  }
  const auto decided = decide(context, record->id, decision == "approve", form["opinion"], codes);
  if (decided) return http::Response::redirect("/decide/" + std::to_string(record->id));
  const auto& problem = decided.error().front();
  return decide_page(context, *record,
                     notice(false, problem_text(problem.code, problem.args, Language::zh)),
                     spec_of(problem.code).http_status);
}

http::Response picture(const Context& context, const http::Request& request) {
  const auto record = record_of(context, request);
  int64_t index = -1;
  if (!record || !text::parse_i64(request.param("index"), index) || index < 0) return not_found();
  const Json whole = reported(context, *record);
  const Json& attachment = whole["attachments"].at(static_cast<size_t>(index));
  const auto bytes = base64_decode(attachment["content"].as_string());
  if (attachment.is_null() || !bytes) return not_found();
  http::Response response;
  response.headers.emplace_back("Content-Type",
                                attachment["format"].as_int() == 2 ? "image/png" : "image/jpeg");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  response.body = *bytes;
  return response;
}

}  // namespace

std::vector<http::Route> officer_pages(const Context& context) {
  const auto desk = [&context](auto handler) {
    return guarded(context,
                   [&context, handler](const http::Request& r) { return handler(context, r); });
  };
  return {
      {"GET", "/phones", http::kPublic, "Messages of the pretended phones", desk(phones_page)},
      {"GET", "/decide", http::kPublic, "Records that wait for the officer",
       desk([](const Context& c, const http::Request&) { return decide_list(c); })},
      {"GET", "/decide/{id}", http::kPublic, "A record on the officer's desk",
       desk([](const Context& c, const http::Request& r) {
         const auto record = record_of(c, r);
         return record ? decide_page(c, *record) : not_found();
       })},
      {"POST", "/decide/{id}", http::kPublic, "The officer's decision",
       same_origin(desk(post_decision))},
      {"GET", "/decide/{id}/attachments/{index}", http::kPublic, "An attached picture",
       desk(picture)},
  };
}

}  // namespace beian::sandbox
