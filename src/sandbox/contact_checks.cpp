#include "sandbox/contact_checks.hpp"

#include <functional>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/phone.hpp"
#include "sandbox/judge.hpp"

namespace beian::sandbox {
namespace {

bool each(std::string_view text, const std::function<bool(std::string_view)>& good) {
  const auto parts = text::split(text, ';');
  bool any = false;
  for (const auto& part : parts) {
    const auto value = text::trim(part);
    if (value.empty()) continue;  // a semicolon at the end
    if (!good(value)) return false;
    any = true;
  }
  return any;
}

}  // namespace

bool valid_mobiles(std::string_view text) {
  return china::check_mobiles(text).has_value();
}

bool valid_office_phones(std::string_view text) {
  return china::check_office_phones(text).has_value();
}

bool valid_emails(std::string_view text) {
  return each(text, [](std::string_view s) { return china::check_email(s).has_value(); });
}

bool valid_qq(std::string_view text) {
  return each(text, [](std::string_view s) {
    return text::all_digits(s) && s.size() >= 5 && s.size() <= 12 && s[0] != '0';
  });
}

std::string first_mobile(std::string_view text) {
  const auto mobiles = china::check_mobiles(text);
  return text::split(mobiles ? std::string_view(*mobiles) : text, ';').front();
}

std::string host_of_url(std::string_view url) {
  std::string_view rest = url;
  if (const size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    const std::string name = text::lower_ascii(rest.substr(0, scheme));
    if (name != "http" && name != "https") return {};
    rest.remove_prefix(scheme + 3);
  }
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const size_t colon = rest.find(':'); colon != std::string_view::npos) {
    if (!text::all_digits(rest.substr(colon + 1))) return {};
    rest = rest.substr(0, colon);
  }
  const auto host = china::normalise_domain(rest);
  return host ? *host : std::string{};
}

std::string url_key(std::string_view url) {
  std::string_view rest = text::trim(url);
  if (const size_t scheme = rest.find("://"); scheme != std::string_view::npos)
    rest.remove_prefix(scheme + 3);
  std::string key = text::lower_ascii(rest);
  while (key.ends_with('/')) key.pop_back();
  return key;
}

bool has_magic(std::string_view bytes, int64_t format) {
  const bool jpg = bytes.starts_with("\xFF\xD8\xFF");
  const bool png = bytes.starts_with("\x89PNG\r\n\x1A\n");
  if (format == 1) return jpg;
  if (format == 2) return png;
  return jpg || png;
}

}  // namespace beian::sandbox
