// The officer's start page, the incoming files, and the settings.
#include <algorithm>
#include <string>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/html.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/scenario.hpp"
#include "sandbox/settings.hpp"
#include "sandbox/upload_file.hpp"

namespace beian::sandbox {
namespace {

constexpr size_t kShownBytes = 200'000;  // of a file on its page; all of it is a link away
constexpr std::string_view kScenarioFolder = "data/sandbox/";

std::string time_text(int64_t ms) {
  return esc(china_datetime(from_ms(ms)));
}

std::string card(std::string_view href, std::string_view title, int64_t count) {
  return "<li><b>" + std::to_string(count) + "</b>" + link(href, title) + "</li>";
}

std::vector<std::vector<std::string>> upload_rows(const std::vector<Upload>& uploads, size_t most) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& u : uploads) {
    if (rows.size() == most) break;
    rows.push_back({link("/files/" + std::to_string(u.id), std::to_string(u.id)),
                    std::to_string(u.provider_id), std::to_string(u.sequence),
                    time_text(u.accepted_at), u.judged ? "已处理" : "待处理",
                    std::to_string(u.records), esc(u.fault)});
  }
  return rows;
}

const std::vector<std::string>& upload_heads() {
  static const std::vector<std::string> heads{"编号", "接入商", "序号",        "受理时间",
                                              "状态", "记录数", "整体退回原因"};
  return heads;
}

http::Response desk(const Context& context) {
  std::string cards;
  std::vector<Upload> uploads;
  context.database->read([&](db::Tx& tx) {
    const auto count = [&](const char* sql) { return tx.query_i64(sql); };
    cards = card("/decide", "待审核",
                 count("SELECT COUNT(*) FROM records WHERE state = 'at_authority'")) +
            card("/decide", "待短信核验",
                 count("SELECT COUNT(*) FROM records WHERE state = 'sms_pending'")) +
            card("/tasks", "待答复任务",
                 count("SELECT COUNT(*) FROM tasks WHERE answered_at IS NULL")) +
            card("/handed", "待下载通知",
                 count("SELECT COUNT(*) FROM notices WHERE download_id IS NULL")) +
            card("/query", "已备案主体", count("SELECT COUNT(*) FROM filed_entities")) +
            card("/addresses", "IP 备案", count("SELECT COUNT(*) FROM address_records")) +
            card("/addresses", "域名备案", count("SELECT COUNT(*) FROM domain_records"));
    uploads = uploads_of(tx, 0);
  });
  return page("工作台", "<ul class=\"cards\">" + cards + "</ul><h2>最近上报的文件</h2>" +
                            table(upload_heads(), upload_rows(uploads, 10)));
}

http::Response files(const Context& context) {
  std::vector<Upload> uploads;
  context.database->read([&](db::Tx& tx) { uploads = uploads_of(tx, 0); });
  return page("上报文件", table(upload_heads(), upload_rows(uploads, 500)));
}

std::optional<Upload> upload_of(const Context& context, const http::Request& request) {
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id)) return std::nullopt;
  std::optional<Upload> upload;
  context.database->read([&](db::Tx& tx) { upload = find_upload(tx, id); });
  return upload;
}

// For people: whatever cannot be read as GBK is told instead of shown.
std::string shown(const std::string& xml) {
  const auto utf8 = text::from_gbk(xml);
  if (!utf8) return "（不是 GBK 文本）";
  if (utf8->size() <= kShownBytes) return *utf8;
  size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>((*utf8)[end]) & 0xC0) == 0x80) --end;
  return utf8->substr(0, end) + "\n……";
}

http::Response file_page(const Context& context, const http::Request& request) {
  const auto upload = upload_of(context, request);
  if (!upload) return page("没有找到", notice(false, "没有这个文件"), 404);
  const std::string at = "/files/" + std::to_string(upload->id);
  return page("上报文件 " + std::to_string(upload->id),
              table(upload_heads(), upload_rows({*upload}, 1)) + "<p>" +
                  link(at + "/xml", "下载原始 XML") + "</p><pre>" +
                  esc(shown(upload_xml(context, *upload))) + "</pre>");
}

http::Response file_xml(const Context& context, const http::Request& request) {
  const auto upload = upload_of(context, request);
  if (!upload) return page("没有找到", notice(false, "没有这个文件"), 404);
  http::Response response;
  response.headers.emplace_back("Content-Type", "application/octet-stream");
  response.headers.emplace_back(
      "Content-Disposition", "attachment; filename=\"upload" + std::to_string(upload->provider_id) +
                                 "n" + std::to_string(upload->sequence) + ".xml\"");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.body = upload_xml(context, *upload);
  return response;
}

std::string flag(std::string_view name, std::string_view label, bool on) {
  return "<label>" + esc(label) + "<select name=\"" + esc(name) +
         "\"><option value=\"0\">否</option>" + "<option value=\"1\"" + (on ? " selected" : "") +
         ">是</option></select></label>";
}

