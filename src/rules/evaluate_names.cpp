// Names of websites and apps.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "rules/look.hpp"
#include "rules/name_text.hpp"

namespace beian::rules {
namespace {

using Words = std::vector<std::string>;

struct Website {
  std::optional<int64_t> min_chars, min_chinese, advised_max;
  Words prefixes, words, patterns, forbid, state, academy, individual_forbid;
  bool digits = true, english = true, symbols = true, any_english = true, unapproved_state = false;
  std::string_view english_param;
  bool domain = false, actual = false, remark_if_unclear = false, mixed_chinese = false;
  std::string related, otherwise, relation_remark, regions, places;
  bool individual_regions = true;
};

// The words of `forbid`, and other texts that must not occur as such.
constexpr auto kForbidden = std::to_array<std::string_view>(
    {"domain", "url", "english_only", "person_name", "digits_only", "company_name", "region_name"});

constexpr auto kForbiddenToPersons = std::to_array<std::string_view>({"pinyin", "region"});

class NameCheck {
 public:
  NameCheck(const Website& rule, const View& v, const Service& service, Findings& out)
      : r_(rule), v_(v), s_(service), out_(out), at_(service.at + "/name") {}

  void run() {
    if (s_.name.empty()) return;
    length();
    words();
    forbidden(r_.forbid, "forbid");
    if (v_.individual()) forbidden(r_.individual_forbid, "individual_forbid");
    letters();
    regions();
    relation();
    actual();
  }

 private:
  std::string quoted() const { return "网站名称" + in_brackets(s_.name); }
  void wrong(std::string_view param, const std::string& text) {
    out_.wrong(param, at_, quoted() + text);
  }

  void length() {
    const auto chars = static_cast<int64_t>(text::length(s_.name));
    if (r_.min_chars && chars < *r_.min_chars)
      wrong("min_chars", "不足" + std::to_string(*r_.min_chars) + "个字，请改用更完整的名称");
    if (r_.min_chinese && chinese_count(s_.name) < *r_.min_chinese)
      wrong("min_chinese_chars", "不足" + std::to_string(*r_.min_chinese) + "个汉字，请修改");
    if (r_.advised_max && chars > *r_.advised_max)
      out_.advise("advised_max_chars", at_,
                  quoted() + "超过" + std::to_string(*r_.advised_max) + "个字，宜缩短");
  }

  // National bodies carry the word at the front of their own name. Of an entity that is only named
  // by its number nobody knows.
  bool own_prefix(const std::string& word) const {
    const std::string& own = v_.entity().name;
    return own.empty() || own.starts_with(word);
  }

  void words() {
    for (const auto& word : r_.prefixes)
      if (s_.name.starts_with(word) && !own_prefix(word))
        wrong("forbidden_prefixes", "以" + in_brackets(word) + "开头，须有相应授权，请修改");
    for (const auto& word : r_.state)
      if (s_.name.starts_with(word) && !own_prefix(word) &&
          (!r_.unapproved_state || s_.pre_approvals.empty()))
        out_.demand("state_prefix_words", at_,
                    quoted() + "以" + in_brackets(word) + "开头，须附主管部门批文或修改名称",
                    "preapproval-document");
    // An approval excuses an organization's word, not an individual's.
    if (v_.individual() || s_.pre_approvals.empty()) {
      const std::string word = first_of(s_.name, r_.words);
      if (!word.empty())
        wrong("forbidden_words", "含" + in_brackets(word) +
                                     (v_.individual() ? "，个人网站不能使用，请修改"
                                                      : "，无审批文件不能使用，请修改"));
    }
    for (const auto& word : r_.patterns)
      if (s_.name.ends_with(word))
        wrong("forbidden_patterns", "以笼统的" + in_brackets(word) + "结尾，请改用具体名称");
    if (!r_.academy.empty() && contains(s_.name, "学院") && !v_.entity().name.empty() &&
        !contains(v_.entity().name, "学院") &&
        std::ranges::none_of(r_.academy, [&](const auto& end) { return s_.name.ends_with(end); }))
      wrong("academy_suffix",
            "含“学院”而单位未登记为学院，请在名称后加" + listed(r_.academy) + "之一");
  }

