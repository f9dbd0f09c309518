#include "china/app.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "china/domain.hpp"

namespace beian::china {
namespace {

constexpr auto kPlatforms = std::to_array<AppPlatform>(
    {{"android", "安卓"}, {"ios", "iOS"}, {"harmonyos", "鸿蒙"}, {"other", "其他平台"}});

std::unexpected<Problems> bad(std::string name, std::string reason) {
  return fail(ProblemCode::bad_app_field, {},
              {{"name", std::move(name)}, {"reason", std::move(reason)}});
}

std::string titled(std::string_view platform, std::string_view what) {
  const auto* found = find_app_platform(platform);
  return (found ? std::string(found->title) : std::string()) + std::string(what);
}

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool hexadecimal(std::string_view s) {
  return std::ranges::all_of(
      s, [](char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

struct PackageForm {
  std::string_view platform, also;  // also: a character beside letters and digits
  size_t parts, min, max;
  bool letter_first;
  std::string_view reason;
};
constexpr auto kPackageForms = std::to_array<PackageForm>({
    {"android", "_", 2, 3, 255, true,
     "以点分隔的两段以上，每段由字母、数字、下划线组成，以字母开头，例如 com.example.app"},
    {"ios", "-", 2, 3, 155, false,
     "以点分隔的两段以上，每段由字母、数字、连字符组成，不含通配符，例如 com.example.app"},
    {"harmonyos", "_", 3, 7, 128, true,
     "以点分隔的三段以上，共 7 至 128 个字符，以字母开头，例如 com.example.app"},
});

bool fits(const PackageForm& form, std::string_view text) {
  if (text.size() < form.min || text.size() > form.max) return false;
  const auto parts = text::split(text, '.');
  if (parts.size() < form.parts || (form.letter_first && !letter(text.front()))) return false;
  return std::ranges::all_of(parts, [&](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [&](char c) {
      return letter(c) || digit(c) || c == form.also.front();
    });
  });
}

// Without the separators that tools print between bytes.
std::string bare(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ':' && c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
  return out;
}

bool between(size_t size, size_t least, size_t most) {
  return size >= least && size <= most;
}

std::string lower_text(const Json& value) {
  return text::lower_ascii(text::trim(value.as_string()));
}

}  // namespace

const AppPlatform* find_app_platform(std::string_view key) {
  const auto* found = std::ranges::find(kPlatforms, key, &AppPlatform::key);
  return found == kPlatforms.end() ? nullptr : found;
}

Result<std::string> check_package_id(std::string_view platform, std::string_view text) {
  constexpr size_t kLongest = 255;
  std::string id(text::trim(text));
  const auto* form = std::ranges::find(kPackageForms, platform, &PackageForm::platform);
  const std::string name = titled(platform, platform == "ios" ? " Bundle ID" : "包名");
  if (form == kPackageForms.end()) {
    if (!id.empty() && text::length(id) <= kLongest) return id;
    return bad(name, "1 至 255 个字符");
  }
  if (!fits(*form, id)) return bad(name, std::string(form->reason));
  return id;
}

std::string_view fingerprint_algorithm(std::string_view fingerprint) {
  constexpr size_t kMd5 = 32, kSha1 = 40, kSha256 = 64;
  if (fingerprint.size() == kMd5) return "MD5";
  if (fingerprint.size() == kSha1) return "SHA-1";
  return fingerprint.size() == kSha256 ? "SHA-256" : "";
}

Result<std::string> check_fingerprint(std::string_view platform, std::string_view text) {
  std::string print = text::lower_ascii(bare(text));
  const auto algorithm = hexadecimal(print) ? fingerprint_algorithm(print) : std::string_view{};
  const bool android = platform == "android", ios = platform == "ios";
  const bool known = platform == "harmonyos" ? algorithm == "MD5" || algorithm == "SHA-1"
                     : android               ? algorithm == "MD5"
                     : ios                   ? algorithm == "SHA-1"
                                             : !algorithm.empty();
  if (known) return print;
  return bad(titled(platform, "证书指纹"), android ? "MD5 值，32 位十六进制"
                                           : ios   ? "SHA-1 值，40 位十六进制"
                                                 : "MD5（32 位）或 SHA-1（40 位）值，十六进制");
}

Result<std::string> check_public_key(std::string_view platform, std::string_view text) {
  std::string key = bare(text);
  if (key.starts_with("0x") || key.starts_with("0X")) key.erase(0, 2);
  const bool digits = text::all_digits(key);
  const bool point = platform != "android" && platform != "ios";
  const size_t size = key.size();
  const bool fits =
      (digits && key.front() != '0' && between(size, 300, 1250)) ||
      (hexadecimal(key) &&
       (between(size, 256, 1026) || (key.starts_with("30") && between(size, 120, 1200)) ||
        (point && key.starts_with("04") && between(size, 130, 266))));
  if (fits) return key;
  return bad(titled(platform, "公钥"), "RSA 公钥模数（十进制或十六进制），或整个公钥的十六进制");
}

Result<std::string> check_app_domain(std::string_view text) {
  constexpr int kMostLabels = 4;  // example.com is of two, b.a.example.com of four
  auto name = normalise_domain(text);
  if (!name) return name;
  const auto own = independent_domain(*name);
  if (!own) return own;
  const auto below = std::ranges::count(name->substr(0, name->size() - own->size()), '.');
  if (below + 2 > kMostLabels) return bad("App 域名", "最多填到四级域名");
  return name;
}

int64_t service_type_of(ServiceKind kind) {
  switch (kind) {
    case ServiceKind::website:
      return 1;
    case ServiceKind::app:
      return 6;
    case ServiceKind::mini_program:
      return 7;
    case ServiceKind::quick_app:
      return 8;
  }
  return 1;
}

ServiceKind service_kind_of_app(const Json& app) {
  for (const auto kind : {ServiceKind::app, ServiceKind::mini_program, ServiceKind::quick_app})
    if (app["kind"].as_int() == service_type_of(kind)) return kind;
  return ServiceKind::website;
}

std::vector<std::string> app_keys(ServiceKind kind, const Json& app) {
  std::vector<std::string> out;
  const auto add = [&](std::string key) {
    if (std::ranges::find(out, key) == out.end()) out.push_back(std::move(key));
  };
  if (kind == ServiceKind::app) {
    for (const auto& platform : app["platforms"].items()) {
      const std::string name = lower_text(platform["platform"]),
                        id = lower_text(platform["package_id"]);
      if (!name.empty() && !id.empty()) add(name + ":" + id);
    }
  } else if (kind != ServiceKind::website) {
    const std::string host = lower_text(app["host_platform"]), id = lower_text(app["applet_id"]);
    if (!host.empty() && !id.empty()) add(std::string(name_of(kind)) + ":" + host + ":" + id);
  }
  return out;
}

}  // namespace beian::china
