#include "orders/validate.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/ip.hpp"
#include "china/phone.hpp"
#include "china/regions.hpp"
#include "orders/document.hpp"
#include "orders/prefill.hpp"
#include "orders/shape.hpp"
#include "orders/validate_app.hpp"

namespace beian::orders {
namespace {

constexpr int kAppIcon = 7;

using Args = std::vector<std::pair<std::string, std::string>>;

// Everything of that kind which the document has.
std::vector<std::string> owners(const Json& document, Owner kind) {
  if (kind == Owner::entity) return {"/entity"};
  std::vector<std::string> out;
  const auto& services = document["services"].items();
  for (size_t s = 0; s < services.size(); ++s) {
    const std::string service = "/services/" + std::to_string(s);
    if (kind == Owner::service)
      out.push_back(service);
    else if (kind == Owner::domain)
      for (size_t d = 0; d < services[s]["domains"].size(); ++d)
        out.push_back(service + "/domains/" + std::to_string(d));
    else if (kind == Owner::app) {
      if (service_kind(services[s]) == china::ServiceKind::app) out.push_back(service + "/app");
    } else
      for (size_t a = 0; a < services[s]["pre_approvals"].size(); ++a)
        out.push_back(service + "/pre_approvals/" + std::to_string(a));
  }
  return out;
}

struct PersonField {
  const Json* person;
  std::string pointer;
  std::string_view title;
};

class Validator {
 public:
  Validator(const Order& order, const std::vector<materials::Material>& materials, TimePoint now,
            const CodeJudge& judge, const Limits& limits)
      : kind_(kind_of(order)),
        document_(order.document),
        filed_(order.filed),
        // Of what is only named nothing stands in the document that was taken from the record.
        start_(order.filed.is_null() || kind_.entity == Part::named
                   ? Json()
                   : prefilled(kind_, order.filed)),
        materials_(materials),
        now_(now),
        judge_(judge),
        limits_(limits) {}

  Findings run() {
    check_shape(form_of(kind_, filed_), document_, "", true, found_.problems);
    if (!as_filed("/entity")) entity();
    number_of_services();
    names_of_services();
    const auto& services = document_["services"].items();
    for (size_t i = 0; i < services.size(); ++i)
      if (const std::string at_service = "/services/" + std::to_string(i); !as_filed(at_service))
        service(services[i], at_service);
    persons();
    domains();
    if (is_cancellation(kind_)) reason();
    if (is_change(kind_) && reported(document_) == start_ && !icon_given())
      add(ProblemCode::nothing_changed, "");
    needed_materials();
    gbk(document_, "");
    return std::move(found_);
  }

 private:
  void add(ProblemCode code, std::string field, Args args = {}) {
    found_.problems.push_back({code, std::move(field), std::move(args)});
  }
  // The problems of a check that knows no field.
  template <class T>
  void at(const std::string& field, const Result<T>& checked) {
    if (checked) return;
    for (Problem problem : checked.error()) {
      problem.field = field + problem.field;
      found_.problems.push_back(std::move(problem));
    }
  }
  // Filed already and left as it is: nobody could mend it here.
  bool as_filed(const std::string& pointer) const {
    const Json* before = start_.pointer(pointer);
    const Json* now = document_.pointer(pointer);
    return before && now && *before == *now;
  }
  const Json& nature() const {
    const Json* own = document_.find("entity");
    return own ? (*own)["nature"] : filed_["entity"]["nature"];
  }
  bool organisation() const {
    return nature().is_int() && !china::is_individual(nature().as_int());
  }
  // A code of a table; what is missing or no number was told by its shape.
  bool code(std::string_view table, const Json& value, const std::string& field) {
    if (!value.is_int()) return false;
    const auto known = judge_(table, value.as_int());
    at(field, known);
    return known.has_value();
  }
  // What fits what is known of the program's own codes only, not of those that an authority added.
  static bool known_here(std::string_view table, const Json& code) {
    return china::code_table(table).find(code.as_int()) != nullptr;
  }
  void codes(std::string_view table, const Json& list, const std::string& field) {
    std::set<int64_t> seen;
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string item = field + "/" + std::to_string(i);
      code(table, list.at(i), item);
      if (list.at(i).is_int() && !seen.insert(list.at(i).as_int()).second)
        add(ProblemCode::duplicate, item);
    }
  }
  void certificate_number(const Json& type, const Json& number, const std::string& field) {
    if (!type.is_int() || !number.is_string() || number.as_string().empty()) return;
    if (!known_here("certificate_type", type)) return;
    at(field, china::check_certificate_number(type.as_int(), number.as_string(), now_));
  }

