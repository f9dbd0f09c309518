// Who may be in charge: ages, certificates, who has to be whom.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

std::string years(int64_t n) {
  return std::to_string(n) + "周岁";
}

void no_birth(Findings& out, std::string_view param, const Person& person) {
  out.unknown(param, person.at + "/certificate_number",
              std::string(title_of(person)) + "的出生日期未知，无法判断年龄");
}

Judge manager_min_age(Params& p) {
  const auto min = p.integer("min_age");
  const auto who = p.word("who", {"all", "entity_manager", "service_manager"});
  const auto proof = p.integer("proof_under");
  return [=](const View& v, Findings& out) {
    v.persons([&](const Person& person) {
      if (who == "entity_manager" && person.role != Role::entity_manager) return;
      if (who == "service_manager" && person.role != Role::service_manager) return;
      const auto birth = birth_of(person);
      if (!birth) return no_birth(out, "min_age", person);
      const int age = age_on(*birth, v.facts.today);
      const std::string at = person.at + "/certificate_number";
      const std::string now = std::string(title_of(person)) + "现" + years(age);
      if (min && age < *min)
        out.wrong("min_age", at, now + "，须年满" + years(*min) + "，请更换负责人");
      else if (proof && age < *proof)
        out.demand("proof_under", at, now + "，未满" + years(*proof) + "，请附劳动就业或收入证明");
    });
  };
}

Judge manager_max_age(Params& p) {
  const auto male = p.integer("male"), female = p.integer("female");
  return [=](const View& v, Findings& out) {
    v.persons([&](const Person& person) {
      const auto birth = birth_of(person);
      const auto sex = sex_of(person);
      if (!birth || !sex) return no_birth(out, "male", person);
      const bool man = *sex == china::Sex::male;
      const auto max = man ? male : female;
      const int age = age_on(*birth, v.facts.today);
      if (max && age > *max)
        out.wrong(man ? "male" : "female", person.at + "/certificate_number",
                  std::string(title_of(person)) + "现" + years(age) + "，超过" + years(*max) +
                      "，宜更换负责人");
    });
  };
}

Judge individual_min_age(Params& p) {
  const auto min = p.integer("min_age");
  const auto proof = p.integer("proof_under"), guardian = p.integer("guardian_under");
  const auto study = p.integer("study_or_work_proof_under");
  const bool guardian_if_poor = p.flag("guardian_if_no_income");
  return [=](const View& v, Findings& out) {
    const Person* person = v.entity_manager();
    if (person == nullptr) return;
    const auto birth = birth_of(*person);
    if (!birth) return no_birth(out, "min_age", *person);
    const int age = age_on(*birth, v.facts.today);
    const std::string at = person->at + "/certificate_number";
    const std::string now = "主办者现" + years(age);
    if (min && age < *min) {
      out.wrong("min_age", at, now + "，个人备案须年满" + years(*min));
      return;
    }
    if (guardian && age < *guardian)
      out.demand("guardian_under", at, now + "，请附监护人材料并在备注写明关系",
                 "guardian-materials");
    if (proof && age < *proof &&
        !(guardian_if_poor && out.has("guardian-materials")))  // either one
      out.demand("proof_under", at,
                 now + (guardian_if_poor ? "，请附工作证明；无收入的附监护人材料"
                                         : "，请附劳动就业或收入证明"),
                 "employment-proof");
    if (study && age < *study)
      out.demand("study_or_work_proof_under", at, now + "，请附学习或工作证明",
                 "study-or-work-proof");
  };
}

Judge id_min_validity(Params& p) {
  const int64_t days = p.integer("min_days").value_or(0);
  const auto comparison = p.word("comparison", {"gt", "ge"});
  const bool all =
      p.word("scope", {"personal_certificates", "all_certificates"}) == "all_certificates";
  return [=](const View& v, Findings& out) {
    const auto judge = [&](const Known<Day>& until, const std::string& at, const std::string& of) {
      if (!until) {
        out.unknown("min_days", at, of + "证件的有效期未知");
      } else if (const int64_t left = days_until(v.facts.today, *until);
                 !reaches(left, comparison, days)) {
        out.wrong("min_days", at,
                  of + "证件有效期至" + iso(*until) + "，剩余" + std::to_string(left) + "天，须" +
                      (comparison == "gt" ? "超过" : "不少于") + std::to_string(days) +
                      "天，请换证后提交");
      }
    };
    v.persons([&](const Person& person) {
      judge(person.certificate_until, person.at + "/certificate_number",
            std::string(title_of(person)));
    });
    if (all && !v.individual())
      judge(v.entity().certificate_until, "/entity/certificate/number", "主办单位");
  };
}

