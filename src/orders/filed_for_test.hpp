// Filed entities and accounts by name, for tests about who holds what.
#pragma once

#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "orders/world_for_test.hpp"
#include "platform/crypto/crypto.hpp"
#include "registry/registry.hpp"

namespace beian::orders {

inline constexpr const char* kSamplePassword = "correct horse 样例";
inline constexpr int64_t kOwnProvider = 900001;

class HoldersWorld : public OrdersWorld {
 protected:
  using OrdersWorld::OrdersWorld;
  using Lines = std::vector<std::string>;

  // An account whose id is its name.
  void account(const std::string& name, const std::string& role = "applicant") {
    static const std::string kHash =
        crypto::hash_password(accounts::normal_password(Secret(kSamplePassword), "").value(),
                              {.memory_kib = 64, .passes = 1});
    const auto parsed = accounts::parse_name(name).value();
    db_.database->write([&](db::Tx& tx) {
      accounts::store::insert_account(
          tx, {{name, parsed.shown, role, clock_.now()}, parsed.key, kHash, false});
    });
  }
  static std::string number(int n) { return "粤ICP备202600000" + std::to_string(n) + "号"; }
  // The n-th sample entity with one website, filed for the account.
  void file(const std::string& account, int n) {
    const Json document = sample_document(n);
    Json entity = document["entity"];
    entity.set("authority_entity_id", n);
    entity.set("filing_number", number(n));
    entity.find("manager")->erase("emergency_mobile");
    Json service = document["services"].at(0);
    const std::string domain = "filed-" + std::to_string(n) + "-example.cn";
    service.set("authority_service_id", 10 * n);
    service.set("filing_number", number(n) + "-1");
    service.set("home_url", "www." + domain);
    service.set("first_filed", "2024-05-01 10:00:00");
    service.find("manager")->erase("emergency_mobile");
    service.set("domains",
                Json::array({Json::object({{"authority_domain_id", 10 * n}, {"name", domain}})}));
    const int64_t address = 3405803786;  // 203.0.113.10
    const Json range =
        Json::object({{"authority_address_id", 10 * n}, {"from", address}, {"to", address}});
    const Json access = Json::object({{"authority_access_id", 10 * n},
                                      {"provider", kOwnProvider},
                                      {"locations", Json::array({1})},
                                      {"methods", Json::array({1})},
                                      {"addresses", Json::array({range})}});
    service.set("accesses", Json::array({access}));
    const Json record = Json::object({{"entity", entity}, {"services", Json::array({service})}});
    const auto done = db_.database->write_result([&](db::Tx& tx) {
      return registry::record(tx, clock_.now(), cipher_, account, kOwnProvider, record);
    });
    ASSERT_TRUE(done);
  }
  http::Response detect(const std::string& account, int n) {
    return detect(account, n, sample_document(n)["services"].at(0)["domains"]);
  }
  http::Response detect(const std::string& account, int n, const Json& domains) {
    const Json document = sample_document(n);
    return send("POST", "/api/v1/orders/detect", account,
                to_string(Json::object({{"province", 440000},
                                        {"nature", 4},
                                        {"certificate", document["entity"]["certificate"]},
                                        {"domains", domains}})));
  }
  http::Response save(const std::string& account, const std::string& order, const Json& document) {
    return send("PUT", "/api/v1/orders/" + order, account,
                to_string(Json::object({{"document", document}, {"version", version(order)}})));
  }
  http::Response submit(const std::string& account, const std::string& order) {
    return send("POST", "/api/v1/orders/" + order + "/submit", account);
  }
  // A change of the filed entity begun by the account.
  http::Response begin_change(const std::string& account, int n) {
    return send("POST", "/api/v1/orders", account,
                to_string(Json::object({{"kind", "change_entity"}, {"entity", number(n)}})));
  }
};

}  // namespace beian::orders
