#include "orders/migrate.hpp"

#include <algorithm>
#include <tuple>

#include "china/codes.hpp"
#include "china/filing_number.hpp"
#include "china/regions.hpp"
#include "orders/consent.hpp"
#include "orders/document.hpp"
#include "registry/filed_entity.hpp"
#include "registry/registry.hpp"
#include "rules/evaluate.hpp"
#include "rules/select.hpp"

namespace beian::orders {
namespace {

constexpr std::string_view kRule = "cross-entity-migration";

// Only what a source says: a province of which nothing is known is not asked to find out.
bool province_takes(int64_t province, int64_t nature) {
  rules::Facts facts;
  facts.province = province;
  facts.order = "migrate";
  facts.entity.nature = nature;
  const auto wanted = rules::case_of(facts, "website");
  const auto& set = rules::Engine::builtin().set();
  if (!rules::check(set, wanted).empty()) return false;
  return std::ranges::any_of(rules::in_force(set, wanted), [](const rules::Effective& rule) {
    return rule.rule->kind->id == kRule && rule.params["supported"] == Json(true);
  });
}

struct Found {
  registry::FiledEntity entity;
  const registry::FiledService* service = nullptr;
};

std::optional<Found> find_service(const Context& context, db::Tx& tx, const std::string& number) {
  const auto parsed = china::parse_filing_number(number);
  if (!parsed) return std::nullopt;
  const auto ref = registry::find_filed(tx, {parsed->province()}, true, 0, parsed->text());
  auto entity =
      ref ? registry::open_filed(tx, context.cipher, ref->province, ref->entity_id) : std::nullopt;
  if (!entity) return std::nullopt;
  const auto service =
      std::ranges::find(entity->services, ref->service_id, &registry::FiledService::id);
  if (service == entity->services.end()) return std::nullopt;
  const auto index = service - entity->services.begin();
  Found out{std::move(*entity), nullptr};
  out.service = &out.entity.services[static_cast<size_t>(index)];
  return out;
}

std::vector<std::string> names_of(const registry::FiledService& service) {
  std::vector<std::string> out;
  for (const auto& domain : service.document["domains"].items())
    out.push_back(domain["name"].as_string());
  return out;
}

bool is_website(const std::string& number) {
  const auto parsed = china::parse_filing_number(number);
  return !parsed || !parsed->service || parsed->service->kind == china::ServiceKind::website;
}

// Why that website cannot go there; "" when it can.
std::string obstacle(const Found& found, const std::string& account_id,
                     const MoveQuestion& question) {
  const auto& entity = found.entity;
  const size_t here = found.service->document["accesses"].size();
  if (china::is_individual(question.nature)) return "新主体是个人，网站不能迁移到个人名下";
  if (!is_website(found.service->filing_number))
    return "只有网站可以迁移，App、小程序、快应用须注销后重新备案";
  if (entity.ref.province != question.province)
    return "原主体备案在" + std::string(china::full_name(entity.ref.province)) + "，不能跨省迁移";
  if (!province_takes(question.province, question.nature))
    return "未见" + std::string(china::full_name(question.province)) + "支持网站迁移的规定";
  if (here == 0) return "该网站由其他接入商接入，本系统不能代为注销";
  if (found.service->accesses > here) return "该网站在其他接入商还有接入，请先在那里取消接入";
  if (!account_id.empty() && entity.ref.account_id == account_id)
    return "原主体也在本账号下，新主体须使用自己的账号";
  return {};
}

Json from_json(const Found& found) {
  const auto& entity = found.entity;
  const auto& service = *found.service;
  Json names = Json::array();
  for (const auto& name : names_of(service)) names.push(name);
  Json from =
      Json::object({{"account", entity.ref.account_id},
                    {"province", entity.ref.province},
                    {"entity", Json::object({{"name", entity.document["name"]},
                                             {"filing_number", entity.ref.filing_number},
                                             {"authority_entity_id", entity.ref.entity_id},
                                             {"certificate", entity.document["certificate"]}})},
                    {"service", Json::object({{"authority_service_id", service.id},
                                              {"filing_number", service.filing_number},
                                              {"name", service.name},
                                              {"domains", std::move(names)}})}});
  if (entity.services.size() == 1) from.set("leaves", "shell_entity");
  return from;
}

void add_no(Problems& problems, const std::string& field, std::string reason) {
  problems.push_back({ProblemCode::migration_not_taken, field, {{"reason", std::move(reason)}}});
}

void check_nobody_faster(db::Tx& tx, const Order& order, const std::vector<DomainField>& fields,
                         Problems& problems) {
  const Json& old = order.filed["from"]["service"]["filing_number"];
  for (const auto& field : fields) {
    const auto filed = registry::find_domain(tx, field.domain);
    if (filed && filed->service_number != old.as_string())
      problems.push_back({ProblemCode::filed_elsewhere, field.pointer, {}});
  }
}

}  // namespace

Move look_at_move(const Context& context, db::Tx& tx, const std::string& account_id,
                  const MoveQuestion& question) {
  Move out;
  std::optional<Found> found;
  for (size_t i = 0; i < question.domains.size(); ++i) {
    out.domain = i;
    const auto filed = registry::find_domain(tx, question.domains[i]);
    if (!filed || (found && filed->service_number != found->service->filing_number)) {
      out.no = "一次迁移一个网站，请只填写该网站已备案的全部域名";
      return out;
    }
    if (!found) found = find_service(context, tx, filed->service_number);
    if (!found) {
      out.no = "该网站的备案信息不完整，请联系客服";
      return out;
    }
  }
  if (!found) return out;
  out.domain = 0;
  out.no = obstacle(*found, account_id, question);
  for (const auto& name : names_of(*found->service))
    if (out.no.empty() && std::ranges::find(question.domains, name) == question.domains.end())
      out.no = "该网站还有域名 " + name + "，须一并迁移，或由原主体先办理变更删除";
  out.service_number = found->service->filing_number;
  out.service =
      std::to_string(found->entity.ref.province) + "-" + std::to_string(found->service->id);
  out.from = from_json(*found);
  return out;
}

Problems check_move(const Context& context, db::Tx& tx, const Order& order) {
  Problems problems;
  const auto fields = domains_of(order.document);
  const Json subject = subject_of(order);
  MoveQuestion question{
      subject["entity"]["location"]["province"].as_int(), subject["entity"]["nature"].as_int(), {}};
  for (const auto& field : fields) question.domains.push_back(field.domain);
  if (order.parts > 0) {
    check_nobody_faster(tx, order, fields, problems);
    return problems;
  }
  const Move move = look_at_move(context, tx, order.account_id, question);
  const Json& from = order.filed["from"];
  if (!move.no.empty())
    add_no(problems, fields[move.domain].pointer, move.no);
  else if (move.from["service"]["authority_service_id"] !=
               from["service"]["authority_service_id"] ||
           move.from["account"] != from["account"])
    add_no(problems, fields[0].pointer, "原备案已有变化，请放弃订单并重新判断备案类型");
  if (problems.empty()) append_under(problems, "", check_consent(tx, order));
  return problems;
}

bool close_old_filing(db::Tx& tx, TimePoint now, const Order& order) {
  if (!kind_of(order).moves || order.parts == 0) return false;
  const Json& from = order.filed["from"];
  // One that the registry does not have any more is closed all the same.
  const auto done =
      registry::cancel(tx, now, registry::Cancel::service, {from["province"].as_int()},
                       from["service"]["authority_service_id"].as_int());
  return done && done->changed;
}

size_t close_overdue(const Context& context) {
  const TimePoint now = context.clock.now();
  const int64_t before = to_ms(now - context.options.untouched_life);
  const auto ids = context.database->read_value([&](db::Tx& tx) {
    std::vector<std::string> out;
    for (const auto& row :
         tx.query("SELECT id FROM orders o WHERE kind = 'migrate' AND parts_done = 1 "
                  "AND state NOT IN ('completed', 'abandoned') AND EXISTS (SELECT 1 "
                  "FROM order_events e WHERE e.order_id = o.id AND e.event = :event "
                  "AND e.at <= :before) ORDER BY id",
                  {{"event", name_of(Event::next_part)}, {"before", before}}))
      out.push_back(row.text("id"));
    return out;
  });
  size_t closed = 0;
  for (const auto& id : ids)
    context.database->write([&](db::Tx& tx) {
      const auto order = context.store.load(tx, id);
      if (!order || is_final(order->state) || !close_old_filing(tx, now, *order)) return;
      std::ignore = context.store.note(
          tx, now, id,
          {Actor::system, "", "原备案注销已久而新备案未完成，域名停止接入；新备案核准后恢复", {}});
      ++closed;
    });
  return closed;
}

std::string refusal_words(const Order& order) {
  const std::string& number = order.filed["from"]["service"]["filing_number"].as_string();
  if (order.parts == 0)
    return "原备案（" + number + "）没有注销，网站的备案和接入不受影响；请修改后重新提交，或放弃";
  return "注意：原备案（" + number +
         "）已经注销而新备案没有核准，网站目前没有备案。请按意见修改后尽快重新提交，"
         "只需重报新备案，期间域名暂保持接入；如放弃，域名即停止接入，须重新办理首次备案或新增服务";
}

Json parts_json(const Order& order) {
  const bool asked = entity_part(kind_of(order), order.filed) == Part::asked;
  Json old = Json::object(
      {{"title", "注销原备案"}, {"number", order.filed["from"]["service"]["filing_number"]}});
  Json now = Json::object({{"title", asked ? "新增备案" : "新增互联网信息服务"}});
  const bool under_way = order.state == State::reporting || order.state == State::sms_pending ||
                         order.state == State::at_authority;
  const char* current = under_way ? "under_way" : "waiting";
  old.set("state", order.parts > 0 ? "done" : current);
  now.set("state", order.state == State::completed ? "done"
                   : order.parts > 0               ? current
                                                   : "waiting");
  return Json::array({std::move(old), std::move(now)});
}

}  // namespace beian::orders
