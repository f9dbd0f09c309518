// Reading an order's document: pure helpers over JSON.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "china/filing_number.hpp"
#include "orders/order.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::orders {

// Members of a document that are shown to nobody.
inline constexpr std::string_view kSecrets[] = {"filing_password", "old_filing_password"};

// A name as a part of a JSON pointer (RFC 6901: ~0 and ~1).
std::string pointer_token(std::string_view name);
// Is `whole` the pointer `part` or something around it? "/entity" covers "/entity/name", not
// "/entityx".
bool covers(std::string_view whole, std::string_view part);

// What the authority is told of it: without what only the provider asks for.
Json reported(const Json& document);
// Of a certificate without end.
inline constexpr std::string_view kLongTerm = "long_term";
// The last day of a certificate; the end of all days for that word.
std::optional<std::chrono::sys_days> parse_until(const std::string& text);

// Lower-case A-labels when it is a domain name at all, else the text as it is.
std::string normal_domain(const std::string& text);
// Upper case, without blanks and hyphens.
std::string normal_certificate(const std::string& text);

// {"entity", "services"} that the order is about: of its document, what that does not have of what
// is filed.
Json subject_of(const Order& order);
// Where that entity is, or where what a claim names is filed; 0: not told yet.
int64_t province_of(const Order& order);

// Every domain of every service with its pointer, in the order of the document.
struct DomainField {
  std::string domain, pointer;
};
std::vector<DomainField> domains_of(const Json& document);

// A website when the service names no kind; nothing for a word that is none.
std::optional<china::ServiceKind> service_kind(const Json& service);

// "/services/3/domains/0" -> 3.
size_t index_of_service(std::string_view pointer);

// What tells every app, mini program and quick app apart (china::app_keys), each with the pointer
// of the number or name that says so.
struct AppField {
  std::string key, pointer;
  china::ServiceKind kind;
};
std::vector<AppField> apps_of(const Json& document);

// What the type detection looks at: {"province","nature","certificate_type","certificate_number",
// "domains": sorted}, and "apps" (keys, sorted), "entity_number", "service_number" when the
// document has them.
Json facts_of(const Json& document);

// Pointers of what differs: leaves; a list of another length counts as one.
std::vector<std::string> changed_fields(const Json& before, const Json& after);

// The entity as an open order claims it: a blind index of certificate type and number; empty when
// the document has none yet.
std::string entity_claim(const crypto::ColumnCipher& cipher, const Json& document);

// A copy without personal data, for readers who need none: names of persons, numbers, phones, mail;
// nor with authorization codes.
Json masked(const Json& document);

}  // namespace beian::orders
