#include "china/domain.hpp"

#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/text.hpp"
#include "china/ip.hpp"

namespace beian::china {

namespace {

constexpr size_t kMaxFiled = 128;  // Ym

std::unexpected<Problems> bad(std::string reason) {
  return fail(ProblemCode::bad_domain, "", {{"reason", std::move(reason)}});
}

const char* idn_reason(int rc) {
  switch (rc) {
    case IDN2_TOO_BIG_DOMAIN:
      return "总长超过 253 个字符";
    case IDN2_TOO_BIG_LABEL:
      return "一段超过 63 个字符";
    case IDN2_2HYPHEN:
      return "第 3、4 个字符不能都是连字符";
    case IDN2_HYPHEN_STARTEND:
      return "一段不能以连字符开头或结尾";
    case IDN2_INVALID_ALABEL:
    case IDN2_UALABEL_MISMATCH:
    case IDN2_ALABEL_ROUNDTRIP_FAILED:
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_OVERFLOW:
      return "xn-- 编码不正确";
    case IDN2_ENCODING_ERROR:
      return "不是合法的 UTF-8 文本";
    default:
      return "含有域名不允许的字符";
  }
}

// Letters, digits and hyphens, as RFC 1123 has them. Runs after the mapping, so also on A-labels.
const char* label_problem(std::string_view label) {
  if (label.empty()) return "两个点之间不能为空";
  if (label.size() > 63) return "一段超过 63 个字符";
  if (label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != label.npos)
    return "只能有字母、数字、连字符和点";
  if (label.front() == '-' || label.back() == '-') return "一段不能以连字符开头或结尾";
  return nullptr;
}

const char* name_problem(const std::string& name) {
  if (name.size() > 253) return "总长超过 253 个字符";
  const auto labels = text::split(name, '.');
  for (const std::string& label : labels) {
    if (const char* problem = label_problem(label)) return problem;
  }
  if (labels.size() < 2) return "应至少有两段，例如 example.cn";
  if (text::all_digits(labels.back())) return "最后一段不能全是数字";
  return nullptr;
}

// What people paste instead of a name.
const char* paste_problem(std::string_view s) {
  if (s.find("://") != s.npos) return "不要带 http:// 或 https://";
  if (s.find_first_of("/\\?#") != s.npos) return "不要带路径";
  if (s.find('@') != s.npos) return "是电子邮件地址";
  if (parse_ip(s)) return "是 IP 地址";
  if (s.find(':') != s.npos) return "不要带端口";
  if (s.find_first_of(" \t\r\n") != s.npos) return "不能有空格";
  if (s.find('*') != s.npos) return "不能用通配符";
  if (s.find('\0') != s.npos) return "含有域名不允许的字符";
  return nullptr;
}

const psl_ctx_t* suffix_list() {
  // The newer of the system's list (package publicsuffix) and the library's own.
  static const std::unique_ptr<psl_ctx_t, void (*)(psl_ctx_t*)> kList(psl_latest(nullptr),
                                                                      psl_free);
  if (!kList) throw std::runtime_error("no public suffix list: install the package publicsuffix");
  return kList.get();
}

bool is_suffix(std::string_view name) {
  // libpsl 0.21 answers yes for x.m, which it reads out of *.mm. No top level has one letter.
  if (name.size() >= 2 && name[name.size() - 2] == '.') return false;
  return psl_is_public_suffix2(suffix_list(), std::string(name).c_str(),
                               PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

std::string_view without_first_label(std::string_view name) {
  const size_t dot = name.find('.');
  return dot == name.npos ? std::string_view() : name.substr(dot + 1);
}

// Nothing for UTS 46 to change but the case: ASCII, and no label that "--" makes a special one.
bool is_plain(std::string_view name) {
  return name.find("--") == name.npos &&
         std::ranges::all_of(name, [](char c) { return static_cast<signed char>(c) > 0; });
}

}  // namespace

Result<std::string> normalise_domain(std::string_view input) {
  if (!text::is_utf8(input)) return bad(idn_reason(IDN2_ENCODING_ERROR));
  std::string s(input);
  // UTS 46 takes these as dots too (。．｡); a trailing one must be seen before it is cut off.
  for (const std::string_view dot : {"\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"}) {
    for (size_t at; (at = s.find(dot)) != s.npos;) s.replace(at, dot.size(), ".");
  }
  std::string_view name = text::trim(s);
  if (name.empty()) return bad("为空");
  if (const char* problem = paste_problem(name)) return bad(problem);
  if (name.ends_with('.')) name.remove_suffix(1);
  // libidn2 skips empty labels and fails late on long input.
  if (name.empty() || name.find("..") != name.npos || name.starts_with('.'))
    return bad("两个点之间不能为空");
  if (name.size() > 1024) return bad("总长超过 253 个字符");

  if (is_plain(name)) {
    std::string lower = text::lower_ascii(name);
    if (!name_problem(lower)) return lower;
  }
  char* converted = nullptr;
  const int rc = idn2_to_ascii_8z(std::string(name).c_str(), &converted,
                                  IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
  if (rc != IDN2_OK) return bad(idn_reason(rc));
  std::string out = text::lower_ascii(converted);
  if (const char* problem = name_problem(out)) return bad(problem);
  return out;
}

std::string display_domain(std::string_view normalised) {
  char* converted = nullptr;
  const int rc = idn2_to_unicode_8z8z(std::string(normalised).c_str(), &converted, 0);
  const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
  return rc == IDN2_OK ? std::string(converted) : std::string(normalised);
}

Result<std::string> independent_domain(std::string_view name) {
  if (is_suffix(name)) return fail(ProblemCode::domain_without_suffix);
  for (std::string_view at = name; !at.empty();) {
    const std::string_view parent = without_first_label(at);
    if (!parent.empty() && is_suffix(parent)) return std::string(at);
    at = parent;
  }
  return fail(ProblemCode::domain_without_suffix);
}

Result<std::string> check_independent_domain(std::string_view text) {
  auto name = normalise_domain(text);
  if (!name) return name;
  const auto independent = independent_domain(*name);
  if (!independent) return independent;
  if (*independent != *name && !is_government_domain(*name)) {
    return fail(ProblemCode::domain_not_independent, "",
                {{"independent", display_domain(*independent)}});
  }
  if (name->size() > kMaxFiled)
    return fail(ProblemCode::too_long, "", {{"max", std::to_string(kMaxFiled)}});
  return name;
}

bool is_government_domain(std::string_view name) {
  // 政务.cn is xn--zfr164b.cn.
  for (const std::string_view suffix : {".gov.cn", ".xn--zfr164b.cn", ".xn--zfr164b"}) {
    if (name.ends_with(suffix)) return true;
  }
  return false;
}

std::vector<std::string> covering_domains(std::string_view host) {
  const auto independent = independent_domain(host);
  if (!independent) return {};
  if (is_government_domain(host)) return {std::string(host)};
  std::vector<std::string> out;
  for (std::string_view at = host; at.size() >= independent->size(); at = without_first_label(at))
    out.emplace_back(at);
  return out;
}

}  // namespace beian::china
