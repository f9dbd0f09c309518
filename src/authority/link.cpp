#include "authority/link.hpp"

#include <algorithm>
#include <random>

#include "authority/apply.hpp"
#include "authority/keeping.hpp"
#include "authority/reactions.hpp"
#include "authority/repeat.hpp"
#include "authority/reporting_hours.hpp"
#include "authority/trace.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

// last_ok_at in the table need not be younger than this.
constexpr Millis kStatusEvery{30'000};

constexpr Millis kKeepingEvery = std::chrono::days{1};
constexpr size_t kKeptFiles = 100;  // in a row under one look at the lease
constexpr int kOutsideHours = 20, kOtherError = 999;

Millis back_off(Millis first, Millis most, int failures) {
  const int doublings = std::min(failures - 1, 20);
  const auto full = std::min<int64_t>(first.count() << doublings, most.count());
  // Half to all of it: links that failed together do not come back together.
  static thread_local std::minstd_rand random{std::random_device{}()};
  return Millis{std::uniform_int_distribution<int64_t>(full / 2, full)(random)};
}

int rank(const Backoff& leg) {
  return leg.state == "blocked" ? 2 : leg.state == "waiting" ? 1 : 0;
}

Json leg_json(const Backoff& leg) {
  Json out = Json::object({{"state", leg.state}, {"reason", leg.reason}});
  out.set("code", leg.code ? Json(*leg.code) : Json());
  out.set("failures", leg.failures);
  out.set("next_attempt", leg.next > TimePoint{} ? Json(to_rfc3339(leg.next)) : Json());
  out.set("advice", advice_for(leg.state, leg.code));
  return out;
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
    keeping_leg(clock_.now());
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
  const auto* reaction = code ? reaction_to(*code) : nullptr;
  if (code == kOtherError && leg.failures >= config_.unclear_tries) state = "blocked";
  Millis pause = config_.blocked_retry;
  if (state != "blocked")
    pause = reaction && reaction->first > Millis{0}
                ? back_off(reaction->first, reaction->most, leg.failures)
                : back_off(config_.retry_first, config_.retry_most, leg.failures);
  leg.next = clock_.now() + pause;
  leg.state = std::move(state);
  leg.reason = std::move(reason);
  leg.code = code;
  if (code == kOutsideHours) await_hours(leg);
  log::warn("authority.waiting", {{"link", config_.id},
                                  {"state", leg.state},
                                  {"reason", leg.reason},
                                  {"failures", std::to_string(leg.failures)}});
}

// The authority's text names the hours. When it cannot be read, or says that they are now, the
// usual pause stands.
void Link::await_hours(Backoff& leg) {
  const auto hours = read_reporting_hours(leg.reason);
  const TimePoint now = clock_.now();
  const TimePoint opens = hours ? next_opening(*hours, now) : now;
  if (opens <= now) return;
  leg.next = opens;
  leg.reason += "；系统将于 " + china_datetime(opens) + " 继续";
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

// Old bytes go here and not in a job: whoever holds the lease is the only one who puts this link's
// files into the store.
void Link::keeping_leg(TimePoint now) {
  if (now < next_keeping_) return;
  next_keeping_ = now + kKeepingEvery;
  database_->write([&](db::Tx& tx) { forget_submission_requests(tx, now); });
  while (!cancelled_ && hold_lease(clock_.now()) &&
         remove_ended_bytes(*database_, blobs_, config_.id, now, config_.keep_bytes, kKeptFiles) >=
             kKeptFiles) {
  }
}

// The worse of both legs, written when it changed and now and then to show that all is well.
void Link::write_status(TimePoint now) {
  const Backoff& worse = rank(down_) > rank(up_) ? down_ : up_;
  std::string words;
  for (const Backoff* leg : {&up_, &down_})
    words += leg->state + "|" + leg->reason + "|" + std::to_string(leg->failures) + "|";
  const bool fresh = now - status_at_ < kStatusEvery;
  if (words == written_status_ && (fresh || worse.state != "working")) return;
  ledger::LinkStatus status{worse.state, worse.reason, worse.code, worse.failures, worse.next};
  const auto legs =
      to_string(Json::object({{"reporting", leg_json(up_)}, {"downloading", leg_json(down_)}}));
  database_->write([&](db::Tx& tx) {
    ledger::set_status(tx, config_.id, now, status);
    ledger::set_legs(tx, config_.id, legs);
  });
  written_status_ = words;
  written_next_ = to_ms(worse.next);
  status_at_ = now;
}

}  // namespace beian::authority
