#include "orders/create.hpp"

#include <algorithm>
#include <tuple>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "orders/account_questions.hpp"
#include "orders/consent.hpp"
#include "orders/copy.hpp"
#include "orders/detect.hpp"
#include "orders/locked.hpp"
#include "orders/migrate.hpp"
#include "orders/prefill.hpp"
#include "orders/rejudge.hpp"
#include "orders/shape.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::orders {
namespace {

constexpr size_t kLongestKey = 200;

Json service_from(const Json& facts) {
  Json service = facts.find("service")
                     ? facts["service"]
                     : Json::object({{"kind", "website"}, {"domains", facts["domains"]}});
  if (service["kind"].as_string() != "website" && service["domains"].size() == 0)
    service.erase("domains");
  return service;
}

// A document that starts with what the detection verified.
Json document_from(const Json& facts) {
  Json document = Json::object(
      {{"entity",
        Json::object({{"nature", facts["nature"]},
                      {"location", Json::object({{"province", facts["province"]}})},
                      {"certificate", Json::object({{"type", facts["certificate_type"]},
                                                    {"number", facts["certificate_number"]}})}})},
       {"services", Json::array({service_from(facts)})}});
  for (const auto* number : {"entity_number", "service_number"})
    if (const Json* value = facts.find(number)) document.set(number, *value);
  return document;
}

std::string text_of(const Json& body, std::string_view name, Problems& problems) {
  const Json& value = body[name];
  if (!value.is_null() && !value.is_string())
    problems.push_back(
        {ProblemCode::wrong_type, "/" + std::string(name), {{"expected", "string"}}});
  return std::string(text::trim(value.as_string()));
}

struct Wish {
  Order order;
  const OrderKind* kind = nullptr;
  Named named;
  const Json* document = nullptr;  // nullptr: as it begins
  const Json* from = nullptr;
};

void read_named(const Json& body, Wish& wish, Problems& problems) {
  wish.named.entity = text_of(body, "entity", problems);
  wish.named.service = text_of(body, "service", problems);
  for (const auto& number : body["services"].items())
    wish.named.services.push_back(number.as_string());
  wish.named.access = body["access"].as_int();
  for (const auto& [name, type, right] :
       {std::tuple{"services", "array", body["services"].is_array()},
        std::tuple{"access", "integer", body["access"].is_int()}})
    if (!body[name].is_null() && !right)
      problems.push_back({ProblemCode::wrong_type, "/" + std::string(name), {{"expected", type}}});
}

// Kind and what it is about: by the detection, or by what the applicant names.
void read_kind(const Context& context, const Json& body, Wish& wish, Problems& problems) {
  const Json* asked = body.find("kind");
  const OrderKind* named = find_kind(asked ? asked->as_string() : "first");
  if (!named)
    return problems.push_back(
        {ProblemCode::kind_not_served,
         "/kind",
         {{"kind", asked->is_string() ? asked->as_string() : to_string(*asked)}}});
  wish.kind = named;
  if (const Json* detection = body.find("detection")) {
    auto found = open_detection(context, wish.order.account_id, detection->as_string());
    if (!found) return append_under(problems, "", found.error());
    wish.kind = found->kind;
    wish.order.locked = std::move(found->facts);
    if (!found->entity.empty()) wish.named.entity = found->entity;
    if (asked && named != found->kind)
      problems.push_back(
          {ProblemCode::kind_differs, "/kind", {{"kind", std::string(found->kind->title)}}});
  } else if (wish.kind->target == Target::nothing && wish.kind->name != "first" &&
             wish.kind->end != End::review) {
    problems.push_back({ProblemCode::required, "/detection", {}});
  }
}

Result<Wish> read_wish(const Context& context, const std::string& account_id, const Json& body) {
  constexpr std::string_view kMembers[] = {"kind",    "document", "detection", "entity",
                                           "service", "services", "access",    "from"};
  Problems problems;
  for (const auto& [name, value] : body.members())
    if (std::ranges::find(kMembers, name) == std::end(kMembers))
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  Wish wish;
  wish.order.account_id = account_id;
  read_named(body, wish, problems);
  read_kind(context, body, wish, problems);
  if (const Json* document = body.find("document"); document && !document->is_null())
    wish.document = document;
  if (const Json* from = body.find("from"); from && !from->is_null()) wish.from = from;
  if (!problems.empty()) return std::unexpected(std::move(problems));
  wish.order.kind = wish.kind->name;
  return wish;
}

// A website that comes from another entity: the entity as it is filed here or verified, the
// website's domains. What else is filed of it is its old holder's.
Result<Order> begin_move(const Context& context, db::Tx& tx, const Wish& wish) {
  Order order = wish.order;
  MoveQuestion question{order.locked["province"].as_int(), order.locked["nature"].as_int(), {}};
  for (const auto& domain : order.locked["domains"].items())
    question.domains.push_back(domain.as_string());
  const Move move = look_at_move(context, tx, order.account_id, question);
  if (!move.no.empty())
    return fail(ProblemCode::migration_not_taken, "/detection", {{"reason", move.no}});
  const Json begun = document_from(order.locked);
  order.filed = Json::object();
  order.document = begun;
  if (!wish.named.entity.empty()) {
    auto filed = filed_for(context, tx, order.account_id, *find_kind("add_service"), wish.named);
    if (!filed) return fail(filed);
    order.filed = std::move(*filed);
    order.document = prefilled(*wish.kind, order.filed);
    order.document.set("services", begun["services"]);
    order.locked = Json::object({{"domains", order.locked["domains"]}});
  } else if (order.locked.find("entity_number")) {
    order.filed.set("elsewhere", true);
  }
  order.filed.set("from", move.from);
  return order;
}

// As what is filed, or verified, or empty.
Result<Order> begin_empty(const Context& context, db::Tx& tx, const Wish& wish) {
  Order order = wish.order;
  const OrderKind& kind = *wish.kind;
  const bool elsewhere = kind.form_elsewhere && wish.named.entity.empty();
  if (kind.moves) {
    auto begun = begin_move(context, tx, wish);
    if (!begun) return begun;
    order = std::move(*begun);
  } else if (kind.target != Target::nothing && !elsewhere) {
    auto filed = filed_for(context, tx, order.account_id, kind, wish.named);
    if (!filed) return fail(filed);
    order.filed = std::move(*filed);
    order.document = prefilled(kind, order.filed);
    if (kind.services == Part::asked && order.locked.is_object()) {
      order.document.set("services", document_from(order.locked)["services"]);
      // The entity is fixed as it is filed, whatever was typed to find it.
      Json named = Json::object({{"domains", order.locked["domains"]}});
      if (const Json* apps = order.locked.find("apps")) named.set("apps", *apps);
      order.locked = std::move(named);
    }
  } else if (elsewhere && !order.locked.is_object()) {
    return fail(ProblemCode::required, "/entity");
  } else {
    order.document = order.locked.is_object() ? document_from(order.locked) : Json::object();
  }
  if (kind.end == End::review) {  // asks for less than was looked at to find it
    order.document = cut(form_of(kind, order.filed), order.document);
    for (const auto* fact : {"province", "domains"}) order.locked.erase(fact);
  }
  return order;
}

// What was filled in before, then what is given; it stays within what is fixed.
Result<Begun> begin(const Context& context, db::Tx& tx, const Wish& wish, bool partial) {
  auto empty = begin_empty(context, tx, wish);
  if (!empty) return fail(empty);
  Begun begun{std::move(*empty), {}};
  Order& order = begun.order;
  std::optional<Copied> copied;
  if (wish.from) {
    auto found = copied_from(context, tx, order.account_id, *wish.from);
    if (!found) return fail(found);
    auto filled = filled_in(*wish.kind, order, *found);
    if (!filled) return fail(filled);
    order.document = std::move(*filled);
    copied = std::move(*found);
  }
  if (wish.document) {
    Json given = normalized(*wish.document);
    order.document = partial ? overlaid(order.document, given) : std::move(given);
  }
  Problems faults, problems;
  if (wish.document)
    check_shape(form_of(*wish.kind, order.filed), order.document, "", false, faults);
  if (faults.empty() && (wish.document || wish.from)) faults = check_locked(order, order.document);
  append_under(problems, "/document", std::move(faults));
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (copied) begun.materials = copied_materials(context, context.clock.now(), *copied, order);
  return begun;
}

// What an earlier request with this key made; nothing when the key is new and now ours.
Result<std::optional<std::string>> claim_key(db::Tx& tx, const Order& order, const std::string& key,
                                             const std::string& hash) {
  if (key.empty()) return std::nullopt;
  const int64_t inserted = tx.exec(
      "INSERT INTO order_requests (account_id, request_key, request_hash, order_id, created) "
      "VALUES (:account_id, :key, :hash, :order_id, :created) "
      "ON CONFLICT (account_id, request_key) DO NOTHING",
      {{"account_id", order.account_id},
       {"key", key},
       {"hash", hash},
       {"order_id", order.id},
       {"created", to_ms(order.created)}});
  if (inserted > 0) return std::nullopt;
  const auto row = tx.query_one(
      "SELECT request_hash, order_id FROM order_requests "
      "WHERE account_id = :account_id AND request_key = :key",
      {{"account_id", order.account_id}, {"key", key}});
  if (!row || row->text("request_hash") != hash) return fail(ProblemCode::idempotency_key_reused);
  return row->text("order_id");
}

}  // namespace

