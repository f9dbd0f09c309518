// For tests: orders with several services, resources that they stand on, and the use cases called
// as the routes call them.
#pragma once

#include <algorithm>
#include <functional>

#include "base/ids.hpp"
#include "base/problem_codes.hpp"
#include "orders/document.hpp"
#include "orders/review.hpp"
#include "orders/save.hpp"
#include "orders/shape.hpp"
#include "orders/submit.hpp"
#include "orders/world_for_test.hpp"
#include "resources/codes.hpp"
#include "resources/keep.hpp"
#include "resources/uses.hpp"

namespace beian::orders::test {

template <class T>
std::vector<std::string> faults(const Result<T>& result) {
  std::vector<std::string> out;
  if (!result)
    for (const auto& p : result.error())
      out.push_back(std::string(spec_of(p.code).name) + "@" + p.field);
  std::ranges::sort(out);
  return out;
}

// The n-th entity's k-th service, 样例.
inline std::string domain_of(int n, int k) {
  return "several-" + std::to_string(n) + "-" + std::to_string(k) + "-example.cn";
}
inline Json several(int n, int services) {
  Json document = sample_document(n);
  Json list = Json::array();
  for (int k = 0; k < services; ++k) {
    Json service = document["services"].at(0);
    service.set("name", "样例第" + std::to_string(k + 1) + "网站");
    service.set("domains", Json::array({domain_of(n, k)}));
    service.set("home_url", "www." + domain_of(n, k));
    list.push(std::move(service));
  }
  document.set("services", std::move(list));
  return document;
}
inline void stand(Json& document, size_t service, const std::string& source_id) {
  document.find("services")
      ->items()[service]
      .set("resource", Json::object({{"source_id", source_id}}));
}
inline void stand_on_code(Json& document, size_t service, const std::string& code) {
  document.find("services")->items()[service].set("resource", Json::object({{"code", code}}));
}

class SeveralWorld : public OrdersWorld {
 protected:
  SeveralWorld() {
    context_.options.resources = resources_;
    // Two orders race within one account, each for an entity of its own.
    context_.options.accounts.entities_per_account = 1000;
    for (const auto* name : {"a1", "a2"}) {
      const auto made =
          accounts::create_account(*db_.database, clock_.now(), std::string(name) + "-sample",
                                   Secret("Sample-Password-2026"), "applicant");
      EXPECT_TRUE(made);
      accounts_[name] = made->id;
    }
  }

  std::string account(const std::string& name) const { return accounts_.at(name); }
  http::Caller caller(const std::string& name) const {
    http::Caller out;
    out.account_id = account(name);
    return out;
  }

  void keep(const std::string& source, const std::string& owner, int64_t quota,
            const std::string& address = "203.0.113.0/28") {
    const Json body = Json::object({{"account", owner + "-sample"},
                                    {"product", "cloud_server"},
                                    {"region", "样例-华南1"},
                                    {"billing", "subscription"},
                                    {"from", "2026-01-01"},
                                    {"until", "2027-12-31"},
                                    {"addresses", Json::array({address})},
                                    {"quota", quota}});
    clock_.advance(Millis(1));
    EXPECT_TRUE(resources::put(*resources_, "officer-1", source, body));
  }
  std::vector<resources::Code> codes(const std::string& owner, const std::string& source,
                                     int64_t count) {
    clock_.advance(Millis(1));
    return resources::create_codes(*resources_, caller(owner), source, count).value();
  }
  int64_t taken(const std::string& source) {
    return db_.database->read_value(
        [&](db::Tx& tx) { return resources_->store.by_source(tx, source)->taken; });
  }
  std::string state_of(const resources::Code& code) {
    return std::string(resources::name_of(db_.database->read_value(
        [&](db::Tx& tx) { return resources_->store.code_by_id(tx, code.id)->state; })));
  }
  // What each resource has given away is what uses and codes say that it has.
  void expect_counts_right() {
    db_.database->read([&](db::Tx& tx) {
      for (const auto& row : tx.query(
               "SELECT r.source_id AS source, r.taken AS taken, "
               "(SELECT COUNT(*) FROM resource_uses u WHERE u.resource_id = r.id "
               "AND u.code_id = '') + (SELECT COUNT(*) FROM filing_codes c "
               "WHERE c.resource_id = r.id AND c.state <> 'void') AS counted FROM resources r"))
        EXPECT_EQ(row.i64("taken"), row.i64("counted")) << row.text("source");
      // A code in filing or used is in one use, any other in none.
      EXPECT_EQ(tx.query_i64("SELECT COUNT(*) AS n FROM filing_codes c WHERE (SELECT COUNT(*) "
                             "FROM resource_uses u WHERE u.code_id = c.id) <> "
                             "CASE WHEN c.state IN ('in_filing', 'used') THEN 1 ELSE 0 END"),
                0);
    });
  }

  // A draft with every picture that its services need.
  std::string draft(const std::string& owner, Json document,
                    const std::function<void(Json&)>& change = {}) {
    if (change) change(document);
    clock_.advance(Millis(1));
    Order order;
    order.id = new_id(clock_.now());
    order.account_id = account(owner);
    order.kind = "first";
    order.created = order.updated = clock_.now();
    order.document = normalized(document);
    db_.database->write([&](db::Tx& tx) {
      store_.insert(tx, order, {Actor::applicant, order.account_id, "样例", {}});
      add_pictures(tx, order);
    });
    return order.id;
  }
  Result<Order> submit_now(const std::string& owner, const std::string& id,
                           std::optional<int64_t> version = {}) {
    return submit(context_, account(owner), id, version);
  }
  Result<Order> act_now(const std::string& owner, const std::string& id, Event event) {
    return act(context_, account(owner), id, event, {});
  }
  Result<Order> save_now(const std::string& owner, const std::string& id, const Json& document) {
    return save(context_, account(owner), id, version(id), document, "/document");
  }
  // The id of that picture; "" when there is none.
  std::string picture(const std::string& order, int purpose, const std::string& owner) {
    for (const auto& material :
         db_.database->read_value([&](db::Tx& tx) { return materials::of_order(tx, order); }))
      if (material.purpose == purpose && material.owner == owner) return material.id;
    return {};
  }

  std::shared_ptr<resources::Context> resources_ =
      std::make_shared<resources::Context>(resources::Context{db_.database, clock_, cipher_, {}});
  Context context_{db_.database, *blobs_,   clock_,
                   cipher_,      status_,   passwords_,
                   directory_,   Options{}, [this] { ++nudges_; }};

 private:
  // Drawn once, for a picture takes longer than all the rest.
  void add_pictures(db::Tx& tx, const Order& order) {
    static const materials::Material kDrawn = [&] {
      auto made = materials::prepare(*blobs_, clock_.now(), "sample", 4, "/services/0", "",
                                     sample_picture());
      return made.value();
    }();
    const auto add = [&](int purpose, const std::string& owner) {
      materials::Material material = kDrawn;
      material.id = new_id(clock_.now());
      material.order_id = order.id;
      material.purpose = purpose;
      material.owner = owner;
      materials::insert(tx, material);
    };
    for (const int purpose : {2, 3, 11}) add(purpose, "/entity");  // 11: Guangdong's letter
    for (size_t i = 0; i < order.document["services"].size(); ++i)
      for (const int purpose : {1, 4, 5}) add(purpose, "/services/" + std::to_string(i));
  }

  std::map<std::string, std::string> accounts_;
};

}  // namespace beian::orders::test
