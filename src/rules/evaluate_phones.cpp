// Numbers and mail boxes: how many, whose, from where.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

// The distinct numbers of both persons, usual and emergency ones.
size_t distinct(const Person& a, const Person& b) {
  std::set<std::string_view> numbers;
  for (const Person* person : {&a, &b})
    for (const std::string* number : {&person->mobile, &person->emergency_mobile})
      if (!number->empty()) numbers.insert(*number);
  return numbers.size();
}

struct Distinct {
  std::optional<int64_t> same, different, total;
  bool managers = false, emergency = false, email = false, swap = false, required = false;
};

void judge_one(const Distinct& rule, const Person& person, Findings& out) {
  if (rule.required && person.emergency_mobile.empty())
    out.wrong("emergency_required", person.at + "/emergency_mobile",
              "须填写" + std::string(title_of(person)) + "的应急号码");
  if (rule.emergency && !person.mobile.empty() && person.mobile == person.emergency_mobile)
    out.wrong("emergency_must_differ", person.at + "/emergency_mobile",
              "应急号码" + in_brackets(person.emergency_mobile) + "与本人手机号相同，请另填一个");
}

void judge_pair(const Distinct& rule, const Person& entity, const Person& service, Findings& out) {
  const bool same = same_person(entity, service);
  const std::string mobile = service.at + "/mobile";
  if (!same && rule.managers && !service.mobile.empty() && service.mobile == entity.mobile)
    out.wrong("managers_must_differ", mobile,
              "与主体负责人的手机号相同，两负责人不同时须填各自的手机号");
  if (!same && rule.email && !service.email.empty() &&
      text::lower_ascii(service.email) == text::lower_ascii(entity.email))
    out.wrong("email_must_differ", service.at + "/email",
              "与主体负责人的邮箱相同，两负责人不同时须填各自的邮箱");
  const bool swapped =
      !service.mobile.empty() && !entity.mobile.empty() &&
      (service.mobile == entity.emergency_mobile || entity.mobile == service.emergency_mobile);
  if (!same && rule.swap && swapped)
    out.wrong("swap_forbidden", service.at + "/emergency_mobile",
              "两负责人的手机号不得互为应急号码，请另填应急号码");
  const auto count = [&](std::string_view param, const std::optional<int64_t>& least) {
    const auto found = static_cast<int64_t>(distinct(entity, service));
    if (least && found < *least)
      out.wrong(param, mobile,
                "两处负责人的手机号和应急号码共" + std::to_string(found) + "个不同号码，须至少" +
                    std::to_string(*least) + "个");
  };
  if (same)
    count("same_person_min_numbers", rule.same);
  else
    count("different_persons_min_numbers", rule.different);
  count("total_min_numbers", rule.total);
}

Judge phone_distinct(Params& p) {
  const Distinct rule{.same = p.integer("same_person_min_numbers"),
                      .different = p.integer("different_persons_min_numbers"),
                      .total = p.integer("total_min_numbers"),
                      .managers = p.flag("managers_must_differ"),
                      .emergency = p.flag("emergency_must_differ"),
                      .email = p.flag("email_must_differ"),
                      .swap = p.flag("swap_forbidden"),
                      .required = p.flag("emergency_required")};
  p.told({"emergency_may_be_shared", "swap_allowed"});
  return [=](const View& v, Findings& out) {
    v.persons([&](const Person& person) { judge_one(rule, person, out); });
    const Person* entity = v.entity_manager();
    if (entity == nullptr) return;
    v.service_managers([&](const Person& person) { judge_pair(rule, *entity, person, out); });
  };
}

// Provinces by the beginning of their names; what is no province is a fault.
std::vector<int64_t> provinces_of(Params& p, std::string_view name, bool& home) {
  std::vector<int64_t> out;
  const auto words = p.texts(name);
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "home_province") {
      home = true;
      continue;
    }
    const auto provinces = china::regions_under(0);
    const auto found = std::ranges::find_if(
        provinces, [&](const china::Region* r) { return r->name.starts_with(words[i]); });
    if (found == provinces.end())
      p.fault(std::string(name) + "/" + std::to_string(i));
    else
      out.push_back((*found)->code);
  }
  return out;
}