std::string scenario_part(const Json& playing) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& one : playing.items())
    for (const auto& step : one["steps"].items())
      rows.push_back(
          {esc(one["name"].as_string()), esc(to_string(step["when"])), esc(to_string(step["then"])),
           step["remaining"].is_null() ? "不限" : std::to_string(step["remaining"].as_int()),
           std::to_string(step["played"].as_int())});
  std::string options;
  for (const auto& file : embedded::files())
    if (file.name.starts_with(kScenarioFolder)) {
      const auto json = parse_json(file.bytes);
      options += "<option value=\"" + esc(file.name) + "\">" + esc((*json)["title"].as_string()) +
                 "</option>";
    }
  return "<h2>场景</h2>" + table({"场景", "条件", "动作", "剩余次数", "已执行"}, rows) +
         "<form method=\"post\" action=\"/settings/scenario\"><label>选择场景<select "
         "name=\"name\">" +
         options + "</select></label><button>加载</button></form>" +
         button("/settings/scenario", "清除全部场景", {{"clear", "1"}});
}

http::Response settings_page(const Context& context, const std::string& message = {},
                             int status = 200) {
  Settings settings;
  Json playing;
  context.database->read([&](db::Tx& tx) {
    settings = load_settings(tx, context.options);
    playing = scenarios(tx);
  });
  const std::string after =
      settings.auto_decide_after ? std::to_string(settings.auto_decide_after->count()) : "";
  return page(
      "设置",
      message + "<form method=\"post\" action=\"/settings\">" +
          input("自动审核通过：收到后多少毫秒（留空为人工审核）", "auto_decide_after_ms", after,
                "inputmode=\"numeric\"") +
          flag("maintenance", "系统维护中（上报答复 901，下载答复 902）", settings.maintenance) +
          flag("auto_sms", "自动完成短信核验", settings.auto_sms) + "<button>保存</button></form>" +
          scenario_part(playing),
      status);
}

http::Response refused(const Context& context, const Problems& problems) {
  const auto& problem = problems.front();
  return settings_page(
      context,
      notice(false, problem.field + " " + problem_text(problem.code, problem.args, Language::zh)),
      422);
}

http::Response post_settings(const Context& context, const http::Request& request) {
  const Form form(request.body);
  Json body = Json::object({{"maintenance", form["maintenance"] == "1"},
                            {"auto_sms", form["auto_sms"] == "1"},
                            {"auto_decide_after_ms", nullptr}});
  if (const std::string& after = form["auto_decide_after_ms"]; !text::trim(after).empty()) {
    int64_t ms = -1;
    text::parse_i64(text::trim(after), ms);
    body.set("auto_decide_after_ms", ms);
  }
  if (const auto problems = setting_problems(body); !problems.empty())
    return refused(context, problems);
  context.database->write([&](db::Tx& tx) { change_settings(tx, context, body); });
  context.nudge();
  return http::Response::redirect("/settings");
}

http::Response post_scenario(const Context& context, const http::Request& request) {
  const Form form(request.body);
  if (!form["clear"].empty()) {
    context.database->write(clear_scenarios);
    return http::Response::redirect("/settings");
  }
  const auto files = embedded::files();
  const auto found = std::ranges::find(files, form["name"], &embedded::File::name);
  if (found == files.end() || !found->name.starts_with(kScenarioFolder))
    return settings_page(context, notice(false, "没有这个场景"), 422);
  if (const auto loaded = load_scenario(context, parse_json(found->bytes).value()); !loaded)
    return refused(context, loaded.error());
  return http::Response::redirect("/settings");
}

}  // namespace

std::vector<http::Route> desk_pages(const Context& context) {
  const auto desk_page = [&context](auto handler) {
    return guarded(context,
                   [&context, handler](const http::Request& r) { return handler(context, r); });
  };
  return {
      {"GET", "/desk", http::kPublic, "The officer's start page",
       desk_page([](const Context& c, const http::Request&) { return desk(c); })},
      {"GET", "/files", http::kPublic, "Accepted files",
       desk_page([](const Context& c, const http::Request&) { return files(c); })},
      {"GET", "/files/{id}", http::kPublic, "An accepted file with its XML", desk_page(file_page)},
      {"GET", "/files/{id}/xml", http::kPublic, "The XML of an accepted file", desk_page(file_xml)},
      {"GET", "/settings", http::kPublic, "Settings and scenarios",
       desk_page([](const Context& c, const http::Request&) { return settings_page(c); })},
      {"POST", "/settings", http::kPublic, "Change settings",
       same_origin(desk_page(post_settings))},
      {"POST", "/settings/scenario", http::kPublic, "Play one of our scenarios, or no more of them",
       same_origin(desk_page(post_scenario))},
  };
}

}  // namespace beian::sandbox
