// Domains: whose, how long, under which suffix, how many.
#include <algorithm>
#include <array>

#include "base/day.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

std::string shown(const Domain& domain) {
  return china::display_domain(domain.name);
}

// "example.cn" under ".cn"; suffixes may stand in Chinese.
bool under(const Domain& domain, const std::string& suffix) {
  return domain.name.ends_with(suffix) || shown(domain).ends_with(suffix);
}

Judge domain_min_validity(Params& p) {
  const int64_t days = p.integer("min_days").value_or(0);
  const auto comparison = p.word("comparison", {"gt", "ge"});
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service&, const Domain& domain) {
      if (!domain.expires)
        return out.unknown("min_days", domain.at, shown(domain) + "的到期日未知");
      const int64_t left = days_until(v.facts.today, *domain.expires);
      if (reaches(left, comparison, days)) return;
      out.wrong("min_days", domain.at,
                shown(domain) + "将于" + iso(*domain.expires) + "到期，剩余" +
                    std::to_string(left) + "天，须" + (comparison == "gt" ? "超过" : "不少于") +
                    std::to_string(days) + "天，请续费后提交");
    });
  };
}

struct Holders {
  std::vector<std::string> allowed, with_proof, disputed;
  bool allows(std::string_view who) const { return named(allowed, who); }
  bool by_proof(std::string_view who) const { return named(with_proof, who); }
  static bool named(const std::vector<std::string>& list, std::string_view who) {
    return std::ranges::find(list, who) != list.end();
  }
};

// Nobody can see in a register who is a shareholder: a proof has to say it.
bool other_by_proof(const Holders& rule) {
  return rule.by_proof("shareholder") || rule.by_proof("senior_manager");
}

void judge_holder(const Holders& rule, const View& v, const Domain& domain, Findings& out) {
  if (!domain.holder) return out.unknown("allowed", domain.at, shown(domain) + "的持有者未知");
  const Entity& e = v.entity();
  if (e.name.empty()) return out.unknown("allowed", domain.at, "主办者名称未知");
  if (same_name(*domain.holder, e.name)) return;  // the entity, or the applicant in person
  const std::string held =
      shown(domain) + "的持有者是" + in_brackets(*domain.holder) + "，与主办者名称不一致，";
  const Person* manager = v.entity_manager();
  Known<bool> by_legal_rep;
  if (e.legal_representative)
    by_legal_rep = same_name(*domain.holder, *e.legal_representative);
  else if (manager != nullptr && is_legal_rep(v.facts, *manager) == std::optional(true))
    by_legal_rep = same_name(*domain.holder, manager->name);
  const bool matters = rule.allows("legal_representative") ||
                       rule.by_proof("legal_representative") ||
                       Holders::named(rule.disputed, "legal_representative");
  if (matters && by_legal_rep == std::optional(true)) {
    if (rule.by_proof("legal_representative"))
      out.demand("allowed_with_proof", domain.at, held + "由法定代表人持有的请附证明");
    else if (!rule.allows("legal_representative"))
      out.advise("disputed", domain.at,
                 held + "法定代表人持有是否受理各方说法不一，宜过户到单位名下");
    return;
  }
  if (!v.individual() && other_by_proof(rule))
    out.demand("allowed_with_proof", domain.at,
               held + "由股东或高管持有的请附证明，否则请过户到单位名下");
  else if (matters && !by_legal_rep)
    out.unknown("allowed", domain.at, held + "法定代表人未知");
  else
    out.wrong("allowed", domain.at, held + "请过户后再提交");
}

Judge domain_holder(Params& p) {
  constexpr auto kWho = std::to_array<std::string_view>(
      {"entity", "applicant", "legal_representative", "shareholder", "senior_manager"});
  const Holders rule{p.words("allowed", kWho), p.words("allowed_with_proof", kWho),
                     p.words("disputed", kWho)};
  p.told({"provinces_may_narrow"});
  return [=](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    v.domains([&](const Service&, const Domain& domain) { judge_holder(rule, v, domain, out); });
  };
}

