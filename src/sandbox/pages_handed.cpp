// Tasks with their answers, what is handed down, and the IP and domain filings.
#include <array>
#include <string>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/ip.hpp"
#include "sandbox/address_records.hpp"
#include "sandbox/check_addresses.hpp"
#include "sandbox/code_tables.hpp"
#include "sandbox/domain_records.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/hand_out.hpp"
#include "sandbox/html.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/store.hpp"
#include "sandbox/synchronise.hpp"
#include "sandbox/tasks.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kMostRows = 500;

std::string time_of(const db::Row& row, std::string_view column) {
  return row.is_null(column) ? "" : esc(china_datetime(from_ms(row.i64(column))));
}

http::Response tasks_page(const Context& context) {
  std::vector<Task> tasks;
  context.database->read([&](db::Tx& tx) { tasks = tasks_of(tx, 0); });
  std::vector<std::vector<std::string>> rows;
  for (const auto& task : tasks)
    rows.push_back({std::to_string(task.id), std::to_string(task.provider_id),
                    task.kind == TaskKind::verification ? "核实任务" : "未备案网站",
                    esc(task.subject), esc(china_datetime(from_ms(task.opened_at))),
                    task.answered ? esc(china_datetime(from_ms(task.answered_at))) : "待答复",
                    task.answered ? "<pre>" + esc(to_pretty_string(task.answer)) + "</pre>" : ""});
  return page("任务",
              table({"编号", "接入商", "类别", "对象", "下发时间", "答复时间", "答复"}, rows));
}

std::string title_of(std::string_view kind) {
  const KindRow* row = kind_named(kind);
  return std::string(row == nullptr ? kind : row->title);
}

std::string hand_out_form(const std::vector<int64_t>& providers) {
  std::string options = "<option value=\"0\">全部接入商</option>";
  for (const int64_t id : providers) options += "<option>" + std::to_string(id) + "</option>";
  return "<form method=\"post\" action=\"/handed\"><label>接入商<select name=\"provider\">" +
         options +
         "</select></label>"
         "<button name=\"what\" value=\"base_codes\">下发基础代码</button>"
         "<button name=\"what\" value=\"verification\">下发核实任务</button>"
         "<button name=\"what\" value=\"check\">核查 IP 备案</button>"
         "<button name=\"what\" value=\"synchronise\">全量同步</button></form>";
}

http::Response handed_page(const Context& context, const std::string& message = {},
                           int status = 200) {
  std::vector<std::vector<std::string>> waiting, files;
  std::vector<int64_t> providers;
  context.database->read([&](db::Tx& tx) {
    waiting.clear();
    files.clear();
    providers.clear();
    for (const auto& row : tx.query("SELECT id, provider_id, kind, created_at FROM notices"
                                    " WHERE download_id IS NULL ORDER BY id LIMIT :most",
                                    {{"most", kMostRows}}))
      waiting.push_back({row.text("id"), row.text("provider_id"), esc(title_of(row.text("kind"))),
                         time_of(row, "created_at"),
                         link("/handed/notices/" + row.text("id"), "内容")});
    for (const auto& row :
         tx.query("SELECT id, provider_id, file_name, kind, created_at, acked_at FROM downloads"
                  " ORDER BY id DESC LIMIT :most",
                  {{"most", kMostRows}}))
      files.push_back({link("/handed/files/" + row.text("id"), row.text("file_name")),
                       row.text("provider_id"), esc(title_of(row.text("kind"))),
                       time_of(row, "created_at"),
                       row.is_null("acked_at") ? "等待回调" : time_of(row, "acked_at")});
    for (const auto& provider : all_providers(tx))
      providers.push_back(provider.account.provider_id);
  });
  return page("下发",
              message + hand_out_form(providers) + "<h2>等待下载</h2>" +
                  table({"编号", "接入商", "类别", "产生时间", ""}, waiting) +
                  "<h2>下发的文件</h2>" +
                  table({"文件名", "接入商", "类别", "产生时间", "回调时间"}, files),
              status);
}

// To one provider, or to all (0).
Result<int64_t> hand_out_all(const Context& context, const std::string& what, int64_t provider) {
  const auto handed = [&](NoticeKind kind, const BodyFor& body_for) {
    return hand_out(context, row_of(kind), provider, body_for);
  };
  if (what == "base_codes")
    return handed(NoticeKind::base_codes,
                  [](db::Tx& tx, int64_t) -> Result<Json> { return code_tables(tx); });
  if (what == "verification")
    return handed(NoticeKind::verification_tasks,
                  [](db::Tx& tx, int64_t id) { return verification_tasks(tx, id, {}); });
  if (what == "check")
    return handed(NoticeKind::ip_check_results,
                  [](db::Tx& tx, int64_t id) -> Result<Json> { return check_addresses(tx, id); });
  if (what != "synchronise") return fail(ProblemCode::code_unknown, "/what", {{"code", what}});
  return context.database->write_result([&](db::Tx& tx) -> Result<int64_t> {
    const auto to = recipients(tx, provider);
    if (!to) return fail(to);
    for (const int64_t id : *to)
      if (auto one = start_synchronisation(tx, id, {}, to_ms(context.clock.now())); !one)
        return one;
    return 0;
  });
}

