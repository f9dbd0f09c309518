// What a service is and says of itself.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "rules/look.hpp"

namespace beian::rules {
namespace {

using Words = std::vector<std::string>;

// Codes of service_content by their Chinese names. A word that is no name of the table names a
// part of one (导航) and is looked for in the texts.
struct Contents {
  std::vector<int64_t> codes;
  Words texts;
  bool holds(int64_t code) const { return std::ranges::find(codes, code) != codes.end(); }
  bool empty() const { return codes.empty() && texts.empty(); }
};

Contents contents_of(const Words& names) {
  Contents out;
  for (const auto& name : names) {
    const auto rows = china::code_table("service_content").rows();
    const auto row = std::ranges::find(rows, name, &china::CodeRow::zh);
    if (row == rows.end())
      out.texts.push_back(name);
    else
      out.codes.push_back(row->code);
  }
  return out;
}

std::string content(int64_t code) {
  return in_brackets(china::code_text("service_content", code));
}

Judge individual_service_content(Params& p) {
  const auto allowed = contents_of(p.texts("allowed")),
             forbidden = contents_of(p.texts("forbidden"));
  const auto choose = contents_of(p.texts("choose"));
  const bool other_remark = p.flag("other_requires_remark");
  const auto unless = p.word("unless", {"preapproval-document"});
  const auto remark_words = p.texts("remark_forbidden_words");
  p.word("video", {"own_only_or_link"});
  p.told({"restricted", "no_trading", "no_advertising", "approver"});  // what the site will hold
  const int64_t other = contents_of({"其他"}).codes.front();
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      const bool approved = !unless.empty() && (!s.pre_approvals.empty() || out.has(unless));
      for (size_t i = 0; i < s.contents.size(); ++i) {
        const int64_t code = s.contents[i];
        const std::string at = s.at + "/contents/" + std::to_string(i);
        if (forbidden.holds(code) && !approved)
          out.wrong("forbidden", at,
                    "个人不能选" + content(code) + (unless.empty() ? "" : "，除非有前置审批文件") +
                        "，请改选");
        else if (!choose.empty() && !choose.holds(code))
          out.wrong("choose", at, "个人只能选" + content(choose.codes.front()) + "，请改选");
        else if (!allowed.empty() && !allowed.holds(code) && !(approved && forbidden.holds(code)))
          out.wrong("allowed", at, "个人不能选" + content(code) + "，请改选");
        if (code == other && other_remark && blank(s.remark))
          out.wrong("other_requires_remark", s.at + "/remark",
                    "服务内容选了“其他”，请在备注说明实际内容");
      }
      for (const auto& word : forbidden.texts)
        if (contains(s.name, word) || contains(s.remark, word))
          out.wrong("forbidden", s.at + "/name", "个人网站不能提供" + in_brackets(word));
      if (const auto word = first_of(s.remark, remark_words); !word.empty())
        out.wrong("remark_forbidden_words", s.at + "/remark", "备注中不能出现" + in_brackets(word));
    });
  };
}

Judge org_service_content(Params& p) {
  const auto forbidden = contents_of(p.texts("forbidden")), choose = contents_of(p.texts("choose"));
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      for (size_t i = 0; i < s.contents.size(); ++i)
        if (forbidden.holds(s.contents[i]))
          out.wrong("forbidden", s.at + "/contents/" + std::to_string(i),
                    "单位不能选" + content(s.contents[i]) + "，请按业务改选");
      if (!choose.codes.empty() && !s.contents.empty() &&
          std::ranges::none_of(s.contents, [&](int64_t code) { return choose.holds(code); }))
        out.wrong("choose", s.at + "/contents", "单位宜选" + content(choose.codes.front()));
    });
  };
}

Judge individual_remark(Params& p) {
  const auto mode = p.word("mode", {"describe_content", "personal_site_pledge"});
  const auto min = p.integer("min_chars");
  const bool opening = p.flag("planned_opening_time");
  return [=](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    v.services([&](const Service& s) {
      const std::string at = s.at + "/remark";
      const auto chars = static_cast<int64_t>(text::length(text::trim(s.remark)));
      // Five characters are a name, not a description.
      if (mode == "describe_content" && chars <= 5)
        out.wrong("mode", at, "请在备注具体说明网站开通后的内容和用途");
      if (mode == "personal_site_pledge" &&
          (!contains(s.remark, "个人") || !contains(s.remark, "注销")))
        out.wrong("mode", at,
                  "请在备注写明：网站属个人性质，不含单位内容，如不实愿接受注销并列入黑名单");
      if (min && chars < *min)
        out.wrong("min_chars", at,
                  "备注现" + std::to_string(chars) + "字，须不少于" + std::to_string(*min) + "字");
      if (opening && first_of(s.remark, {"月", "日", "开通时间", "开站时间"}).empty())
        out.wrong("planned_opening_time", at, "请在备注写明预计开站时间");
    });
  };
}