Judge domain_real_name(Params& p) {
  const bool required = p.flag("required");
  const int64_t wait = p.integer("wait_working_days").value_or(0);
  const auto match =
      p.words("must_match", {"holder_name", "certificate_type", "certificate_number"});
  p.told({"sync_working_days"});
  const bool type = std::ranges::find(match, "certificate_type") != match.end();
  const bool number = std::ranges::find(match, "certificate_number") != match.end();
  return [=](const View& v, Findings& out) {
    const Entity& e = v.entity();
    v.domains([&](const Service&, const Domain& domain) {
      if (!required) return;
      if (!domain.real_name)
        return out.unknown("required", domain.at, shown(domain) + "是否已实名未知");
      if (!*domain.real_name)
        return out.wrong("required", domain.at,
                         shown(domain) + "尚未实名认证，请在域名注册商处完成实名");
      if (domain.real_name_since &&
          working_days_since(*domain.real_name_since, v.facts.today) < wait)
        out.wrong("wait_working_days", domain.at,
                  shown(domain) + "于" + iso(*domain.real_name_since) + "通过实名，满" +
                      std::to_string(wait) + "个工作日再提交");
      // Whose certificate counts only where the entity itself is the holder.
      if (!domain.holder || !same_name(*domain.holder, e.name)) return;
      if (number && domain.holder_certificate && *domain.holder_certificate != e.certificate_number)
        out.wrong("must_match", domain.at,
                  shown(domain) + "实名所用的证件号码与主体不一致，请更新域名实名信息");
      else if (type && domain.holder_certificate_type &&
               *domain.holder_certificate_type != e.certificate_type)
        out.wrong("must_match", domain.at,
                  shown(domain) + "实名所用的证件类型与主体不一致，请更新域名实名信息");
    });
  };
}

Judge domain_suffix_approved(Params& p) {
  const bool suffix = p.flag("tld_approved_by_miit"),
             registrar = p.flag("registrar_approved_by_miit");
  p.told({"registry"});
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service&, const Domain& domain) {
      if (suffix && !domain.suffix_approved)
        out.unknown("tld_approved_by_miit", domain.at, shown(domain) + "的后缀是否经批复未知");
      else if (suffix && !*domain.suffix_approved)
        out.wrong("tld_approved_by_miit", domain.at,
                  shown(domain) + "的后缀未经工信部批复，不能备案，请换用已批复后缀的域名");
      if (registrar && !domain.registrar_approved)
        out.unknown("registrar_approved_by_miit", domain.at,
                    shown(domain) + "的注册商是否经批复未知");
      else if (registrar && !*domain.registrar_approved)
        out.wrong("registrar_approved_by_miit", domain.at,
                  shown(domain) + "的注册商未经工信部批复，请先转入已批复的注册商");
    });
  };
}

Judge overseas_registrar(Params& p) {
  const bool accepted = p.flag("accepted");
  p.told({"must_transfer_in"});
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service&, const Domain& domain) {
      if (accepted) return;
      if (!domain.registrar_overseas)
        out.unknown("accepted", domain.at, shown(domain) + "的注册商是否在境外未知");
      else if (*domain.registrar_overseas)
        out.wrong("accepted", domain.at, shown(domain) + "在境外注册商处注册，请先转入境内注册商");
    });
  };
}

Judge domain_suffix_by_entity(Params& p) {
  const auto government = p.texts("government"), institution = p.texts("public_institution");
  p.told({"basis"});
  return [=](const View& v, Findings& out) {
    const auto nature = nature_word(v.entity());
    const bool gov = nature == "government";
    const auto& wanted = gov ? government : institution;
    if (wanted.empty() || (!gov && nature != "public_institution")) return;
    v.domains([&](const Service&, const Domain& domain) {
      if (std::ranges::any_of(wanted, [&](const std::string& s) { return under(domain, s); }))
        return;
      out.wrong(gov ? "government" : "public_institution", domain.at,
                std::string(gov ? "党政机关" : "事业单位") + "须用" + listed(wanted) + "域名，" +
                    shown(domain) + "不是");
    });
  };
}