  void until(const Json& day, const std::string& field) {
    if (day.is_string() && !parse_until(day.as_string())) add(ProblemCode::bad_format, field);
  }

  void entity() {
    const Json& entity = document_["entity"];
    if (!entity.is_object()) return;
    const Json& nature = entity["nature"];
    const Json& certificate = entity["certificate"];
    const bool nature_known = code("entity_nature", nature, "/entity/nature");
    if (code("certificate_type", certificate["type"], "/entity/certificate/type")) {
      if (nature_known && known_here("entity_nature", nature) &&
          known_here("certificate_type", certificate["type"]) &&
          !china::certificate_fits(nature.as_int(), certificate["type"].as_int()))
        add(ProblemCode::nature_certificate_mismatch, "/entity/certificate/type");
      certificate_number(certificate["type"], certificate["number"], "/entity/certificate/number");
    }
    until(certificate["until"], "/entity/certificate/until");
    if (nature_known && !organisation())
      for (const auto* name : {"legal_representative", "business_scope"})
        if (entity.find(name))
          add(ProblemCode::not_applicable, std::string("/entity/") + name, {{"when", "个人备案"}});
    place(entity["location"]);
  }

  // Of an individual one new service an order.
  void number_of_services() {
    if (kind_.services != Part::asked) return;
    const bool individual = nature().is_int() && !organisation();
    const int64_t most = individual ? 1 : limits_.services_per_order;
    if (static_cast<int64_t>(document_["services"].size()) > most)
      add(ProblemCode::services_per_order, "/services",
          {{"nature", individual ? "个人" : "单位"}, {"max", std::to_string(most)}});
  }

  // The authority tells the services of an entity apart by their names.
  void names_of_services() {
    std::set<std::string> seen;
    const auto& services = document_["services"].items();
    for (size_t i = 0; i < services.size(); ++i) {
      const std::string name(text::trim(services[i]["name"].as_string()));
      if (!name.empty() && !seen.insert(name).second)
        add(ProblemCode::duplicate, "/services/" + std::to_string(i) + "/name");
    }
  }

  void reason() {
    const Json& reason = document_["reason"];
    if (!code("cancel_reason", reason, "/reason")) return;
    const auto* row = china::code_table("cancel_reason").find(reason.as_int());
    if (row && std::ranges::none_of(row->more["categories"].items(), [&](const Json& category) {
          return category.as_int(-1) == kind_.cancels;
        }))
      add(ProblemCode::code_unknown, "/reason", {{"code", std::to_string(reason.as_int())}});
  }

  void place(const Json& location) {
    if (!location["province"].is_int() || !location["city"].is_int()) return;
    std::optional<int64_t> county;
    if (location["county"].is_int()) county = location["county"].as_int();
    append_under(
        found_.problems, "/entity/location",
        china::check_place(location["province"].as_int(), location["city"].as_int(), county));
  }

