#include "orders/certificate_reminders.hpp"

#include <algorithm>
#include <array>

#include "base/day.hpp"
#include "orders/document.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/log/log.hpp"
#include "registry/certificate_until.hpp"
#include "registry/holders.hpp"

namespace beian::orders {
namespace {

// Days before the end, the nearest first; 0 stands for ended.
constexpr std::array<int64_t, 2> kMarks{7, 30};
constexpr int64_t kEnded = 0;
constexpr Millis kLookInterval{24LL * 3600 * 1000};
constexpr int64_t kOrdersRead = 20;  // of one account about one entity

struct Certificate {
  bool person = false;
  std::string until;  // a day
  bool operator==(const Certificate&) const = default;
};

// Who of the filed entity's managers it is: by the certificate's number, else by name.
bool same_person(const Json& a, const Json& b) {
  const std::string number = normal_certificate(a["certificate_number"].as_string());
  const std::string other = normal_certificate(b["certificate_number"].as_string());
  if (!number.empty() && !other.empty()) return number == other;
  return !a["name"].as_string().empty() && a["name"] == b["name"];
}

// Completed orders of its holders about the entity, newest first.
std::vector<Json> documents_about(const Context& context, db::Tx& tx,
                                  const registry::RecordRef& entity) {
  std::vector<std::string> ids;
  for (const auto& account : registry::holders(tx, entity.province, entity.entity_id))
    for (const auto& row :
         tx.query("SELECT id FROM orders WHERE account_id = :account AND filing_number = :number "
                  "AND state = :state ORDER BY id DESC LIMIT :limit",
                  {{"account", account},
                   {"number", entity.filing_number},
                   {"state", name_of(State::completed)},
                   {"limit", kOrdersRead}}))
      ids.push_back(row.text("id"));
  std::ranges::sort(ids, std::greater{});
  std::vector<Json> out;
  for (const auto& id : ids)
    if (auto order = context.store.load(tx, id)) out.push_back(std::move(order->document));
  return out;
}

std::string until_of_entity(const Context& context, db::Tx& tx, const registry::RecordRef& entity,
                            const std::vector<Json>& documents) {
  std::string told =
      registry::certificate_until(tx, context.cipher, entity.province, entity.entity_id);
  if (!told.empty()) return told;
  for (const Json& document : documents)
    if (const Json* certificate = document["entity"].find("certificate"))
      return (*certificate)["until"].as_string();
  return "";
}

std::string until_of_person(const Json& person, const std::vector<Json>& documents) {
  for (const Json& document : documents) {
    std::vector<const Json*> named{&document["entity"]["manager"]};
    for (const auto& service : document["services"].items()) named.push_back(&service["manager"]);
    const Json* him = nullptr;
    for (const Json* one : named)
      // In both places, and told in one of them.
      if (same_person(person, *one) && (!him || (*him)["certificate_until"].is_null())) him = one;
    if (him) return (*him)["certificate_until"].as_string();
  }
  return "";
}

std::vector<Certificate> certificates_of(const Context& context, db::Tx& tx,
                                         const registry::FiledEntity& entity) {
  const auto documents = documents_about(context, tx, entity.ref);
  std::vector<Certificate> out;
  const auto add = [&](bool person, std::string until) {
    Certificate one{person, std::move(until)};
    if (parse_day(one.until) && std::ranges::find(out, one) == out.end())
      out.push_back(std::move(one));
  };
  add(false, until_of_entity(context, tx, entity.ref, documents));
  if (documents.empty()) return out;
  add(true, until_of_person(entity.document["manager"], documents));
  for (const auto& service : entity.services)
    add(true, until_of_person(service.document["manager"], documents));
  return out;
}

std::optional<int64_t> mark_of(int64_t left) {
  if (left < 0) return kEnded;
  const auto* mark = std::ranges::find_if(kMarks, [&](int64_t days) { return left <= days; });
  return mark == kMarks.end() ? std::nullopt : std::optional(*mark);
}

struct Due {
  registry::RecordRef entity;
  Certificate certificate;
  int64_t left = 0, mark = 0;
};

db::Params key_of(const Due& due) {
  return {{"province", due.entity.province},
          {"entity", due.entity.entity_id},
          {"whose", due.certificate.person ? "person" : "entity"},
          {"until", due.certificate.until},
          {"mark", due.mark}};
}

bool told_already(db::Tx& tx, const Due& due) {
  return tx
      .query_one(
          "SELECT mark FROM certificate_reminders WHERE province = :province "
          "AND entity_id = :entity AND whose = :whose AND until_day = :until AND mark <= :mark "
          "LIMIT 1",
          key_of(due))
      .has_value();
}

// False: another node was faster.
bool tell(const Context& context, const Due& due) {
  const TimePoint now = context.clock.now();
  bool first = false;
  context.database->write([&](db::Tx& tx) {
    db::Params row = key_of(due);
    row.emplace_back("at", to_ms(now));
    first = tx.exec(
                "INSERT INTO certificate_reminders (province, entity_id, whose, until_day, mark, "
                "at) VALUES (:province, :entity, :whose, :until, :mark, :at) "
                "ON CONFLICT (province, entity_id, whose, until_day, mark) DO NOTHING",
                row) > 0;
    if (!first) return;
    const std::string whose = due.certificate.person ? "person" : "entity";
    const std::string kind = "certificate." + whose + (due.mark == kEnded ? "_ended" : "_ending");
    for (const auto& account : registry::holders(tx, due.entity.province, due.entity.entity_id)) {
      jobs::enqueue(tx, {"notices.tell",
                         Json::object({{"account", account},
                                       {"kind", kind},
                                       {"args", Json::object({{"number", due.entity.filing_number},
                                                              {"left", due.left},
                                                              {"until", due.certificate.until}})}}),
                         now, ""});
      jobs::enqueue(tx, {"certificates.ending",
                         Json::object({{"account", account},
                                       {"entity", due.entity.filing_number},
                                       {"whose", whose},
                                       {"days", due.mark}}),
                         now, ""});
    }
  });
  return first;
}

}  // namespace

CertificateLook remind_certificates(const Context& context, const CertificatesSeen& seen,
                                    size_t limit) {
  const auto today = std::chrono::floor<std::chrono::days>(context.clock.now() + kBeijing);
  CertificateLook look;
  std::vector<Due> due;
  context.database->read([&](db::Tx& tx) {
    look.next.reset();
    due.clear();
    const auto page =
        registry::held_after(tx, {seen.province, seen.entity_id, 0, "", seen.account_id}, limit);
    for (const auto& ref : page) {
      const auto entity = registry::open_filed(tx, context.cipher, ref.province, ref.entity_id);
      if (!entity) continue;
      for (auto& certificate : certificates_of(context, tx, *entity)) {
        const int64_t left = (*parse_day(certificate.until) - today).count();
        const auto mark = mark_of(left);
        if (!mark) continue;
        Due one{ref, std::move(certificate), left, *mark};
        if (!told_already(tx, one)) due.push_back(std::move(one));
      }
    }
    if (page.size() == limit)
      look.next = {page.back().account_id, page.back().province, page.back().entity_id};
  });
  for (const auto& one : due)
    if (tell(context, one)) ++look.told;
  if (look.told > 0) {
    log::info("orders.certificates_told", {{"count", std::to_string(look.told)}});
    context.told();
  }
  return look;
}

void look_at_certificates(const Context& context, const Json& payload) {
  const auto look = remind_certificates(
      context,
      {payload["account"].as_string(), payload["province"].as_int(), payload["entity"].as_int()});
  const TimePoint now = context.clock.now();
  Json next = Json::object();
  if (look.next)
    next = Json::object({{"account", look.next->account_id},
                         {"province", look.next->province},
                         {"entity", look.next->entity_id}});
  context.database->write([&](db::Tx& tx) {
    jobs::enqueue(
        tx, {kCertificatesJob, next, look.next ? now : now + kLookInterval, kCertificatesJob});
  });
  if (look.next) context.told();
}

}  // namespace beian::orders
