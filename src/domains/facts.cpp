#include "domains/facts.hpp"

#include "china/domain.hpp"
#include "domains/suffix.hpp"

namespace beian::domains {
namespace {

std::string context_of(const std::string& domain) {
  return "domains.registration:" + domain;
}

void keep(const Context& context, const std::string& domain, const Registration& registration) {
  context.database->write([&](db::Tx& tx) {
    tx.exec(
        "INSERT INTO domain_registrations (domain, document, asked) "
        "VALUES (:domain, :document, :asked) "
        "ON CONFLICT (domain) DO UPDATE SET document = excluded.document, asked = excluded.asked",
        {{"domain", domain},
         {"document", context.cipher.seal(to_string(to_json(registration)), context_of(domain))},
         {"asked", to_ms(registration.asked)}});
  });
}

Resolution resolution(const Context& context, const std::string& domain) {
  Resolution out;
  if (!context.options.resolve) {
    out.reason = "没有开启域名解析检查";
    return out;
  }
  auto found = dns::addresses(context.options.resolvers, domain);
  if (!found) {
    out.reason = "域名解析服务器没有回答";
    return out;
  }
  out.kind = found->empty() ? Resolution::Kind::nothing : Resolution::Kind::resolves;
  out.addresses = std::move(*found);
  return out;
}

}  // namespace

std::optional<Registration> kept_registration(const Context& context, db::Tx& tx,
                                              const std::string& domain) {
  const auto row =
      tx.query_one("SELECT document, asked FROM domain_registrations WHERE domain = :domain",
                   {{"domain", domain}});
  if (!row) return std::nullopt;
  const auto json = parse_json(context.cipher.open(row->text("document"), context_of(domain)));
  if (!json) throw std::runtime_error("domains: a sealed column does not hold JSON");
  Registration kept = registration_of(*json);
  const Millis life = kept.kind == Registration::Kind::unknown ? context.options.keep_unknown
                                                               : context.options.keep;
  if (from_ms(row->i64("asked")) + life <= context.clock.now()) return std::nullopt;
  return kept;
}

Registration registration(const Context& context, const std::string& domain) {
  if (auto kept = context.database->read_value(
          [&](db::Tx& tx) { return kept_registration(context, tx, domain); }))
    return std::move(*kept);
  Registration asked = ask_rdap(context.options.rdap_url, domain, context.clock.now());
  if (!context.options.rdap_url.empty()) keep(context, domain, asked);
  return asked;
}

Result<DomainFacts> facts(const Context& context, const std::string& name, std::string_view field) {
  Problems problems;
  const auto normal = china::normalise_domain(name);
  if (!normal) {
    append_under(problems, field, normal.error());
    return std::unexpected(std::move(problems));
  }
  const auto independent = china::independent_domain(*normal);
  if (!independent) {
    append_under(problems, field, independent.error());
    return std::unexpected(std::move(problems));
  }
  DomainFacts out;
  out.domain = *independent;
  out.suffix_approved = is_approved_suffix(*independent);
  out.registration = registration(context, *independent);
  out.resolution = resolution(context, *normal);
  return out;
}

Json to_json(const DomainFacts& f) {
  Json addresses = Json::array();
  for (const auto& address : f.resolution.addresses) addresses.push(address);
  const std::string_view state = f.resolution.kind == Resolution::Kind::resolves  ? "resolves"
                                 : f.resolution.kind == Resolution::Kind::nothing ? "nothing"
                                                                                  : "unknown";
  const auto& reason = f.resolution.reason;
  return Json::object(
      {{"domain", f.domain},
       {"shown", china::display_domain(f.domain)},
       {"suffix_approved", f.suffix_approved},
       {"registration", to_json(f.registration)},
       {"resolution", Json::object({{"state", state},
                                    {"addresses", std::move(addresses)},
                                    {"reason", reason.empty() ? Json() : Json(reason)}})}});
}

}  // namespace beian::domains
