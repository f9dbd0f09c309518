// What an order may do: beside what is on file, and in its size. Changes are in evaluate_changes.
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

// One thing that differs from what is on file. Numbers are not repeated in texts.
struct Difference {
  std::string_view field;
  std::string at, text;
};

// An empty text on file: not known.
class Compare {
 public:
  Compare(const View& v, const Filed& filed) : v_(v), filed_(filed) {
    const Entity& e = v.entity();
    text("entity_name", "/entity/name", "主体名称", filed.name, e.name);
    number("certificate_number", "/entity/certificate/number", "主体证件号码",
           filed.certificate_number, e.certificate_number);
    code("entity_certificate_type", "/entity/certificate/type", "主体证件类型",
         filed.certificate_type, e.certificate_type);
    code("entity_nature", "/entity/nature", "单位性质", filed.nature, e.nature);
    text("certificate_address", "/entity/certificate/address", "证件住所",
         filed.certificate_address, e.certificate_address);
    text("contact_address", "/entity/location/address", "通信地址", filed.address, e.address);
    text("superior_unit", "/entity/investor", "投资者或主管单位", filed.investor, e.investor);
    managers();
  }
  std::vector<Difference> found;

 private:
  void text(std::string_view field, std::string at, const std::string& what,
            const std::string& before, const std::string& now) {
    if (before.empty() || same_name(before, now)) return;
    found.push_back({field, std::move(at), what + "与原备案" + in_brackets(before) + "不一致"});
  }
  void number(std::string_view field, std::string at, const std::string& what,
              const std::string& before, const std::string& now) {
    if (!before.empty() && before != now)
      found.push_back({field, std::move(at), what + "与原备案不一致"});
  }
  void code(std::string_view field, std::string at, const std::string& what, int64_t before,
            int64_t now) {
    if (before != 0 && before != now)
      found.push_back({field, std::move(at), what + "与原备案不一致"});
  }
  void managers() {
    if (const Person* person = v_.entity_manager()) {
      number("entity_manager", person->at + "/certificate_number", "主体负责人",
             filed_.manager_certificate, person->certificate_number);
      number("entity_manager_phone", person->at + "/mobile", "主体负责人手机号",
             filed_.manager_mobile, person->mobile);
    }
    v_.service_managers([&](const Person& person) {
      number("service_manager", person.at + "/certificate_number", "互联网信息服务负责人",
             filed_.service_manager_certificate, person.certificate_number);
    });
  }

  const View& v_;
  const Filed& filed_;
};

// The words of the rule files for a field; `managers` are both.
bool named(const Words& words, std::string_view field) {
  if (holds(words, field) || holds(words, "all") || holds(words, "others")) return true;
  if (field == "entity_manager")
    return holds(words, "entity_manager_certificate_number") || holds(words, "managers");
  return field == "service_manager" && holds(words, "managers");
}

constexpr auto kFields = std::to_array<std::string_view>(
    {"entity_name", "certificate_number", "entity_certificate_type", "entity_nature",
     "certificate_address", "contact_address", "superior_unit", "entity_manager",
     "entity_manager_phone", "entity_manager_certificate_number", "entity_manager_is_legal_rep",
     "managers", "all", "others"});

struct Consistency {
  Words must, may;
  std::string then, with;
  std::map<std::string, std::string, std::less<>> by_order;
  bool local_first = false;
};

