#include <algorithm>

#include "base/encoding.hpp"
#include "china/credit_code.hpp"
#include "china/identity_card.hpp"
#include "orders/validate.hpp"
#include "orders/world_for_test.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

std::string padded(int n, size_t width) {
  std::string s = std::to_string(n);
  return std::string(width - std::min(width, s.size()), '0') + s;
}

// Region of Guangdong, 样例: born on 1 January 1900.
std::string identity_number(int n) {
  const std::string first17 = "44010619000101" + padded(n % 1000, 3);
  return first17 + china::identity_check_character(first17);
}

std::string credit_code(int n) {
  const std::string body = "MA" + padded(n, 6);
  const std::string first17 = "91440106" + body + china::organisation_check_character(body);
  return first17 + china::credit_check_character(first17);
}

Json person(const std::string& name, int n) {
  return Json::object({{"name", name},
                       {"office_phone", "020-88880000"},
                       {"mobile", "138" + padded(n, 8)},
                       {"emergency_mobile", "139" + padded(n, 8)},
                       {"email", "p" + std::to_string(n) + "@yangli-example.cn"},
                       {"certificate_type", 2},
                       {"certificate_number", identity_number(n)}});
}

}  // namespace

Json sample_document() {
  return sample_document(1);
}

Json sample_document(int n) {
  const std::string domain = "yangli-" + std::to_string(n) + "-example.cn";
  Json entity =
      Json::object({{"name", "样例科技" + std::to_string(n) + "有限公司"},
                    {"nature", 4},
                    {"investor", "样例投资有限公司"},
                    {"location", Json::object({{"province", 440000},
                                               {"city", 440100},
                                               {"county", 440106},
                                               {"address", "样例大道1号样例大厦101室"}})},
                    {"certificate", Json::object({{"type", 1},
                                                  {"number", credit_code(n)},
                                                  {"address", "广东省广州市天河区样例大道1号"}})},
                    {"manager", person("样例甲", 2 * n)}});
  Json range = Json::object({{"from", "203.0.113.10"}, {"to", "203.0.113.10"}});
  Json access = Json::object({{"locations", Json::array({1})},
                              {"methods", Json::array({1})},
                              {"addresses", Json::array({std::move(range)})}});
  Json service = Json::object({{"kind", "website"},
                               {"name", "样例企业官方网站"},
                               {"domains", Json::array({domain})},
                               {"home_url", "www." + domain},
                               {"contents", Json::array({8})},
                               {"languages", Json::array({1})},
                               {"accesses", Json::array({std::move(access)})},
                               {"manager", person("样例乙", 2 * n + 1)}});
  return Json::object(
      {{"entity", std::move(entity)}, {"services", Json::array({std::move(service)})}});
}

std::vector<materials::Material> sample_materials() {
  std::vector<materials::Material> out;
  for (const auto& [purpose, owner] :
       std::initializer_list<std::pair<int, const char*>>{{1, "/services/0"},
                                                          {2, "/entity"},
                                                          {3, "/entity"},
                                                          {4, "/services/0"},
                                                          {5, "/services/0"},
                                                          // Guangdong's letter
                                                          {11, "/entity"}}) {
    materials::Material material;
    material.purpose = purpose;
    material.owner = owner;
    out.push_back(std::move(material));
  }
  return out;
}

Order first_order(const Json& document) {
  Order order;
  order.kind = "first";
  order.document = document;
  return order;
}

const std::string& sample_picture(image::Format format) {
  static const std::string kJpeg = image::draw_sample(image::Format::jpeg, 400, 300, "样例证件");
  static const std::string kPng = image::draw_sample(image::Format::png, 400, 300, "样例证件");
  return format == image::Format::jpeg ? kJpeg : kPng;
}

OrdersWorld::OrdersWorld(const Options& options)
    : api_(db_.database, *blobs_, clock_, cipher_, status_, passwords_, directory_, options,
           [this] { ++nudges_; }) {
  restart(options);
}

void OrdersWorld::restart(const Options& options) {
  api_ = OrdersApi(db_.database, *blobs_, clock_, cipher_, status_, passwords_, directory_, options,
                   [this] { ++nudges_; });
  router_ = http::Router();
  router_.add(api_.routes());
  // The roles of room accounts, without its sessions: the test names who asks, an account or
  // "account/member".
  const auto caller_of = [](const http::Request& request) {
    http::Caller caller;
    const std::string who(request.header("x-test-account"));
    caller.account_id = who.substr(0, who.find('/'));
    if (caller.account_id != who) caller.actor_id = who.substr(caller.account_id.size() + 1);
    caller.role = request.header("x-test-role");
    for (const auto scope : accounts::scopes_of(caller.role))
      caller.scopes.emplace_back(scope.name());
    return caller;
  };
  router_.set_authorizer(
      {[caller_of](const http::Request& request, http::Scope scope) -> Result<http::Caller> {
         auto caller = caller_of(request);
         if (caller.account_id.empty()) return fail(ProblemCode::not_signed_in);
         const bool audits = request.method == "GET" && accounts::holds(caller, accounts::kAudit);
         if (!audits && !accounts::holds(caller, scope)) return fail(ProblemCode::forbidden);
         return caller;
       },
       caller_of});
}