Judge hk_mo_tw_document(Params& p) {
  constexpr auto kDocuments = std::to_array<std::string_view>(
      {"hk_mo_tw_residence_permit", "hk_mo_travel_permit", "taiwan_travel_permit", "passport",
       "hong_kong_id", "number_with_letter"});
  const auto hk_mo = p.words("hong_kong_macao", kDocuments);
  auto taiwan = p.words("taiwan", kDocuments);
  // Which of the permit's two numbers to write: told, not judged.
  std::erase(taiwan, "number_with_letter");
  const auto foreigner = p.words("foreigner", kDocuments);
  const auto some = p.words("accepted", kDocuments);
  const auto persons = p.words("persons", {"hong_kong"});
  const auto rejected = p.words("rejected", kDocuments);
  const auto preferred = p.word("preferred", kDocuments);
  const auto min_days = p.integer("min_days");
  const auto required = p.word("individual_required", kDocuments);
  const auto individual_rejected = p.words("individual_rejected", kDocuments);
  const auto organization = p.words("organization_accepted", kDocuments);
  return [=](const View& v, Findings& out) {
    v.persons([&](const Person& person) {
      const int64_t type = person.certificate_type;
      const bool hong_kong = type == 14 || type == 41, from_taiwan = type == 11 || type == 42;
      const bool foreign = type == 7 || type == 30;
      if (!hong_kong && !from_taiwan && !foreign) return;
      const std::string at = person.at + "/certificate_type";
      const auto only = [&](std::string_view param, const std::vector<std::string>& list,
                            const std::string& who) {
        if (!list.empty() && !is_certificate(type, list))
          out.wrong(param, at, who + "须用" + titles_of_certificates(list));
      };
      const std::string who(title_of(person));
      if (hong_kong && some.empty()) only("hong_kong_macao", hk_mo, who + "为港澳居民，");
      if (from_taiwan && some.empty()) only("taiwan", taiwan, who + "为台湾居民，");
      if (foreign && type == 7) only("foreigner", foreigner, who + "为外籍，");
      // A passport does not tell whose it is.
      if (type == 7 && is_certificate(type, rejected))
        out.unknown("rejected", at, who + "持护照；如为港澳台居民，本省不收护照");
      if (hong_kong || from_taiwan) {
        auto list = some;
        if (!list.empty() && !preferred.empty()) list.push_back(preferred);
        if (persons.empty() || hong_kong) only("accepted", list, who + "为港澳台居民，");
        if (min_days && person.certificate_until &&
            days_until(v.facts.today, *person.certificate_until) <= *min_days)
          out.wrong("min_days", at, who + "的证件有效期须超过" + std::to_string(*min_days) + "天");
        if (v.individual() && !required.empty())
          only("individual_required", {required}, "港澳台居民个人备案");
        else if (v.individual() && is_certificate(type, individual_rejected))
          out.wrong("individual_rejected", at,
                    "个人备案不收" + titles_of_certificates(individual_rejected));
        if (!v.individual() && hong_kong) only("organization_accepted", organization, who);
      }
    });
  };
}

Judge individual_document_kind(Params& p) {
  const auto accepted = p.words("accepted", {"resident_id_card"});
  const auto temporary = p.maybe_flag("temporary_id_accepted");
  return [=](const View& v, Findings& out) {
    const Person* person = v.entity_manager();
    if (person == nullptr) return;
    if (!accepted.empty() && !is_certificate(person->certificate_type, accepted))
      out.wrong("accepted", person->at + "/certificate_type",
                "个人备案只收" + titles_of_certificates(accepted));
    if (temporary != std::optional(false) || !is_mainlander(*person)) return;
    if (!person->temporary_certificate)
      out.unknown("temporary_id_accepted", person->at + "/certificate_number",
                  "是否为临时身份证未知");
    else if (*person->temporary_certificate)
      out.wrong("temporary_id_accepted", person->at + "/certificate_number",
                "不收临时身份证，请用正式身份证");
  };
}

Judge individual_foreigner(Params& p) {
  const bool accepted = p.flag("accepted", true);
  return [=](const View& v, Findings& out) {
    const Person* person = v.entity_manager();
    if (person == nullptr || accepted) return;
    if (person->certificate_type == 7 || person->certificate_type == 30)
      out.wrong("accepted", person->at + "/certificate_type", "本省不受理外籍个人备案");
  };
}

