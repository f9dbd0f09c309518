#include "sandbox/hand_out.hpp"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "china/ip.hpp"
#include "sandbox/library.hpp"
#include "sandbox/store.hpp"
#include "sandbox/tasks.hpp"
#include "wire/codec.hpp"

namespace beian::sandbox {
namespace {

// One body for each notice.
std::vector<Json> split(const KindRow& kind, const Json& body) {
  std::vector<Json> parts;
  if (kind.merge == Merge::alone) return {body};
  if (kind.merge != Merge::lists) {
    if (!body.is_array()) return {body};
    return body.items();
  }
  for (const auto& [name, items] : body.members())
    for (const auto& item : items.items())
      parts.push_back(Json::object({{name, Json::array({item})}}));
  if (parts.empty()) parts.push_back(body);  // "nothing found" is a result too
  return parts;
}

// The answer names an unfiled site by domain and address.
void open_tasks(db::Tx& tx, int64_t provider_id, const KindRow& kind, const Json& item,
                int64_t now) {
  if (kind.kind == NoticeKind::verification_tasks)
    open_task(tx, provider_id, TaskKind::verification,
              std::to_string(item["entity"]["authority_entity_id"].as_int()), now);
  if (kind.kind == NoticeKind::unfiled_sites)
    open_task(tx, provider_id, TaskKind::unfiled_site,
              unfiled_subject(item["domain"].as_string(), item["address"].as_int()), now);
}

Json only(const Json& object, std::initializer_list<std::string_view> fields) {
  Json out = Json::object();
  for (const auto field : fields)
    if (const Json* value = object.find(field)) out.set(field, *value);
  return out;
}

Json list_of_only(const Json& list, std::initializer_list<std::string_view> fields) {
  Json out = Json::array();
  for (const auto& item : list.items()) out.push(only(item, fields));
  return out;
}

// HSRW has less than BASJ has, and says of an access who reports it. Services without a domain are
// none that it could name.
Json verification_task(const Json& filed, int64_t provider_id) {
  Json services = Json::array();
  for (const auto& service : filed["services"].items()) {
    if (service["domains"].size() == 0) continue;
    Json out =
        only(service, {"authority_service_id", "name", "pre_approvals", "contents", "languages",
                       "manager", "home_url", "remark", "first_filed", "last_changed"});
    out.set("domains", list_of_only(service["domains"], {"authority_domain_id", "name"}));
    Json accesses =
        list_of_only(service["accesses"], {"authority_access_id", "locations", "methods"});
    for (size_t i = 0; i < accesses.size(); ++i) {
      Json& access = accesses.items()[i];
      access.set("addresses", list_of_only(service["accesses"].at(i)["addresses"],
                                           {"authority_address_id", "from", "to"}));
      access.set("reporter_id", provider_id);
      access.set("reporting_type", 1);
    }
    out.set("accesses", std::move(accesses));
    services.push(std::move(out));
  }
  return Json::object(
      {{"entity", only(filed["entity"], {"authority_entity_id", "name", "nature", "location",
                                         "certificate", "manager", "investor", "reporting_type",
                                         "first_filed", "last_changed", "remark"})},
       {"services", std::move(services)}});
}

std::optional<Json> task_of(db::Tx& tx, const LibraryEntity& entity, int64_t provider_id) {
  const auto filed = filed_document(tx, entity, provider_id);
  if (!filed) return std::nullopt;
  Json task = verification_task(*filed, provider_id);
  if (task["services"].size() == 0) return std::nullopt;
  return task;
}

}  // namespace

Problems body_problems(std::string_view profile_name, const KindRow& kind, const Json& body) {
  const auto profile = wire::Profile::named(profile_name);
  if (!profile || !profile_has(**profile, kind))
    return {{ProblemCode::code_unknown, "/kind", {{"code", std::string(kind.name)}}}};
  const bool whole = kind.merge == Merge::alone || kind.merge == Merge::lists || body.is_array();
  const auto xml = wire::encode(**profile, "DownloadData",
                                document_of(kind, whole ? body : Json::array({body})));
  if (xml) return {};
  Problems problems = xml.error();
  for (auto& problem : problems) problem.field = "/body";
  return problems;
}

Result<std::vector<int64_t>> recipients(db::Tx& tx, int64_t provider_id) {
  std::vector<int64_t> ids;
  for (const auto& provider : all_providers(tx))
    if (provider_id == 0 || provider.account.provider_id == provider_id)
      ids.push_back(provider.account.provider_id);
  if (ids.empty()) return fail(ProblemCode::not_found, "/provider_id");
  return ids;
}

Result<std::vector<Handout>> handouts(db::Tx& tx, int64_t provider_id, const BodyFor& body_for) {
  const auto to = recipients(tx, provider_id);
  if (!to) return fail(to);
  std::vector<Handout> out;
  for (const int64_t id : *to) {
    auto body = body_for(tx, id);
    if (!body) return fail(body);
    if (!body->is_null())
      out.push_back({id, find_provider(tx, id).value().account.profile, std::move(*body)});
  }
  return out;
}

Problems check_handouts(const KindRow& kind, const std::vector<Handout>& handouts) {
  const Handout* judged = nullptr;
  for (const auto& handout : handouts) {
    if (judged != nullptr && judged->profile == handout.profile && judged->body == handout.body)
      continue;
    if (auto problems = body_problems(handout.profile, kind, handout.body); !problems.empty())
      return problems;
    judged = &handout;
  }
  return {};
}

int64_t write_handouts(db::Tx& tx, const KindRow& kind, const std::vector<Handout>& handouts,
                       int64_t now) {
  int64_t notices = 0;
  for (const auto& handout : handouts)
    for (const auto& part : split(kind, handout.body)) {
      open_tasks(tx, handout.provider_id, kind, part, now);
      notify(tx, handout.provider_id, 0, kind.kind, part, now);
      ++notices;
    }
  return notices;
}

Result<int64_t> hand_out(const Context& context, const KindRow& kind, int64_t provider_id,
                         const BodyFor& body_for) {
  const auto to =
      context.database->read_value([&](db::Tx& tx) { return handouts(tx, provider_id, body_for); });
  if (!to) return fail(to);
  if (auto problems = check_handouts(kind, *to); !problems.empty())
    return std::unexpected(std::move(problems));
  return context.database->write_result([&](db::Tx& tx) -> Result<int64_t> {
    return write_handouts(tx, kind, *to, to_ms(context.clock.now()));
  });
}

Result<int64_t> hand_out(db::Tx& tx, int64_t provider_id, const KindRow& kind, const Json& body,
                         int64_t now) {
  const auto to = handouts(tx, provider_id, [&](db::Tx&, int64_t) -> Result<Json> { return body; });
  if (!to) return fail(to);
  if (auto problems = check_handouts(kind, *to); !problems.empty())
    return std::unexpected(std::move(problems));
  return write_handouts(tx, kind, *to, now);
}

Result<Json> verification_tasks(db::Tx& tx, int64_t provider_id,
                                const std::vector<std::string>& entity_numbers) {
  Problems problems;
  Json tasks = Json::array();
  size_t index = 0;
  for (const auto& number : entity_numbers) {
    const auto entity = entity_by_number(tx, number);
    auto task = entity && !entity->cancelled ? task_of(tx, *entity, provider_id) : std::nullopt;
    if (!task)
      problems.push_back({ProblemCode::not_found, "/entity_numbers/" + std::to_string(index), {}});
    else
      tasks.push(std::move(*task));
    ++index;
  }
  if (entity_numbers.empty())
    for (const auto& entity : all_entities(tx))
      if (auto task = task_of(tx, entity, provider_id)) tasks.push(std::move(*task));
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (tasks.size() == 0) return Json();
  return tasks;
}

}  // namespace beian::sandbox
