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
constexpr size_t kBeginning = 1u << 20;  // of a document, before it is asked what it is
constexpr int kEmptyMores = 3;           // "call again" without a file, in a row
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

// The stored document from its beginning. Throws when its bytes are gone or damaged.
xml::Source document_of(blob::Store& blobs, const ledger::Download& download) {
  auto opened = blobs.reader(download.blob);
  if (!opened) throw std::runtime_error("文件内容已丢失");
  return
      [reader = std::shared_ptr<blob::Reader>(std::move(*opened))]() -> Result<std::string_view> {
        return reader->next();
      };
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

// The XML, unpacked into the store of blobs. Only a library may be larger than the interface
// allows, and whether it is one is asked of the document's beginning, which alone is in memory.
std::expected<Link::Unpacked, wire::EnvelopeFault> Link::unpack(const wire::Envelope& envelope) {
  auto stream = wire::open_envelope_stream(
      envelope, config_.keys, {.max_xml_bytes = std::max(kMostBytes, config_.max_library_bytes)});
  if (!stream) return std::unexpected(stream.error());
  const auto writer = blobs_.writer();
  int64_t size = 0;
  std::string beginning;
  std::optional<bool> library;
  size_t ask_at = kBeginning;
  for (;;) {
    const auto piece = stream->next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return Unpacked{writer->commit(), size};
    writer->write(*piece);
    size += static_cast<int64_t>(piece->size());
    if (!library) {
      beginning += *piece;
      if (beginning.size() >= ask_at) {
        library = begins_synchronisation(*report_.profile, beginning);
        ask_at *= 2;
      }
      if (library) beginning = {};
    }
    if (size > static_cast<int64_t>(kMostBytes) && !library.value_or(false))
      return std::unexpected(wire::EnvelopeFault::too_large);
  }
}

// Stored, then acknowledged. False: the same file will come again, after a pause.
bool Link::keep(wire::FileInfo file) {
  ledger::Download row;
  row.link = config_.id;
  row.file_name = file.file_name;
  row.digest = hex_encode(crypto::sha256(file.envelope.beian_info));
  row.received = to_ms(clock_.now());
  const auto unpacked = unpack(file.envelope);
  if (!unpacked && unpacked.error() == wire::EnvelopeFault::hash) {
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
  row.opened = unpacked.has_value();
  if (unpacked) {
    row.blob = unpacked->blob;
    row.bytes = unpacked->bytes;
  } else {
    // Kept as it came, for the officer; there is nothing to apply.
    row.blob = blobs_.put(file.envelope.beian_info);
    row.bytes = static_cast<int64_t>(file.envelope.beian_info.size());
    row.problem = words_of(wire::to_problems(unpacked.error()));
    row.flagged = 1;
    row.applied = true;
  }
  std::pair<ledger::Download, bool> stored;
  database_->write([&](db::Tx& tx) { stored = ledger::insert_download(tx, row); });
  if (stored.second)
    metrics::count("beian_authority_downloads_total", 1,
                   unpacked ? "outcome=received" : "outcome=unopened");
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
  if (!blobs_.exists(download.blob)) {
    set_aside("文件内容已丢失", kNever);
    return true;
  }
  try {
    const auto done = is_synchronisation(*report_.profile, document_of(blobs_, download))
                          ? apply_synchronisation(download)
                          : apply_whole(download);
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
Result<bool> Link::apply_whole(const ledger::Download& download) {
  const auto xml = blobs_.get(download.blob);
  if (!xml) return fail(xml);
  const auto document = wire::decode(*report_.profile, "DownloadData", *xml);
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

// In batches; neither the document nor its tree is in memory.
Result<bool> Link::apply_synchronisation(const ledger::Download& download) {
  const SyncDeps deps{*database_,        clock_,
                      cipher_,           config_,
                      *report_.profile,  [this] { return !cancelled_ && hold_lease(clock_.now()); },
                      config_.sync_batch};
  const auto end = synchronise(deps, download, [&] { return document_of(blobs_, download); });
  if (!end) return fail(end);
  return *end == SyncEnd::done;
}

}  // namespace beian::authority