struct Exception {
  std::string suffix;
  std::vector<std::string> orders;
  Known<Day> filed_before;
};

std::vector<Exception> exceptions_of(Params& p) {
  std::vector<Exception> out;
  for (const auto& item : p.json("exceptions").items()) {
    Problems inner;
    Params one(item, inner);
    Exception exception{one.text("suffix"), one.words("orders", {"add_access", "change"}), {}};
    exception.filed_before = parse_day(one.text("filed_before"));
    one.end();
    if (!inner.empty() || !exception.filed_before) p.fault("exceptions");
    out.push_back(std::move(exception));
  }
  return out;
}

// Does the exception let it pass? Unknown when its filing date is.
Known<bool> excepted(const std::vector<Exception>& exceptions, const View& v,
                     const Domain& domain) {
  for (const auto& e : exceptions) {
    if (!under(domain, e.suffix) ||
        std::ranges::none_of(e.orders, [&](const std::string& o) { return v.is_order(o); }))
      continue;
    if (!domain.filed_since) return std::nullopt;
    if (!e.filed_before || *domain.filed_since < *e.filed_before) return true;
  }
  return false;
}

Judge domain_suffix_allowlist(Params& p) {
  p.word("mode", {"denylist"});
  const auto denied = p.texts("denied");
  const auto orders = p.words("orders", {"first", "add_service", "add_access", "change"});
  const auto exceptions = exceptions_of(p);
  const bool countries = p.flag("ccTLD_denied");
  return [=](const View& v, Findings& out) {
    if (!orders.empty() &&
        std::ranges::none_of(orders, [&](const std::string& o) { return v.is_order(o); }))
      return;
    v.domains([&](const Service&, const Domain& domain) {
      const auto found =
          std::ranges::find_if(denied, [&](const std::string& s) { return under(domain, s); });
      const std::string top = domain.name.substr(domain.name.rfind('.') + 1);
      const bool country = countries && top.size() == 2 && top != "cn";
      if (found == denied.end() && !country) return;
      const auto pass = excepted(exceptions, v, domain);
      if (!pass)
        out.unknown("exceptions", domain.at, shown(domain) + "何时备案未知");
      else if (!*pass)
        out.wrong(found == denied.end() ? "ccTLD_denied" : "denied", domain.at,
                  "本省不受理" + in_brackets("." + top) + "域名，请换用其他后缀的域名");
    });
  };
}

Judge domain_prefix_forbidden(Params& p) {
  const auto words = p.texts("words");
  const auto suffix = p.text("suffix");
  p.words("except", {"national_body"});
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service&, const Domain& domain) {
      const std::string name = shown(domain);
      if (!suffix.empty() && !name.ends_with(suffix)) return;
      const std::string label = name.substr(0, name.find('.'));
      const std::string word = first_of(label, words);
      // A national body has the word in its own name, at the front.
      const std::string& own = v.entity().name;
      if (word.empty() || own.empty() || own.starts_with(word)) return;
      out.wrong("words", domain.at,
                name + "的前缀含" + in_brackets(word) + "，只有国家级单位可以备案");
    });
  };
}

Judge domain_level(Params& p) {
  p.word("website", {"main_domain_only"});
  p.words("exceptions", {"gov.cn_subdomain"});
  const auto app_max = p.integer("app_max_level");
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service& service, const Domain& domain) {
      if (service.kind == "website") {
        const auto own = china::independent_domain(domain.name);
        if (!china::is_government_domain(domain.name) && own && *own != domain.name)
          out.wrong("website", domain.at,
                    "网站只备主域名，请把" + shown(domain) + "改为" + china::display_domain(*own));
      } else if (app_max) {
        const auto levels = std::ranges::count(domain.name, '.') + 1;
        if (levels > *app_max)
          out.wrong("app_max_level", domain.at,
                    shown(domain) + "为" + std::to_string(levels) + "级域名，最多" +
                        std::to_string(*app_max) + "级");
      }
    });
  };
}

