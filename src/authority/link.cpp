#include "authority/link.hpp"

#include <algorithm>
#include <random>

#include "authority/apply.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

// last_ok_at in the table need not be younger than this.
constexpr Millis kStatusEvery{30'000};

Millis back_off(const LinkConfig& link, int failures) {
  const int doublings = std::min(failures - 1, 20);
  const auto full =
      std::min<int64_t>(link.retry_first.count() << doublings, link.retry_most.count());
  // Half to all of it: links that failed together do not come back together.
  static thread_local std::minstd_rand random{std::random_device{}()};
  return Millis{std::uniform_int_distribution<int64_t>(full / 2, full)(random)};
}

int rank(const Backoff& leg) {
  return leg.state == "blocked" ? 2 : leg.state == "waiting" ? 1 : 0;
}

std::shared_ptr<const wire::Profile> profile_of(const LinkConfig& link) {
  auto profile = wire::Profile::named(link.profile);
  if (!profile) throw std::invalid_argument("link " + link.id + ": no profile " + link.profile);
  return *profile;
}

}  // namespace

Link::Link(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
           const crypto::ColumnCipher& cipher, LinkConfig config, std::string node, Millis lease)
    : database_(std::move(database)),
      blobs_(blobs),
      clock_(clock),
      cipher_(cipher),
      config_(std::move(config)),
      node_(std::move(node)),
      lease_(lease),
      client_(config_, cancelled_),
      report_{*database_, blobs_, clock_, cipher_, config_, node_, profile_of(config_)},
      sms_(tells_sms(*report_.profile)),
      max_records_(config_.max_records) {}

void Link::begin() {
  if (begun_) return;
  database_->write([&](db::Tx& tx) { ledger::ensure_link(tx, config_.id); });
  begun_ = true;
}

bool Link::hold_lease(TimePoint now) {
  if (lease_until_ - now > lease_ / 2) return true;
  bool mine = false;
  database_->write(
      [&](db::Tx& tx) { mine = ledger::take_lease(tx, config_.id, node_, now, lease_); });
  // Whoever held it meanwhile may have sent files.
  if (mine && lease_until_ <= now) must_ask_ = true;
  if (mine) lease_until_ = now + lease_;
  return mine;
}

void Link::leave() {
  if (!begun_) return;
  database_->write([&](db::Tx& tx) { ledger::drop_lease(tx, config_.id, node_); });
  lease_until_ = {};
}

bool Link::reset_by_officer(const std::optional<ledger::LinkRow>& row) {
  return row && written_next_ != 0 && row->next_attempt == 0;
}

Link::Round Link::round() {
  const TimePoint now = clock_.now();
  try {
    begin();
    if (!hold_lease(now)) return {false, now + std::min(config_.poll, lease_ / 4)};
    std::optional<ledger::LinkRow> row;
    database_->read([&](db::Tx& tx) { row = ledger::find_link(tx, config_.id); });
    if (reset_by_officer(row)) {
      up_.next = down_.next = next_download_ = now;
      written_next_ = 0;
    }
    bool progressed = false;
    if (up_.next <= now) progressed = upload_leg();
    if (cancelled_) return {false, now};
    if (down_.next <= now && next_download_ <= now) progressed = download_leg() || progressed;
    if (cancelled_) return {false, now};
    progressed = apply_leg() || progressed;
    write_status(clock_.now());
    const TimePoint up = up_.next > now ? up_.next : now + config_.poll;
    const TimePoint down = std::max(down_.next, next_download_);
    return {progressed, std::max(std::min(up, down), now + Millis{1})};
  } catch (const db::Unavailable& e) {
    // Nothing was lost: what was not written did not happen, and what may have is asked for.
    must_ask_ = true;
    log::warn("authority.database_unavailable", {{"link", config_.id}, {"why", e.what()}});
    return {false, now + config_.retry_first};
  } catch (const std::exception& e) {
    must_ask_ = true;
    log::error("authority.round_failed", {{"link", config_.id}, {"why", e.what()}});
    return {false, now + config_.retry_first};
  }
}

void Link::failed(Backoff& leg, std::string state, std::string reason, std::optional<int> code) {
  ++leg.failures;
  leg.next =
      clock_.now() + (state == "blocked" ? config_.blocked_retry : back_off(config_, leg.failures));
  leg.state = std::move(state);
  leg.reason = std::move(reason);
  leg.code = code;
  log::warn("authority.waiting", {{"link", config_.id},
                                  {"state", leg.state},
                                  {"reason", leg.reason},
                                  {"failures", std::to_string(leg.failures)}});
}

void Link::failed(Backoff& leg, const Problems& problems) {
  std::string reason;
  for (const auto& p : problems) {
    if (!reason.empty()) reason += "；";
    reason += problem_text(p.code, p.args, Language::zh);
  }
  failed(leg, "waiting", std::move(reason), std::nullopt);
}

void Link::succeeded(Backoff& leg) {
  leg = Backoff{};
}

// The worse of both legs, written when it changed and now and then to show that all is well.
void Link::write_status(TimePoint now) {
  const Backoff& worse = rank(down_) > rank(up_) ? down_ : up_;
  const std::string words = worse.state + "|" + worse.reason + "|" + std::to_string(worse.failures);
  const bool fresh = now - status_at_ < kStatusEvery;
  if (words == written_status_ && (fresh || worse.state != "working")) return;
  ledger::LinkStatus status{worse.state, worse.reason, worse.code, worse.failures, worse.next};
  database_->write([&](db::Tx& tx) { ledger::set_status(tx, config_.id, now, status); });
  written_status_ = words;
  written_next_ = to_ms(worse.next);
  status_at_ = now;
}

}  // namespace beian::authority
