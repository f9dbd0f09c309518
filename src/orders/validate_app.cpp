#include "orders/validate_app.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "china/app.hpp"
#include "china/codes.hpp"
#include "orders/document.hpp"

namespace beian::orders {
namespace {

using china::ServiceKind;

constexpr size_t kLongestName = 60, kShortestRemark = 20, kLongestRemark = 200;

enum class Asked { never, may, must };
// Members below the service, by kind. The form of one is that of all.
struct Row {
  std::string_view member;
  Asked app, applet;
};
constexpr auto kRows = std::to_array<Row>({
    {"/contents", Asked::never, Asked::never},  // a website's; an app has its own
    {"/home_url", Asked::never, Asked::never},
    {"/domains", Asked::may, Asked::never},
    {"/accesses", Asked::must, Asked::never},
    {"/remark", Asked::must, Asked::must},
    {"/app/contents", Asked::must, Asked::must},
    {"/app/platforms", Asked::must, Asked::never},
    {"/app/applet_id", Asked::never, Asked::must},
    {"/app/host_platform", Asked::never, Asked::must},
    {"/app/provides_sdk", Asked::must, Asked::never},
    {"/app/uses_sdk", Asked::must, Asked::never},
    {"/app/sdks", Asked::may, Asked::never},
    {"/app/stores", Asked::may, Asked::never},
});

bool empty(const Json* value) {
  return !value || value->is_null() || (value->is_array() && value->size() == 0);
}

class AppCheck {
 public:
  AppCheck(const Json& service, const std::string& at, const CodeJudge& judge)
      : service_(service),
        app_(service["app"]),
        at_(at),
        kind_(service_kind(service).value_or(ServiceKind::app)),
        judge_(judge) {}

  Problems run() {
    members();
    texts();
    contents();
    if (kind_ == ServiceKind::app) {
      platforms();
      sdks();
      stores();
    }
    return std::move(problems_);
  }

 private:
  void add(ProblemCode code, const std::string& field,
           std::vector<std::pair<std::string, std::string>> args = {}) {
    problems_.push_back({code, at_ + field, std::move(args)});
  }
  template <class T>
  void at(const std::string& field, const Result<T>& checked) {
    if (!checked) append_under(problems_, at_ + field, checked.error());
  }
  void not_applicable(const std::string& field, const std::string& when) {
    add(ProblemCode::not_applicable, field, {{"when", when}});
  }

  void members() {
    for (const auto& row : kRows) {
      const std::string field(row.member);
      const bool missing = empty(service_.pointer(field));
      const Asked asked = kind_ == ServiceKind::app ? row.app : row.applet;
      if (asked == Asked::must && missing) add(ProblemCode::required, field);
      if (asked == Asked::never && !missing)
        not_applicable(field, "服务类型为" + std::string(china::title_of(kind_)));
    }
  }

  void texts() {
    if (text::length(service_["name"].as_string()) > kLongestName)
      add(ProblemCode::too_long, "/name", {{"max", std::to_string(kLongestName)}});
    const auto remark = text::length(service_["remark"].as_string());
    if (remark > kLongestRemark)
      add(ProblemCode::too_long, "/remark", {{"max", std::to_string(kLongestRemark)}});
    else if (remark > 0 && remark < kShortestRemark)
      add(ProblemCode::too_short, "/remark", {{"min", std::to_string(kShortestRemark)}});
  }

  // Two levels: only a code below another one says anything.
  void contents() {
    std::set<int64_t> seen;
    for (size_t i = 0; i < app_["contents"].size(); ++i) {
      const Json& code = app_["contents"].at(i);
      const std::string field = "/app/contents/" + std::to_string(i);
      if (!code.is_int()) continue;
      at(field, judge_("app_service_content", code.as_int()));
      const auto* row = china::code_table("app_service_content").find(code.as_int());
      if (row && row->more["parent"].as_int() == 0)
        add(ProblemCode::code_unknown, field, {{"code", std::to_string(code.as_int())}});
      if (!seen.insert(code.as_int()).second) add(ProblemCode::duplicate, field);
    }
  }