Judge individual_is_manager(Params& p) {
  p.word("entity_manager", {"applicant"});
  return [=](const View& v, Findings& out) {
    const Person* person = v.entity_manager();
    if (person == nullptr) return;
    const Entity& e = v.entity();
    if (!same_name(person->name, e.name) || person->certificate_type != e.certificate_type ||
        person->certificate_number != e.certificate_number)
      out.wrong("entity_manager", person->at + "/name",
                "个人备案的主体负责人须是主办者本人，姓名和证件须与主体一致");
  };
}

Judge individual_out_of_province(Params& p) {
  const auto policy =
      p.word("policy", {"allowed", "allowed_local_phone", "forbidden", "proof_required"});
  p.words("accepted_proofs",
          {"residence_permit", "temporary_residence_permit", "property_certificate",
           "social_insurance", "student_card", "employment_contract", "purchase_contract"});
  p.words("also_orders", {"add_service", "change"});
  p.word("only", {"residence_permit"});
  const bool change_exempt = p.flag("change_exempt");
  const bool foreigners = p.flag("applies_to_foreigners");
  p.told({"min_permit_validity_days", "student_card_accepted", "social_insurance_months"});
  return [=](const View& v, Findings& out) {
    const Person* person = v.entity_manager();
    if (person == nullptr || policy == "allowed" || policy.empty()) return;
    if ((change_exempt && v.is_order("change")) || v.is_order("cancel")) return;
    const std::string at = person->at + "/certificate_number";
    const auto home = province_of(*person);
    if (!home && is_mainlander(*person)) return out.unknown("policy", at, "证件地址所在省未知");
    if (!home && !foreigners) return;
    if (home == v.facts.province) return;
    const std::string from =
        home ? "证件地址在" + name_of_province(*home) + "，" : std::string("非本省居民，");
    if (policy == "forbidden")
      out.wrong("policy", at, from + "本省不受理外省个人备案，请在证件地址所在省备案");
    else if (policy == "proof_required")
      out.demand("policy", at, from + "请附本省有效的居住证明");
    else if (!person->mobile_province)
      out.unknown("policy", person->at + "/mobile", from + "须用本省手机号，号码归属地未知");
    else if (*person->mobile_province != v.facts.province)
      out.wrong("policy", person->at + "/mobile", from + "须使用本省手机号");
  };
}

// An order without a known answer: is this manager the legal representative?
void legal_rep_unknown(Findings& out, std::string_view param, const Person& person) {
  out.unknown(param, person.at + "/name", std::string(title_of(person)) + "是否为法定代表人未知");
}

Judge entity_manager_legal_rep(Params& p) {
  const auto requirement = p.word("requirement", {"required", "authorised_allowed"});
  const auto required_for = p.words("required_for", {"finance"});
  const auto exempt = p.words("exempt_natures", {"government", "public_institution"});
  const auto exempt_needs = p.text("exempt_needs");
  p.word("preferred", {"legal_representative"});
  p.words("authorised_persons", {"shareholder", "senior_manager"});
  p.words("documents", {"articles_or_appointment", "company_authorization_signed_and_sealed"});
  p.told({"remark", "provinces_may_relax"});
  static const std::vector<std::string> kFinance{"金融", "投资", "担保", "典当",
                                                 "贷款", "理财", "基金", "资产管理"};
  return [=](const View& v, Findings& out) {
    const Person* person = v.entity_manager();
    if (person == nullptr || v.is_order("cancel")) return;
    const auto legal = is_legal_rep(v.facts, *person);
    if (!legal) return legal_rep_unknown(out, "requirement", *person);
    if (*legal) return;
    const std::string at = person->at + "/name";
    const bool spared = std::ranges::find(exempt, nature_word(v.entity())) != exempt.end();
    const std::string money = required_for.empty() ? "" : first_of(v.entity().name, kFinance);
    if (!money.empty())
      out.wrong("required_for", at,
                "单位名称含" + in_brackets(money) + "，主体负责人须为法定代表人");
    else if (requirement == "required" && !spared)
      out.wrong("requirement", at, "主体负责人须为法定代表人，本省不接受授权他人");
    else
      out.demand(spared ? "exempt_needs" : "requirement", at,
                 "主体负责人不是法定代表人，请附主体负责人授权书",
                 spared ? std::string_view(exempt_needs) : std::string_view());
  };
}