  void forbidden(const Words& list, std::string_view param) {
    for (const auto& word : list) {
      if (word == "domain" || word == "url") {
        if (like_domain(s_.name, s_)) wrong(param, "是域名或网址，请改用名称");
      } else if (word == "english_only") {
        if (only_ascii_letters(s_.name)) wrong(param, "为纯英文，请改用中文名称");
      } else if (word == "digits_only") {
        if (text::all_digits(s_.name)) wrong(param, "为纯数字，请修改");
      } else if (word == "person_name") {
        if (const std::string name = person_in_name(); !name.empty())
          wrong(param, "用了负责人的姓名，请修改");
      } else if (word == "company_name") {
        const std::string found = first_of(s_.name, {"公司", "集团", "有限责任", "事务所"});
        if (!found.empty()) wrong(param, "像单位名称（含" + in_brackets(found) + "），请修改");
      } else if (word == "region_name" || word == "region") {
        if (const std::string region = region_in(s_.name); !region.empty())
          wrong(param, "含地名" + in_brackets(region) + "，请修改");
      } else if (word == "pinyin") {
        if (has_ascii_word(s_.name)) wrong(param, "含拼音或英文，个人网站请用中文名称");
      } else if (contains(s_.name, word)) {
        wrong(param, "含" + in_brackets(word) + "，请修改");
      }
    }
  }
  std::string person_in_name() const {
    std::string found;
    v_.persons([&](const Person& person) {
      if (text::length(person.name) >= 2 && contains(s_.name, person.name)) found = person.name;
    });
    return found;
  }

  void letters() {
    if (!r_.digits && text::all_digits(s_.name)) wrong("pure_digits", "为纯数字，请修改");
    if (!r_.english && only_ascii_letters(s_.name))
      wrong(r_.english_param, "为纯英文，请改用中文名称");
    if (!r_.any_english && has_ascii_word(s_.name, 1))
      wrong("english_allowed", "含英文，请改用中文名称");
    if (r_.mixed_chinese && chinese_count(s_.name) == 0)
      wrong("language", "没有汉字，名称须为中文或中英文");
    if (!r_.symbols)
      if (const std::string symbol = symbol_in(s_.name); !symbol.empty())
        wrong("special_symbols", "含特殊符号" + in_brackets(symbol) + "，请去掉");
    if (r_.domain && like_domain(s_.name, s_))
      wrong("forbid_domain_as_name", "是域名或网址，请改用名称");
  }

  void regions() {
    const bool wanted = !r_.regions.empty() || !r_.places.empty() || !r_.individual_regions;
    const std::string region = wanted ? region_in(s_.name) : std::string();
    if (region.empty()) return;
    const bool own = v_.entity().name.empty() || contains(v_.entity().name, region);
    if (v_.individual() && !r_.individual_regions)
      wrong("individual_state_or_region_names", "含地名" + in_brackets(region) + "，个人不得使用");
    else if (!r_.regions.empty() && !own && s_.pre_approvals.empty())
      wrong("state_or_region_names", "含地名" + in_brackets(region) + "，须有相应授权");
    if (!r_.places.empty() && s_.name.starts_with(region) && is_portal(s_.name, region))
      wrong("administrative_place_names",
            "是地名" + in_brackets(region) + "加“网”一类的名称，未经许可不能使用");
  }

