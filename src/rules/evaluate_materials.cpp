// Materials that are demanded, and when.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "rules/look.hpp"
#include "rules/name_text.hpp"

namespace beian::rules {
namespace {

using Words = std::vector<std::string>;

bool cancels(const View& v) {
  return v.is_order("cancel");
}

// ---- always

template <bool PerService>
void demand_rule(const View& v, Findings& out, std::string_view param, const std::string& text) {
  if (cancels(v)) return;
  if constexpr (PerService)
    v.services([&](const Service& s) { out.demand(param, s.at, text); });
  else
    out.demand(param, "/entity", text);
}

Judge app_icon(Params& p) {
  p.told({"max_kb", "no_system_icon", "no_misleading_badge"});
  return [](const View& v, Findings& out) {
    // What is filed has one; mini programs and quick apps show their platform's.
    if (cancels(v) || v.is_order("change") || v.is_order("add_access")) return;
    v.services([&](const Service& s) {
      if (s.kind == "app") out.demand("max_kb", s.at, "请上传 App 图标");
    });
  };
}

Judge authenticity_letters(Params& p) {
  const auto documents = p.texts("documents");
  p.word("signed_by", {"service_manager"});
  p.told({"seal_required", "since"});
  return [=](const View& v, Findings& out) {
    if (cancels(v)) return;
    for (const auto& document : documents)
      v.services([&](const Service& s) {
        out.demand("documents", s.at, "请附服务负责人签署的备案信息真实性告知书和承诺书", document);
      });
  };
}

Judge commitment_video(Params& p) {
  p.word("signed_by", {"service_manager"});
  p.told({"holds", "reads_aloud"});
  return [](const View& v, Findings& out) {
    demand_rule<true>(v, out, "signed_by", "请附服务负责人手持承诺书朗读的视频");
  };
}

Judge filing_commitment_letter(Params& p) {
  const auto title = p.text("title");
  p.word("org_signer", {"legal_representative"});
  p.word("individual_signer", {"applicant"});
  p.told({"since", "org_seal", "individual_fingerprint", "valid_working_days", "template_unchanged",
          "handwritten", "personal_seal_instead"});
  return [=](const View& v, Findings& out) {
    demand_rule<false>(v, out, "title", "请附签署的《" + title + "》");
  };
}

Judge gov_institution_approval(Params& p) {
  const auto approver = p.text("approver");
  return [=](const View& v, Findings& out) {
    demand_rule<true>(v, out, "approver", "请附" + approver + "审批的网站开办（名称）审核表");
  };
}

Judge service_content_statement(Params& p) {
  const bool required = p.flag("required");
  return [=](const View& v, Findings& out) {
    if (required) demand_rule<true>(v, out, "required", "请附互联网信息服务内容说明");
  };
}

Judge party_building(Params& p) {
  const auto orders = p.words("orders", {"first", "add_service", "add_access", "change"});
  const auto exempt =
      p.words("exempt", {"cancel", "cancel_access", "change_without_domain_change"});
  const auto issuer = p.text("issuer");
  const bool spared = std::ranges::find(exempt, "change_without_domain_change") != exempt.end();
  return [=](const View& v, Findings& out) {
    if (std::ranges::none_of(orders, [&](const auto& order) { return v.is_order(order); })) return;
    v.services([&](const Service& s) {
      if (spared && v.is_order("change") && s.filed_domains &&
          s.domains.size() == s.filed_domains->size())
        return;
      out.demand("issuer", s.at, "请附" + issuer + "出具的《网站党建备案信息确认函》");
    });
  };
}

// ---- by number

// What a threshold counts; nothing: not known.
Known<int64_t> counted(const View& v, std::string_view counts) {
  int64_t services = 0, domains = 0;
  std::set<std::string> prefixes;
  const auto prefix = [&](const std::string& name) {
    prefixes.insert(name.substr(0, name.find('.')));
  };
  v.services([&](const Service& s) {
    ++services;
    domains += static_cast<int64_t>(s.domains.size());
    for (const auto& domain : s.domains) prefix(domain.name);
  });
  if (counts == "domains_in_order") return domains;
  const Entity& e = v.entity();
  const bool first = v.is_order("first");
  if (counts == "filed" || counts == "filed_plus_new") {
    if (!first && !e.filed_services) return std::nullopt;
    const int64_t filed = first ? 0 : *e.filed_services;
    return counts == "filed" ? filed : filed + services;
  }
  if (!first && !e.filed_domains) return std::nullopt;
  const auto filed = first ? Names{} : *e.filed_domains;
  if (counts == "filed_plus_new_domains") return domains + static_cast<int64_t>(filed.size());
  for (const auto& name : filed) prefix(name);
  return static_cast<int64_t>(prefixes.size());  // distinct_prefixes_total
}

constexpr auto kCounts =
    std::to_array<std::string_view>({"domains_in_order", "filed", "filed_plus_new",
                                     "filed_plus_new_domains", "distinct_prefixes_total"});

struct Threshold {
  int64_t limit = 0;
  std::string comparison, counts;
  // Is it reached? Tells when that is not known.
  bool reached(const View& v, Findings& out) const {
    const auto count = counted(v, counts);
    if (!count) out.unknown("threshold", "/services", "主体已备案的服务和域名数未知");
    return count && reaches(*count, comparison, limit);
  }
};

Threshold threshold_of(Params& p) {
  return {p.integer("threshold").value_or(0), p.word("comparison", {"gt", "ge"}),
          p.word("counts", kCounts)};
}

Judge site_plan_threshold(Params& p) {
  const auto threshold = threshold_of(p);
  const auto with = p.texts("with_materials");
  return [=](const View& v, Findings& out) {
    if (!threshold.reached(v, out)) return;
    const std::string many = "网站或域名较多，";
    out.demand("threshold", "/services", many + "请提交网站建设方案书");
    for (const auto& material : with)
      out.demand("with_materials", "/services", many + "建设方案书须连同其他材料提交", material);
  };
}

Judge filed_count_statement(Params& p) {
  const auto threshold = threshold_of(p);
  return [=](const View& v, Findings& out) {
    if (threshold.reached(v, out))
      out.demand("threshold", "/services", "已备案的网站较多，请附网站和域名情况说明");
  };
}

Judge domain_quantity_statement(Params& p) {
  const auto threshold = threshold_of(p);
  const auto orders = p.words("orders", {"first", "add_service", "change"});
  const auto days = p.integer("domain_min_days");
  p.told({"individual_fingerprint"});
  return [=](const View& v, Findings& out) {
    if (!orders.empty() &&
        std::ranges::none_of(orders, [&](const auto& order) { return v.is_order(order); }))
      return;
    if (!threshold.reached(v, out)) return;
    out.demand("threshold", "/services", "域名较多，请附域名数量情况说明");
    v.domains([&](const Service&, const Domain& domain) {
      if (days && domain.expires && days_until(v.facts.today, *domain.expires) < *days)
        out.wrong("domain_min_days", domain.at,
                  domain.name + "剩余有效期须不少于" + std::to_string(*days) + "天");
    });
  };
}

Judge domain_certificate_required(Params& p) {
  const bool always = p.word("when", {"always", "threshold"}) == "always";
  auto threshold = threshold_of(p);
  const auto days = p.integer("min_days");
  return [=](const View& v, Findings& out) {
    if (cancels(v) || (!always && !threshold.reached(v, out))) return;
    v.domains([&](const Service&, const Domain& domain) {
      out.demand("when", domain.at, "请附" + domain.name + "的域名证书");
      if (days && domain.expires && days_until(v.facts.today, *domain.expires) < *days)
        out.wrong("min_days", domain.at,
                  domain.name + "的域名证书有效期须不少于" + std::to_string(*days) + "天");
    });
  };
}

Judge server_resource_count(Params& p) {
  const auto max = p.integer("max"), above = p.integer("statement_above");
  const auto paper = p.words("paper_with_seal_for", {"add_access"});
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      const std::string at = s.at + "/accesses";
      if (!s.resources) return out.unknown("max", at, "该网站关联的云资源数未知");
      if (max && *s.resources > *max)
        out.wrong("max", at,
                  "该网站关联" + std::to_string(*s.resources) + "个云资源，最多" +
                      std::to_string(*max) + "个");
      else if (above && *s.resources > *above && blank(s.remark))
        out.wrong("statement_above", s.at + "/remark",
                  "关联的云资源多于" + std::to_string(*above) + "个，请在备注说明用途");
      if (std::ranges::any_of(paper, [&](const auto& order) { return v.is_order(order); }))
        out.demand("paper_with_seal_for", at, "接入备案请附盖章的云资源使用说明");
    });
  };
}

