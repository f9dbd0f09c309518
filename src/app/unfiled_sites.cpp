#include "app/unfiled_sites.hpp"

#include <cstdio>

#include "app/configure.hpp"
#include "platform/db/migrate.hpp"

namespace beian::app {

namespace {

TimePoint moment(gate::Seconds seconds) {
  return TimePoint(std::chrono::seconds(seconds));
}

bool for_officers(gate::Reason reason) {
  return reason != gate::Reason::blocked && reason != gate::Reason::damaged;
}

registry::UnfiledSite site_of(const gate::UnfiledDomain& domain) {
  registry::UnfiledSite out;
  out.domain = domain.domain;
  out.reason = gate::name_of(domain.reason);
  if (domain.number != 0) out.filing_number = gate::number_text(domain.number);
  out.source = source_text(domain.seen);
  out.hosts = static_cast<int64_t>(domain.hosts);
  out.requests = static_cast<int64_t>(domain.seen.count);
  out.first = moment(domain.seen.first);
  out.last = moment(domain.seen.last);
  for (const auto& [count, host] : domain.most)
    out.most_asked.emplace_back(host, static_cast<int64_t>(count));
  out.addresses = domain.seen.addresses;
  return out;
}

}  // namespace

std::vector<std::string> report_header() {
  return {"host", "domain", "reason", "number", "count", "first", "last", "source", "addresses"};
}

std::vector<std::string> report_cells(const gate::UnfiledHost& host) {
  return {std::string(host.host),
          std::string(host.domain),
          std::string(gate::name_of(host.reason)),
          host.number == 0 ? std::string() : gate::number_text(host.number),
          std::to_string(host.seen.count),
          time_text(host.seen.first),
          time_text(host.seen.last),
          source_text(host.seen),
          address_text(host.seen)};
}

std::string time_text(gate::Seconds seconds) {
  return seconds == 0 ? std::string() : to_rfc3339(moment(seconds));
}

std::string source_text(const gate::Seen& seen) {
  if (seen.sources == gate::Seen::kDns) return "dns";
  return (seen.sources & gate::Seen::kDns) != 0 ? "web+dns" : "web";
}

std::string address_text(const gate::Seen& seen) {
  std::string out;
  for (const std::string& address : seen.addresses) out += (out.empty() ? "" : " ") + address;
  if (seen.more_addresses) out += out.empty() ? "…" : " …";
  return out;
}

bool UnfiledSites::open(const CommonOptions& common) {
  const auto settings = read_settings(common);
  if (!settings) {
    complain(settings.error());
    return false;
  }
  database_ = db::Database::open(database_url(provider_options(*settings)));
  db::migrate(*database_, db::embedded_migrations("", database_->dialect()));
  return true;
}

void UnfiledSites::add(const gate::UnfiledDomain& domain) {
  if (!for_officers(domain.reason)) return;
  waiting_.push_back(site_of(domain));
  if (waiting_.size() == kGroup) flush();
}

void UnfiledSites::flush() {
  std::vector<registry::Put> put;
  database_->write([&](db::Tx& tx) {
    put.clear();
    for (const auto& site : waiting_) put.push_back(put_unfiled_site(tx, clock_.now(), site));
  });
  waiting_.clear();
  for (const registry::Put one : put) {
    opened_ += one == registry::Put::opened;
    again_ += one == registry::Put::again;
    updated_ += one == registry::Put::updated;
    unchanged_ += one == registry::Put::unchanged;
  }
}

void UnfiledSites::finish() {
  flush();
  const auto n = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::fprintf(stderr,
               "registry: %llu sites opened, %llu opened again, %llu updated, %llu as known\n",
               n(opened_), n(again_), n(updated_), n(unchanged_));
}

}  // namespace beian::app