  void relation() {
    if (v_.individual() || s_.name.empty()) return;
    const bool wanted = !r_.related.empty() || !r_.relation_remark.empty() || r_.remark_if_unclear;
    if (!wanted) return;
    if (v_.entity().name.empty())
      return out_.unknown("relation", at_, "单位名称未知，看不出网站名称与它的关联");
    if (related(s_.name, v_.entity().name)) return;
    const std::string unrelated = "看不出与单位名称的关联，";
    if (!r_.relation_remark.empty() || r_.remark_if_unclear) {
      if (blank(s_.remark))
        wrong(r_.relation_remark.empty() ? "remark_if_unclear" : "relation_to_entity",
              unrelated + "请在备注说明网站的具体内容");
      return;
    }
    if (r_.otherwise.empty()) return wrong("org_name", unrelated + "须用单位全称或简称");
    if (!out_.has("service-content-statement"))
      out_.demand("relation", at_, quoted() + unrelated + "请附商标注册证明或服务内容说明",
                  "trademark-proof");
  }

  void actual() {
    if (!r_.actual) return;
    if (!s_.actual_name)
      out_.unknown("must_equal_actual", at_, "网站实际使用的名称未知");
    else if (!same_name(*s_.actual_name, s_.name))
      wrong("must_equal_actual",
            "与网站实际名称" + in_brackets(*s_.actual_name) + "不一致，请改成一致");
  }

