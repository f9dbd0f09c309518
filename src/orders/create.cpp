#include "orders/create.hpp"

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "orders/detect.hpp"
#include "orders/shape.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::orders {
namespace {

constexpr size_t kLongestKey = 200;

// A document that starts with what the detection verified.
Json document_from(const Json& facts) {
  return Json::object(
      {{"entity",
        Json::object({{"nature", facts["nature"]},
                      {"location", Json::object({{"province", facts["province"]}})},
                      {"certificate", Json::object({{"type", facts["certificate_type"]},
                                                    {"number", facts["certificate_number"]}})}})},
       {"services",
        Json::array({Json::object({{"kind", "website"}, {"domains", facts["domains"]}})})}});
}

Result<Order> read_order(const Context& context, const std::string& account_id, const Json& body) {
  Problems problems;
  for (const auto& [name, value] : body.members())
    if (name != "kind" && name != "document" && name != "detection")
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  Order order;
  order.account_id = account_id;
  order.kind = "first";
  if (const Json* kind = body.find("kind"); kind && kind->as_string() != order.kind)
    problems.push_back({ProblemCode::kind_not_served,
                        "/kind",
                        {{"kind", kind->is_string() ? kind->as_string() : to_string(*kind)}}});
  if (const Json* detection = body.find("detection")) {
    auto facts = open_detection(context, account_id, detection->as_string());
    if (facts)
      order.locked = std::move(*facts);
    else
      append_under(problems, "", std::move(facts.error()));
  }
  if (const Json* document = body.find("document"); document && !document->is_null()) {
    order.document = normalized(*document);
    Problems faults;
    check_shape(document_shape(), order.document, "", false, faults);
    if (faults.empty() && order.locked.is_object())
      faults = check_locked(order.locked, order.document);
    append_under(problems, "/document", std::move(faults));
  } else {
    order.document = order.locked.is_object() ? document_from(order.locked) : Json::object();
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return order;
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

Result<Creation> create(const Context& context, const std::string& account_id, const Json& body,
                        const std::string& request_key) {
  if (request_key.size() > kLongestKey)
    return fail(ProblemCode::too_long, "/Idempotency-Key", {{"max", std::to_string(kLongestKey)}});
  if (!text::is_utf8(request_key))
    return fail(ProblemCode::bad_encoding, "/Idempotency-Key", {{"encoding", "UTF-8"}});
  auto read = read_order(context, account_id, body);
  if (!read) return fail(read);
  Order& order = *read;
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
    context.store.insert(tx, order, {Actor::applicant, account_id, "申请人创建订单", {}});
    return Creation{order, false};
  });
}

}  // namespace beian::orders