void judge_consistency(const Consistency& r, const View& v, Findings& out) {
  const bool here = v.entity().filed_here.value_or(false);
  // What this provider has on file itself is copied, not typed, except where the rule says so.
  if (v.is_order("add_service") && here && !r.local_first) return;
  if (!v.facts.filed) return out.unknown("must_match", "/entity", "原备案信息未知，无法比对");
  const Filed& filed = *v.facts.filed;
  const auto own = r.by_order.find(v.facts.order);
  const bool first = own != r.by_order.end() ? own->second == "change_first" : false;
  const bool after = own != r.by_order.end() && !first;
  for (const auto& d : Compare(v, filed).found) {
    const bool must = named(r.must, d.field);
    const bool may = !must && named(r.may, d.field);
    if (after || (may && !first && !(here && r.local_first)))
      out.advise(must ? "must_match" : "may_differ", d.at, d.text + "，办理完成后请及时变更备案");
    else if (must && !r.with.empty())
      out.demand("with", d.at, d.text + "，请附更名证明，办理完成后随即变更", r.with);
    else if (must || may)
      out.wrong("must_match", d.at, d.text + "，请改成一致，或先到原接入商变更");
  }
  if (!holds(r.must, "entity_manager_is_legal_rep")) return;
  if (!filed.manager_is_legal_rep)
    out.unknown("must_match", "/entity/manager", "原备案的主体负责人是否为法定代表人未知");
  else if (!*filed.manager_is_legal_rep)
    out.wrong("must_match", "/entity/manager",
              "原备案的主体负责人不是法定代表人，请先到原接入商变更");
}

Judge access_info_consistency(Params& p) {
  constexpr auto kWhen = std::to_array<std::string_view>(
      {"change_first", "change_after", "change_after_10_working_days"});
  Consistency r{p.words("must_match", kFields),
                p.words("may_differ", kFields),
                p.word("then", kWhen),
                p.word("with", {"name-change-proof"}),
                {},
                false};
  for (const auto& [order, when] : p.json("orders").members()) {
    if (std::ranges::find(kWhen, when.as_string()) == kWhen.end()) p.fault("orders/" + order);
    r.by_order.emplace(order, when.as_string());
  }
  r.local_first = !p.word("with_local_entity", {"change_first"}).empty();
  p.word("old_certificate", {"use_old_then_change"});
  p.told({"within_working_days"});
  return [r](const View& v, Findings& out) { judge_consistency(r, v, out); };
}

Judge change_with_add_access(Params& p) {
  const bool allowed = p.flag("allowed");
  p.told({"access_first_then_change", "provinces_may_allow"});
  return [=](const View& v, Findings& out) {
    if (allowed) return;
    if (!v.facts.carries_change)
      out.unknown("allowed", "", "该订单是否同时变更备案信息未知");
    else if (*v.facts.carries_change)
      out.wrong("allowed", "", "新增接入不能同时变更备案信息，请先变更，或接入后再变更");
  };
}

Judge change_with_add_service(Params& p) {
  const bool allowed = p.flag("allowed");
  return [=](const View& v, Findings& out) {
    if (allowed) return;
    if (v.facts.carries_change == std::optional(true))
      return out.wrong("allowed", "/entity", "新增服务不能同时变更主体信息，请先办理变更");
    if (v.facts.carries_change) return;
    if (!v.facts.filed) return out.unknown("allowed", "/entity", "主体的备案信息未知，无法比对");
    for (const auto& d : Compare(v, *v.facts.filed).found)
      if (d.field != "service_manager")
        out.wrong("allowed", d.at, d.text + "，新增服务不能同时变更主体信息，请先办理变更");
  };
}

// ---- what else an order may do

struct Migration {
  std::optional<bool> supported;
  bool app = true, no_individual = false, own_account = false, no_open = false,
       domain_first = false;
};

