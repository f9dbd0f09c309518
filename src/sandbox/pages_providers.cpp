// Accounts of the providers.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/html.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/provider_account.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {
namespace {

// The blocks of UploadData as people call them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kBusinesses{
    {{"icp", "ICP"}, {"ip", "IP"}, {"domain_names", "域名"}}};

std::string titles_of(const std::vector<std::string>& businesses) {
  std::vector<std::string> titles;
  for (const auto& [name, title] : kBusinesses)
    if (std::ranges::find(businesses, name) != businesses.end()) titles.emplace_back(title);
  return titles.empty() ? "无业务" : text::join(titles, "、");
}

std::string business_boxes() {
  std::string boxes = "<fieldset><legend>可报备的业务</legend>";
  for (const auto& [name, title] : kBusinesses)
    boxes += "<label><input type=\"checkbox\" name=\"" + std::string(name) +
             "\" value=\"1\" checked>" + std::string(title) + "</label>";
  return boxes + "</fieldset>";
}

http::Response providers_page(const Context& context, const std::string& message = {},
                              const Form& form = Form({}), int status = 200) {
  std::vector<std::vector<std::string>> rows;
  context.database->read([&](db::Tx& tx) {
    rows.clear();
    for (const auto& provider : all_providers(tx)) {
      const auto& a = provider.account;
      rows.push_back({std::to_string(a.provider_id), esc(a.user_name), esc(a.profile),
                      a.encryption == 0 ? "不加密" : "AES-128-CBC",
                      a.province == 0 ? "不限" : esc(china::full_name(a.province)),
                      a.enabled ? titles_of(a.businesses) : "未开放",
                      std::to_string(provider.last_sequence)});
    }
  });
  const auto field = [&](std::string_view label, std::string_view name,
                         std::string_view attributes = {}) {
    return input(label, name, form[name], attributes);
  };
  return page(
      "接入商",
      message +
          table({"ispId", "用户名", "接口版本", "加密", "所在省", "报备权限", "已受理序号"}, rows) +
          "<h2>新增或修改</h2><form method=\"post\" action=\"/providers\">" +
          field("接入商标识（ispId）", "provider_id", "inputmode=\"numeric\" required") +
          field("用户名", "user_name", "required") +
          field("口令", "password", "type=\"password\" autocomplete=\"new-password\" required") +
          "<label>接口版本<select name=\"profile\"><option>miit-3.0</option>"
          "<option>openbeian-3.1</option></select></label>"
          "<label>加密<select name=\"encryption\"><option value=\"0\">不加密</option>"
          "<option value=\"1\">AES-128-CBC</option></select></label>" +
          field("密钥（16 个字符，加密时）", "key", "maxlength=\"16\" autocomplete=\"off\"") +
          field("偏移量（16 个字符，加密时）", "iv", "maxlength=\"16\" autocomplete=\"off\"") +
          field("所在省区划代码（留空为不限）", "province", "inputmode=\"numeric\"") +
          "<label>报备权限<select name=\"enabled\"><option value=\"1\">开放</option>"
          "<option value=\"0\">不开放</option></select></label>" +
          business_boxes() + "<button>保存</button></form>",
      status);
}

int64_t number(const std::string& text) {
  int64_t value = 0;
  return text::parse_i64(text::trim(text), value) ? value : 0;
}

http::Response post_provider(const Context& context, const http::Request& request) {
  const Form form(request.body);
  ProviderAccount account;
  account.provider_id = number(form["provider_id"]);
  account.user_name = std::string(text::trim(form["user_name"]));
  account.password = Secret(form["password"]);
  account.profile = form["profile"];
  account.encryption = form["encryption"] == "1" ? 1 : 0;
  account.key = Secret(form["key"]);
  account.iv = Secret(form["iv"]);
  account.province = number(form["province"]);
  account.enabled = form["enabled"] == "1";
  account.businesses.clear();
  for (const auto& [name, title] : kBusinesses)
    if (form[name] == "1") account.businesses.emplace_back(name);
  const auto stored = store_provider(context, account);
  if (stored) return http::Response::redirect("/providers");
  std::string messages;
  for (const auto& problem : stored.error())
    messages +=
        notice(false, problem.field + " " + problem_text(problem.code, problem.args, Language::zh));
  return providers_page(context, messages, form, spec_of(stored.error().front().code).http_status);
}

}  // namespace

std::vector<http::Route> provider_pages(const Context& context) {
  return {
      {"GET", "/providers", http::kPublic, "Accounts of the providers",
       guarded(context, [&context](const http::Request&) { return providers_page(context); })},
      {"POST", "/providers", http::kPublic, "Create or replace an account",
       same_origin(guarded(
           context, [&context](const http::Request& r) { return post_provider(context, r); }))},
  };
}

}  // namespace beian::sandbox
