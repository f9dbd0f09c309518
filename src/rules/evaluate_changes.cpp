// What a change may touch, in which kind of order, and whether another entity may take the place.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

using Words = std::vector<std::string>;

bool holds(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

struct Changed {
  bool name = false, number = false, renumbered = false, from_individual = false;
  // Another entity takes the place of the one on file.
  bool replaced(bool individual) const {
    return from_individual != individual || (name && number && !renumbered);
  }
};

constexpr int64_t kIndividual = 5;
constexpr size_t kCreditCode = 18;

Changed changed(const View& v, const Filed& filed) {
  Changed out;
  const Entity& e = v.entity();
  out.name = !filed.name.empty() && !same_name(filed.name, e.name);
  out.number =
      !filed.certificate_number.empty() && filed.certificate_number != e.certificate_number;
  // An older certificate gave way to the unified credit code.
  out.renumbered = out.number && !v.individual() &&
                   filed.certificate_number.size() != kCreditCode &&
                   e.certificate_number.size() == kCreditCode;
  out.from_individual = filed.nature == 0 ? v.individual() : filed.nature == kIndividual;
  return out;
}

Judge change_immutable_fields(Params& p) {
  const auto fields = p.words("fields", {"province", "entity_certificate_number", "domain"});
  p.word("remove_domain", {"by_change"});
  return [=](const View& v, Findings& out) {
    if (!v.facts.filed) return out.unknown("fields", "/entity", "原备案信息未知，无法比对");
    const Filed& filed = *v.facts.filed;
    if (holds(fields, "province") && filed.province != 0 && filed.province != v.entity().province)
      out.wrong(
          "fields", "/entity/location/province",
          "备案省份不能变更（原为" + name_of_province(filed.province) + "），请注销后重新备案");
    const Changed c = changed(v, filed);
    // Whether another entity may take its place is the kind entity-replacement.
    if (holds(fields, "entity_certificate_number") && c.number && !c.renumbered &&
        !c.replaced(v.individual()))
      out.wrong("fields", "/entity/certificate/number", "主体证件号码不能变更");
    if (!holds(fields, "domain")) return;
    v.domains([&](const Service& s, const Domain& domain) {
      // An app may have more servers later on; a website's domains are what was filed.
      if (s.kind == "website" && s.filed_domains &&
          std::ranges::find(*s.filed_domains, domain.name) == s.filed_domains->end())
        out.wrong("fields", domain.at, domain.name + "不在原备案的域名中，变更只能减少域名");
    });
  };
}

Judge change_name_and_code(Params& p) {
  p.word("code_changed", {"cancel_and_refile"});
  return [=](const View& v, Findings& out) {
    if (!v.facts.filed) return out.unknown("code_changed", "/entity", "原备案信息未知，无法比对");
    const Changed c = changed(v, *v.facts.filed);
    if (c.name && c.number && !c.renumbered)
      out.wrong("code_changed", "/entity/certificate/number",
                "名称和统一社会信用代码都变了，请注销后重新备案");
  };
}

struct OrderKind {
  bool full_only = false, service_alone = true, new_letter = false, manager_full = false;
  Words images;
};

void judge_manager_change(const OrderKind& r, const View& v, Findings& out) {
  const Person* manager = v.entity_manager();
  if ((!r.manager_full && !r.new_letter) || manager == nullptr) return;
  const std::string at = manager->at + "/name";
  if (!v.facts.filed || v.facts.filed->manager_certificate.empty())
    return out.unknown("entity_manager_change", at, "原备案的主体负责人未知");
  if (v.facts.filed->manager_certificate == manager->certificate_number) return;
  if (r.manager_full && v.facts.order != "change_both" && !r.full_only)
    out.wrong("entity_manager_change", at, "变更主体负责人须走“变更备案”");
  if (r.new_letter) out.demand("new_letter_required", at, "变更主体负责人须重新提交授权书");
}

Judge change_order_kind(Params& p) {
  OrderKind r;
  r.full_only = p.flag("full_change_only");
  r.service_alone = p.flag("service_only_change", true);
  r.manager_full = !p.word("entity_manager_change", {"full_change"}).empty();
  r.new_letter = p.flag("new_letter_required");
  r.images = p.words("full_image_set",
                     {"entity-certificate", "entity_manager_certificate", "verification-sheet",
                      "service_manager_certificate", "live-photo"});
  return [r](const View& v, Findings& out) {
    if (r.full_only && v.facts.order != "change_both")
      out.wrong("full_change_only", "", "本省只受理“变更备案”（主体和服务一起），请改用这种订单");
    else if (!r.service_alone && v.facts.order == "change_service")
      out.wrong("service_only_change", "", "本省不受理单独变更服务，请改用“变更备案”");
    judge_manager_change(r, v, out);
    if (r.images.empty() || !v.facts.materials) return;
    for (const auto& image : r.images) {
      const bool persons = image.ends_with("_manager_certificate");
      const std::string material = persons ? "personal-id" : image;
      if (v.individual() && image == "entity-certificate") continue;
      if (!out.has(material) && !out.has("five-image-set")) {
        out.demand("full_image_set", "", "变更须上传完整的五图，请补齐");
        return;
      }
    }
  };
}

using Way = std::optional<std::string>;

struct Replacement {
  Way org_to_org, to_org, to_individual, persons;
};

void judge_way(std::string_view param, const Way& way, const View& v, const Filed& filed,
               Findings& out) {
  const std::string at = "/entity/name";
  const Entity& e = v.entity();
  const std::string from = "原备案主体为" + in_brackets(filed.name) + "，";
  if (!way || *way == "by_province")
    out.unknown(param, at, from + "本省是否允许这样变更主体未知，请咨询管局");
  else if (*way == "forbidden" || *way == "rename_only")
    out.wrong(param, at,
              from + "本省不允许这样变更主体" + (*way == "rename_only" ? "（只能更名）" : "") +
                  "，请注销后重新备案或办理迁移");
  else if (*way == "proof_required")
    out.demand(param, at, from + "单位变更单位须附工商证明", "name-change-proof");
  else if (*way == "allowed_with_domain_certificate")
    out.demand(param, at, from + "须附域名已归新主体的域名证书", "domain-certificate");
  else if (*way == "legal_rep_only" && !e.legal_representative)
    out.unknown(param, at, from + "新主体的法定代表人未知");
  else if (*way == "legal_rep_only" && !same_name(*e.legal_representative, filed.name))
    out.wrong(param, at, from + "个人只能变更为自己任法定代表人的企业");
  else if (*way == "same_legal_rep" && (!e.legal_representative || !filed.legal_representative))
    out.unknown(param, at, from + "新旧单位的法定代表人是否相同未知");
  else if (*way == "same_legal_rep" &&
           !same_name(*e.legal_representative, *filed.legal_representative))
    out.wrong(param, at, from + "两个单位的法定代表人不同，不能变更");
}

Judge entity_replacement(Params& p) {
  constexpr auto kWays = std::to_array<std::string_view>(
      {"allowed", "forbidden", "rename_only", "proof_required", "legal_rep_only", "same_legal_rep",
       "by_province", "allowed_with_domain_certificate"});
  const auto way = [&](std::string_view name) -> Way {
    if (!p.has(name)) return std::nullopt;
    return p.word(name, kWays);
  };
  const Replacement r{way("org_to_org"), way("individual_to_org"), way("org_to_individual"),
                      way("individual_to_individual")};
  return [r](const View& v, Findings& out) {
    if (v.facts.order == "change_service") return;
    if (!v.facts.filed) return out.unknown("org_to_org", "/entity", "原备案信息未知，无法比对");
    const Changed c = changed(v, *v.facts.filed);
    const bool individual = v.individual();
    if (!c.replaced(individual)) return;
    if (c.from_individual && individual)
      judge_way("individual_to_individual", r.persons, v, *v.facts.filed, out);
    else if (c.from_individual)
      judge_way("individual_to_org", r.to_org, v, *v.facts.filed, out);
    else if (individual)
      judge_way("org_to_individual", r.to_individual, v, *v.facts.filed, out);
    else
      judge_way("org_to_org", r.org_to_org, v, *v.facts.filed, out);
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"change-immutable-fields", change_immutable_fields},
    {"change-name-and-code", change_name_and_code},
    {"change-order-kind", change_order_kind},
    {"entity-replacement", entity_replacement},
});

}  // namespace

std::span<const Evaluator> change_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
