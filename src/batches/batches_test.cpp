// Batches through the routes: rows of every format, what is found, what becomes of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/text.hpp"
#include "batches/check.hpp"
#include "batches/intake.hpp"
#include "batches/report.hpp"
#include "batches/world_for_test.hpp"
#include "orders/document.hpp"
#include "platform/db/remembering.hpp"
#include "platform/sheet/sheet.hpp"
#include "registry/codes.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"

namespace beian::batches {
namespace {

using Lines = std::vector<std::string>;

// Whose it is, and why the website cannot simply come over (migrate).
const Lines kFiledElsewhere = {"filed_elsewhere@/document/services/0/domains/0 域名",
                               "migration_not_taken@/document/services/0/domains/0 域名"};

class Batches : public BatchesWorld {
 protected:
  static Json spoilt(Json body) {
    Json& manager = *body.find("document")->find("entity")->find("manager");
    manager.set("mobile", "1380000");
    body.find("document")->find("services")->items()[0].set("contents", Json::array({999}));
    return body;
  }
  static std::string xlsx_of(const std::vector<Json>& bodies) {
    size_t at = 0;
    return sheet::write_xlsx({{"备案信息", test::header_of(Language::zh), {}, [&](Lines& cells) {
                                 if (at == bodies.size()) return false;
                                 cells = test::cells_of(bodies[at++]);
                                 return true;
                               }}});
  }
  static std::string json_of(const std::vector<Json>& bodies) {
    Json rows = Json::array();
    for (const auto& body : bodies) rows.push(body);
    return to_string(Json::object({{"rows", std::move(rows)}}));
  }
  // The n-th sample's entity, filed here with a service of its own.
  void file_entity(int n, const std::string& account) {
    using registry::test::kOwn;
    const std::string number = "粤ICP备202600000" + std::to_string(n) + "号";
    Json entity = orders::sample_document(n)["entity"];
    entity.set("authority_entity_id", n);
    entity.set("filing_number", number);
    Json service = orders::sample_document(n)["services"].at(0);
    const std::string domain = "filed-" + std::to_string(n) + "-example.cn";
    service.set("authority_service_id", n);
    service.set("filing_number", number + "-1");
    service.set("home_url", "www." + domain);
    service.set("domains",
                Json::array({Json::object({{"authority_domain_id", n}, {"name", domain}})}));
    const int64_t address = 3405803786;  // 203.0.113.10
    service.set(
        "accesses",
        Json::array({Json::object(
            {{"authority_access_id", n},
             {"provider", kOwn},
             {"locations", Json::array({1})},
             {"methods", Json::array({1})},
             {"addresses",
              Json::array({Json::object(
                  {{"authority_address_id", n}, {"from", address}, {"to", address}})})}})}));
    const Json record = Json::object({{"entity", entity}, {"services", Json::array({service})}});
    const auto done = db_.database->write_result([&](db::Tx& tx) {
      return registry::record(tx, clock_.now(), cipher_, account, kOwn, record);
    });
    ASSERT_TRUE(done);
  }
};

TEST_P(Batches, ChecksEachRowAndMakesNothing) {
  const auto made = post(test::csv_of({body(1), spoilt(body(2)), body(3)}));
  ASSERT_EQ(made.status, 202) << made.body;
  const std::string id = json(made)["id"].as_string();
  EXPECT_EQ(json(made)["rows"]["waiting"].as_int(), 3);
  EXPECT_FALSE(json(made)["done"].as_bool());
  EXPECT_EQ(http::header_of(made.headers, "location"), "/api/v1/batches/" + id);
  worker.run_due();
  const Json batch = json(get("/" + id));
  EXPECT_TRUE(batch["done"].as_bool());
  EXPECT_EQ(batch["rows"]["good"].as_int(), 2);
  EXPECT_EQ(batch["rows"]["bad"].as_int(), 1);
  const Json list = rows(id);
  EXPECT_EQ(states(id), (Lines{"good", "bad", "good"}));
  EXPECT_EQ(told(list.at(0)), Lines{});
  EXPECT_EQ(list.at(0)["kind"].as_string(), "first");
  EXPECT_EQ(list.at(0)["missing"].size(), 6u);
  EXPECT_EQ(list.at(0)["missing"].at(0)["code"].as_string(), "material_missing");
  Lines found = told(list.at(1));
  EXPECT_EQ(found.size(), 3u) << to_string(list.at(1));
  EXPECT_NE(std::ranges::find(found, "bad_mobile@/document/entity/manager/mobile 主体负责人手机"),
            found.end());
  EXPECT_NE(std::ranges::find(found, "code_unknown@/document/services/0/contents/0 服务内容"),
            found.end());
  EXPECT_EQ(list.at(1)["line"].as_int(), 3);
  EXPECT_EQ(orders_made(), 0);
}

// The very same judgement as that of a single order.
TEST_P(Batches, FindsWhatASingleOrderIsTold) {
  const std::string id = run(json_of({spoilt(body(1))}), "", "application/json");
  const auto draft = send("POST", "/api/v1/orders", "a1", to_string(spoilt(body(1))));
  const auto findings =
      json(send("GET", "/api/v1/orders/" + json(draft)["id"].as_string() + "/findings", "a1"));
  Lines single, row = told(rows(id).at(0));
  for (const auto& problem : findings["problems"].items())
    single.push_back(problem["code"].as_string() + "@/document" + problem["field"].as_string());
  for (auto& line : row) line = line.substr(0, line.find(' '));
  for (auto& line : told(rows(id).at(0), "missing")) row.push_back(line.substr(0, line.find(' ')));
  std::ranges::sort(single);
  std::ranges::sort(row);
  EXPECT_EQ(row, single);
}

TEST_P(Batches, EveryFormatMakesTheSameOrders) {
  const auto all = bodies(1, 2);
  const auto gbk = text::to_gbk(test::csv_of(all));
  ASSERT_TRUE(gbk);
  for (const auto& [bytes, type] : std::initializer_list<std::pair<std::string, std::string>>{
           {test::csv_of(all), "text/csv"},
           {"\xEF\xBB\xBF" + test::csv_of(all, Language::en), "application/vnd.ms-excel"},
           {*gbk, "text/csv; charset=gbk"},
           {xlsx_of(all), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
           {json_of(all), "application/json; charset=utf-8"}}) {
    const std::string id = run(bytes, "?mode=create", type);
    EXPECT_EQ(states(id), (Lines{"created", "created"})) << type;
    for (size_t i = 0; i < 2; ++i) {
      const auto order = load(rows(id).at(i)["order"].as_string());
      EXPECT_EQ(
          orders::changed_fields(order.document, orders::sample_document(static_cast<int>(i) + 1)),
          Lines{})
          << type;
      EXPECT_EQ(order.document["entity"]["location"]["county"].as_int(), 440106);
      EXPECT_EQ(order.account_id, "a1");
      EXPECT_EQ(order.state, orders::State::draft);
    }
  }
  EXPECT_EQ(orders_made(), 10);
}

TEST_P(Batches, NamesServeForCodes) {
  Json plain = body(1);
  auto cells = test::cells_of(plain);
  const auto put = [&](std::string_view name, const std::string& cell) {
    for (size_t i = 0; i < cells.size(); ++i)
      if (columns()[i].name == name) cells[i] = cell;
  };
  put("kind", "首次备案");
  put("nature", "企业");
  put("province", "广东");
  put("city", "广州市");
  put("county", "天河区");
  put("service_kind", "网站");
  put("languages", "中文简体");
  put("addresses", "203.0.113.10-203.0.113.12；203.0.113.20");
  put("domains", "yangli-1-example.cn");
  put("remark", "");
  const std::string id =
      run(csv::line_of(test::header_of(Language::zh)) + csv::line_of(cells), "?mode=create");
  ASSERT_EQ(states(id), Lines{"created"}) << to_string(rows(id));
  const Json document = load(rows(id).at(0)["order"].as_string()).document;
  EXPECT_EQ(document["entity"]["nature"].as_int(), 4);
  EXPECT_EQ(document["entity"]["location"]["city"].as_int(), 440100);
  EXPECT_EQ(document["services"].at(0)["languages"], Json::array({1}));
  EXPECT_EQ(document["services"].at(0)["domains"], Json::array({"yangli-1-example.cn"}));
  EXPECT_EQ(document["services"].at(0)["accesses"].at(0)["addresses"].at(0)["to"].as_string(),
            "203.0.113.12");
  put("nature", "公司");
  put("city", "深圳");
  put("county", "天河区");
  put("languages", "中文简体;火星文");
  put("addresses", "203.0.113");
  put("pre_approvals", "新闻");
  const std::string wrong = run(csv::line_of(test::header_of(Language::zh)) + csv::line_of(cells));
  Lines found = told(rows(wrong).at(0));
  for (const auto* line : {"code_unknown@/document/entity/nature 单位性质",
                           "unknown_region@/document/entity/location/county 区县",
                           "code_unknown@/document/services/0/languages/1 服务语言",
                           "bad_ip_address@/document/services/0/accesses/0/addresses/0 IP地址",
                           "bad_format@/document/services/0/pre_approvals/0 前置审批"})
    EXPECT_NE(std::ranges::find(found, line), found.end()) << line << to_string(rows(wrong));
}

TEST_P(Batches, ARowThatFailsLeavesTheOthersAlone) {
  const std::string id = run(test::csv_of({body(1), spoilt(body(2)), body(3)}), "?mode=create");
  EXPECT_EQ(states(id), (Lines{"created", "bad", "created"}));
  EXPECT_EQ(orders_made(), 2);
  EXPECT_TRUE(rows(id).at(1)["order"].is_null());
}

TEST_P(Batches, SubmitsWhatIsCompleteAndKeepsTheRest) {
  const std::string earlier = complete_draft("a1", orders::sample_document(1));
  ASSERT_EQ(send("POST", "/api/v1/orders/" + earlier + "/abandon", "a1").status, 200);
  Json copied = Json::object({{"from", Json::object({{"order", earlier}})}});
  const std::string id = run(test::csv_of({copied, body(2)}), "?mode=submit");
  EXPECT_EQ(states(id), (Lines{"not_submitted", "not_submitted"})) << to_string(rows(id));
  const Json list = rows(id);
  // A promise is given for one filing: it is the only picture that does not come along.
  EXPECT_EQ(list.at(0)["missing"].size(), 1u);
  EXPECT_EQ(list.at(0)["missing"].at(0)["field"].as_string(), "/document/entity/materials/11");
  EXPECT_EQ(load(list.at(0)["order"].as_string()).document, orders::sample_document(1));
  const std::string first = list.at(0)["order"].as_string();
  const auto letter =
      materials::prepare(*blobs_, clock_.now(), first, 11, "/entity", "", orders::sample_picture());
  ASSERT_TRUE(letter);
  db_.database->write([&](db::Tx& tx) { materials::insert(tx, *letter); });
  EXPECT_EQ(list.at(1)["missing"].size(), 6u);
  EXPECT_EQ(told(list.at(1)), Lines{});
  // Its pictures come, and it goes.
  upload_all("a1", list.at(1)["order"].as_string());
  const auto again =
      send("POST", "/api/v1/batches/" + id + "/continue", "a1", R"({"to":"submit"})");
  ASSERT_EQ(again.status, 202) << again.body;
  worker.run_due();
  EXPECT_EQ(states(id), (Lines{"submitted", "submitted"}));
  EXPECT_EQ(load(first).state, orders::State::in_review);
  EXPECT_EQ(rows(id).at(1)["missing"].size(), 0u);
}

TEST_P(Batches, GoesOnStepByStep) {
  const std::string id = run(test::csv_of({body(1)}));
  const auto on = [&](const std::string& body, const std::string& account = "a1") {
    return send("POST", "/api/v1/batches/" + id + "/continue", account, body);
  };
  EXPECT_EQ(errors(on("{}")), Lines{"required@/to"});
  EXPECT_EQ(errors(on(R"({"to":"check"})")), Lines{"code_unknown@/to"});
  EXPECT_EQ(errors(on(R"({"to":"create","x":1})")), Lines{"unknown_field@/x"});
  EXPECT_EQ(on(R"({"to":"create"})", "a2").status, 404);
  ASSERT_EQ(on(R"({"to":"create"})").status, 202);
  EXPECT_EQ(errors(on(R"({"to":"submit"})")), Lines{"conflict@/to"});
  worker.run_due();
  EXPECT_EQ(states(id), Lines{"created"});
  EXPECT_EQ(orders_made(), 1);
}

TEST_P(Batches, TheKindIsFoundFromTheRegistry) {
  file_entity(1, "a1");
  file_entity(2, "a2");
  const std::string id = run(test::csv_of(bodies(1, 3)), "?mode=create");
  EXPECT_EQ(states(id), (Lines{"created", "bad", "created"})) << to_string(rows(id));
  const Json list = rows(id);
  EXPECT_EQ(list.at(0)["kind"].as_string(), "add_service");
  EXPECT_EQ(told(list.at(1)),
            Lines{"entity_of_other_account@/document/entity/certificate/number 证件号码"});
  EXPECT_EQ(list.at(2)["kind"].as_string(), "first");
  const auto order = load(list.at(0)["order"].as_string());
  EXPECT_EQ(order.kind, "add_service");
  EXPECT_EQ(order.document["services"].at(0)["domains"], Json::array({"yangli-1-example.cn"}));
}

// Rows of one chunk share answers, and none is taken for another's: what is filed in the midst of
// first filings is found there, and only there.
TEST_P(Batches, WhatIsFiledIsFoundInItsRowAlone) {
  file_entity(4, "a1");
  file_entity(6, "a2");
  Json taken = body(9);
  Json& service = taken.find("document")->find("services")->items()[0];
  service.set("domains", Json::array({"filed-6-example.cn"}));
  service.set("home_url", "www.filed-6-example.cn");
  auto all = bodies(1, 8);
  all.push_back(taken);
  const std::string id = run(test::csv_of(all));
  EXPECT_EQ(states(id),
            (Lines{"good", "good", "good", "good", "good", "bad", "good", "good", "bad"}))
      << to_string(rows(id));
  const Json list = rows(id);
  for (size_t i = 0; i < list.size(); ++i)
    EXPECT_EQ(list.at(i)["kind"].as_string(), i == 3 ? "add_service" : "first") << i;
  EXPECT_EQ(told(list.at(5)),
            Lines{"entity_of_other_account@/document/entity/certificate/number 证件号码"});
  EXPECT_EQ(told(list.at(8)), kFiledElsewhere);
  // Nothing of it outlives the chunk: what is filed since then is found the next time.
  file_entity(2, "a2");
  const std::string again = run(test::csv_of(bodies(1, 2)));
  EXPECT_EQ(states(again), (Lines{"good", "bad"}));
}

// Ten thousand rows are checked in seconds because a row asks the database little.
TEST_P(Batches, ARowAsksTheDatabaseLittle) {
  constexpr size_t kRows = 10, kMost = 12;
  const Context context{api_.context(), {}};
  db_.database->read([&](db::Tx& snapshot) {
    db::Remembering tx(snapshot);
    registry::CodeBook codes(tx);
    const auto check_next = [&](int n) {
      auto aim = aimed(context, tx, "a1", body(n));
      ASSERT_TRUE(aim);
      Row row;
      row.body = std::move(aim->body);
      check(context, tx, "a1", codes, row);
      ASSERT_EQ(row.state, RowState::good);
    };
    check_next(1);
    const size_t before = tx.asked();
    for (size_t i = 0; i < kRows; ++i) check_next(static_cast<int>(i) + 2);
    EXPECT_LE(tx.asked() - before, kRows * kMost);
  });
}

TEST_P(Batches, ChangesNameOnlyWhatDiffers) {
  file_entity(1, "a1");
  const Json change = Json::object(
      {{"kind", "change_service"},
       {"service", "粤ICP备2026000001号-1"},
       {"document",
        Json::object({{"services", Json::array({Json::object({{"name", "样例新名称网站"}})})}})}});
  Json foreign = change;
  foreign.set("service", "粤ICP备2026000002号-1");
  Json no_kind = change;
  no_kind.erase("kind");
  const std::string id = run(test::csv_of({change, foreign, no_kind}), "?mode=create");
  const Json list = rows(id);
  EXPECT_EQ(told(list.at(1)), Lines{"not_found@/service 服务备案号"});
  EXPECT_EQ(told(list.at(2)), Lines{"required@/kind 备案类型"});
  const std::string order = list.at(0)["order"].as_string();
  ASSERT_FALSE(order.empty()) << to_string(list.at(0));
  EXPECT_EQ(load(order).document["services"].at(0)["name"].as_string(), "样例新名称网站");
  EXPECT_EQ(load(order).kind, "change_service");
}

TEST_P(Batches, AsksTheAuthorityWhenWished) {
  orders::FilingStatus filed;
  filed.kind = orders::FilingStatus::Kind::filed;
  filed.entity_number = "粤ICP备2026000009号";
  filed.service_number = "粤ICP备2026000009号-1";
  status_.known["yangli-2-example.cn"] = filed;
  status_.known[orders::sample_document(3)["entity"]["certificate"]["number"].as_string()] = filed;
  const std::string silent = run(test::csv_of(bodies(1, 2)));
  EXPECT_EQ(states(silent), (Lines{"good", "good"}));
  const std::string id = run(test::csv_of(bodies(1, 3)), "?mode=create&ask=1");
  const Json list = rows(id);
  EXPECT_EQ(list.at(0)["state"].as_string(), "created") << to_string(list.at(0));
  EXPECT_FALSE(load(list.at(0)["order"].as_string()).locked.is_null());
  EXPECT_EQ(told(list.at(1)), kFiledElsewhere);
  // Its number is known now; the password is not.
  EXPECT_EQ(list.at(2)["kind"].as_string(), "add_service");
  EXPECT_EQ(told(list.at(2)), Lines{"required@/document/filing_password 备案密码"});
}

TEST_P(Batches, OneDomainOnce) {
  Json second = body(2);
  second.find("document")
      ->find("services")
      ->items()[0]
      .set("domains", Json::array({"YANGLI-1-example.cn"}));
  const std::string id = run(json_of({body(1), second}), "", "application/json");
  EXPECT_EQ(states(id), (Lines{"good", "bad"}));
  EXPECT_EQ(told(rows(id).at(1)).front(), "duplicate@/document/services/0/domains/0 域名");
}

TEST_P(Batches, RefusesWhatItCannotRead) {
  const std::string header = csv::line_of(test::header_of(Language::zh));
  EXPECT_EQ(errors(post("")), Lines{"required@/header"});
  EXPECT_EQ(errors(post("名字,域名\r\nx,y\r\n")), Lines{"unknown_field@/header/名字"});
  EXPECT_EQ(errors(post("域名,domains\r\nx,y\r\n")), Lines{"duplicate@/header/domains"});
  EXPECT_EQ(errors(post(",,\r\n1,2,3\r\n")), Lines{"required@/header"});
  EXPECT_EQ(errors(post(header)), Lines{"required@/rows"});
  EXPECT_EQ(errors(post(header + ",,,\r\n")), Lines{"required@/rows"});
  EXPECT_EQ(errors(post(header + "\"open")), Lines{"bad_spreadsheet@/file"});
  EXPECT_EQ(errors(post("PK\x03\x04junk")), Lines{"bad_spreadsheet@/file"});
  EXPECT_EQ(errors(post("\xD0\xCF\x11\xE0old")), Lines{"bad_spreadsheet@/file"});
  EXPECT_EQ(errors(post(header + "\xFF\xFE\x81")), Lines{"bad_spreadsheet@/file"});
  const auto wrong_byte = post(header + "样例\r\n样\xFF例\r\n");
  EXPECT_EQ(errors(wrong_byte), Lines{"bad_spreadsheet@/file"});
  EXPECT_NE(wrong_byte.body.find("第 3 行有不能识别的字符，文件按 UTF-8 读取"), std::string::npos)
      << wrong_byte.body;
  EXPECT_EQ(errors(post("x", "", "image/png")), Lines{"unsupported_media_type@"});
  EXPECT_EQ(errors(post(test::csv_of({body(1)}), "?mode=all&ask=yes")),
            (Lines{"code_unknown@/ask", "code_unknown@/mode"}));
  const auto json_errors = [&](const std::string& body) {
    return errors(post(body, "", "application/json"));
  };
  EXPECT_EQ(json_errors("{"), Lines{"malformed_json@"});
  EXPECT_EQ(json_errors("[]"), Lines{"wrong_type@"});
  EXPECT_EQ(json_errors("{\"rows\":{}}"), Lines{"wrong_type@/rows"});
  EXPECT_EQ(json_errors("{\"rows\":[]}"), Lines{"required@/rows"});
  EXPECT_EQ(json_errors("{\"lines\":[]}"), (Lines{"required@/rows", "unknown_field@/lines"}));
  EXPECT_EQ(json(get(""))["batches"].size(), 0u);
  const std::string id = run("{\"rows\":[5,{\"documents\":{}}]}", "", "application/json");
  EXPECT_EQ(told(rows(id).at(0)).front(), "wrong_type@");
  EXPECT_EQ(told(rows(id).at(1)), Lines{"unknown_field@/documents"});
}

TEST_P(Batches, OrdersNameTheMember) {
  orders::Applicant member("a1");
  member.actor_id = "member-1";
  Batch wish;
  wish.format = "json";
  wish.goal = Stage::create;
  const auto rows_read = read_rows(Format::json, json_of(bodies(1, 1)), Limits{});
  ASSERT_TRUE(rows_read);
  const Context context{api_.context(), {}};
  const auto taken = take(context, member, wish, *rows_read, "", "");
  ASSERT_TRUE(taken);
  while (work(context, taken->batch.id)) {
  }
  const auto who = [&](const std::string& event) {
    return db_.database->read_value([&](db::Tx& tx) {
      const auto row = tx.query_one("SELECT actor_id FROM order_events WHERE event = :event",
                                    {{"event", event}});
      return row ? row->text("actor_id") : std::string();
    });
  };
  EXPECT_EQ(who("create"), "member-1");
  // Who lets it go on is named from there.
  member.actor_id = "member-2";
  ASSERT_TRUE(go_on(context, member, taken->batch.id, Stage::submit));
  EXPECT_EQ(db_.database->read_value([&](db::Tx& tx) {
    return tx.query_one("SELECT actor_id FROM batches")->text("actor_id");
  }),
            "member-2");
}

TEST_P(Batches, TooManyRowsOrBytes) {
  const BatchesApi small(api_.context(), {.rows = 2, .bytes = 20'000, .unfinished = 1});
  http::Router router;
  router.add(small.routes());
  router.set_authorizer({[](const http::Request&, http::Scope) -> Result<http::Caller> {
                           http::Caller caller;
                           caller.account_id = "a1";
                           return caller;
                         },
                         {}});
  const auto post_small = [&](const std::string& bytes, const std::string& type = "text/csv") {
    http::Request request;
    request.method = "POST";
    EXPECT_TRUE(http::set_target(request, "/api/v1/batches"));
    request.headers = {{"Content-Type", type}};
    request.body = bytes;
    return router.handle(std::move(request));
  };
  EXPECT_EQ(errors(post_small(test::csv_of(bodies(1, 3)))), Lines{"too_many@/file"});
  EXPECT_EQ(errors(post_small(json_of(bodies(1, 3)), "application/json")), Lines{"too_many@/file"});
  EXPECT_EQ(errors(post_small(std::string(20'001, 'x'))), Lines{"too_large@"});
  EXPECT_EQ(post_small(test::csv_of(bodies(1, 2))).status, 202);
  // One of them is unfinished now.
  EXPECT_EQ(errors(post_small(test::csv_of({body(3)}))), Lines{"too_many@"});
}

TEST_P(Batches, TheSameRequestTwiceMakesOneBatch) {
  const std::string bytes = test::csv_of({body(1)});
  const auto first = post(bytes, "?mode=create", "text/csv", "k1");
  const auto again = post(bytes, "?mode=create", "text/csv", "k1");
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(json(first)["id"], json(again)["id"]);
  EXPECT_EQ(errors(post(bytes, "", "text/csv", "k1")), Lines{"idempotency_key_reused@"});
  EXPECT_EQ(errors(post(test::csv_of({body(2)}), "?mode=create", "text/csv", "k1")),
            Lines{"idempotency_key_reused@"});
  EXPECT_EQ(post(bytes, "", "text/csv", "k1", "a2").status, 202);
  worker.run_due();
  EXPECT_EQ(orders_made(), 1);
}

TEST_P(Batches, NobodySeesAnothersBatch) {
  const std::string id = run(test::csv_of({body(1)}));
  for (const auto* path : {"", "/rows", "/report.csv", "/report.xlsx"})
    EXPECT_EQ(get("/" + id + path, "a2").status, 404) << path;
  EXPECT_EQ(send("GET", "/api/v1/batches/" + id, "b1", "", {}, "auditor").status, 404);
  EXPECT_EQ(json(get("", "a2"))["batches"].size(), 0u);
  EXPECT_EQ(json(get(""))["batches"].size(), 1u);
}

TEST_P(Batches, ReportsForPeople) {
  const std::string id = run(test::csv_of({body(1), spoilt(body(2))}), "?mode=create");
  const auto csv = get("/" + id + "/report.csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_TRUE(csv.body.starts_with("\xEF\xBB\xBF序号,行号,结果"));
  EXPECT_NE(csv.body.find("\r\n1,2,已创建订单,首次备案,"), std::string::npos) << csv.body;
  EXPECT_NE(csv.body.find("2,3,有误,首次备案,,主体负责人手机,/document/entity/manager/mobile,"
                          "bad_mobile,手机号码不正确"),
            std::string::npos)
      << csv.body;
  const auto english = get("/" + id + "/report.csv", "a1", {{"Accept-Language", "en"}});
  EXPECT_NE(english.body.find("2,3,bad,first,,manager_mobile,/document/entity/manager/mobile,"
                              "bad_mobile,Wrong mobile number"),
            std::string::npos)
      << english.body;
  const auto xlsx = get("/" + id + "/report.xlsx");
  std::vector<Lines> read;
  ASSERT_TRUE(sheet::read_xlsx(xlsx.body, [&](sheet::Row&& row) {
    read.push_back(std::move(row.cells));
    return true;
  }));
  EXPECT_EQ(read.front().front(), "序号");
  EXPECT_EQ(read.at(1).at(2), "已创建订单");
  EXPECT_GE(read.size(), 9u);
}

TEST_P(Batches, TemplatesAreReadBack) {
  for (const auto* language : {"zh", "en"}) {
    const auto csv = get("/template.csv", "a1", {{"Accept-Language", language}});
    EXPECT_EQ(errors(post(csv.body)), Lines{"required@/rows"}) << language;
    const auto xlsx = get("/template.xlsx", "a1", {{"Accept-Language", language}});
    EXPECT_EQ(errors(post(xlsx.body)), Lines{"required@/rows"}) << language;
  }
}

// Several nodes at once, as after a lease that was lost: each row makes one order.
TEST_P(Batches, WorkedOnTwiceMakesNoOrderTwice) {
  const auto made = post(test::csv_of(bodies(1, 120)), "?mode=submit");
  const std::string id = json(made)["id"].as_string();
  const Context context{api_.context(), {.slice = Millis{1}}};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      while (work(context, id)) {
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(orders_made(), 120);
  const Json batch = json(get("/" + id));
  EXPECT_TRUE(batch["done"].as_bool());
  EXPECT_EQ(batch["rows"]["not_submitted"].as_int(), 120) << to_string(batch);
}

TEST_P(Batches, OldOnesGo) {
  const std::string id = run(test::csv_of({body(1)}));
  api.schedule();
  worker.run_due();
  EXPECT_EQ(get("/" + id).status, 200);
  clock_.advance(std::chrono::days(91));
  worker.run_due();
  EXPECT_EQ(get("/" + id).status, 404);
  EXPECT_EQ(db_.database->read_value(
                [](db::Tx& tx) { return tx.query_i64("SELECT COUNT(*) AS n FROM batch_rows"); }),
            0);
}

INSTANTIATE_TEST_SUITE_P(Backends, Batches, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::batches