Judge cross_entity_migration(Params& p) {
  const Migration r{.supported = p.maybe_flag("supported"),
                    .app = p.flag("app_supported", true),
                    .no_individual = p.flag("target_not_individual"),
                    .own_account = p.flag("target_own_account"),
                    .no_open = p.flag("no_open_orders_both"),
                    .domain_first = p.flag("domain_transferred_first")};
  p.words("service", {"website"});
  p.word("empty_source_becomes", {"cancelled_or_shell"});
  p.told({"by_province", "provinces_2024_07", "provinces_2025_12"});
  return [r](const View& v, Findings& out) {
    const Entity& e = v.entity();
    if (!r.supported)
      out.unknown("supported", "", "本省是否支持网站迁移未知，请咨询管局");
    else if (!*r.supported)
      out.wrong("supported", "", "本省不支持网站迁移");
    if (!r.app && v.kind != "website")
      out.wrong("app_supported", "/services", "只有网站可以迁移，App 等须注销后重新备案");
    if (r.no_individual && v.individual())
      out.wrong("target_not_individual", "/entity/nature", "不能迁移到个人主体");
    const auto fact = [&](std::string_view param, const Known<bool>& known, bool good,
                          const std::string& unknown, const std::string& text) {
      if (!known)
        out.unknown(param, "/entity", unknown);
      else if (*known != good)
        out.wrong(param, "/entity", text);
    };
    if (r.own_account)
      fact("target_own_account", e.own_account, true, "目标主体有无自己的账号未知",
           "目标主体须有自己的账号");
    if (r.no_open)
      fact("no_open_orders_both", e.open_orders, false, "双方有无在办订单未知",
           "双方都不能有在办订单，请先办结");
    if (!r.domain_first) return;
    v.domains([&](const Service&, const Domain& domain) {
      if (!domain.holder)
        out.unknown("domain_transferred_first", domain.at, domain.name + "的持有者未知");
      else if (!same_name(*domain.holder, e.name))
        out.wrong(
            "domain_transferred_first", domain.at,
            domain.name + "的持有者是" + in_brackets(*domain.holder) + "，请先过户到目标主体");
    });
  };
}

Judge max_services_per_order(Params& p) {
  const auto max = p.integer("max"), advised = p.integer("advised"),
             filed_over = p.integer("when_filed_exceeds");
  const bool domains = p.word("counts", {"domains", "services"}) == "domains";
  const auto excluded = p.words("excluded_orders", {"change"});
  return [=](const View& v, Findings& out) {
    if (std::ranges::any_of(excluded, [&](const auto& order) { return v.is_order(order); })) return;
    int64_t count = 0;
    for (const auto& service : v.facts.services)
      count += domains ? static_cast<int64_t>(service.domains.size()) : 1;
    const std::string what = domains ? "个域名" : "个服务";
    const std::string now = "本订单有" + std::to_string(count) + what + "，";
    if (advised && count > *advised && (!max || count <= *max))
      out.advise("advised", "/services", now + "宜不超过" + std::to_string(*advised) + "个");
    if (!max || count <= *max) return;
    if (filed_over && !v.entity().filed_services)
      return out.unknown("when_filed_exceeds", "/services", "主体已备案的服务数未知");
    if (filed_over && *v.entity().filed_services <= *filed_over) return;
    out.wrong("max", "/services",
              now + (filed_over ? "已备案超过" + std::to_string(*filed_over) + "个后，" : "") +
                  "一次最多" + std::to_string(*max) + "个，请分几次提交");
  };
}

Judge shell_entity_add_service(Params& p) {
  const bool allowed = p.flag("allowed");
  return [=](const View& v, Findings& out) {
    if (allowed) return;
    if (!v.entity().shell)
      out.unknown("allowed", "/entity", "主体是否为空壳主体未知");
    else if (*v.entity().shell)
      out.wrong("allowed", "/entity",
                "主体是空壳主体，本省不能直接新增服务，请先注销主体再首次备案");
  };
}

Judge website_and_app(Params& p) {
  const bool organization = p.flag("organization", true), individual = p.flag("individual", true);
  return [=](const View& v, Findings& out) {
    const auto any = [&](bool website) {
      return std::ranges::any_of(
          v.facts.services, [&](const Service& s) { return (s.kind == "website") == website; });
    };
    if ((v.individual() ? individual : organization) || !any(true) || !any(false)) return;
    out.wrong(v.individual() ? "individual" : "organization", "/services",
              "网站和 App 不能在同一个订单里备案，请分两次提交");
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"access-info-consistency", access_info_consistency},
    {"change-with-add-access", change_with_add_access},
    {"change-with-add-service", change_with_add_service},
    {"cross-entity-migration", cross_entity_migration},
    {"max-services-per-order", max_services_per_order},
    {"shell-entity-add-service", shell_entity_add_service},
    {"website-and-app-in-one-order", website_and_app},
});

}  // namespace

std::span<const Evaluator> order_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