  void service(const Json& service, const std::string& at_service) {
    if (!service.is_object()) return;
    const auto kind = service_kind(service);
    if (!kind)
      add(ProblemCode::kind_not_served, at_service + "/kind",
          {{"kind", service["kind"].as_string()}});
    else if (*kind == china::ServiceKind::website)
      website(service, at_service);
    else if (kind_.services != Part::named)
      append_under(found_.problems, "", check_app(service, at_service, judge_));
    codes("service_content", service["contents"], at_service + "/contents");
    codes("language", service["languages"], at_service + "/languages");
    const auto& approvals = service["pre_approvals"].items();
    for (size_t i = 0; i < approvals.size(); ++i)
      pre_approval(approvals[i], at_service + "/pre_approvals/" + std::to_string(i));
    const auto& accesses = service["accesses"].items();
    for (size_t i = 0; i < accesses.size(); ++i)
      access(accesses[i], at_service + "/accesses/" + std::to_string(i));
    home_url(service, at_service + "/home_url");
    stands_on(service, at_service + "/resource");
  }

  // Of what is filed nobody asks any more what it stands on.
  void stands_on(const Json& service, const std::string& field) {
    const Json* resource = service.find("resource");
    if (!resource) return;
    if (kind_.services == Part::edited)
      add(ProblemCode::unknown_field, field);
    else if (resource->find("source_id") && resource->find("code"))
      add(ProblemCode::unknown_field, field + "/code");
  }

  void website(const Json& service, const std::string& at_service) {
    for (const auto* member : {"domains", "contents", "accesses"}) {
      if (kind_.services == Part::named && std::string_view(member) != "domains") continue;
      const Json& value = service[member];
      if (value.is_null() || (value.is_array() && value.size() == 0))
        add(ProblemCode::required, at_service + "/" + member);
    }
    if (service.find("app"))
      add(ProblemCode::not_applicable, at_service + "/app", {{"when", "服务类型为网站"}});
  }

  void pre_approval(const Json& approval, const std::string& field) {
    code("preapproval_content", approval["content_type"], field + "/content_type");
  }

  void access(const Json& access, const std::string& field) {
    codes("server_location", access["locations"], field + "/locations");
    codes("access_method", access["methods"], field + "/methods");
    const auto& ranges = access["addresses"].items();
    for (size_t i = 0; i < ranges.size(); ++i) {
      const std::string item = field + "/addresses/" + std::to_string(i);
      const Json& from = ranges[i]["from"];
      const Json& to = ranges[i]["to"];
      if (!from.is_string() || !to.is_string()) continue;
      const auto range = china::parse_ip_range(from.as_string(), to.as_string());
      at(item, range);
      if (!range) continue;
      if (!range->from.is_v4())
        add(ProblemCode::ipv4_only, item + "/from");
      else if (!china::is_servable(range->from) || !china::is_servable(range->to))
        add(ProblemCode::bad_ip_address, item + "/from");
    }
  }

  // "www.example.cn", "https://example.cn/index.html": its host is one of the service's domains or
  // below one.
  void home_url(const Json& service, const std::string& field) {
    const Json* url = service.find("home_url");
    if (!url || !url->is_string() || url->as_string().empty()) return;
    if (service_kind(service) != china::ServiceKind::website) return;
    std::string host = url->as_string();
    if (const size_t scheme = host.find("://"); scheme != std::string::npos) {
      const std::string name = text::lower_ascii(host.substr(0, scheme));
      if (name != "http" && name != "https") return add(ProblemCode::bad_format, field);
      host.erase(0, scheme + 3);
    }
    host = host.substr(0, host.find_first_of("/?#"));
    if (const size_t port = host.find(':'); port != std::string::npos) {
      int64_t number = 0;
      if (!text::all_digits(host.substr(port + 1)) ||
          !text::parse_i64(host.substr(port + 1), number) || number < 1 || number > 65535)
        return add(ProblemCode::bad_format, field);
      host.erase(port);
    }
    const auto name = china::normalise_domain(host);
    if (!name) return at(field, name);
    for (const auto& domain : service["domains"].items()) {
      const std::string normal = normal_domain(domain.as_string());
      if (*name == normal || name->ends_with("." + normal)) return;
    }
    add(ProblemCode::home_url_not_in_domains, field);
  }

