// The entity: its certificate, where it files, how many services it has.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

const std::string kType = "/entity/certificate/type";
const std::string kNumber = "/entity/certificate/number";
constexpr int64_t kBusinessLicence = 1, kOverseasInstitution = 35;

Judge entity_certificate_kinds(Params& p) {
  constexpr auto kNatures = std::to_array<std::string_view>(
      {"government", "military", "public_institution", "enterprise", "social_organization",
       "private_non_enterprise", "foundation", "law_firm", "religious", "medical", "notary",
       "forensic", "arbitration", "rural_collective", "mass_organization",
       "foreign_cultural_centre", "overseas"});
  constexpr auto kWords = std::to_array<std::string_view>({"organization_code",
                                                           "unified_credit_code",
                                                           "unit_code",
                                                           "paid_service_licence",
                                                           "public_institution_certificate",
                                                           "business_licence",
                                                           "foreign_representative_office",
                                                           "social_organization_certificate",
                                                           "private_non_enterprise_certificate",
                                                           "social_service_certificate",
                                                           "private_school_licence",
                                                           "foundation_certificate",
                                                           "law_firm_licence",
                                                           "religious_venue_certificate",
                                                           "medical_licence",
                                                           "notary_licence",
                                                           "forensic_licence",
                                                           "arbitration_certificate",
                                                           "rural_collective_certificate",
                                                           "foreign_cultural_centre_certificate",
                                                           "overseas_institution_certificate"});
  std::map<std::string, std::vector<std::string>, std::less<>> by_nature;
  for (const auto nature : kNatures)
    if (p.has(nature)) by_nature.emplace(nature, p.words(nature, kWords));
  return [=](const View& v, Findings& out) {
    auto nature = nature_word(v.entity());
    if (nature == "sole_proprietor") nature = "enterprise";
    const auto found = by_nature.find(nature);
    if (found == by_nature.end()) return;
    const int64_t type = v.entity().certificate_type;
    if (words_of_certificate(type).empty())
      out.unknown(nature, kType, "证件类型不在本系统的代码表中，无法判断");
    else if (!is_certificate(type, found->second))
      out.wrong(nature, kType,
                "该性质的单位须用" + titles_of_certificates(found->second) + "，请改选证件类型");
  };
}

Judge certificate_kind(Params& p) {
  const auto enterprise = p.word("enterprise", {"business_licence_only"});
  const auto others = p.word("others", {"organization_code_certificate"});
  const auto orders = p.words("orders", {"first"});
  return [=](const View& v, Findings& out) {
    if (!orders.empty() && !v.is_order("first")) return;
    const auto nature = nature_word(v.entity());
    const int64_t type = v.entity().certificate_type;
    if (nature == "enterprise" || nature == "sole_proprietor") {
      if (!enterprise.empty() && type != kBusinessLicence)
        out.wrong("enterprise", kType, "本省企业只能用营业执照备案，请改用营业执照");
    } else if (!others.empty() && !is_certificate(type, {"organization_code",
                                                         // the code certificate of today
                                                         "unified_credit_code"})) {
      out.wrong("others", kType, "本省其他单位须用组织机构代码证（统一社会信用代码证书）");
    }
  };
}

Judge certificate_in_province(Params& p) {
  const bool must = p.flag("entity_certificate_in_province");
  return [=](const View& v, Findings& out) {
    if (!must) return;
    if (v.individual()) {
      const Person* person = v.entity_manager();
      const auto home = person ? province_of(*person) : std::nullopt;
      if (home && *home != v.facts.province)
        out.wrong("entity_certificate_in_province", kNumber,
                  "证件属" + name_of_province(*home) + "，须为本省证件");
      return;
    }
    const auto region = registered_region(v.entity());
    if (!region)
      out.unknown("entity_certificate_in_province", kNumber, "证件由何地签发未知");
    else if (china::province_of(*region) != v.facts.province)
      out.wrong("entity_certificate_in_province", kNumber,
                "证件由" + name_of_province(china::province_of(*region)) + "签发，须为本省证件");
  };
}

Judge filing_region(Params& p) {
  p.word("organization", {"certificate_issuing_province"});
  p.words("individual", {"certificate_address_province", "residence_province_if_authority_allows"});
  const bool cross = p.flag("organization_cross_province");
  return [=](const View& v, Findings& out) {
    // Where an individual of another province may file is the kind individual-out-of-province.
    if (cross || v.individual() || v.is_order("cancel")) return;
    const auto region = registered_region(v.entity());
    if (!region)
      return out.unknown("organization", "/entity/location/province", "证件由何地签发未知");
    const int64_t province = china::province_of(*region);
    if (province != v.facts.province)
      out.wrong("organization", "/entity/location/province",
                "证件由" + name_of_province(province) + "签发，单位须在" +
                    name_of_province(province) + "备案，不能跨省");
  };
}

