#include <string>
#include <utility>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/regions.hpp"
#include "sandbox/decide.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/html.hpp"
#include "sandbox/icp.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/record_sheet.hpp"
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

std::string details(const Context& context, const Record& record) {
  const RecordSheet sheet = sheet_of(context, record);
  std::string html = "<h2>上报内容</h2>" + record_table(sheet.reported, sheet.compared);
  if (!sheet.filed.empty()) html += "<h2>库中现有备案</h2>" + record_table(sheet.filed, false);
  return html;
}

std::string pictures(const Context& context, const Record& record) {
  std::string html = "<h2>附件</h2>";
  size_t index = 0;
  for (const int64_t purpose : attachment_purposes(context, record))
    html += "<figure><figcaption>" + esc(china::code_text("attachment_purpose", purpose)) +
            "</figcaption><img alt=\"附件\" src=\"/decide/" + std::to_string(record.id) +
            "/attachments/" + std::to_string(index++) + "\"></figure>";
  return html;
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
         "</select></label><label>主体证书有效期至（通过时选填，只用于新增备案和变更备案）"
         "<input type=\"date\" name=\"certificate_valid_until\"></label><button name=\"decision\" "
         "value=\"approve\">审核通过</button>"
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
  const auto record = asked_record(context, request);
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
  const auto decided =
      decide(context, record->id,
             {decision == "approve", form["opinion"], codes, form["certificate_valid_until"]});
  if (decided) return http::Response::redirect("/decide/" + std::to_string(record->id));
  const auto& problem = decided.error().front();
  return decide_page(context, *record,
                     notice(false, problem_text(problem.code, problem.args, Language::zh)),
                     spec_of(problem.code).http_status);
}

http::Response picture(const Context& context, const http::Request& request) {
  auto response = attachment_picture(context, request);
  return response ? std::move(*response) : not_found();
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
         const auto record = asked_record(c, r);
         return record ? decide_page(c, *record) : not_found();
       })},
      {"POST", "/decide/{id}", http::kPublic, "The officer's decision",
       same_origin(desk(post_decision))},
      {"GET", "/decide/{id}/attachments/{index}", http::kPublic, "An attached picture",
       desk(picture)},
  };
}

}  // namespace beian::sandbox
