#include "orders/reviewed.hpp"

#include <algorithm>

#include "orders/document.hpp"
#include "orders/validate.hpp"

namespace beian::orders {
namespace {

std::string context_of(const std::string& order_id) {
  return "order_reviews.judged:" + order_id;
}

Json ids_of(const std::vector<materials::Material>& materials) {
  Json out = Json::object();
  for (const auto& material : materials)
    out.set(material_field(material.purpose, material.owner), material.id);
  return out;
}

bool meets(std::string_view one, std::string_view other) {
  return covers(one, other) || covers(other, one);
}

bool meets_any(const std::vector<std::string>& changed, std::string_view pointer) {
  return std::ranges::any_of(changed,
                             [&](const std::string& field) { return meets(field, pointer); });
}

void add_once(Json& list, const Json& item) {
  if (std::ranges::find(list.items(), item) == list.items().end()) list.push(item);
}

// What stays of what was passed before, and what this review passed.
Json passed_now(const std::optional<Reviewed>& before, const Order& order,
                const std::vector<materials::Material>& materials, const Json& findings) {
  Json out = Json::array();
  const auto add_unless_marked = [&](const Json& pointer) {
    for (const auto& finding : findings.items())
      if (finding["verdict"].as_string() != "pass" &&
          meets(finding["field"].as_string(), pointer.as_string()))
        return;
    add_once(out, pointer);
  };
  if (before) {
    const auto changed = changed_since(*before, order, materials);
    for (const auto& pointer : before->passed.items())
      if (!meets_any(changed, pointer.as_string())) add_unless_marked(pointer);
  }
  for (const auto& finding : findings.items())
    if (finding["verdict"].as_string() == "pass") add_once(out, finding["field"]);
  return out;
}

}  // namespace

std::vector<std::string> changed_since(const Reviewed& review, const Order& order,
                                       const std::vector<materials::Material>& materials) {
  auto out = changed_fields(review.document, order.document);
  const Json now = ids_of(materials);
  for (const auto& [field, id] : now.members())
    if (review.materials[field] != id) out.push_back(field);
  for (const auto& [field, id] : review.materials.members())
    if (!now.find(field)) out.push_back(field);
  return out;
}

void keep_review(db::Tx& tx, const crypto::ColumnCipher& cipher, const Order& order,
                 const std::vector<materials::Material>& materials, TimePoint now,
                 const std::string& verdict, const Json& findings) {
  const auto before = last_review(tx, cipher, order.id);
  Json marked = Json::array();
  for (const auto& finding : findings.items())
    if (finding["verdict"].as_string() != "pass") add_once(marked, finding["field"]);
  const Json judged = Json::object({{"document", order.document},
                                    {"materials", ids_of(materials)},
                                    {"passed", passed_now(before, order, materials, findings)},
                                    {"marked", std::move(marked)}});
  tx.exec(
      "INSERT INTO order_reviews (order_id, version, at, verdict, judged) VALUES (:id, :version, "
      ":at, :verdict, :judged) ON CONFLICT (order_id) DO UPDATE SET version = excluded.version, "
      "at = excluded.at, verdict = excluded.verdict, judged = excluded.judged",
      {{"id", order.id},
       {"version", order.version},
       {"at", to_ms(now)},
       {"verdict", verdict},
       {"judged", cipher.seal(to_string(judged), context_of(order.id))}});
}

std::optional<Reviewed> last_review(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& order_id) {
  const auto row =
      tx.query_one("SELECT version, at, verdict, judged FROM order_reviews WHERE order_id = :id",
                   {{"id", order_id}});
  if (!row) return std::nullopt;
  const auto judged = parse_json(cipher.open(row->text("judged"), context_of(order_id)));
  if (!judged) throw std::runtime_error("orders: a sealed review does not hold JSON");
  return Reviewed{row->i64("version"),   from_ms(row->i64("at")), row->text("verdict"),
                  (*judged)["document"], (*judged)["materials"],  (*judged)["passed"],
                  (*judged)["marked"]};
}

Json review_json(const Reviewed& review, const Order& order,
                 const std::vector<materials::Material>& materials) {
  const auto changed = changed_since(review, order, materials);
  Json fields = Json::array(), unanswered = Json::array(), verified = Json::array();
  for (const auto& field : changed) fields.push(field);
  for (const auto& mark : review.marked.items())
    if (!meets_any(changed, mark.as_string())) unanswered.push(mark);
  for (const auto& pointer : review.passed.items())
    if (!meets_any(changed, pointer.as_string())) verified.push(pointer);
  return Json::object({{"version", review.version},
                       {"at", to_rfc3339(review.at)},
                       {"verdict", review.verdict},
                       {"changed", std::move(fields)},
                       {"unanswered", std::move(unanswered)},
                       {"verified", std::move(verified)}});
}

}  // namespace beian::orders
