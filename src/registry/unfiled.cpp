#include "registry/unfiled.hpp"

#include <algorithm>

#include "china/domain.hpp"

namespace beian::registry {

namespace {

constexpr TimePoint kNever{};

Json hosts_json(const UnfiledSite& site) {
  Json out = Json::array();
  for (const auto& [host, requests] : site.most_asked)
    out.push(Json::object({{"host", host}, {"requests", requests}}));
  return out;
}

Json parsed(const std::string& text) {
  auto json = parse_json(text);
  if (!json) throw std::runtime_error("registry_unfiled_sites: a column does not hold JSON");
  return std::move(*json);
}

UnfiledSite site_of(const db::Row& row) {
  UnfiledSite site;
  site.domain = row.text("domain");
  site.reason = row.text("reason");
  site.filing_number = row.text("filing_number");
  site.source = row.text("source");
  site.hosts = row.i64("hosts");
  site.requests = row.i64("requests");
  site.first = from_ms(row.i64("first_seen"));
  site.last = from_ms(row.i64("last_seen"));
  for (const Json& host : parsed(row.text("most_asked")).items())
    site.most_asked.emplace_back(host["host"].as_string(), host["requests"].as_int());
  for (const Json& address : parsed(row.text("addresses")).items())
    site.addresses.push_back(address.as_string());
  return site;
}

bool overlap(const UnfiledSite& a, const UnfiledSite& b) {
  if (a.first == kNever || b.first == kNever) return true;
  return a.first <= b.last && b.first <= a.last;
}

// Hosts of both; of one that is in both the greater number, or the sum when `added`.
void add_hosts(UnfiledSite& into, const UnfiledSite& more, bool added) {
  for (const auto& [host, requests] : more.most_asked) {
    const auto known =
        std::ranges::find(into.most_asked, host, [](const auto& h) { return h.first; });
    if (known == into.most_asked.end()) {
      into.most_asked.emplace_back(host, requests);
    } else {
      known->second = added ? known->second + requests : std::max(known->second, requests);
    }
  }
  std::ranges::sort(into.most_asked, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (into.most_asked.size() > UnfiledSite::kMostHosts)
    into.most_asked.resize(UnfiledSite::kMostHosts);
}

UnfiledSite together(const UnfiledSite& known, const UnfiledSite& told) {
  UnfiledSite out = known;
  const bool added = !overlap(known, told);
  out.requests = added ? known.requests + told.requests : std::max(known.requests, told.requests);
  out.hosts = std::max(known.hosts, told.hosts);
  if (told.first != kNever)
    out.first = known.first == kNever ? told.first : std::min(known.first, told.first);
  out.last = std::max(known.last, told.last);
  // The newest knows best why.
  if (told.last >= known.last) {
    out.reason = told.reason;
    out.filing_number = told.filing_number;
  }
  if (told.source != known.source) out.source = "web+dns";
  add_hosts(out, told, added);
  for (const std::string& address : told.addresses) {
    if (out.addresses.size() < UnfiledSite::kMostAddresses &&
        std::ranges::find(out.addresses, address) == out.addresses.end())
      out.addresses.push_back(address);
  }
  return out;
}

db::Params params_of(const UnfiledSite& site, TimePoint now) {
  Json addresses = Json::array();
  for (const std::string& address : site.addresses) addresses.push(address);
  return {{"domain", site.domain},
          {"reason", site.reason},
          {"filing", site.filing_number},
          {"source", site.source},
          {"hosts", site.hosts},
          {"most_asked", to_string(hosts_json(site))},
          {"addresses", to_string(addresses)},
          {"requests", site.requests},
          {"first", to_ms(site.first)},
          {"last", to_ms(site.last)},
          {"now", to_ms(now)}};
}

bool same(const UnfiledSite& a, const UnfiledSite& b) {
  return a.reason == b.reason && a.filing_number == b.filing_number && a.source == b.source &&
         a.hosts == b.hosts && a.requests == b.requests && a.first == b.first && a.last == b.last &&
         a.most_asked == b.most_asked && a.addresses == b.addresses;
}

// The domain under which our logs know a host, as people write one; empty when it is none.
std::string domain_of(std::string_view host) {
  const auto name = china::normalise_domain(host);
  if (!name) return {};
  if (china::is_government_domain(*name)) return *name;
  const auto independent = china::independent_domain(*name);
  return independent ? *independent : std::string();
}

}  // namespace

bool is_unfiled_reason(std::string_view reason) {
  return reason == "not_filed" || reason == "cancelled" || reason == "closed" ||
         reason == "elsewhere" || reason == "expired" || reason == "not_yet";
}

Put put_unfiled_site(db::Tx& tx, TimePoint now, const UnfiledSite& site) {
  const auto row = tx.query_one("SELECT * FROM registry_unfiled_sites WHERE domain = :domain",
                                {{"domain", site.domain}});
  if (!row) {
    tx.exec(
        "INSERT INTO registry_unfiled_sites (domain, reason, filing_number, source, hosts, "
        "most_asked, addresses, requests, first_seen, last_seen, state, found, changed) VALUES "
        "(:domain, :reason, :filing, :source, :hosts, :most_asked, :addresses, :requests, :first, "
        ":last, 'open', :now, :now)",
        params_of(site, now));
    return Put::opened;
  }
  const UnfiledSite known = site_of(*row);
  const UnfiledSite all = together(known, site);
  // A log without times tells nothing of after.
  const int64_t quiet = row->i64("quiet_until");
  const bool again = row->text("state") == "handled" && quiet != 0 && to_ms(site.last) > quiet;
  if (same(known, all) && !again) return Put::unchanged;
  db::Params params = params_of(all, now);
  params.emplace_back("again", again);
  tx.exec(
      "UPDATE registry_unfiled_sites SET reason = :reason, filing_number = :filing, "
      "source = :source, hosts = :hosts, most_asked = :most_asked, addresses = :addresses, "
      "requests = :requests, first_seen = :first, last_seen = :last, times = times + 1, "
      "state = CASE WHEN :again <> 0 THEN 'open' ELSE state END, changed = :now "
      "WHERE domain = :domain",
      params);
  return again ? Put::again : Put::updated;
}

bool is_unfiled_decision(std::string_view decision) {
  return decision == "stopped" || decision == "filing" || decision == "not_ours" ||
         decision == "exempt";
}

Status handle_unfiled_site(db::Tx& tx, TimePoint now, int64_t number,
                           const UnfiledDecision& decision) {
  if (!is_unfiled_decision(decision.decision))
    return fail(ProblemCode::code_unknown, "/decision", {{"code", decision.decision}});
  if (decision.decision == "filing" && !decision.until)
    return fail(ProblemCode::required, "/until");
  if (decision.until && *decision.until <= now)
    return fail(ProblemCode::out_of_range, "/until",
                {{"min", china_date(now)}, {"max", "9999-12-31"}});
  const TimePoint otherwise = decision.decision == "stopped" ? now : kNever;
  const int64_t changed = tx.exec(
      "UPDATE registry_unfiled_sites SET state = 'handled', decision = :decision, note = :note, "
      "handled_by = :account, quiet_until = :until, changed = :now WHERE number = :number",
      {{"decision", decision.decision},
       {"note", decision.note},
       {"account", decision.account_id},
       {"until", to_ms(decision.until.value_or(otherwise))},
       {"now", to_ms(now)},
       {"number", number}});
  if (changed == 0) return fail(ProblemCode::not_found);
  return {};
}

Json unfiled_sites(db::Tx& tx, const UnfiledFilter& filter) {
  std::string sql =
      "SELECT s.*, (SELECT a.name FROM accounts a WHERE a.id = s.handled_by) AS handler "
      "FROM registry_unfiled_sites s WHERE 1 = 1";
  db::Params params = {{"limit", filter.limit}};
  const auto only = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    sql += " AND " + std::string(name) + " = :" + std::string(name);
    params.emplace_back(name, value);
  };
  only("state", filter.state);
  only("source", filter.source);
  if (!filter.domain.empty()) {
    sql += " AND domain = :domain";
    params.emplace_back("domain", domain_of(filter.domain));
  }
  if (filter.before > 0) {
    sql += " AND number < :before";
    params.emplace_back("before", filter.before);
  }
  const auto time = [](int64_t ms) { return ms == 0 ? Json() : Json(to_rfc3339(from_ms(ms))); };
  Json out = Json::array();
  for (const auto& row : tx.query(sql + " ORDER BY number DESC LIMIT :limit", params)) {
    out.push(Json::object({{"number", row.i64("number")},
                           {"domain", row.text("domain")},
                           {"state", row.text("state")},
                           {"reason", row.text("reason")},
                           {"filing_number", row.text("filing_number")},
                           {"source", row.text("source")},
                           {"hosts", row.i64("hosts")},
                           {"most_asked", parsed(row.text("most_asked"))},
                           {"addresses", parsed(row.text("addresses"))},
                           {"requests", row.i64("requests")},
                           {"first_seen", time(row.i64("first_seen"))},
                           {"last_seen", time(row.i64("last_seen"))},
                           {"times", row.i64("times")},
                           {"decision", row.text("decision")},
                           {"note", row.text("note")},
                           {"handled_by", row.text("handled_by")},
                           {"handler", row.opt_text("handler").value_or("")},
                           {"quiet_until", time(row.i64("quiet_until"))},
                           {"found", to_rfc3339(from_ms(row.i64("found")))},
                           {"changed", to_rfc3339(from_ms(row.i64("changed")))}}));
  }
  return out;
}

Json unfiled_site_of(db::Tx& tx, std::string_view host) {
  if (domain_of(host).empty()) return {};
  UnfiledFilter filter;
  filter.domain = host;
  const Json found = unfiled_sites(tx, filter);
  return found.size() == 0 ? Json() : found.at(0);
}

}  // namespace beian::registry
