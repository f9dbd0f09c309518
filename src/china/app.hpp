// What tells an app, mini program or quick app apart: platform, package, certificate. Pure.
//
// Forms and lengths are those that the forms of several providers and stores agree on (rules of
// 2023); the ministry has published none. Lengths in characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "china/filing_number.hpp"

namespace beian::china {

struct AppPlatform {
  std::string_view key, title;  // "android", 安卓; keys as on the wire (openbeian-3.1)
};
const AppPlatform* find_app_platform(std::string_view key);

// Package name, bundle id or bundle name of a platform, without blanks around it: Android two or
// more parts of letters, digits and _, the first beginning with a letter (at most 255); iOS two or
// more parts of letters, digits and - and no wildcard (155); HarmonyOS three or more (7 to 128);
// others any text (255). bad_app_field.
Result<std::string> check_package_id(std::string_view platform, std::string_view text);

// Fingerprint of the signing certificate, in hexadecimal; colons and blanks are dropped, capitals
// become small. Android MD5 (32 digits), iOS SHA-1 (40), HarmonyOS either, others SHA-256 (64) as
// well. bad_app_field.
Result<std::string> check_fingerprint(std::string_view platform, std::string_view text);
// MD5, SHA-1 or SHA-256, by the number of digits; "" for another number.
std::string_view fingerprint_algorithm(std::string_view fingerprint);

// Public key of the signing certificate: modulus in decimal (300 to 1250 digits) or hexadecimal
// (256 to 1026), a whole key in hexadecimal (30…, 120 to 1200), or an uncompressed point (04…, 130
// to 266; not on Android and iOS). Blanks, colons and 0x are dropped. bad_app_field.
Result<std::string> check_public_key(std::string_view platform, std::string_view text);

// A name that an app calls at its own servers: up to four labels above a public suffix of one
// label; lower-case A-labels. bad_domain, domain_without_suffix, bad_app_field (too many labels).
Result<std::string> check_app_domain(std::string_view text);

// Kinds of services as the wire numbers them: 1 website, 6 app, 7 mini program, 8 quick app.
int64_t service_type_of(ServiceKind kind);
// By the object of an app on the wire ("kind": 6 to 8); a website without one.
ServiceKind service_kind_of_app(const Json& app);

// What only one filing at a time may have: of an app each "platform:package", of a mini program or
// quick app "kind:host platform:id"; small letters. From {"platforms": [{"platform","package_id"}],
// "applet_id", "host_platform"}; what is missing or no text gives none.
std::vector<std::string> app_keys(ServiceKind kind, const Json& app);

}  // namespace beian::china
