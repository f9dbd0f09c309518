#include "rules/facts.hpp"

#include <algorithm>
#include <array>

#include "base/day.hpp"
#include "base/text.hpp"

namespace beian::rules {
namespace {

struct Nature {
  int64_t code;
  std::string_view word;
};
// entity_nature of data/codes/codes.json.
constexpr auto kNatures = std::to_array<Nature>({{1, "military"},
                                                 {2, "government"},
                                                 {3, "public_institution"},
                                                 {4, "enterprise"},
                                                 {5, "individual"},
                                                 {6, "social_organization"},
                                                 {8, "sole_proprietor"},
                                                 {9, "private_non_enterprise"},
                                                 {10, "foundation"},
                                                 {11, "law_firm"},
                                                 {12, "foreign_cultural_centre"},
                                                 {13, "mass_organization"},
                                                 {14, "forensic"},
                                                 {15, "religious"},
                                                 {16, "overseas"},
                                                 {17, "medical"},
                                                 {18, "notary"},
                                                 {19, "rural_collective"},
                                                 {20, "arbitration"}});
constexpr int64_t kEnterprise = 4;

// One object: reads members into places, and tells those that no place was named for.
class Reader {
 public:
  Reader(const Json& json, std::string at, Problems& problems)
      : json_(json), at_(std::move(at)), problems_(problems) {
    if (!json_.is_object()) wrong("", "object");
  }

  // Every member has its place here, or is unknown.
  template <class... Fields>
  void fields(Fields... field) {
    for (const auto& [name, value] : json_.members()) {
      const bool known =
          ((field.name == name && (take(field.name, value, *field.into), true)) || ...);
      if (!known) problems_.push_back({ProblemCode::unknown_field, at_ + "/" + name, {}});
    }
  }

 private:
  void wrong(std::string_view name, std::string expected) {
    problems_.push_back({ProblemCode::wrong_type,
                         name.empty() ? at_ : at_ + "/" + std::string(name),
                         {{"expected", std::move(expected)}}});
  }
  void take(std::string_view name, const Json& value, std::string& into) {
    if (!value.is_string()) wrong(name, "text");
    into = value.as_string();
  }
  void take(std::string_view name, const Json& value, int64_t& into) {
    if (!value.is_int()) wrong(name, "integer");
    into = value.as_int();
  }
  void take(std::string_view name, const Json& value, bool& into) {
    if (!value.is_bool()) wrong(name, "boolean");
    into = value.as_bool();
  }
  void take(std::string_view name, const Json& value, Role& into) {
    const std::string& word = value.as_string();
    if (word != "entity_manager" && word != "service_manager") wrong(name, "role");
    into = word == "service_manager" ? Role::service_manager : Role::entity_manager;
  }
  void take(std::string_view name, const Json& value, Day& into) {
    if (value.as_string() == "9999-12-31") {
      into = Day::max();
      return;
    }
    if (const auto day = parse_day(value.as_string()))
      into = *day;
    else
      problems_.push_back({ProblemCode::bad_format, at_ + "/" + std::string(name), {}});
  }
  void take(std::string_view name, const Json& value, china::IpRange& into) {
    if (auto range = china::parse_ip_range(value.as_string()))
      into = *range;
    else
      problems_.push_back({ProblemCode::bad_format, at_ + "/" + std::string(name), {}});
  }
  template <class T>
  void take(std::string_view name, const Json& value, Known<T>& into) {
    into.reset();  // null: not known
    if (value.is_null()) return;
    take(name, value, into.emplace());
  }
  template <class T>
  void take(std::string_view name, const Json& value, std::vector<T>& into) {
    if (!value.is_array()) wrong(name, "array");
    into.clear();
    for (size_t i = 0; i < value.size(); ++i)
      take(std::string(name) + "/" + std::to_string(i), value.at(i), into.emplace_back());
  }
  template <class T>
  void take(std::string_view name, const Json& value, std::map<std::string, T, std::less<>>& into) {
    if (!value.is_object()) wrong(name, "object");
    for (const auto& [key, one] : value.members()) take(name, one, into[key]);
  }
  template <class T>
  void take(std::string_view name, const Json& value, T& into);