Judge foreign_entity(Params& p) {
  const bool in_china = p.flag("certificate_issued_in_china");
  p.words("alternatives", {"branch_certificate", "representative_office_certificate"});
  return [=](const View& v, Findings& out) {
    if (in_china && v.entity().certificate_type == kOverseasInstitution)
      out.wrong("certificate_issued_in_china", kType,
                "境外机构须用境内机关颁发的证件，如分公司营业执照或外国企业常驻代表机构登记证");
  };
}

Judge licence_min_validity(Params& p) {
  const int64_t days = p.integer("min_days").value_or(0);
  return [=](const View& v, Findings& out) {
    if (v.individual()) return;
    const auto& until = v.entity().certificate_until;
    if (!until) return out.unknown("min_days", kNumber, "主办单位证件的有效期未知");
    const int64_t left = days_until(v.facts.today, *until);
    if (left < days)
      out.wrong("min_days", kNumber,
                "主办单位证件有效期至" + iso(*until) + "，剩余" + std::to_string(left) +
                    "天，须不少于" + std::to_string(days) + "天，请先换证");
  };
}

Judge superior_unit(Params& p) {
  constexpr auto kWays =
      std::to_array<std::string_view>({"entity_full_name", "legal_representative",
                                       "superior_unit_full_name", "entity_or_superior_full_name"});
  std::map<std::string, std::string, std::less<>> ways;
  for (const std::string_view nature :
       {"government", "public_institution", "social_organization", "enterprise", "others"})
    if (p.has(nature)) ways.emplace(nature, p.word(nature, kWays));
  return [=](const View& v, Findings& out) {
    const Entity& e = v.entity();
    auto found = ways.find(nature_word(e));
    if (found == ways.end() && nature_word(e) == "sole_proprietor") found = ways.find("enterprise");
    if (found == ways.end()) found = ways.find("others");
    if (found == ways.end() || v.individual()) return;
    const std::string& way = found->second;
    const std::string at = "/entity/investor";
    const bool own = same_name(e.investor, e.name);
    if (way == "entity_full_name" && !own)
      out.wrong(found->first, at, "投资者或主管单位一栏宜填本单位全称" + in_brackets(e.name));
    else if (way == "superior_unit_full_name" && (blank(e.investor) || own))
      out.wrong(found->first, at, "投资者或主管单位一栏宜填上级主管单位全称");
    else if (way == "entity_or_superior_full_name" && blank(e.investor))
      out.wrong(found->first, at, "投资者或主管单位一栏宜填本单位或上级主管单位全称");
    else if (way == "legal_representative" && !e.legal_representative)
      out.unknown(found->first, at, "法定代表人姓名未知");
    else if (way == "legal_representative" && !same_name(e.investor, *e.legal_representative))
      out.wrong(found->first, at, "投资者或主管单位一栏宜填法定代表人姓名");
  };
}

Judge max_services_per_entity(Params& p) {
  const int64_t max = p.integer("max").value_or(0);
  p.word("counts", {"filed_plus_new"});
  return [=](const View& v, Findings& out) {
    const bool adds = v.is_order("first") || v.is_order("add_service") ||
                      v.is_order("add_access") || v.is_order("migrate");
    if (!adds) return;
    // What an added access brings is on file already.
    const auto added =
        v.is_order("add_access") ? int64_t{0} : static_cast<int64_t>(v.facts.services.size());
    const auto filed = v.is_order("first") ? Known<int64_t>(0) : v.entity().filed_services;
    if (!filed) {
      if (added > max)
        out.wrong("max", "/services", "一个主体最多" + std::to_string(max) + "个服务");
      else
        out.unknown("max", "/services", "主体已备案的服务数未知");
    } else if (*filed + added > max) {
      out.wrong("max", "/services",
                "主体已备案" + std::to_string(*filed) + "个服务，本次新增" + std::to_string(added) +
                    "个，合计超过" + std::to_string(max) + "个，请减少");
    }
  };
}

Judge single_entity_number(Params& p) {
  const int64_t max = p.integer("max").value_or(1);
  return [=](const View& v, Findings& out) {
    const auto& numbers = v.entity().entity_numbers;
    if (!numbers)
      out.unknown("max", kNumber, "该主体在各接入商处有几个主体备案号未知");
    else if (*numbers > max)
      out.wrong("max", kNumber,
                "该主体已有" + std::to_string(*numbers) + "个主体备案号，只能有" +
                    std::to_string(max) + "个，请先注销多余的");
  };
}