// ---- by what the order says

Judge service_manager_legal_rep(Params& p) {
  const auto requirement = p.word(
      "requirement",
      {"letter_if_not_legal_rep", "letter_if_not_entity_manager", "staff_in_charge_of_service"});
  p.word("signed_by", {"legal_representative"});
  p.told({"seal"});
  return [=](const View& v, Findings& out) {
    if (cancels(v) || requirement == "staff_in_charge_of_service") return;
    const Person* manager = v.entity_manager();
    v.service_managers([&](const Person& person) {
      const std::string at = person.at + "/name";
      if (requirement == "letter_if_not_entity_manager") {
        if (manager != nullptr && !same_person(*manager, person))
          out.demand("requirement", at, "服务负责人不是主体负责人，请附授权委托书");
        return;
      }
      const auto legal = is_legal_rep(v.facts, person);
      if (!legal)
        out.unknown("requirement", at, "服务负责人是否为法定代表人未知");
      else if (!*legal)
        out.demand("requirement", at, "服务负责人不是法定代表人，请附服务负责人授权书");
    });
  };
}

Judge foreign_legal_rep(Params& p) {
  const auto handling =
      p.word("handling", {"passport_accepted", "authorise_mainland", "authorise_mainland_hkmt"});
  return [=](const View& v, Findings& out) {
    if (handling == "passport_accepted" || cancels(v)) return;
    const auto& foreign = v.entity().legal_representative_foreign;
    if (!foreign) return out.unknown("handling", "/entity/manager", "法定代表人是否为外籍未知");
    if (!*foreign) return;
    v.persons([&](const Person& person) {
      if (!is_mainlander(person))
        out.wrong("handling", person.at + "/certificate_type",
                  "法定代表人为外籍或港澳台居民的，须授权持居民身份证的人员作负责人");
    });
    out.demand("handling", "/entity/manager", "法定代表人为外籍，请附主体负责人授权书");
  };
}