  const Json& json_;
  std::string at_;
  Problems& problems_;
};

template <class T>
struct Field {
  std::string_view name;
  T* into;
};
template <class T>
Field(std::string_view, T*) -> Field<T>;

void read(Reader& in, Person& p) {
  in.fields(Field{"at", &p.at}, Field{"role", &p.role}, Field{"name", &p.name},
            Field{"mobile", &p.mobile}, Field{"emergency_mobile", &p.emergency_mobile},
            Field{"email", &p.email}, Field{"certificate_type", &p.certificate_type},
            Field{"certificate_number", &p.certificate_number}, Field{"birth", &p.birth},
            Field{"certificate_until", &p.certificate_until},
            Field{"temporary_certificate", &p.temporary_certificate},
            Field{"legal_representative", &p.legal_representative},
            Field{"mobile_province", &p.mobile_province},
            Field{"mobile_elsewhere", &p.mobile_elsewhere},
            Field{"email_elsewhere", &p.email_elsewhere},
            Field{"certificate_elsewhere", &p.certificate_elsewhere},
            Field{"organizations", &p.organizations});
}

void read(Reader& in, Domain& d) {
  in.fields(Field{"at", &d.at}, Field{"name", &d.name}, Field{"registered", &d.registered},
            Field{"expires", &d.expires}, Field{"real_name", &d.real_name},
            Field{"real_name_since", &d.real_name_since}, Field{"holder", &d.holder},
            Field{"holder_certificate", &d.holder_certificate},
            Field{"holder_certificate_type", &d.holder_certificate_type},
            Field{"suffix_approved", &d.suffix_approved},
            Field{"registrar_approved", &d.registrar_approved},
            Field{"registrar_overseas", &d.registrar_overseas},
            Field{"filed_elsewhere", &d.filed_elsewhere}, Field{"filed_since", &d.filed_since},
            Field{"resolves_to", &d.resolves_to});
}

void read(Reader& in, Platform& p) {
  in.fields(Field{"name", &p.name}, Field{"app_name", &p.app_name}, Field{"id", &p.id},
            Field{"public_key", &p.public_key}, Field{"fingerprint", &p.fingerprint});
}

void read(Reader& in, Service& s) {
  in.fields(Field{"at", &s.at}, Field{"kind", &s.kind}, Field{"name", &s.name},
            Field{"remark", &s.remark}, Field{"domains", &s.domains},
            Field{"home_urls", &s.home_urls}, Field{"contents", &s.contents},
            Field{"languages", &s.languages}, Field{"pre_approvals", &s.pre_approvals},
            Field{"provinces", &s.provinces}, Field{"addresses", &s.addresses},
            Field{"platforms", &s.platforms}, Field{"actual_name", &s.actual_name},
            Field{"name_elsewhere", &s.name_elsewhere}, Field{"filed_domains", &s.filed_domains},
            Field{"resources", &s.resources});
}

void read(Reader& in, Entity& e) {
  in.fields(Field{"name", &e.name}, Field{"nature", &e.nature}, Field{"investor", &e.investor},
            Field{"remark", &e.remark}, Field{"province", &e.province}, Field{"city", &e.city},
            Field{"county", &e.county}, Field{"address", &e.address},
            Field{"certificate_type", &e.certificate_type},
            Field{"certificate_number", &e.certificate_number},
            Field{"certificate_address", &e.certificate_address},
            Field{"certificate_until", &e.certificate_until},
            Field{"business_scope", &e.business_scope},
            Field{"legal_representative", &e.legal_representative},
            Field{"legal_representative_foreign", &e.legal_representative_foreign},
            Field{"legal_representative_region", &e.legal_representative_region},
            Field{"registered_region", &e.registered_region},
            Field{"certificate_region", &e.certificate_region}, Field{"shell", &e.shell},
            Field{"filed_here", &e.filed_here}, Field{"seal", &e.seal},
            Field{"trade_name", &e.trade_name}, Field{"in_credit_system", &e.in_credit_system},
            Field{"filed_services", &e.filed_services}, Field{"entity_numbers", &e.entity_numbers},
            Field{"filed_names", &e.filed_names}, Field{"filed_domains", &e.filed_domains},
            Field{"open_orders", &e.open_orders}, Field{"own_account", &e.own_account});
}

void read(Reader& in, Filed& f) {
  in.fields(Field{"name", &f.name}, Field{"nature", &f.nature}, Field{"province", &f.province},
            Field{"certificate_type", &f.certificate_type},
            Field{"certificate_number", &f.certificate_number},
            Field{"certificate_address", &f.certificate_address}, Field{"address", &f.address},
            Field{"investor", &f.investor}, Field{"manager_name", &f.manager_name},
            Field{"manager_certificate", &f.manager_certificate},
            Field{"manager_mobile", &f.manager_mobile},
            Field{"service_manager_certificate", &f.service_manager_certificate},
            Field{"manager_is_legal_rep", &f.manager_is_legal_rep},
            Field{"legal_representative", &f.legal_representative});
}

void read(Reader& in, Material& m) {
  in.fields(Field{"id", &m.id}, Field{"at", &m.at});
}

template <class T>
void Reader::take(std::string_view name, const Json& value, T& into) {
  Reader in(value, at_ + "/" + std::string(name), problems_);
  read(in, into);
}

}  // namespace

std::string_view nature_word(const Entity& entity) {
  if (entity.nature == kEnterprise && entity.certificate_number.starts_with("92"))
    return "sole_proprietor";
  const auto* found = std::ranges::find(kNatures, entity.nature, &Nature::code);
  return found == kNatures.end() ? std::string_view{} : found->word;
}

Case case_of(const Facts& facts, std::string_view service) {
  return {facts.province, std::string(nature_word(facts.entity)), facts.order,
          std::string(service)};
}

Result<Facts> read_facts(const Json& json) {
  Facts f;
  Problems problems;
  Reader in(json, "", problems);
  in.fields(Field{"province", &f.province}, Field{"order", &f.order}, Field{"today", &f.today},
            Field{"entity", &f.entity}, Field{"persons", &f.persons},
            Field{"services", &f.services}, Field{"materials", &f.materials},
            Field{"answers", &f.answers}, Field{"filed", &f.filed},
            Field{"carries_change", &f.carries_change});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return f;
}

}  // namespace beian::rules