  const Website& r_;
  const View& v_;
  const Service& s_;
  Findings& out_;
  std::string at_;
};

// Words of the list, or Chinese texts that are looked for as they stand.
Words forbidden_words(Params& p, std::string_view name, Params::List known) {
  auto out = p.texts(name);
  for (size_t i = 0; i < out.size(); ++i)
    if (std::ranges::find(known, out[i]) == known.end() && chinese_count(out[i]) == 0)
      p.fault(std::string(name) + "/" + std::to_string(i));
  return out;
}

Judge website_name(Params& p) {
  Website r;
  r.min_chars = p.integer("min_chars");
  r.min_chinese = p.integer("min_chinese_chars");
  r.advised_max = p.integer("advised_max_chars");
  r.prefixes = p.texts("forbidden_prefixes");
  r.words = p.texts("forbidden_words");
  r.patterns = p.texts("forbidden_patterns");
  r.forbid = forbidden_words(p, "forbid", kForbidden);
  r.individual_forbid = forbidden_words(p, "individual_forbid", kForbiddenToPersons);
  r.digits = p.flag("pure_digits", true);
  r.english = p.flag("pure_english", true) && p.flag("pure_english_allowed", true);
  r.english_param = p.has("pure_english_allowed") ? "pure_english_allowed" : "pure_english";
  r.any_english = p.flag("english_allowed", true);
  r.symbols = p.flag("special_symbols", true);
  r.domain = p.flag("forbid_domain_as_name");
  r.actual = p.flag("must_equal_actual");
  r.state = p.texts("state_prefix_words");
  r.unapproved_state = p.flag("state_prefix_requires_approval");
  r.academy = p.texts("academy_suffix");
  r.mixed_chinese = !p.word("language", {"chinese_or_chinese_english"}).empty();
  const auto relation = p.word("relation", {"entity_full_or_short_name"});
  const auto org_name = p.word("org_name", {"entity_full_or_short_name"});
  r.related = org_name.empty() ? relation : org_name;
  r.otherwise = org_name.empty() ? p.word("otherwise", {"trademark-or-statement"}) : "";
  p.told({"otherwise", "applies_example", "fits_entity"});
  r.relation_remark = p.word("relation_to_entity", {"remark_if_unclear"});
  r.remark_if_unclear = p.flag("remark_if_unclear");
  r.regions = p.word("state_or_region_names", {"only_with_authorisation"});
  r.individual_regions = p.flag("individual_state_or_region_names", true);
  r.places = p.word("administrative_place_names", {"only_with_approval"});
  return [r](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    v.services([&](const Service& service) { NameCheck(r, v, service, out).run(); });
  };
}

// What the words of app-name's `forbid` stand for, as far as a list can tell; the reviewer's
// checklist has the rest.
struct AppWord {
  std::string_view word, told;
  bool whole;  // the name is one of them; else it holds one
  Words list;
};
const std::vector<AppWord>& app_words() {
  static const std::vector<AppWord> words{
      {"generic_word",
       "是通用词",
       true,
       {"浏览器", "日历", "计算器", "天气", "地图", "音乐", "视频", "相机", "输入法", "记事本"}},
      {"popular_app_name",
       "与常见 App 重名",
       true,
       {"微信", "支付宝", "淘宝", "抖音", "微博", "京东", "美团", "拼多多", "百度", "小红书"}},
      {"trade_noun",
       "是行业名词",
       true,
       {"电商", "教育", "医疗", "金融", "餐饮", "物流", "旅游", "房产", "招聘", "购物"}},
      {"placeholder", "像占位名称", false, {"测试", "demo", "test", "未命名", "样例App", "xxx"}},
      {"price_or_marketing_word",
       "含价格或营销词",
       false,
       {"免费", "特价", "打折", "折扣", "秒杀", "包邮", "最低价", "优惠券", "0元", "第一品牌"}}};
  return words;
}

void judge_app_word(const std::string& word, const Service& s, Findings& out) {
  const std::string at = s.at + "/name";
  if (word == "emoji") {
    if (has_emoji(s.name)) out.wrong("forbid", at, "App 名称不能含表情符号");
    return;
  }
  const auto& all = app_words();
  const auto found = std::ranges::find(all, word, &AppWord::word);
  if (found == all.end()) return;
  const std::string hit =
      found->whole ? (std::ranges::find(found->list, s.name) != found->list.end() ? s.name : "")
                   : first_of(s.name, found->list);
  if (!hit.empty())
    out.wrong("forbid", at,
              "App 名称" + in_brackets(s.name) + std::string(found->told) +
                  (found->whole ? "，请修改" : in_brackets(hit) + "，请修改"));
}

Judge app_name(Params& p) {
  const bool platforms = p.flag("same_on_all_platforms"), unique = p.flag("unique"),
             actual = p.flag("must_equal_actual");
  const auto forbid = p.words("forbid", {"generic_word", "popular_app_name", "trade_noun",
                                         "placeholder", "emoji", "price_or_marketing_word"});
  return [=](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    v.services([&](const Service& s) {
      if (s.name.empty()) return;
      const std::string at = s.at + "/name";
      for (const auto& word : forbid) judge_app_word(word, s, out);
      if (unique && !s.name_elsewhere)
        out.unknown("unique", at, "App 名称是否已被其他主体备案未知");
      else if (unique && *s.name_elsewhere)
        out.wrong("unique", at, "App 名称" + in_brackets(s.name) + "已被其他主体备案，请修改");
      if (actual && s.actual_name && !same_name(*s.actual_name, s.name))
        out.wrong("must_equal_actual", at,
                  "与实际展示的名称" + in_brackets(*s.actual_name) + "不一致");
      if (!platforms || !s.platforms) return;
      for (const auto& platform : *s.platforms)
        if (!platform.app_name.empty() && !same_name(platform.app_name, s.name))
          out.wrong("same_on_all_platforms", at,
                    platform.name + " 平台上的名称" + in_brackets(platform.app_name) +
                        "与备案名称不同，各平台须一致");
    });
  };
}

Judge same_name_websites(Params& p) {
  const bool remark = p.flag("remark_required");
  const bool differ = p.flag("content_must_differ");
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      bool twice = v.entity().filed_names && !v.is_order("change") && !v.is_order("add_access") &&
                   std::ranges::any_of(*v.entity().filed_names,
                                       [&](const auto& name) { return same_name(name, s.name); });
      v.services([&](const Service& other) {
        twice = twice || (&other != &s && same_name(other.name, s.name));
      });
      if (!twice) return;
      const std::string text = "本主体有多个网站名为" + in_brackets(s.name) + "，";
      if (remark && blank(s.remark))
        out.wrong("remark_required", s.at + "/remark", text + "请在备注详述用途");
      if (differ) out.unknown("content_must_differ", s.at + "/name", text + "内容是否不同未知");
    });
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"website-name", website_name},
    {"app-name", app_name},
    {"same-name-websites", same_name_websites},
});

}  // namespace

std::span<const Evaluator> name_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