  void person(const PersonField& field) {
    const Json& person = *field.person;
    const Json& type = person["certificate_type"];
    if (code("certificate_type", type, field.pointer + "/certificate_type")) {
      if (known_here("certificate_type", type) && !china::is_person_certificate(type.as_int()))
        add(ProblemCode::code_unknown, field.pointer + "/certificate_type",
            {{"code", std::to_string(type.as_int())}});
      else
        certificate_number(type, person["certificate_number"],
                           field.pointer + "/certificate_number");
    }
    const auto text = [&](std::string_view name, auto check) {
      const Json* value = person.find(name);
      if (value && value->is_string() && !value->as_string().empty())
        at(field.pointer + "/" + std::string(name), check(value->as_string()));
    };
    text("mobile", china::check_mobile);
    text("emergency_mobile", china::check_mobile);
    text("office_phone", china::check_office_phones);
    text("email", china::check_email);
    until(person["certificate_until"], field.pointer + "/certificate_until");
    if (organisation() && !person.find("office_phone"))
      add(ProblemCode::required, field.pointer + "/office_phone");
    if (!person["mobile"].as_string().empty() && person["mobile"] == person["emergency_mobile"])
      add(ProblemCode::same_person_number, field.pointer + "/emergency_mobile",
          {{"other", "本人手机"}});
  }

  // Each person alone, then whether different persons gave one number: each is verified by SMS.
  void persons() {
    std::vector<PersonField> fields;
    if (document_["entity"]["manager"].is_object())
      fields.push_back({&document_["entity"]["manager"], "/entity/manager", "主体负责人"});
    const auto& services = document_["services"].items();
    for (size_t i = 0; i < services.size(); ++i)
      if (services[i]["manager"].is_object())
        fields.push_back({&services[i]["manager"], "/services/" + std::to_string(i) + "/manager",
                          "互联网信息服务负责人"});
    for (size_t i = 0; i < fields.size(); ++i) {
      if (as_filed(fields[i].pointer)) continue;
      person(fields[i]);
      const Json& mobile = (*fields[i].person)["mobile"];
      if (mobile.as_string().empty()) continue;
      for (size_t before = 0; before < i; ++before)
        if ((*fields[before].person)["mobile"] == mobile &&
            !same_person(*fields[before].person, *fields[i].person)) {
          add(ProblemCode::same_person_number, fields[i].pointer + "/mobile",
              {{"other", std::string(fields[before].title)}});
          break;
        }
    }
  }

  static bool same_person(const Json& a, const Json& b) {
    return a["certificate_type"] == b["certificate_type"] &&
           normal_certificate(a["certificate_number"].as_string()) ==
               normal_certificate(b["certificate_number"].as_string());
  }

  void domains() {
    std::set<std::string> websites;
    const auto& services = document_["services"].items();
    for (size_t s = 0; s < services.size(); ++s) {
      // An app may share a domain with its entity's other services.
      std::set<std::string> own;
      const bool website = service_kind(services[s]) == china::ServiceKind::website;
      std::set<std::string>& seen = website ? websites : own;
      const auto& names = services[s]["domains"].items();
      for (size_t d = 0; d < names.size(); ++d) {
        if (!names[d].is_string()) continue;
        const std::string field =
            "/services/" + std::to_string(s) + "/domains/" + std::to_string(d);
        // Filed names, of whatever form (check_locked).
        if (kind_.services == Part::edited && (website || was_filed(s, names[d]))) {
          if (!seen.insert(normal_domain(names[d].as_string())).second)
            add(ProblemCode::duplicate, field);
          continue;
        }
        const auto name = china::check_independent_domain(names[d].as_string());
        at(field, name);
        if (name && !seen.insert(*name).second) add(ProblemCode::duplicate, field);
      }
    }
  }

  bool was_filed(size_t service, const Json& name) const {
    const Json* before = start_.pointer("/services/" + std::to_string(service) + "/domains");
    return before && std::ranges::find(before->items(), name) != before->items().end();
  }

  // A new icon is a change, though no field tells it.
  bool icon_given() const {
    return std::ranges::any_of(materials_, [](const auto& m) { return m.purpose == kAppIcon; });
  }