  bool known_platform(const Json& name, const std::string& field) {
    if (!name.is_string()) return false;
    if (china::find_app_platform(name.as_string())) return true;
    add(ProblemCode::bad_app_field, field,
        {{"name", "运行平台"}, {"reason", "可填 android、ios、harmonyos、other"}});
    return false;
  }

  void platforms() {
    std::set<std::string> keys;
    const auto& list = app_["platforms"].items();
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string field = "/app/platforms/" + std::to_string(i);
      if (known_platform(list[i]["platform"], field + "/platform")) platform(list[i], field);
      for (const auto& key :
           china::app_keys(ServiceKind::app, Json::object({{"platforms", Json::array({list[i]})}})))
        if (!keys.insert(key).second) add(ProblemCode::duplicate, field + "/package_id");
    }
  }

  void platform(const Json& platform, const std::string& field) {
    const std::string& name = platform["platform"].as_string();
    const auto one = [&](std::string_view member, auto check, bool must) {
      const std::string path = field + "/" + std::string(member);
      const Json* value = platform.find(member);
      if (!value || value->is_null()) {
        if (must) add(ProblemCode::required, path);
      } else if (value->is_string()) {
        at(path, check(name, value->as_string()));
      }
    };
    one("package_id", china::check_package_id, false);  // its form demands it
    one("fingerprint", china::check_fingerprint, name != "other");
    one("public_key", china::check_public_key, name != "other");
    std::set<std::string> seen;
    const auto& domains = platform["domains"].items();
    for (size_t i = 0; i < domains.size(); ++i) {
      if (!domains[i].is_string()) continue;
      const std::string path = field + "/domains/" + std::to_string(i);
      const auto domain = china::check_app_domain(domains[i].as_string());
      at(path, domain);
      if (!domain) continue;
      if (!seen.insert(*domain).second)
        add(ProblemCode::duplicate, path);
      else if (!under_own_domain(*domain))
        add(ProblemCode::bad_app_field, path,
            {{"name", "平台使用的域名"}, {"reason", "须是所填域名之一或其下级域名"}});
    }
  }

  bool under_own_domain(const std::string& name) const {
    return std::ranges::any_of(service_["domains"].items(), [&](const Json& domain) {
      const std::string own = normal_domain(domain.as_string());
      return name == own || name.ends_with("." + own);
    });
  }

  void sdks() {
    const auto& list = app_["sdks"].items();
    const Json& uses = app_["uses_sdk"];
    if (uses.is_bool() && uses.as_bool() && list.empty()) add(ProblemCode::required, "/app/sdks");
    if (uses.is_bool() && !uses.as_bool() && !list.empty())
      not_applicable("/app/sdks", "不使用外部 SDK");
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string field = "/app/sdks/" + std::to_string(i);
      if (list[i]["type"].is_int())
        at(field + "/type", judge_("sdk_type", list[i]["type"].as_int()));
      for (size_t p = 0; p < list[i]["platforms"].size(); ++p)
        known_platform(list[i]["platforms"].at(p), field + "/platforms/" + std::to_string(p));
    }
  }

  void stores() {
    const auto& list = app_["stores"].items();
    for (size_t i = 0; i < list.size(); ++i) {
      const Json* url = list[i].find("url");
      if (!url || !url->is_string()) continue;
      const std::string lower = text::lower_ascii(url->as_string());
      const bool web = lower.starts_with("https://") || lower.starts_with("http://");
      if (!web || lower.size() <= lower.find("//") + 2)
        add(ProblemCode::bad_format, "/app/stores/" + std::to_string(i) + "/url");
    }
  }

  const Json& service_;
  const Json& app_;
  const std::string& at_;
  ServiceKind kind_;
  const CodeJudge& judge_;
  Problems problems_;
};

}  // namespace

Problems check_app(const Json& service, const std::string& at, const CodeJudge& judge) {
  return AppCheck(service, at, judge).run();
}

}  // namespace beian::orders
