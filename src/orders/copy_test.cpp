// New orders that start from earlier ones or from what is filed, and copies of services.
#include <gtest/gtest.h>

#include <algorithm>

#include "orders/copy.hpp"
#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"
#include "registry/sample_for_test.hpp"

namespace beian::orders {
namespace {

using Lines = std::vector<std::string>;

class CopiedOrders : public OrdersWorld {
 protected:
  http::Response create(const Json& body, const std::string& account = "a1") {
    return send("POST", "/api/v1/orders", account, to_string(body));
  }
  Json from_order(const std::string& id) { return Json::object({{"order", id}}); }
  Json begun(const std::string& id) {
    const auto made = create(Json::object({{"from", from_order(id)}}));
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  // "purpose owner", sorted.
  Lines materials_of(const std::string& id) {
    const auto answer = send("GET", "/api/v1/orders/" + id + "/materials", "a1");
    Lines out;
    const Json list = json(answer)["materials"];
    for (const auto& one : list.items())
      out.push_back(std::to_string(one["purpose"].as_int()) + " " + one["owner"].as_string() + " " +
                    one["file_name"].as_string());
    std::ranges::sort(out);
    return out;
  }
  void upload(const std::string& id, int purpose, const std::string& name) {
    const auto done = send(
        "POST",
        "/api/v1/orders/" + id + "/materials?purpose=" + std::to_string(purpose) + "&name=" + name,
        "a1", sample_picture());
    ASSERT_EQ(done.status, 201) << done.body;
  }
  http::Response copy_service(const std::string& id, const Json& from, int64_t version,
                              const std::string& account = "a1") {
    return send("POST", "/api/v1/orders/" + id + "/services", account,
                to_string(Json::object({{"from", from}, {"version", version}})));
  }
  static Json without_names(Json service) {
    service.erase("domains");
    service.erase("home_url");
    return service;
  }
};

TEST_P(CopiedOrders, AnEarlierOrderFillsANewOneButNamesInUseStay) {
  const std::string id = complete_draft("a1", sample_document());
  upload(id, 2, "licence.jpg");
  const Json order = begun(id);
  EXPECT_NE(order["id"].as_string(), id);
  EXPECT_EQ(order["state"].as_string(), "draft");
  EXPECT_EQ(order["document"]["entity"], sample_document()["entity"]);
  EXPECT_EQ(order["document"]["services"].at(0),
            without_names(sample_document()["services"].at(0)));
  // The verification sheet is of the whole service, which now lacks its names; the others prove
  // what is the same.
  EXPECT_EQ(materials_of(order["id"].as_string()),
            (Lines{"2 /entity licence.jpg", "3 /entity ", "4 /services/0 ", "5 /services/0 "}));
  EXPECT_EQ(materials_of(id).size(), 6u);
}

TEST_P(CopiedOrders, AnAbandonedOrderComesBackWhole) {
  const std::string id = complete_draft("a1", sample_document());
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/abandon", "a1").status, 200);
  const Json order = begun(id);
  EXPECT_EQ(order["document"], sample_document());
  const std::string again = order["id"].as_string();
  // All but the promise, which is given for one filing.
  EXPECT_EQ(materials_of(again).size(), 5u);
  EXPECT_EQ(errors(send("POST", "/api/v1/orders/" + again + "/submit", "a1")),
            Lines{"material_missing@/entity/materials/11"});
  const auto letter =
      materials::prepare(*blobs_, clock_.now(), again, 11, "/entity", "", sample_picture());
  ASSERT_TRUE(letter);
  db_.database->write([&](db::Tx& tx) { materials::insert(tx, *letter); });
  const auto submitted = send("POST", "/api/v1/orders/" + again + "/submit", "a1");
  EXPECT_EQ(submitted.status, 200) << submitted.body;
  // A picture of the copy goes without the one it came from.
  const auto list = json(send("GET", "/api/v1/orders/" + id + "/materials", "a1"))["materials"];
  EXPECT_NE(
      list.at(0)["id"],
      json(send("GET", "/api/v1/orders/" + again + "/materials", "a1"))["materials"].at(0)["id"]);
}

TEST_P(CopiedOrders, PicturesComeAlongOnlyForWhatTheyProve) {
  const std::string id = complete_draft("a1", sample_document());
  Json document = sample_document();
  document.find("entity")->find("manager")->set("name", "样例丙");
  document.find("services")->items()[0].set("name", "样例企业服务网站");
  const auto made = create(Json::object({{"from", from_order(id)}, {"document", document}}));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["document"], document);
  EXPECT_EQ(materials_of(json(made)["id"].as_string()),
            (Lines{"2 /entity ", "4 /services/0 ", "5 /services/0 "}));
  const auto bare = create(Json::object(
      {{"from", Json::object({{"order", id}, {"materials", false}})}, {"document", document}}));
  EXPECT_EQ(materials_of(json(bare)["id"].as_string()), Lines{});
}

TEST_P(CopiedOrders, RefusesWhatItCannotCopy) {
  const std::string id = complete_draft("a1", sample_document());
  const auto wrong = [&](const Json& from, const std::string& account = "a1") {
    return errors(create(Json::object({{"from", from}}), account));
  };
  EXPECT_EQ(wrong(from_order(id), "a2"), Lines{"not_found@/from/order"});
  EXPECT_EQ(wrong(from_order("01JUNKJUNKJUNKJUNKJUNKJUNK")), Lines{"not_found@/from/order"});
  EXPECT_EQ(wrong("x"), Lines{"wrong_type@/from"});
  EXPECT_EQ(wrong(Json::object()), Lines{"required@/from/order"});
  EXPECT_EQ(wrong(Json::object({{"order", 5}, {"pictures", true}, {"materials", "no"}})),
            (Lines{"unknown_field@/from/pictures", "wrong_type@/from/materials",
                   "wrong_type@/from/order"}));
  EXPECT_EQ(wrong(Json::object({{"order", id}, {"entity", "粤ICP备2026000001号"}})),
            Lines{"too_many@/from"});
  EXPECT_EQ(wrong(Json::object({{"entity", "粤ICP备2026000001号"}})),
            Lines{"not_found@/from/entity"});
  EXPECT_EQ(wrong(Json::object({{"service", "粤ICP备2026000001号-1"}})),
            Lines{"not_found@/from/service"});
}

// What the detection verified stays, and another entity's particulars do not come under it.
TEST_P(CopiedOrders, VerifiedFactsStay) {
  const std::string id = complete_draft("a1", sample_document(1));
  const auto detected = [&](int n) {
    const Json document = sample_document(n);
    const Json question = Json::object({{"province", 440000},
                                        {"nature", 4},
                                        {"certificate", document["entity"]["certificate"]},
                                        {"domains", Json::array({"fresh-example.cn"})}});
    return json(send("POST", "/api/v1/orders/detect", "a1", to_string(question)))["detection"];
  };
  const auto made = create(Json::object({{"detection", detected(1)}, {"from", from_order(id)}}));
  ASSERT_EQ(made.status, 201) << made.body;
  const Json document = json(made)["document"];
  EXPECT_EQ(document["services"].at(0)["domains"], Json::array({"fresh-example.cn"}));
  EXPECT_EQ(document["services"].at(0)["name"].as_string(), "样例企业官方网站");
  EXPECT_EQ(document["entity"]["name"], sample_document(1)["entity"]["name"]);
  EXPECT_EQ(errors(create(Json::object({{"detection", detected(2)}, {"from", from_order(id)}}))),
            Lines{"verified_locked@/from"});
}

TEST_P(CopiedOrders, AServiceTwiceInOneOrder) {
  const std::string id = complete_draft("a1", sample_document());
  const auto made = copy_service(id, Json::object(), version(id));
  ASSERT_EQ(made.status, 201) << made.body;
  const Json services = json(made)["document"]["services"];
  ASSERT_EQ(services.size(), 2u);
  EXPECT_EQ(services.at(0), sample_document()["services"].at(0));
  EXPECT_EQ(services.at(1), without_names(services.at(0)));
  EXPECT_EQ(materials_of(id),
            (Lines{"1 /services/0 ", "11 /entity ", "2 /entity ", "3 /entity ", "4 /services/0 ",
                   "4 /services/1 ", "5 /services/0 ", "5 /services/1 "}));
}

TEST_P(CopiedOrders, AServiceOfAnotherOrder) {
  const std::string id = complete_draft("a1", sample_document(1));
  const std::string other = complete_draft("a1", sample_document(2));
  ASSERT_EQ(send("POST", "/api/v1/orders/" + other + "/abandon", "a1").status, 200);
  const auto made = copy_service(id, from_order(other), version(id));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["document"]["services"].at(1), sample_document(2)["services"].at(0));
  EXPECT_EQ(materials_of(id).size(), 9u);
}

TEST_P(CopiedOrders, TheHistoryNamesTheMemberWhoCopied) {
  const std::string id = complete_draft("a1", sample_document());
  Applicant member("a1");
  member.actor_id = "member-1";
  ASSERT_TRUE(add_service_copy(*api_.context(), member, id, version(id), Json::object()));
  const auto entries = db_.database->read_value([&](db::Tx& tx) { return store_.history(tx, id); });
  EXPECT_EQ(entries.back().event, "save");
  EXPECT_EQ(entries.back().actor_id, "member-1");
}

TEST_P(CopiedOrders, ACopyOfAServiceIsASave) {
  const std::string id = complete_draft("a1", sample_document());
  const int64_t now = version(id);
  EXPECT_EQ(errors(copy_service(id, Json::object(), now + 1)), Lines{"stale_version@/version"});
  EXPECT_EQ(errors(copy_service(id, Json::object({{"index", 1}}), now)),
            Lines{"out_of_range@/from/index"});
  EXPECT_EQ(errors(copy_service(id, Json::object({{"index", "0"}}), now)),
            Lines{"wrong_type@/from/index"});
  EXPECT_EQ(errors(copy_service(id, Json::object({{"entity", "x"}}), now)),
            Lines{"unknown_field@/from/entity"});
  EXPECT_EQ(errors(copy_service(id, from_order("nobody"), now)), Lines{"not_found@/from/order"});
  EXPECT_EQ(copy_service(id, Json::object(), now, "a2").status, 404);
  EXPECT_EQ(errors(send("POST", "/api/v1/orders/" + id + "/services", "a1", "{\"to\":1}")),
            (Lines{"required@/from", "required@/version", "unknown_field@/to"}));
  ASSERT_EQ(send("POST", "/api/v1/orders/" + id + "/submit", "a1").status, 200);
  EXPECT_EQ(errors(copy_service(id, Json::object(), version(id))), Lines{"event_not_allowed@"});
  EXPECT_EQ(load(id).document["services"].size(), 1u);
}

TEST_P(CopiedOrders, FromWhatIsFiled) {
  using namespace registry::test;
  EntitySample entity;
  entity.id = 1;
  entity.number = "粤ICP备2026000001号";
  entity.certificate = sample_document()["entity"]["certificate"]["number"].as_string();
  ServiceSample service;
  service.id = 1;
  service.number = entity.number + "-1";
  service.domains = {{1, "filed-example.cn"}};
  service.accesses = {{1, kOwn}};
  const auto done = db_.database->write_result([&](db::Tx& tx) {
    return registry::record(tx, clock_.now(), cipher_, "a1", kOwn, record_of(entity, {service}));
  });
  ASSERT_TRUE(done);
  const auto made = create(Json::object({{"kind", "add_service"},
                                         {"entity", entity.number},
                                         {"from", Json::object({{"service", service.number}})}}));
  ASSERT_EQ(made.status, 201) << made.body;
  const Json document = json(made)["document"];
  ASSERT_EQ(document["services"].size(), 1u);
  EXPECT_EQ(document["services"].at(0).find("domains"), nullptr);
  EXPECT_FALSE(document["services"].at(0)["name"].as_string().empty());
  EXPECT_EQ(document["services"].at(0)["accesses"].size(), 1u);
  const auto own = create(Json::object({{"from", Json::object({{"entity", entity.number}})}}));
  ASSERT_EQ(own.status, 201) << own.body;
  EXPECT_EQ(json(own)["document"]["entity"]["certificate"]["number"].as_string(),
            entity.certificate);
  EXPECT_EQ(
      errors(create(Json::object({{"from", Json::object({{"entity", entity.number}})}}), "a2")),
      Lines{"not_found@/from/entity"});
  // Edits of what is filed come from an order about the same.
  const Json change = Json::object({{"kind", "change_service"}, {"service", service.number}});
  const auto first = json(create(change));
  Json edited = first["document"];
  edited.find("services")->items()[0].set("name", "样例新名称网站");
  ASSERT_EQ(send("PUT", "/api/v1/orders/" + first["id"].as_string(), "a1",
                 to_string(Json::object({{"document", edited}, {"version", 1}})))
                .status,
            200);
  Json again = change;
  again.set("from", from_order(first["id"].as_string()));
  EXPECT_EQ(json(create(again))["document"], edited);
  again.set("from", from_order(complete_draft("a1", sample_document(3))));
  EXPECT_EQ(errors(create(again)), Lines{"kind_differs@/from"});
}

INSTANTIATE_TEST_SUITE_P(Backends, CopiedOrders, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::orders