  void needed_materials() {
    std::set<std::string> there;
    for (const auto& material : materials_)
      there.insert(material_field(material.purpose, material.owner));
    const auto need = [&](const MaterialRow& row, const std::string& owner) {
      const std::string field = material_field(row.purpose, owner);
      if (!there.contains(field))
        add(ProblemCode::material_missing, field, {{"material", std::string(row.title)}});
    };
    const bool individual = nature().is_int() && !organisation();
    for (const auto& row : material_rows())
      if (takes_material(kind_, row.purpose) && (!individual || row.of_individuals) &&
          !(row.owner == Owner::entity && kind_.moves && entity_part(kind_, filed_) == Part::named))
        for (const auto& owner : owners(document_, row.owner))
          if (evidence_changed(row, owner)) need(row, owner);
  }

  // What is filed was proved when it was filed.
  bool evidence_changed(const MaterialRow& row, const std::string& owner) const {
    if (!start_.pointer(owner)) return true;
    const auto value = [](const Json& document, const std::string& pointer) {
      const Json* found = document.pointer(pointer);
      return found ? *found : Json();
    };
    return std::ranges::any_of(row.evidence, [&](std::string_view part) {
      const std::string pointer = owner + std::string(part);
      return value(start_, pointer) != value(document_, pointer);
    });
  }

  // Rare characters travel as references; some authorities show them as boxes.
  void gbk(const Json& json, const std::string& field) {
    if (json.is_string()) return gbk_text(json.as_string(), field);
    for (size_t i = 0; i < json.items().size(); ++i)
      gbk(json.items()[i], field + "/" + std::to_string(i));
    for (const auto& [name, value] : json.members()) gbk(value, field + "/" + pointer_token(name));
  }
  void gbk_text(const std::string& utf8, const std::string& field) {
    if (text::to_gbk(utf8)) return;
    std::string characters;
    for (size_t i = 0; i < utf8.size();) {
      size_t n = 1;
      while (i + n < utf8.size() && (static_cast<unsigned char>(utf8[i + n]) & 0xC0) == 0x80) ++n;
      const std::string character = utf8.substr(i, n);
      if (!text::to_gbk(character) && characters.find(character) == std::string::npos)
        characters += character;
      i += n;
    }
    found_.warnings.push_back({ProblemCode::no_gbk_form, field, {{"characters", characters}}});
  }

  const OrderKind& kind_;
  const Json& document_;
  const Json& filed_;
  const Json start_;  // the document as it is filed, or null
  const std::vector<materials::Material>& materials_;
  TimePoint now_;
  const CodeJudge& judge_;
  const Limits& limits_;
  Findings found_;
};

}  // namespace

Status judge_by_program(std::string_view table, int64_t code) {
  return china::check_code(table, code);
}

Findings validate(const Order& order, const std::vector<materials::Material>& materials,
                  TimePoint now, const CodeJudge& judge, const Limits& limits) {
  return Validator(order, materials, now, judge, limits).run();
}

std::string material_field(int purpose, const std::string& owner) {
  return owner + "/materials/" + std::to_string(purpose);
}

Status check_material_owner(const Order& order, int purpose, const std::string& owner) {
  const MaterialRow* row = material_row(purpose);
  if (!row || !takes_material(kind_of(order), purpose))
    return fail(ProblemCode::code_unknown, "/purpose", {{"code", std::to_string(purpose)}});
  auto fitting = owners(order.document, row->owner);
  // Pictures may come before the form is filled in.
  if (order.document["services"].size() == 0) {
    if (row->owner == Owner::service) fitting.push_back("/services/0");
    if (row->owner == Owner::app) fitting.push_back("/services/0/app");
  }
  if (std::ranges::find(fitting, owner) != fitting.end()) return {};
  if (fitting.empty())
    fitting.push_back(row->owner == Owner::domain ? "/services/0/domains/0"
                      : row->owner == Owner::app  ? "/services/0/app"
                                                  : "/services/0/pre_approvals/0");
  return fail(ProblemCode::material_owner, "/owner", {{"owner", fitting.front()}});
}

}  // namespace beian::orders
