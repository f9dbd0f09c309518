// Downloading: store, acknowledge, apply. The three are separate steps, each safe to repeat.
#include <algorithm>

#include "authority/apply.hpp"
#include "authority/link.hpp"
#include "authority/sync.hpp"
#include "authority/trace.hpp"
#include "base/encoding.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

// Files fetched in a row before reporting gets its turn again.
constexpr int kFilesInARow = 32;
constexpr size_t kMostBytes = wire::EnvelopeLimits{}.max_xml_bytes;  // of all but libraries
constexpr int kEmptyMores = 3;  // "call again" without a file, in a row
constexpr int kNoMore = 1, kMore = 3;
// A file that cannot be applied: tried again after these, then only by an officer's hand.
constexpr Millis kApplyAgain[] = {Millis{60'000}, Millis{600'000}};
// An acknowledgement that was lost: sent once more after a minute, doubling up to a day, this
// often.
constexpr Millis kAckAgain{60'000}, kAckAgainMost = std::chrono::days{1};
constexpr int64_t kAckTries = 10;
constexpr TimePoint kNever{Millis{int64_t{1} << 60}};

std::string words_of(const Problems& problems) {
  std::string out;
  for (const auto& p : problems) {
    if (!out.empty()) out += "；";
    out += problem_text(p.code, p.args, Language::zh);
    if (out.size() > 2'000) break;
  }
  return out;
}

}  // namespace

bool Link::download_leg() {
  bool any = false, waiting = false;
  int empty = 0;
  for (int n = 0; n < kFilesInARow && !cancelled_; ++n) {
    if (!hold_lease(clock_.now())) return any;
    auto answer = client_.download();
    if (!answer) {
      failed(down_, answer.error());
      return any;
    }
    const auto readiness = readiness_of(answer->msg_code);
    if (readiness != Readiness::ok && !answer->file) {
      failed(down_, readiness == Readiness::blocked ? "blocked" : "waiting",
             "管局返回 " + std::to_string(answer->msg_code) + "：" + answer->msg, answer->msg_code);
      return any;
    }
    if (answer->file) {
      if (!keep(std::move(*answer->file))) return any;
      any = true;
      empty = 0;
      if (answer->msg_code == kNoMore) break;
      continue;
    }
    waiting = answer->msg_code == kMore;
    if (!waiting || ++empty >= kEmptyMores) break;
  }
  succeeded(down_);
  if (!any && !waiting && !cancelled_) {
    drained_ = clock_.now();
    acknowledge_again();
  }
  const TimePoint now = clock_.now();
  if (any) soon_until_ = now + config_.soon_for;
  next_download_ = now + (now < soon_until_ ? config_.poll_soon : config_.poll);
  return any;
}

// The XML. Only a library may be larger than the interface allows, and whether it is one is known
// before more than that is unpacked.
std::expected<std::string, wire::EnvelopeFault> Link::open(const wire::Envelope& envelope) {
  auto stream = wire::open_envelope_stream(
      envelope, config_.keys, {.max_xml_bytes = std::max(kMostBytes, config_.max_library_bytes)});
  if (!stream) return std::unexpected(stream.error());
  std::string xml;
  xml.reserve(stream->claimed_size().value_or(0));
  bool library = false;
  for (;;) {
    const auto piece = stream->next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return xml;
    xml.append(*piece);
    if (library || xml.size() <= kMostBytes) continue;
    library = is_synchronisation(*report_.profile, xml);
    if (!library) return std::unexpected(wire::EnvelopeFault::too_large);
  }
}

// Stored, then acknowledged. False: the same file will come again, after a pause.
bool Link::keep(wire::FileInfo file) {
  ledger::Download row;
  row.link = config_.id;
  row.file_name = file.file_name;
  row.digest = hex_encode(crypto::sha256(file.envelope.beian_info));
  row.received = to_ms(clock_.now());
  const auto xml = open(file.envelope);
  if (xml) file.envelope.beian_info = {};  // it may be large, and is not needed any more
  if (!xml && xml.error() == wire::EnvelopeFault::hash) {
    // Damaged on the way? Without an acknowledgement the authority gives the same file again.
    if (bad_hash_file_ != file.file_name) bad_hashes_ = 0;
    bad_hash_file_ = file.file_name;
    if (++bad_hashes_ < config_.hash_tries) {
      metrics::count("beian_authority_downloads_total", 1, "outcome=bad_hash");
      failed(down_, "waiting", "下载文件 " + file.file_name + " 哈希值不符", std::nullopt);
      return false;
    }
  }
  bad_hashes_ = 0;
  row.opened = xml.has_value();
  const std::string& bytes = xml ? *xml : file.envelope.beian_info;
  row.bytes = static_cast<int64_t>(bytes.size());
  row.blob = blobs_.put(bytes);
  if (!xml) {
    // Kept as it came, for the officer; there is nothing to apply.
    row.problem = words_of(wire::to_problems(xml.error()));
    row.flagged = 1;
    row.applied = true;
  }
  std::pair<ledger::Download, bool> stored;
  database_->write([&](db::Tx& tx) { stored = ledger::insert_download(tx, row); });
  if (stored.second)
    metrics::count("beian_authority_downloads_total", 1,
                   xml ? "outcome=received" : "outcome=unopened");
  return acknowledge(stored.first);
}

bool Link::acknowledge(const ledger::Download& download) {
  const auto answer = client_.acknowledge(download.file_name);
  if (!answer) {
    failed(down_, answer.error());
    return false;
  }
  const auto readiness = readiness_of(answer->msg_code);
  if (readiness != Readiness::ok) {
    failed(down_, readiness == Readiness::blocked ? "blocked" : "waiting",
           "管局对下载确认返回 " + std::to_string(answer->msg_code) + "：" + answer->msg,
           answer->msg_code);
    return false;
  }
  database_->write([&](db::Tx& tx) { ledger::mark_acked(tx, download.number, clock_.now()); });
  // Acknowledged before and given all the same: a pause, or this would go on for ever.
  if (download.acked != 0) {
    failed(down_, "waiting", "管局重复下发已确认的文件 " + download.file_name, std::nullopt);
    return false;
  }
  return true;
}

// The authority has nothing waiting, and yet it is not known of a file that its acknowledgement
// arrived: V.3.0 gives a file again until it is acknowledged, so the answer was lost on the way.
// What comes of it says nothing of the link: one file that no answer comes for holds up no other.
void Link::acknowledge_again() {
  const TimePoint now = clock_.now();
  const auto next = database_->read_value(
      [&](db::Tx& tx) { return ledger::next_to_acknowledge(tx, config_.id, now); });
  if (!next) return;
  const auto answer = client_.acknowledge(next->file_name);
  if (answer && readiness_of(answer->msg_code) == Readiness::ok) {
    database_->write([&](db::Tx& tx) { ledger::mark_acked(tx, next->number, clock_.now()); });
    return;
  }
  ledger::Trace trace{config_.id, to_ms(clock_.now()), answer ? "ack_answered" : "ack_unanswered"};
  trace.download = next->number;
  if (answer) trace.code = answer->msg_code;
  trace.text = answer ? answer->msg : words_of(answer.error());
  const bool last = next->ack_tries + 1 >= kAckTries;
  const Millis pause = std::min(kAckAgain * (int64_t{1} << next->ack_tries), kAckAgainMost);
  ledger::Trace given_up{config_.id, trace.at, "ack_given_up"};
  given_up.download = next->number;
  database_->write([&](db::Tx& tx) {
    ledger::mark_ack_failed(tx, next->number, last ? std::nullopt : std::optional(now + pause),
                            from_ms(trace.at));
    ledger::note(tx, trace);
    if (last) ledger::note(tx, given_up);
  });
  log::warn("authority.ack_again_failed", {{"link", config_.id},
                                           {"file", next->file_name},
                                           {"tries", std::to_string(next->ack_tries + 1)},
                                           {"given_up", last ? "yes" : "no"}});
}

bool Link::apply_leg() {
  bool any = false;
  while (!cancelled_) {
    std::optional<ledger::Download> next;
    database_->read(
        [&](db::Tx& tx) { next = ledger::next_to_apply(tx, config_.id, clock_.now()); });
    if (!next) break;
    any = true;
    if (!apply_one(*next)) break;
  }
  if (!cancelled_ && hold_lease(clock_.now()))
    end_series(*database_, clock_.now(), config_, cipher_, drained_);
  return any;
}

// False: it is not done yet, and other work goes before the rest of it.
bool Link::apply_one(const ledger::Download& download) {
  const auto set_aside = [&](const std::string& problem, TimePoint retry) {
    database_->write([&](db::Tx& tx) { ledger::mark_failed(tx, download.number, problem, retry); });
    metrics::count("beian_authority_downloads_total", 1, "outcome=set_aside");
    log::error("authority.download_set_aside",
               {{"link", config_.id}, {"file", download.file_name}, {"why", problem}});
  };
  const auto xml = blobs_.get(download.blob);
  if (!xml) {
    set_aside("文件内容已丢失", kNever);
    return true;
  }
  try {
    const auto done = is_synchronisation(*report_.profile, *xml)
                          ? apply_synchronisation(download, *xml)
                          : apply_whole(download, *xml);
    if (!done) {
      set_aside(words_of(done.error()), kNever);
      return true;
    }
    if (!*done) return false;
  } catch (const db::Unavailable&) {
    throw;
  } catch (const std::exception& e) {
    const auto tries = static_cast<size_t>(download.attempts);
    set_aside(e.what(),
              tries < std::size(kApplyAgain) ? clock_.now() + kApplyAgain[tries] : kNever);
    return true;
  }
  metrics::count("beian_authority_downloads_total", 1, "outcome=applied");
  return true;
}

// In one transaction with its `applied` flag.
Result<bool> Link::apply_whole(const ledger::Download& download, const std::string& xml) {
  const auto document = wire::decode(*report_.profile, "DownloadData", xml);
  if (!document) return fail(document);
  const TimePoint now = clock_.now();
  try {
    database_->write([&](db::Tx& tx) {
      Applier applier(tx, now, config_, cipher_, download.number);
      applier.apply(*document);
      if (!ledger::mark_applied(tx, download.number, applier.items(), applier.flagged(), now))
        throw db::Database::Rollback{};
    });
  } catch (const db::Database::Rollback&) {
    // Another node was faster; ours is undone.
  }
  return true;
}

// In batches; the document itself stays in memory, its tree does not.
Result<bool> Link::apply_synchronisation(const ledger::Download& download, const std::string& xml) {
  const SyncDeps deps{*database_,        clock_,
                      cipher_,           config_,
                      *report_.profile,  [this] { return !cancelled_ && hold_lease(clock_.now()); },
                      config_.sync_batch};
  const auto end = synchronise(deps, download, xml);
  if (!end) return fail(end);
  return *end == SyncEnd::done;
}

}  // namespace beian::authority
