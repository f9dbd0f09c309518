#include <algorithm>
#include <stdexcept>

#include "platform/jobs/jobs.hpp"
#include "resources/store.hpp"

namespace beian::resources {
namespace {

constexpr std::string_view kColumns =
    "id, source_id, account_id, product, region, mainland, billing, from_day, until_day, "
    "addresses, quota, taken, released, version, created, changed";
constexpr std::string_view kCodeColumns =
    "c.id AS id, c.resource_id AS resource_id, c.code AS code, c.state AS state, "
    "c.grantee AS grantee, c.order_id AS order_id, c.created AS created, c.changed AS changed";

template <class T>
T stored(const std::optional<T>& value, const std::string& name) {
  if (!value) throw std::runtime_error("resources: unknown word in the database: " + name);
  return *value;
}

std::string addresses_text(const Resource& r) {
  Json list = Json::array();
  for (const auto& range : r.addresses) list.push(range);
  return to_string(list);
}

db::Params columns(const Resource& r) {
  return {{"id", r.id},
          {"account_id", r.account_id},
          {"product", r.product},
          {"region", r.region},
          {"mainland", r.mainland},
          {"billing", name_of(r.billing)},
          {"from_day", r.from_day},
          {"until_day", r.until_day},
          {"addresses", addresses_text(r)},
          {"quota", r.quota},
          {"released", r.released},
          {"version", r.version},
          {"changed", to_ms(r.changed)}};
}

}  // namespace

Resource Store::resource_of(const db::Row& row) const {
  Resource r;
  r.id = row.text("id");
  r.source_id = row.text("source_id");
  r.account_id = row.text("account_id");
  r.product = row.text("product");
  r.region = row.text("region");
  r.mainland = row.i64("mainland") != 0;
  r.billing = stored(billing_named(row.text("billing")), row.text("billing"));
  r.from_day = row.text("from_day");
  r.until_day = row.text("until_day");
  const auto addresses = parse_json(row.text("addresses"));
  if (!addresses) throw std::runtime_error("resources: a column does not hold JSON");
  for (const Json& range : addresses->items()) r.addresses.push_back(range.as_string());
  r.quota = row.i64("quota");
  r.taken = row.i64("taken");
  r.released = row.i64("released") != 0;
  r.version = row.i64("version");
  r.created = from_ms(row.i64("created"));
  r.changed = from_ms(row.i64("changed"));
  return r;
}

Code Store::code_of(const db::Row& row) const {
  Code c;
  c.id = row.text("id");
  c.resource_id = row.text("resource_id");
  c.code = cipher_->open(row.text("code"), "resources.code:" + c.id);
  c.state = stored(code_state_named(row.text("state")), row.text("state"));
  c.grantee = row.text("grantee");
  c.order_id = row.text("order_id");
  c.created = from_ms(row.i64("created"));
  c.changed = from_ms(row.i64("changed"));
  return c;
}

std::optional<Resource> Store::load(db::Tx& tx, const std::string& id) const {
  const auto row = tx.query_one(
      "SELECT " + std::string(kColumns) + " FROM resources WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return resource_of(*row);
}

std::optional<Resource> Store::by_source(db::Tx& tx, const std::string& source_id) const {
  const auto row =
      tx.query_one("SELECT " + std::string(kColumns) + " FROM resources WHERE source_id = :id",
                   {{"id", source_id}});
  if (!row) return std::nullopt;
  return resource_of(*row);
}

std::vector<Resource> Store::list(db::Tx& tx, const std::string& account, const std::string& after,
                                  size_t limit) const {
  std::string where = "id > :after";
  db::Params params = {{"after", after}, {"limit", limit}};
  if (!account.empty()) {
    where += " AND account_id = :account";
    params.emplace_back("account", account);
  }
  std::vector<Resource> out;
  for (const auto& row : tx.query("SELECT " + std::string(kColumns) + " FROM resources WHERE " +
                                      where + " ORDER BY id LIMIT :limit",
                                  params))
    out.push_back(resource_of(row));
  return out;
}

void Store::insert(db::Tx& tx, const Resource& r) const {
  db::Params params = columns(r);
  params.emplace_back("source_id", r.source_id);
  params.emplace_back("created", to_ms(r.created));
  tx.exec(
      "INSERT INTO resources (id, source_id, account_id, product, region, mainland, billing, "
      "from_day, until_day, addresses, quota, taken, released, version, created, changed) "
      "VALUES (:id, :source_id, :account_id, :product, :region, :mainland, :billing, :from_day, "
      ":until_day, :addresses, :quota, 0, :released, :version, :created, :changed)",
      params);
}

void Store::update(db::Tx& tx, const Resource& r) const {
  tx.exec(
      "UPDATE resources SET account_id = :account_id, product = :product, region = :region, "
      "mainland = :mainland, billing = :billing, from_day = :from_day, until_day = :until_day, "
      "addresses = :addresses, quota = :quota, released = :released, version = :version, "
      "changed = :changed WHERE id = :id",
      columns(r));
}

void Store::lock(db::Tx& tx, const std::string& id) const {
  tx.exec("UPDATE resources SET taken = taken WHERE id = :id", {{"id", id}});
}

bool Store::take(db::Tx& tx, const std::string& id, int64_t n) const {
  return tx.exec(
             "UPDATE resources SET taken = taken + :n "
             "WHERE id = :id AND taken + :n <= quota AND released = 0",
             {{"id", id}, {"n", n}}) == 1;
}

void Store::give_back(db::Tx& tx, const std::string& id, int64_t n) const {
  tx.exec("UPDATE resources SET taken = taken - :n WHERE id = :id", {{"id", id}, {"n", n}});
}

void Store::insert_code(db::Tx& tx, const Code& c) const {
  tx.exec(
      "INSERT INTO filing_codes (id, resource_id, code, code_index, state, grantee, order_id, "
      "created, changed) VALUES (:id, :resource, :code, :index, :state, :grantee, :order, "
      ":created, :changed)",
      {{"id", c.id},
       {"resource", c.resource_id},
       {"code", cipher_->seal(c.code, "resources.code:" + c.id)},
       {"index", cipher_->blind_index(normal_code(c.code), "resources.code")},
       {"state", name_of(c.state)},
       {"grantee", c.grantee},
       {"order", c.order_id},
       {"created", to_ms(c.created)},
       {"changed", to_ms(c.changed)}});
}

std::optional<Code> Store::code_by_id(db::Tx& tx, const std::string& id) const {
  const auto row =
      tx.query_one("SELECT " + std::string(kCodeColumns) + " FROM filing_codes c WHERE c.id = :id",
                   {{"id", id}});
  if (!row) return std::nullopt;
  return code_of(*row);
}

std::optional<Code> Store::code_by_text(db::Tx& tx, const std::string& text) const {
  const auto row = tx.query_one(
      "SELECT " + std::string(kCodeColumns) + " FROM filing_codes c WHERE c.code_index = :index",
      {{"index", cipher_->blind_index(normal_code(text), "resources.code")}});
  if (!row) return std::nullopt;
  return code_of(*row);
}

std::vector<Code> Store::codes(db::Tx& tx, const std::string& account, const std::string& before,
                               size_t limit) const {
  std::string where = "(r.account_id = :account OR c.grantee = :account)";
  db::Params params = {{"account", account}, {"limit", limit}};
  if (!before.empty()) {
    where += " AND c.id < :before";
    params.emplace_back("before", before);
  }
  std::vector<Code> out;
  for (const auto& row :
       tx.query("SELECT " + std::string(kCodeColumns) +
                    " FROM filing_codes c JOIN resources r ON r.id = c.resource_id WHERE " + where +
                    " ORDER BY c.id DESC LIMIT :limit",
                params))
    out.push_back(code_of(row));
  return out;
}

std::vector<Code> Store::codes_of(db::Tx& tx, const std::string& resource_id) const {
  std::vector<Code> out;
  for (const auto& row :
       tx.query("SELECT " + std::string(kCodeColumns) +
                    " FROM filing_codes c WHERE c.resource_id = :id ORDER BY c.id",
                {{"id", resource_id}}))
    out.push_back(code_of(row));
  return out;
}

bool Store::move_code(db::Tx& tx, TimePoint now, const Code& before, CodeState to,
                      const std::string& grantee, const std::string& order_id) const {
  return tx.exec(
             "UPDATE filing_codes SET state = :to, grantee = :grantee, order_id = :order, "
             "changed = :now WHERE id = :id AND state = :from",
             {{"id", before.id},
              {"from", name_of(before.state)},
              {"to", name_of(to)},
              {"grantee", grantee},
              {"order", order_id},
              {"now", to_ms(now)}}) == 1;
}

std::vector<Use> Store::uses(db::Tx& tx, const std::string& order_id) const {
  std::vector<Use> out;
  for (const auto& row : tx.query("SELECT service, resource_id, code_id, state FROM resource_uses "
                                  "WHERE order_id = :order ORDER BY service",
                                  {{"order", order_id}}))
    out.push_back({row.i64("service"), row.text("resource_id"), row.text("code_id"),
                   row.text("state") == "used"});
  return out;
}

void Store::insert_use(db::Tx& tx, TimePoint now, const std::string& order_id,
                       const Use& use) const {
  tx.exec(
      "INSERT INTO resource_uses (order_id, service, resource_id, code_id, state, at) "
      "VALUES (:order, :service, :resource, :code, 'in_filing', :now)",
      {{"order", order_id},
       {"service", use.service},
       {"resource", use.resource_id},
       {"code", use.code_id},
       {"now", to_ms(now)}});
}

void Store::delete_use(db::Tx& tx, const std::string& order_id, int64_t service) const {
  tx.exec("DELETE FROM resource_uses WHERE order_id = :order AND service = :service",
          {{"order", order_id}, {"service", service}});
}

void Store::set_used(db::Tx& tx, TimePoint now, const std::string& order_id,
                     int64_t service) const {
  tx.exec(
      "UPDATE resource_uses SET state = 'used', at = :now "
      "WHERE order_id = :order AND service = :service",
      {{"order", order_id}, {"service", service}, {"now", to_ms(now)}});
}

void Store::set_aside(db::Tx& tx, const std::string& order_id, int64_t service) const {
  tx.exec(
      "UPDATE resource_uses SET service = (SELECT CASE WHEN MIN(service) < 0 THEN MIN(service) "
      "ELSE 0 END - 1 FROM resource_uses WHERE order_id = :order) WHERE order_id = :order AND "
      "service = :service",
      {{"order", order_id}, {"service", service}});
}

bool Store::allowed(db::Tx& tx, const std::string& owner, const std::string& account) const {
  return tx
      .query_one(
          "SELECT 1 AS one FROM filing_code_allowed "
          "WHERE owner = :owner AND account_id = :account",
          {{"owner", owner}, {"account", account}})
      .has_value();
}

std::vector<std::string> Store::allowed_of(db::Tx& tx, const std::string& owner) const {
  std::vector<std::string> out;
  for (const auto& row : tx.query(
           "SELECT account_id FROM filing_code_allowed WHERE owner = :owner ORDER BY account_id",
           {{"owner", owner}}))
    out.push_back(row.text("account_id"));
  return out;
}

void Store::allow(db::Tx& tx, TimePoint now, const std::string& owner,
                  const std::string& account) const {
  tx.exec(
      "INSERT INTO filing_code_allowed (owner, account_id, created) "
      "VALUES (:owner, :account, :now) ON CONFLICT (owner, account_id) DO NOTHING",
      {{"owner", owner}, {"account", account}, {"now", to_ms(now)}});
}

bool Store::disallow(db::Tx& tx, const std::string& owner, const std::string& account) const {
  return tx.exec("DELETE FROM filing_code_allowed WHERE owner = :owner AND account_id = :account",
                 {{"owner", owner}, {"account", account}}) == 1;
}

void Store::add_event(db::Tx& tx, TimePoint now, const std::string& resource_id,
                      const Event& event) const {
  tx.exec(
      "INSERT INTO resource_events (resource_id, seq, at, actor, event, code_id, order_id, "
      "account_id) SELECT :resource, COALESCE(MAX(seq), 0) + 1, :now, :actor, :event, :code, "
      ":order, :account FROM resource_events WHERE resource_id = :resource",
      {{"resource", resource_id},
       {"now", to_ms(now)},
       {"actor", event.actor},
       {"event", event.name},
       {"code", event.code_id},
       {"order", event.order_id},
       {"account", event.account_id}});
  // Whoever owns it may want to hear of it.
  const auto owner = tx.query_one("SELECT source_id, account_id FROM resources WHERE id = :id",
                                  {{"id", resource_id}});
  Json told = Json::object({{"resource", owner->text("source_id")},
                            {"account", owner->text("account_id")},
                            {"event", event.name}});
  if (!event.order_id.empty()) told.set("order", event.order_id);
  jobs::enqueue(tx, {"resources.changed", std::move(told), now, ""});
}

Json Store::history(db::Tx& tx, const std::string& resource_id) const {
  Json out = Json::array();
  for (const auto& row :
       tx.query("SELECT at, actor, event, code_id, order_id, account_id FROM resource_events "
                "WHERE resource_id = :id ORDER BY seq",
                {{"id", resource_id}})) {
    Json event = Json::object({{"at", to_rfc3339(from_ms(row.i64("at")))},
                               {"actor", row.text("actor")},
                               {"event", row.text("event")}});
    const auto tell = [&](std::string_view name, const std::string& value) {
      if (!value.empty()) event.set(name, value);
    };
    tell("code", row.text("code_id"));
    tell("order", row.text("order_id"));
    tell("account", row.text("account_id"));
    out.push(std::move(event));
  }
  return out;
}

std::string Store::normal_code(std::string_view typed) {
  std::string out;
  for (const char c : typed)
    if (c != '-' && c != ' ') out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

}  // namespace beian::resources