http::Response post_handed(const Context& context, const http::Request& request) {
  const Form form(request.body);
  int64_t provider = 0;
  text::parse_i64(form["provider"], provider);
  const auto done = hand_out_all(context, form["what"], provider);
  if (done) return http::Response::redirect("/handed");
  const auto& problem = done.error().front();
  return handed_page(context, notice(false, problem_text(problem.code, problem.args, Language::zh)),
                     spec_of(problem.code).http_status);
}

std::optional<int64_t> id_of(const http::Request& request) {
  int64_t id = 0;
  if (!text::parse_i64(request.param("id"), id)) return std::nullopt;
  return id;
}

http::Response not_found() {
  return page("没有找到", notice(false, "没有这一项"), 404);
}

http::Response notice_page(const Context& context, const http::Request& request) {
  std::optional<db::Row> row;
  if (const auto id = id_of(request))
    context.database->read([&](db::Tx& tx) {
      row = tx.query_one("SELECT kind, body FROM notices WHERE id = :id", {{"id", *id}});
    });
  const auto body =
      row ? parse_json(row->text("body")) : Result<Json>(fail(ProblemCode::not_found));
  if (!body) return not_found();
  return page(title_of(row->text("kind")), "<pre>" + esc(to_pretty_string(*body)) + "</pre>");
}

http::Response handed_file(const Context& context, const http::Request& request) {
  std::optional<db::Row> row;
  if (const auto id = id_of(request))
    context.database->read([&](db::Tx& tx) {
      row = tx.query_one("SELECT file_name, document, blob FROM downloads WHERE id = :id",
                         {{"id", *id}});
    });
  if (!row) return not_found();
  const std::string blob = row->text("blob");
  const auto xml = blob.empty() ? base64_decode(row->text("document")) : context.blobs.get(blob);
  const auto utf8 = xml ? text::from_gbk(*xml) : Result<std::string>(fail(xml));
  if (!utf8) return not_found();
  constexpr size_t kShown = 200'000;
  std::string start = utf8->substr(0, kShown);
  while (!text::is_utf8(start)) start.pop_back();
  return page(row->text("file_name"), "<pre>" + esc(start) + "</pre>");
}

std::string range_text(const AddressRecord& record) {
  const auto from = china::ip_from_number(record.from), to = china::ip_from_number(record.to);
  return from && to ? china::IpRange{*from, *to}.text() : "";
}

std::vector<std::string> address_row(const AddressRecord& record) {
  static constexpr std::array<std::string_view, 4> kTitles{"来源", "分配", "广播", "自带"};
  const int64_t use = record.model["use"].as_int(), unit = record.model["source_unit"].as_int();
  const std::string what = use != 0    ? china::code_text("ip_assignment", use)
                           : unit != 0 ? "来源单位 " + std::to_string(unit)
                                       : "";
  return {std::to_string(record.id),
          std::to_string(record.provider_id),
          std::string(kTitles.at(static_cast<size_t>(record.kind))),
          esc(range_text(record)),
          esc(what),
          esc(record.model["name"].as_string()),
          esc(china_datetime(from_ms(record.changed_at)))};
}

http::Response addresses_page(const Context& context) {
  std::vector<std::vector<std::string>> addresses, names;
  context.database->read([&](db::Tx& tx) {
    addresses.clear();
    names.clear();
    for (const auto& provider : all_providers(tx)) {
      const int64_t id = provider.account.provider_id;
      for (const auto kind : {AddressKind::source, AddressKind::assignment, AddressKind::broadcast,
                              AddressKind::own_address})
        for (const auto& record : addresses_of(tx, id, kind, 0, kMostRows))
          addresses.push_back(address_row(record));
      for (const auto& record : domain_records_of(tx, id, 0, kMostRows))
        names.push_back({std::to_string(record.id), std::to_string(id),
                         esc(china::display_domain(record.name)),
                         esc(record.model["registrant_organisation"].as_string()),
                         esc(record.model["valid_until"].as_string())});
    }
  });
  return page(
      "IP 与域名备案",
      "<h2>IP 备案</h2>" +
          table({"编号", "报备单位", "类别", "地址段", "使用", "使用单位", "修改时间"}, addresses) +
          "<h2>域名备案</h2>" + table({"编号", "报备单位", "域名", "注册人", "有效期至"}, names));
}

}  // namespace

std::vector<http::Route> handed_pages(const Context& context) {
  const auto desk = [&context](auto handler) {
    return guarded(context,
                   [&context, handler](const http::Request& r) { return handler(context, r); });
  };
  return {
      {"GET", "/tasks", http::kPublic, "Tasks and their answers",
       desk([](const Context& c, const http::Request&) { return tasks_page(c); })},
      {"GET", "/handed", http::kPublic, "What waits to be fetched, and the files made",
       desk([](const Context& c, const http::Request&) { return handed_page(c); })},
      {"POST", "/handed", http::kPublic, "Hand something down", same_origin(desk(post_handed))},
      {"GET", "/handed/notices/{id}", http::kPublic, "A notice", desk(notice_page)},
      {"GET", "/handed/files/{id}", http::kPublic, "A file that was handed down",
       desk(handed_file)},
      {"GET", "/addresses", http::kPublic, "IP and domain filings",
       desk([](const Context& c, const http::Request&) { return addresses_page(c); })},
  };
}

}  // namespace beian::sandbox
