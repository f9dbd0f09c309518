#include "provider_side.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/ids.hpp"
#include "china/credit_code.hpp"
#include "materials/materials.hpp"
#include "orders/order.hpp"

namespace beian::tests {

namespace {

// The demo's document for another enterprise.
Json document_of(int n) {
  std::ifstream file("data/demo/first-website.json");
  std::stringstream text;
  text << file.rdbuf();
  Json document = parse_json(text.str()).value()["document"];
  const std::string number = std::to_string(n);
  const std::string licence =
      "91440106MA" + std::string(7 - std::min<size_t>(7, number.size()), '0') + number;
  Json& entity = *document.find("entity");
  entity.set("name", "样例科技" + number + "有限公司");
  entity.find("certificate")->set("number", licence + china::credit_check_character(licence));
  Json& service = document.find("services")->items().front();
  const std::string domain = "yangli" + number + "-example.cn";
  service.set("name", "样例企业网站" + number);
  service.set("domains", Json::array({domain}));
  service.set("home_url", "www." + domain);
  return document;
}

std::string picture(int purpose, int n) {
  return "\xFF\xD8\xFF\xE0 样例图片 " + std::to_string(purpose) + " " + std::to_string(n);
}

template <class Row>
std::vector<Row> oldest_first(std::vector<Row> rows) {
  std::ranges::reverse(rows);
  return rows;
}

authority::ledger::Filter all_of(const std::string& link) {
  authority::ledger::Filter filter;
  filter.link = link;
  filter.limit = 100'000;
  return filter;
}

}  // namespace

void ProviderSide::restart(const std::vector<authority::LinkConfig>& links) {
  service.reset();
  authority::AuthorityService::Options options;
  options.node = "node-a";
  service = std::make_unique<authority::AuthorityService>(storage.database, *blobs, clock_, cipher,
                                                          links, options);
}

std::string ProviderSide::add_ready_order(int n, const std::string& link) {
  const orders::OrderStore store(cipher);
  orders::Order order;
  order.id = new_id(clock_.now());
  order.account_id = "account-" + std::to_string(n);
  order.kind = "first";
  order.document = document_of(n);
  order.created = order.updated = clock_.now();
  std::vector<materials::Material> attached;
  const std::pair<int, std::string> wanted[] = {
      {1, "/services/0"}, {2, "/entity"}, {3, "/entity"}, {4, "/services/0"}, {5, "/services/0"}};
  for (const auto& [purpose, owner] : wanted) {
    materials::Material material;
    material.id = new_id(clock_.now());
    material.order_id = order.id;
    material.purpose = purpose;
    material.owner = owner;
    material.original = material.reported = blobs->put(picture(purpose, n));
    material.created = clock_.now();
    attached.push_back(std::move(material));
  }
  using orders::Actor;
  using orders::Event;
  storage.database->write([&](db::Tx& tx) {
    store.insert(tx, order, {Actor::applicant, order.account_id, "样例", {}});
    for (const auto& material : attached) materials::insert(tx, material);
    store.set_authority(tx, order.id, link);
    const auto handed_in = store.apply(tx, clock_.now(), order.id, Event::submit,
                                       {Actor::applicant, order.account_id, "", {}});
    const auto passed = store.apply(tx, clock_.now(), order.id, Event::review_pass,
                                    {Actor::reviewer, "reviewer", "", {}});
    if (!handed_in || !passed) throw std::logic_error("the sample order cannot be reviewed");
  });
  return order.id;
}

std::string ProviderSide::state(const std::string& order) {
  return std::string(orders::name_of(
      storage.database
          ->read_value([&](db::Tx& tx) { return orders::OrderStore(cipher).load(tx, order); })
          .value()
          .state));
}

std::vector<std::string> ProviderSide::events(const std::string& order) {
  return storage.database->read_value([&](db::Tx& tx) {
    std::vector<std::string> out;
    for (const auto& entry : orders::OrderStore(cipher).history(tx, order))
      out.push_back(entry.event);
    return out;
  });
}

std::vector<authority::ledger::Upload> ProviderSide::uploads(const std::string& link) {
  return oldest_first(storage.database->read_value(
      [&](db::Tx& tx) { return authority::ledger::list_uploads(tx, all_of(link)); }));
}

std::vector<authority::ledger::Download> ProviderSide::downloads(const std::string& link) {
  return oldest_first(storage.database->read_value(
      [&](db::Tx& tx) { return authority::ledger::list_downloads(tx, all_of(link)); }));
}

std::vector<authority::ledger::ResultRow> ProviderSide::results(int64_t download) {
  return storage.database->read_value(
      [&](db::Tx& tx) { return authority::ledger::results_of(tx, cipher, download); });
}

authority::LinkConfig link_of(const std::string& id, int n, const std::string& origin,
                              const std::string& profile) {
  const auto account = account_of(n, profile);
  authority::LinkConfig link;
  link.id = id;
  link.upload_wsdl_url = origin + "/ISPWebService/upDownLoad?wsdl";
  link.query_wsdl_url = origin + "/BeianStatusWebService/queryBeianStatus?wsdl";
  link.verify_wsdl_url = origin + "/BeianStatusWebService/verifyBamm?wsdl";
  link.user_name = account.user_name;
  link.password = account.password;
  link.provider_id = account.provider_id;
  link.profile = profile;
  link.keys = {wire::Encryption::aes128cbc, account.key, account.iv};
  return link;
}

sandbox::ProviderAccount account_of(int n, const std::string& profile) {
  const std::string number = std::to_string(n);
  sandbox::ProviderAccount account;
  account.provider_id = 1000 + n;
  account.user_name = "isp-sample-" + number;
  account.password = Secret("Sample-Password-" + number);
  account.profile = profile;
  account.encryption = 1;
  account.key = Secret("0123456789abcde" + number);
  account.iv = Secret("fedcba987654321" + number);
  return account;
}

}  // namespace beian::tests