Judge service_remark(Params& p) {
  p.word("mode", {"describe_content"});
  const auto unless = contents_of(p.texts("unless_content")),
             when = contents_of(p.texts("when_content"));
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      const auto any = [&](const Contents& of) {
        return std::ranges::any_of(s.contents, [&](int64_t code) { return of.holds(code); });
      };
      if (!when.empty() && !any(when)) return;
      if (!unless.empty() && any(unless)) return;
      if (blank(s.remark)) out.wrong("mode", s.at + "/remark", "请在备注说明网站的具体内容");
    });
  };
}

Judge homepage_url_count(Params& p) {
  const auto max = p.integer("max"), per_domain = p.integer("per_domain");
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      const auto urls = static_cast<int64_t>(s.home_urls.size());
      const std::string at = s.at + "/home_url";
      if (max && urls > *max)
        out.wrong("max", at,
                  "一个网站只填" + std::to_string(*max) + "个首页网址，现填" +
                      std::to_string(urls) + "个");
      const int64_t wanted = per_domain.value_or(0) * static_cast<int64_t>(s.domains.size());
      if (per_domain && urls != wanted)
        out.wrong("per_domain", at,
                  "有几个域名就填几个首页网址：应填" + std::to_string(wanted) + "个，现填" +
                      std::to_string(urls) + "个");
    });
  };
}

Judge multi_ip_provinces(Params& p) {
  const bool remark = p.flag("remark_required");
  return [=](const View& v, Findings& out) {
    v.services([&](const Service& s) {
      const std::set<int64_t> provinces(s.provinces.begin(), s.provinces.end());
      if (!remark || provinces.size() < 2 || !blank(s.remark)) return;
      Words names;
      for (const int64_t province : provinces) names.push_back(name_of_province(province));
      out.wrong("remark_required", s.at + "/remark",
                "该网站的IP分属" + listed(names) + "，请在备注说明");
    });
  };
}

bool is_hex(std::string_view s, size_t digits) {
  // Bytes may be written with colons between.
  std::string bare;
  for (const char c : s)
    if (c != ':') bare += c;
  return bare.size() == digits &&
         bare.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

// What a platform's entry in the params asks for.
void judge_platform(const std::string& param, const Words& wanted, const Platform& platform,
                    const std::string& at, Findings& out) {
  for (const auto& word : wanted) {
    const bool id = word == "package_name" || word == "bundle_id";
    if (id && blank(platform.id))
      out.wrong(param, at + "/package_id", "请填写 " + platform.name + " 平台的包名（Bundle ID）");
    if (word == "public_key" && blank(platform.public_key))
      out.wrong(param, at + "/public_key", "请填写 " + platform.name + " 平台的公钥");
    const size_t digits = word == "certificate_md5_hex"    ? 32
                          : word == "certificate_sha1_hex" ? 40
                                                           : 0;
    if (digits != 0 && !is_hex(platform.fingerprint, digits))
      out.wrong(param, at + "/fingerprint",
                platform.name + " 平台的证书指纹须为" + std::to_string(digits) + "位十六进制（" +
                    (digits == 32 ? "MD5" : "SHA-1") + "）");
  }
}

Judge app_features(Params& p) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"package_name", "bundle_id", "public_key", "certificate_md5_hex", "certificate_sha1_hex"});
  std::map<std::string, Words, std::less<>> wanted;
  for (const std::string name : {"android", "ios", "harmony"}) wanted[name] = p.words(name, kWords);
  p.word("new_platform_by", {"change"});
  p.told({"all_platforms_in_one_filing"});
  return [=](const View& v, Findings& out) {
    if (v.is_order("cancel")) return;
    v.services([&](const Service& s) {
      if (s.kind != "app") return;  // mini programs and quick apps run in another's app
      const std::string at = s.at + "/app/platforms";
      if (!s.platforms) return out.unknown("android", at, "App 的特征信息未知");
      if (s.platforms->empty()) out.wrong("android", at, "请填写 App 至少一个平台的特征信息");
      for (size_t i = 0; i < s.platforms->size(); ++i) {
        const Platform& platform = (*s.platforms)[i];
        if (const auto found = wanted.find(platform.name); found != wanted.end())
          judge_platform(found->first, found->second, platform, at + "/" + std::to_string(i), out);
      }
    });
  };
}

constexpr auto kEvaluators = std::to_array<Evaluator>({
    {"individual-service-content", individual_service_content},
    {"org-service-content", org_service_content},
    {"individual-remark", individual_remark},
    {"service-remark", service_remark},
    {"homepage-url-count", homepage_url_count},
    {"multi-ip-provinces", multi_ip_provinces},
    {"app-features", app_features},
});

}  // namespace

std::span<const Evaluator> service_evaluators() {
  return kEvaluators;
}

}  // namespace beian::rules