http::Response OrdersWorld::send(const std::string& method, const std::string& target,
                                 const std::string& account, const std::string& body,
                                 http::Headers headers, const std::string& role) {
  http::Request request;
  request.method = method;
  EXPECT_TRUE(http::set_target(request, target));
  request.headers = std::move(headers);
  request.headers.emplace_back("X-Test-Account", account);
  request.headers.emplace_back("X-Test-Role", role);
  request.body = body;
  return router_.handle(std::move(request));
}

Json OrdersWorld::json(const http::Response& response) const {
  auto json = parse_json(response.body);
  EXPECT_TRUE(json) << response.body;
  return json ? *json : Json();
}

std::vector<std::string> OrdersWorld::errors(const http::Response& response) const {
  std::vector<std::string> out;
  const Json body = json(response);
  for (const auto& error : body["errors"].items())
    out.push_back(error["code"].as_string() + "@" + error["field"].as_string());
  std::ranges::sort(out);
  return out;
}

std::string OrdersWorld::complete_draft(const std::string& account, const Json& document) {
  const auto made = send("POST", "/api/v1/orders", account,
                         to_string(Json::object({{"kind", "first"}, {"document", document}})));
  EXPECT_EQ(made.status, 201) << made.body;
  const std::string id = json(made)["id"].as_string();
  upload_all(account, id);
  return id;
}

void OrdersWorld::upload_all(const std::string& account, const std::string& order) {
  for (auto material : sample_materials()) {
    auto stored = materials::prepare(*blobs_, clock_.now(), order, material.purpose, material.owner,
                                     "", sample_picture());
    ASSERT_TRUE(stored);
    db_.database->write([&](db::Tx& tx) { materials::insert(tx, *stored); });
  }
  EXPECT_EQ(load(order).account_id, account);
}

std::string OrdersWorld::submitted(const std::string& account, const Json& document) {
  const std::string id = complete_draft(account, document);
  const auto response = send("POST", "/api/v1/orders/" + id + "/submit", account);
  EXPECT_EQ(response.status, 200) << response.body;
  return id;
}

void OrdersWorld::file(const std::string& account, const std::vector<int64_t>& providers, int n,
                       const Json& edits) {
  const Json document = sample_document(n);
  const Json* given = edits.find("filing_number");
  const std::string number =
      given ? given->as_string() : "粤ICP备202600000" + std::to_string(n) + "号";
  Json entity = document["entity"];
  entity.set("authority_entity_id", n);
  entity.set("filing_number", number);
  entity.find("manager")->erase("emergency_mobile");  // not on the wire
  for (const auto& [name, value] : edits.members()) entity.set(name, value);
  Json services = Json::array();
  for (size_t i = 0; i < providers.size(); ++i) {
    const auto id = static_cast<int64_t>(100 * n + 10 * (i + 1));
    Json service = document["services"].at(0);
    const std::string end = std::to_string(i + 1);
    const std::string domain = "filed-" + std::to_string(n) + "-" + end + "-example.cn";
    service.set("authority_service_id", id);
    service.set("filing_number", number + "-" + end);
    service.set("name", "样例网站" + end);
    service.set("home_url", "www." + domain);
    service.find("manager")->erase("emergency_mobile");
    Json domains = Json::array();
    for (int d = 0; d < 2; ++d)
      domains.push(Json::object(
          {{"authority_domain_id", id + d}, {"name", d == 0 ? domain : "second-" + domain}}));
    service.set("domains", std::move(domains));
    const int64_t address = 3405803786;  // 203.0.113.10
    service.set(
        "accesses",
        Json::array({Json::object(
            {{"authority_access_id", id},
             {"provider", providers[i]},
             {"locations", Json::array({1})},
             {"methods", Json::array({1})},
             {"addresses",
              Json::array({Json::object(
                  {{"authority_address_id", id}, {"from", address}, {"to", address}})})}})}));
    services.push(std::move(service));
  }
  const Json record = Json::object({{"entity", entity}, {"services", services}});
  const auto done = db_.database->write_result([&](db::Tx& tx) {
    return registry::record(tx, clock_.now(), cipher_, account, kOwn, record);
  });
  ASSERT_TRUE(done);
}

int64_t OrdersWorld::version(const std::string& order) {
  return load(order).version;
}

Order OrdersWorld::load(const std::string& order) {
  auto loaded = db_.database->read_value([&](db::Tx& tx) { return store_.load(tx, order); });
  EXPECT_TRUE(loaded);
  return loaded ? *loaded : Order{};
}

Result<State> OrdersWorld::apply(const std::string& order, Event event, Actor actor) {
  return db_.database->write_result([&](db::Tx& tx) {
    return store_.apply(tx, clock_.now(), order, event, {actor, "", "", {}});
  });
}

std::string OrdersWorld::at_authority(const std::string& account, const Json& document) {
  const std::string id = submitted(account, document);
  EXPECT_TRUE(apply(id, Event::review_pass, Actor::reviewer));
  EXPECT_TRUE(apply(id, Event::report, Actor::system));
  EXPECT_TRUE(apply(id, Event::accept, Actor::authority));
  return id;
}

}  // namespace beian::orders