Result<Begun> begin(const Context& context, db::Tx& tx, const std::string& account_id,
                    const Json& body, bool partial) {
  const auto wish = read_wish(context, account_id, body);
  if (!wish) return fail(wish);
  return begin(context, tx, *wish, partial);
}

Order keep(const Context& context, db::Tx& tx, Begun begun, const std::string& actor_id,
           const std::string& reason) {
  Order& order = begun.order;
  if (order.id.empty()) {
    order.created = order.updated = context.clock.now();
    order.id = new_id(order.created);
  }
  context.store.insert(tx, order, {Actor::applicant, actor_id, reason, {}});
  if (kind_of(order).moves) ask_consent(tx, order.created, order);
  for (auto& material : begun.materials) {
    material.order_id = order.id;
    materials::insert(tx, material);
  }
  keep_judgement(context, tx, order);
  return std::move(order);
}

Result<Creation> create(const Context& context, const Applicant& who, const Json& body,
                        const std::string& request_key) {
  if (request_key.size() > kLongestKey)
    return fail(ProblemCode::too_long, "/Idempotency-Key", {{"max", std::to_string(kLongestKey)}});
  if (!text::is_utf8(request_key))
    return fail(ProblemCode::bad_encoding, "/Idempotency-Key", {{"encoding", "UTF-8"}});
  auto wish = read_wish(context, who.account_id, body);
  if (!wish) return fail(wish);
  Order& order = wish->order;
  order.created = order.updated = context.clock.now();
  order.id = new_id(order.created);
  // Keyed by the installation: the body holds numbers that must not be guessable from a plain hash.
  const std::string hash = context.cipher.blind_index(to_string(body), "orders.request");

  return context.database->write_result([&](db::Tx& tx) -> Result<Creation> {
    const auto earlier = claim_key(tx, order, request_key, hash);
    if (!earlier) return fail(earlier);
    if (*earlier) {
      auto made = context.store.load(tx, **earlier);
      if (!made) return fail(ProblemCode::not_found);
      return Creation{std::move(*made), true};
    }
    if (auto open = check_may_begin(context, tx, order.account_id, "", ""); !open.empty())
      return std::unexpected(std::move(open));
    auto begun = begin(context, tx, *wish, false);
    if (!begun) return fail(begun);
    return Creation{keep(context, tx, std::move(*begun), who.actor_id, "申请人创建订单"), false};
  });
}

}  // namespace beian::orders