Judge foreign_parent_domain(Params& p) {
  p.words("documents",
          {"parent_company_certificate", "domain_use_authorization", "domain_certificate"});
  return [](const View& v, Findings& out) {
    v.domains([&](const Service&, const Domain& domain) {
      // A holder without a Chinese name: nobody of the mainland.
      if (domain.holder && chinese_count(*domain.holder) == 0 && !cancels(v))
        out.demand("documents", domain.at,
                   domain.name + "的持有者是" + in_brackets(*domain.holder) +
                       "，如为境外母公司，请附母公司证照和域名使用授权书");
    });
  };
}

Judge individual_legal_content(Params& p) {
  p.word("content", {"law"});
  return [](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      const auto word = first_of(s.name + s.remark, {"法律", "律师", "普法", "法务"});
      if (!word.empty())
        out.demand("content", s.at, "网站涉及" + in_brackets(word) + "，请附本人的律师资格证");
    });
  };
}

Judge legal_rep_as_domain_holder(Params& p) {
  p.word("when", {"holder_is_legal_rep_and_entity_manager_is_not"});
  return [](const View& v, Findings& out) {
    const Person* manager = v.entity_manager();
    const auto& legal = v.entity().legal_representative;
    if (manager == nullptr || !legal) return;
    v.domains([&](const Service&, const Domain& domain) {
      if (domain.holder && same_name(*domain.holder, *legal) && !same_name(manager->name, *legal))
        out.demand("when", domain.at,
                   "域名由法定代表人持有而主体负责人另有其人，请附法定代表人证件");
    });
  };
}