Judge finance_name_legal_rep(Params& p) {
  const auto words = p.texts("words");
  p.word("both_managers", {"legal_representative"});
  return [=](const View& v, Findings& out) {
    const std::string word = first_of(v.entity().name, words);
    if (word.empty()) return;
    v.persons([&](const Person& person) {
      const auto legal = is_legal_rep(v.facts, person);
      if (!legal) return legal_rep_unknown(out, "both_managers", person);
      if (!*legal)
        out.wrong("both_managers", person.at + "/name",
                  "单位名称含" + in_brackets(word) + "，" + std::string(title_of(person)) +
                      "须为法定代表人");
    });
  };
}

Judge service_manager_equals(Params& p) {
  p.word("when", {"entity_manager_not_legal_rep"});
  return [=](const View& v, Findings& out) {
    const Person* entity = v.entity_manager();
    if (entity == nullptr) return;
    v.service_managers([&](const Person& person) {
      if (same_person(*entity, person)) return;
      const auto legal = is_legal_rep(v.facts, *entity);
      if (!legal) return legal_rep_unknown(out, "when", *entity);
      if (!*legal)
        out.wrong("when", person.at + "/name",
                  "主体负责人不是法定代表人时，互联网信息服务负责人须与主体负责人为同一人");
    });
  };
}

Judge service_manager_differs(Params& p) {
  const bool must = p.flag("must_differ");
  return [=](const View& v, Findings& out) {
    const Person* entity = v.entity_manager();
    if (entity == nullptr || !must || v.individual()) return;
    v.service_managers([&](const Person& person) {
      if (same_person(*entity, person))
        out.wrong("must_differ", person.at + "/name",
                  "互联网信息服务负责人与主体负责人宜为不同的人");
    });
  };
}

Judge service_manager_nationality(Params& p) {
  const auto nationality = p.word("nationality", {"CN"});
  p.word("document", {"resident_id_card"});
  const bool if_foreign = !p.word("when", {"legal_rep_is_foreign"}).empty();
  return [=](const View& v, Findings& out) {
    v.service_managers([&](const Person& person) {
      const int64_t type = person.certificate_type;
      // Residents of Hong Kong, Macao and Taiwan are citizens as well.
      const bool foreign = type == 7 || type == 30;
      if (if_foreign ? is_mainlander(person) : !foreign) return;
      if (if_foreign && !v.entity().legal_representative_foreign)
        return out.unknown("when", person.at + "/certificate_type", "法定代表人是否为外籍未知");
      if (if_foreign && !*v.entity().legal_representative_foreign) return;
      out.wrong(nationality.empty() ? "document" : "nationality", person.at + "/certificate_type",
                if_foreign ? "法定代表人为外籍，互联网信息服务负责人须持居民身份证"
                           : "互联网信息服务负责人须为中国公民");
    });
  };
}

Judge service_manager_single_entity(Params& p) {
  const int64_t max = p.integer("max_organizations").value_or(1);
  return [=](const View& v, Findings& out) {
    v.service_managers([&](const Person& person) {
      const std::string at = person.at + "/certificate_number";
      if (!person.organizations)
        out.unknown("max_organizations", at, "该负责人是否已任其他单位的服务负责人未知");
      else if (*person.organizations + 1 > max)
        out.wrong("max_organizations", at,
                  "该负责人已是其他" + std::to_string(*person.organizations) +
                      "个单位的互联网信息服务负责人，一人只能担任" + std::to_string(max) +
                      "个单位的，请更换");
    });
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"manager-min-age", manager_min_age},
    {"manager-max-age", manager_max_age},
    {"individual-min-age", individual_min_age},
    {"id-min-validity", id_min_validity},
    {"hk-mo-tw-document", hk_mo_tw_document},
    {"individual-document-kind", individual_document_kind},
    {"individual-foreigner", individual_foreigner},
    {"individual-is-manager", individual_is_manager},
    {"individual-out-of-province", individual_out_of_province},
    {"entity-manager-legal-rep", entity_manager_legal_rep},
    {"finance-name-legal-rep", finance_name_legal_rep},
    {"service-manager-equals-entity-manager", service_manager_equals},
    {"service-manager-not-entity-manager", service_manager_differs},
    {"service-manager-nationality", service_manager_nationality},
    {"service-manager-single-entity", service_manager_single_entity},
});

}  // namespace

std::span<const Evaluator> person_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
