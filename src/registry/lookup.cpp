// Questions about what is filed.
#include <algorithm>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "registry/hosts.hpp"
#include "registry/journal.hpp"
#include "registry/registry.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

// "example.cn:8080" -> "example.cn". What is left may still be no name.
std::string_view without_port(std::string_view host) {
  host = text::trim(host);
  const size_t colon = host.rfind(':');
  if (colon == host.npos || colon == 0) return host;
  const auto port = host.substr(colon + 1);
  return port.empty() || (port.size() <= 5 && text::all_digits(port)) ? host.substr(0, colon)
                                                                      : host;
}

AccessAnswer deny(std::string reason, std::string domain = {}, std::string number = {}) {
  return {false, "deny", std::move(reason), std::move(domain), std::move(number)};
}

}  // namespace

std::vector<std::string> covering_names(std::string_view host) {
  const auto name = china::normalise_domain(without_port(host));
  return name ? china::covering_domains(*name) : std::vector<std::string>{};
}

std::optional<FiledDomain> find_domain(db::Tx& tx, const std::string& independent_domain) {
  const auto name = china::normalise_domain(independent_domain);
  if (!name) return std::nullopt;
  auto found = store::standings(tx, {*name});
  if (found.empty() || found.front().cancelled) return std::nullopt;
  return std::move(found.front().filed);
}

std::vector<FiledDomain> find_domains(db::Tx& tx, const std::string& independent_domain) {
  const auto name = china::normalise_domain(independent_domain);
  return name ? store::services_with_domain(tx, *name) : std::vector<FiledDomain>{};
}

std::optional<std::string> find_entity(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                       int64_t certificate_type,
                                       const std::string& certificate_number) {
  const std::string key = certificate_key(certificate_number);
  if (key.empty()) return std::nullopt;
  return store::number_by_certificate(tx, certificate_type,
                                      cipher.blind_index(key, "registry.certificate"));
}

AccessAnswer access(db::Tx& tx, const std::string& host) {
  const auto covering = covering_names(host);
  if (covering.empty()) return deny("bad_host");
  const auto listed = store::blacklisted_names(tx, covering);
  const auto found = store::standings(tx, covering);
  const auto standing_of = [&](const std::string& domain, bool cancelled) {
    return std::ranges::find_if(found, [&](const store::Standing& s) {
      return s.filed.domain == domain && s.cancelled == cancelled;
    });
  };
  // The blacklist goes before everything: a listed name takes what is below it along.
  for (const auto& domain : covering) {
    if (!listed.contains(domain)) continue;
    const auto it = standing_of(domain, false);
    return deny("blacklisted", domain, it == found.end() ? "" : number_of(it->filed));
  }
  // The narrowest name that is filed decides; one that is not filed any more only explains.
  for (const auto& domain : covering) {
    const auto it = standing_of(domain, false);
    if (it == found.end()) continue;
    if (!it->filed.access_here) return deny("no_access_here", domain, number_of(it->filed));
    return {true, "allow", "filed", domain, number_of(it->filed)};
  }
  for (const auto& domain : covering) {
    const auto it = standing_of(domain, true);
    if (it != found.end()) return deny("cancelled", domain, number_of(it->filed));
  }
  return deny("not_filed", covering.back());
}

}  // namespace beian::registry
