#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/ip.hpp"
#include "china/regions.hpp"
#include "sandbox/decide.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/html.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/upload_file.hpp"

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
  std::string html =
      "<table><tr><th>编号</th><th>主办单位</th><th>省份</th><th>状态</th><th>收到时间</th></tr>";
  for (const auto& r : records)
    html += "<tr><td><a href=\"/decide/" + std::to_string(r.id) + "\">" + std::to_string(r.id) +
            "</a></td><td>" + esc(r.name) + "</td><td>" + esc(china::full_name(r.province)) +
            "</td><td>" + esc(chinese_of(r.state)) + "</td><td>" +
            esc(china_datetime(from_ms(r.received_at))) + "</td></tr>";
  return html + "</table>";
}

http::Response decide_list(const Context& context) {
  std::vector<Record> waiting, verifying;
  context.database->read([&](db::Tx& tx) {
    waiting = records_in(tx, RecordState::at_authority, 200);
    verifying = records_in(tx, RecordState::sms_pending, 200);
  });
  return page("备案审核", "<h2>待审核</h2>" + record_rows(waiting) + "<h2>待短信核验</h2>" +
                              record_rows(verifying));
}

std::string person_rows(std::string_view title, const Json& person) {
  return row(title, person["name"].as_string() + "，手机 " + person["mobile"].as_string() +
                        "，邮箱 " + person["email"].as_string() + "，证件 " +
                        person["certificate_number"].as_string());
}

std::string names(std::string_view table, const Json& codes) {
  std::vector<std::string> texts;
  for (const auto& code : codes.items()) texts.push_back(china::code_text(table, code.as_int()));
  return text::join(texts, "；");
}

std::string address_text(const Json& accesses) {
  std::vector<std::string> texts;
  for (const auto& access : accesses.items())
    for (const auto& address : access["addresses"].items()) {
      const auto from = china::ip_from_number(address["from"].as_int());
      const auto to = china::ip_from_number(address["to"].as_int());
      if (from && to) texts.push_back(china::IpRange{*from, *to}.text());
    }
  return text::join(texts, "；");
}

std::string details(const Record& record) {
  const Json& entity = record.model["entity"];
  std::string html = "<h2>主体信息</h2><table>";
  html += row("名称", record.name);
  html += row("单位性质", china::code_text("entity_nature", entity["nature"].as_int()));
  html += row("证件", china::code_text("certificate_type", record.certificate_type) + " " +
                          record.certificate_number);
  html += row("证件住所", entity["certificate"]["address"].as_string());
  const Json& place = entity["location"];
  const int64_t region = place["county"].as_int(place["city"].as_int());
  html += row("通信地址", china::full_name(region) + place["address"].as_string());
  html += person_rows("主体负责人", entity["manager"]);
  html += "</table>";
  for (const auto& service : record.model["services"].items()) {
    std::vector<std::string> domains;
    for (const auto& domain : service["domains"].items())
      domains.push_back(domain["name"].as_string());
    html += "<h2>网站信息</h2><table>" + row("名称", service["name"].as_string()) +
            row("域名", text::join(domains, "；")) + row("首页", service["home_url"].as_string()) +
            row("服务内容", names("service_content", service["contents"])) +
            row("IP 地址", address_text(service["accesses"])) +
            person_rows("网站负责人", service["manager"]) + "</table>";
  }
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

http::Response decide_page(const Context& context, const Record& record,
                           const std::string& message = {}, int status = 200) {
  std::string body = message + "<p>状态：" + esc(chinese_of(record.state)) + "</p>";
  for (const auto& outcome : record.outcomes.items())
    body +=
        notice(false, std::to_string(outcome["code"].as_int()) + " " + outcome["text"].as_string());
  if (!record.opinion.empty()) body += "<p>审核意见：" + esc(record.opinion) + "</p>";
  body += details(record) + pictures(context, record);
  if (record.state == RecordState::at_authority)
    body += "<form method=\"post\" action=\"/decide/" + std::to_string(record.id) +
            "\"><label>审核意见（拒绝时必填）<br><textarea name=\"opinion\" maxlength=\"1024\" "
            "rows=\"3\">"
            "</textarea></label><button name=\"decision\" value=\"approve\">审核通过</button>"
            "<button name=\"decision\" value=\"refuse\">审核拒绝</button></form>";
  return page("备案审核 " + std::to_string(record.id), body, status);
}

http::Response post_decision(const Context& context, const http::Request& request) {
  const auto record = record_of(context, request);
  if (!record) return not_found();
  const Form form(request.body);
  const std::string& decision = form["decision"];
  if (decision != "approve" && decision != "refuse")
    return decide_page(context, *record, notice(false, "请选择通过或拒绝"), 422);
  const auto decided = decide(context, record->id, decision == "approve", form["opinion"]);
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