// ---- sole proprietors

struct Proprietor {
  bool seal = false, trade_name = false, remark_required = false, legal_rep = false,
       in_system = false;
  std::string no_trade_name, suffix, remark, without_seal;
};

void judge_trade_name(const Proprietor& r, const View& v, Findings& out) {
  const Entity& e = v.entity();
  const std::string at = "/entity/name";
  if (!e.trade_name) {
    if (r.trade_name || !r.no_trade_name.empty())
      out.unknown(r.trade_name ? "trade_name_required" : "no_trade_name", at,
                  "营业执照是否有字号未知");
    return;
  }
  if (*e.trade_name) return;
  const bool legal_rep_name =
      r.no_trade_name == "legal_rep_name" || r.no_trade_name == "legal_rep_name_plus_suffix";
  if (r.trade_name) {
    out.wrong("trade_name_required", at, "营业执照没有字号，请先到市场监管部门换发有字号的执照");
  } else if (r.no_trade_name == "file_as_individual") {
    out.wrong("no_trade_name", "/entity/nature",
              "没有字号的个体工商户按个人备案，请改选“个人”并在备注说明");
  } else if (legal_rep_name && !e.legal_representative) {
    out.unknown("no_trade_name", at, "经营者姓名未知");
  } else if (legal_rep_name &&
             !same_name(e.name, *e.legal_representative +
                                    (r.no_trade_name == "legal_rep_name" ? "" : r.suffix))) {
    out.wrong("no_trade_name", at,
              "没有字号的个体工商户，主体名称填" +
                  in_brackets(*e.legal_representative +
                              (r.no_trade_name == "legal_rep_name" ? "" : r.suffix)));
  }
  if (r.no_trade_name == "legal_rep_name" && !r.remark.empty() && !contains(e.remark, r.remark))
    out.wrong("remark", "/entity/remark", "请在备注写明" + in_brackets(r.remark));
}

Judge sole_proprietor(Params& p) {
  p.word("file_as", {"organization", "organization_if_in_credit_system"});
  const Proprietor r{
      .seal = p.flag("seal_required"),
      .trade_name = p.flag("trade_name_required"),
      .remark_required = p.flag("remark_required"),
      .legal_rep = !p.word("manager", {"legal_representative"}).empty(),
      .in_system = !p.word("otherwise", {"individual"}).empty(),
      .no_trade_name = p.word(
          "no_trade_name", {"file_as_individual", "legal_rep_name", "legal_rep_name_plus_suffix"}),
      .suffix = p.text("suffix"),
      .remark = p.text("remark"),
      .without_seal = p.word("without_seal", {"legal_rep_signature"})};
  return [=](const View& v, Findings& out) {
    const Entity& e = v.entity();
    if (r.seal && !e.seal)
      out.unknown("seal_required", "/entity/name", "个体工商户有无公章未知");
    else if (r.seal && !*e.seal)
      out.wrong("seal_required", "/entity/name", "没有公章的个体工商户不予受理，请先刻制公章");
    if (r.in_system && !e.in_credit_system)
      out.unknown("otherwise", kNumber, "能否在企业信用公示系统查到未知");
    else if (r.in_system && !*e.in_credit_system)
      out.wrong("otherwise", "/entity/nature",
                "在企业信用公示系统查不到的个体工商户按个人备案，并附营业执照");
    judge_trade_name(r, v, out);
    const Person* manager = v.entity_manager();
    if (!r.legal_rep || manager == nullptr) return;
    const auto legal = is_legal_rep(v.facts, *manager);
    if (!legal)
      out.unknown("manager", manager->at + "/name", "主体负责人是否为经营者未知");
    else if (!*legal)
      out.wrong("manager", manager->at + "/name", "个体工商户的主体负责人只能是经营者本人");
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"entity-certificate-kinds", entity_certificate_kinds},
    {"certificate-kind", certificate_kind},
    {"certificate-in-province", certificate_in_province},
    {"filing-region", filing_region},
    {"foreign-entity", foreign_entity},
    {"licence-min-validity", licence_min_validity},
    {"gov-superior-unit-name", superior_unit},
    {"max-services-per-entity", max_services_per_entity},
    {"single-entity-number", single_entity_number},
    {"sole-proprietor", sole_proprietor},
});

}  // namespace

std::span<const Evaluator> entity_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