Judge legal_rep_holding_photo(Params& p) {
  p.word("when", {"legal_rep_id_out_of_province"});
  return [](const View& v, Findings& out) {
    auto region = v.entity().legal_representative_region;
    const Person* manager = v.entity_manager();
    if (!region && manager != nullptr && is_legal_rep(v.facts, *manager) == std::optional(true))
      region = province_of(*manager);
    if (!region)
      out.unknown("when", "/entity/manager", "法定代表人身份证所属地区未知");
    else if (china::province_of(*region) != v.facts.province)
      out.demand("when", "/entity/manager",
                 "法定代表人的身份证不属本省，请附其手持身份证和营业执照的照片");
  };
}

Judge name_change_proof(Params& p) {
  p.word("when", {"entity_name_changes"});
  p.told({"redo_domain_real_name"});
  return [](const View& v, Findings& out) {
    if (!v.is_order("change") || v.facts.order == "change_service") return;
    if (!v.facts.filed || v.facts.filed->name.empty())
      return out.unknown("when", "/entity/name", "原备案名称未知");
    if (!same_name(v.facts.filed->name, v.entity().name))
      out.demand("when", "/entity/name",
                 "主体名称由" + in_brackets(v.facts.filed->name) + "变更，请附更名证明");
  };
}

Judge residence_status_proof(Params& p) {
  const bool shenzhen = !p.word("when", {"shenzhen_permit"}).empty();
  p.words("alternatives", {"validity_query_page", "social_insurance_3_months"});
  const auto site = p.text("site");
  return [=](const View& v, Findings& out) {
    constexpr int64_t kShenzhen = 440300;
    const Person* manager = v.entity_manager();
    if (manager == nullptr || cancels(v)) return;
    const auto home = province_of(*manager);
    if (!home || *home == v.facts.province || (shenzhen && v.entity().city != kShenzhen)) return;
    out.demand(shenzhen ? "when" : "site", "/entity/manager",
               shenzhen ? "用深圳居住证的请附有效期查询页或近3个月社保证明"
                        : "请附居住证在" + site + "上的有效状态截图");
  };
}

Judge special_industry(Params& p) {
  const auto industry = p.word("industry", {"law_firm", "hospital", "travel_agency"});
  const auto barred = p.words("not_as_entity_certificate", {"medical_licence"});
  p.told({"document", "documents", "pages", "entity_certificate", "extra",
          "internet_diagnosis_item_required"});
  return [=](const View& v, Findings& out) {
    if (cancels(v)) return;
    const Entity& e = v.entity();
    const auto nature = nature_word(e);
    const bool is = industry == "law_firm" ? nature == "law_firm" || contains(e.name, "律师事务所")
                    : industry == "hospital"
                        ? nature == "medical" || !first_of(e.name, {"医院", "诊所"}).empty()
                        : contains(e.name, "旅行社");
    if (!is) return;
    if (is_certificate(e.certificate_type, barred))
      out.wrong("not_as_entity_certificate", "/entity/certificate/type",
                "医疗机构不能以" + titles_of_certificates(barred) + "作主体证件");
    out.demand("industry", "/entity", "该行业须另附执业或经营许可证件");
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"app-icon", app_icon},
    {"authenticity-letters", authenticity_letters},
    {"commitment-video", commitment_video},
    {"filing-commitment-letter", filing_commitment_letter},
    {"gov-institution-approval", gov_institution_approval},
    {"service-content-statement", service_content_statement},
    {"party-building-confirmation", party_building},
    {"site-plan-threshold", site_plan_threshold},
    {"filed-count-statement", filed_count_statement},
    {"domain-quantity-statement", domain_quantity_statement},
    {"domain-certificate-required", domain_certificate_required},
    {"server-resource-count", server_resource_count},
    {"service-manager-legal-rep", service_manager_legal_rep},
    {"foreign-legal-rep", foreign_legal_rep},
    {"foreign-parent-domain", foreign_parent_domain},
    {"individual-legal-content", individual_legal_content},
    {"legal-rep-as-domain-holder", legal_rep_as_domain_holder},
    {"legal-rep-holding-photo", legal_rep_holding_photo},
    {"name-change-proof", name_change_proof},
    {"residence-status-proof", residence_status_proof},
    {"special-industry-certificate", special_industry},
});

}  // namespace

std::span<const Evaluator> material_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