Judge phone_province(Params& p) {
  bool home = false;
  const auto scope = provinces_of(p, "scope", home);
  const auto strength = p.word("strength", {"required", "recommended", "none"});
  p.told({"required"});  // the strength says it
  return [=](const View& v, Findings& out) {
    if (strength == "none" || strength.empty()) return;
    v.persons([&](const Person& person) {
      const std::string at = person.at + "/mobile";
      if (!person.mobile_province) return out.unknown("scope", at, "手机号归属地未知");
      const int64_t from = *person.mobile_province;
      if ((home && from == v.facts.province) || std::ranges::find(scope, from) != scope.end())
        return;
      std::vector<std::string> names;
      if (home) names.push_back("本省");
      for (const int64_t province : scope) names.push_back(name_of_province(province));
      const std::string text =
          std::string(title_of(person)) + "的手机号归属地为" + name_of_province(from) + "，" +
          (strength == "required" ? "须" : "宜") + "用" + listed(names) + "的号码";
      if (strength == "required")
        out.wrong("strength", at, text);
      else
        out.advise("strength", at, text);
    });
  };
}

Judge contact_unique(Params& p) {
  const bool phone = p.flag("phone"), email = p.flag("email"), certificate = p.flag("certificate");
  return [=](const View& v, Findings& out) {
    const auto judge = [&](std::string_view param, const Known<bool>& elsewhere, std::string at,
                           const std::string& what) {
      if (!elsewhere)
        out.unknown(param, std::move(at), what + "是否已被其他主体备案使用未知");
      else if (*elsewhere)
        out.wrong(param, std::move(at), what + "已被其他主体备案使用，请更换");
    };
    v.persons([&](const Person& person) {
      const std::string whose = std::string(title_of(person)) + "的";
      if (phone && !person.mobile.empty())
        judge("phone", person.mobile_elsewhere, person.at + "/mobile", whose + "手机号");
      if (email && !person.email.empty())
        judge("email", person.email_elsewhere, person.at + "/email", whose + "邮箱");
      if (certificate)
        judge("certificate", person.certificate_elsewhere, person.at + "/certificate_number",
              whose + "证件号");
    });
  };
}

Judge emergency_contact(Params& p) {
  const bool required = p.flag("required");
  const bool differs = p.flag("must_differ_from_managers") || p.flag("third_person");
  // All of them want a line in the remark that names who answers the emergency number.
  const bool name = p.flag("remark_name"), relation = p.flag("remark_user_and_relation"),
             post = p.flag("remark_name_and_post");
  p.flag("third_person");
  p.word("individual_prefers", {"close_relative"});
  const std::string_view remark = relation ? "remark_user_and_relation"
                                  : post   ? "remark_name_and_post"
                                  : name   ? "remark_name"
                                           : "";
  const std::string write = relation ? "使用人及与负责人的关系"
                            : post   ? "联系人姓名和职务"
                                     : "联系人姓名";
  return [=](const View& v, Findings& out) {
    const auto is_manager = [&](const std::string& number) {
      bool found = false;
      v.persons([&](const Person& other) { found = found || other.mobile == number; });
      return found;
    };
    v.persons([&](const Person& person) {
      const std::string at = person.at + "/emergency_mobile";
      if (person.emergency_mobile.empty()) {
        if (required) out.wrong("required", at, "须填写应急联系方式");
        return;
      }
      if (differs && is_manager(person.emergency_mobile))
        out.wrong("must_differ_from_managers", at,
                  "应急号码与负责人的手机号相同，请填负责人以外人员的号码");
    });
    if (remark.empty()) return;
    bool told = contains(v.entity().remark, "应急");
    v.services([&](const Service& s) { told = told || contains(s.remark, "应急"); });
    bool given = false;
    v.persons([&](const Person& person) { given = given || !person.emergency_mobile.empty(); });
    if (given && !told)
      out.wrong(remark, "/entity/remark",
                "请在备注写明应急号码的" + write + "，如“应急号码使用人：…”");
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"phone-distinct", phone_distinct},
    {"phone-province", phone_province},
    {"contact-unique-across-entities", contact_unique},
    {"emergency-contact", emergency_contact},
});

}  // namespace

std::span<const Evaluator> phone_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
