#include "base/text.hpp"
#include "china/domain.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/html.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/public_query.hpp"
#include "sandbox/sms.hpp"

namespace beian::sandbox {
namespace {

http::Response sms_page(const std::string& message, const Form& form, int status = 200) {
  std::string body =
      "<p>请在收到短信后 24 "
      "小时内完成核验：输入接收短信的手机号码、证件号码后六位和短信中的验证码。</p>";
  body += message;
  body += "<form method=\"post\" action=\"/sms\">";
  body +=
      input("手机号码", "mobile", form["mobile"], "inputmode=\"tel\" maxlength=\"20\" required");
  body += input("证件号码后六位", "last_six", form["last_six"],
                "maxlength=\"6\" autocomplete=\"off\" required");
  body += input("验证码", "code", {},
                "inputmode=\"numeric\" maxlength=\"6\" autocomplete=\"one-time-code\" required");
  body += "<button>提交核验</button></form>";
  return page("备案短信核验", body, status);
}

http::Response post_sms(const Context& context, const http::Request& request) {
  const Form form(request.body);
  const auto verified = verify_person(context, form["mobile"], form["last_six"], form["code"]);
  if (verified) return sms_page(notice(true, "核验成功"), Form({}));
  const auto& problem = verified.error().front();
  return sms_page(notice(false, problem_text(problem.code, problem.args, Language::zh)), form, 422);
}

std::string table_of(const std::vector<FiledService>& found) {
  std::string html;
  for (const auto& s : found) {
    std::vector<std::string> domains;
    for (const auto& domain : s.domains) domains.push_back(china::display_domain(domain));
    const std::string kind(china::title_of(s.kind));
    html += "<table>" + row("主办单位名称", s.entity_name) + row("主体备案号", s.entity_number) +
            row(kind + "名称", s.service_name) + row(kind + "备案号", s.service_number) +
            (domains.empty() ? "" : row(kind + "域名", text::join(domains, "；"))) +
            (s.app_keys.empty() ? "" : row("平台与标识", text::join(s.app_keys, "；"))) +
            row("备案时间", china_datetime(from_ms(s.first_filed))) + "</table>";
  }
  return html;
}

http::Response query_page(const Context& context, const http::Request& request) {
  const std::string question(text::trim(request.query_value("q")));
  std::string body =
      "<form method=\"get\" action=\"/query\">" +
      input("域名、备案号、名称或包名", "q", question, "maxlength=\"255\" required") +
      "<button>查询</button></form>";
  if (!question.empty()) {
    const auto found = look_up(context, question);
    body += found.empty() ? notice(false, "没有查到“" + question + "”的备案信息") : table_of(found);
  }
  return page("备案信息公共查询", body);
}

}  // namespace

std::vector<http::Route> public_pages(const Context& context) {
  return {
      {"GET", "/sms", http::kPublic, "Page of the SMS verification",
       [](const http::Request&) { return sms_page({}, Form({})); }},
      {"POST", "/sms", http::kPublic, "A person's SMS verification",
       same_origin([&context](const http::Request& r) { return post_sms(context, r); })},
      {"GET", "/query", http::kPublic, "Public query by domain or number",
       [&context](const http::Request& r) { return query_page(context, r); }},
  };
}

}  // namespace beian::sandbox