Judge one_domain_per_website(Params& p) {
  const auto max = p.integer("max_domains").value_or(1);
  const bool only_remove = p.flag("change_may_only_remove");
  p.told({"since"});
  return [=](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    v.services([&](const Service& service) {
      const auto count = static_cast<int64_t>(service.domains.size());
      // Older sites have several: what is on file may stay, and shrink.
      const bool standing = v.is_order("change") || v.is_order("add_access");
      if (!standing) {
        if (count > max)
          out.wrong("max_domains", service.at + "/domains",
                    "一个网站只能有" + std::to_string(max) + "个域名，现填" +
                        std::to_string(count) + "个，请分开备案");
        return;
      }
      if (!only_remove || count == 0) return;
      if (!service.filed_domains)
        return out.unknown("change_may_only_remove", service.at + "/domains",
                           "该网站已备案的域名未知");
      for (const auto& domain : service.domains)
        if (std::ranges::find(*service.filed_domains, domain.name) == service.filed_domains->end())
          out.wrong("change_may_only_remove", domain.at,
                    shown(domain) + "不在该网站已备案的域名中，只能减少域名，不能增加或更换");
    });
  };
}

Judge ip_consistency(Params& p) {
  const bool must = p.flag("resolved_ip_must_equal_filed");
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service& service, const Domain& domain) {
      if (!must) return;
      if (!domain.resolves_to)
        return out.unknown("resolved_ip_must_equal_filed", domain.at,
                           shown(domain) + "现解析到何处未知");
      for (const auto& text : *domain.resolves_to) {
        const auto ip = china::parse_ip(text);
        if (!ip || std::ranges::any_of(service.addresses,
                                       [&](const auto& range) { return range.contains(*ip); }))
          continue;
        out.wrong("resolved_ip_must_equal_filed", domain.at,
                  shown(domain) + "现解析到" + text + "，与所报IP不一致，请修改解析或所报IP");
      }
    });
  };
}

Judge app_domain(Params& p) {
  const bool holder = p.flag("holder_equals_entity");
  const bool own = p.flag("different_entities_need_different_domains");
  p.told({"shared_with_website_of_same_entity", "needs_website_filing"});
  return [=](const View& v, Findings& out) {
    v.domains([&](const Service&, const Domain& domain) {
      if (holder && (!domain.holder || v.entity().name.empty()))
        out.unknown("holder_equals_entity", domain.at, shown(domain) + "的持有者未知");
      else if (holder && !same_name(*domain.holder, v.entity().name))
        out.wrong("holder_equals_entity", domain.at,
                  shown(domain) + "的持有者是" + in_brackets(*domain.holder) +
                      "，App 域名须由主办者持有");
      if (own && domain.filed_elsewhere == std::optional(true))
        out.wrong("different_entities_need_different_domains", domain.at,
                  shown(domain) + "已在其他主体名下备案，不同主体须用不同的域名");
    });
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"domain-min-validity", domain_min_validity},
    {"domain-holder", domain_holder},
    {"domain-real-name", domain_real_name},
    {"domain-suffix-approved", domain_suffix_approved},
    {"overseas-registrar", overseas_registrar},
    {"domain-suffix-by-entity", domain_suffix_by_entity},
    {"domain-suffix-allowlist", domain_suffix_allowlist},
    {"domain-prefix-forbidden", domain_prefix_forbidden},
    {"domain-level", domain_level},
    {"one-domain-per-website", one_domain_per_website},
    {"ip-consistency", ip_consistency},
    {"app-domain", app_domain},
});

}  // namespace

std::span<const Evaluator> domain_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
