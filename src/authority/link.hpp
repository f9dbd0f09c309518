// One link at work, without a thread of its own: each round() does what is due and says when to
// come again. Everything that must outlive a crash is in the ledger; what is kept here is only
// haste.
#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "authority/client.hpp"
#include "authority/ledger.hpp"
#include "authority/link_config.hpp"
#include "authority/recovery.hpp"
#include "authority/report.hpp"

namespace beian::authority {

// How long a leg (reporting, downloading) stays away after failures.
struct Backoff {
  std::string state = "working";  // waiting, blocked
  std::string reason;
  std::optional<int> code;
  int failures = 0;
  TimePoint next;
};

class Link {
 public:
  Link(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
       const crypto::ColumnCipher& cipher, LinkConfig config, std::string node, Millis lease);

  struct Round {
    bool progressed = false;  // more may be due at once
    TimePoint next;           // else: not before this, unless somebody nudges
  };
  Round round();

  void cancel() { cancelled_ = true; }
  // For another thread after cancel(): hands the lease over.
  void leave();
  const LinkConfig& config() const { return config_; }
  Client& client() { return client_; }

 private:
  // link.cpp
  bool hold_lease(TimePoint now);
  void begin();
  void failed(Backoff& leg, std::string state, std::string reason, std::optional<int> code);
  void await_hours(Backoff& leg);
  void failed(Backoff& leg, const Problems& problems);
  void succeeded(Backoff& leg);
  void write_status(TimePoint now);
  bool reset_by_officer(const std::optional<ledger::LinkRow>& row);
  void keeping_leg(TimePoint now);

  // upload_leg.cpp
  bool upload_leg();
  bool ask_previous(const LedgerView& view, const std::optional<ledger::Upload>& open);
  bool act_on(const Decision& decision, const std::optional<ledger::Upload>& open);
  bool send(const ledger::Upload& upload);
  bool on_missing(const ledger::Upload& upload, const wire::Return& answer);
  bool on_refused(const ledger::Upload& upload, const wire::Return& answer);
  bool resend(int64_t from, int64_t to);
  bool resend_one(const ledger::Upload& upload);
  bool send_once_more(const ledger::Upload& upload);
  Result<wire::Return> upload_noted(const ledger::Upload& upload, const wire::Envelope& envelope);
  bool accepted(const ledger::Upload& upload, int code, const std::string& text);
  Result<wire::Envelope> envelope_of(const ledger::Upload& upload);

  // download_leg.cpp
  bool download_leg();
  bool keep(wire::FileInfo file);
  struct Unpacked {
    std::string blob;
    int64_t bytes = 0;
  };
  std::expected<Unpacked, wire::EnvelopeFault> unpack(const wire::Envelope& envelope);
  bool acknowledge(const ledger::Download& download);
  void acknowledge_again();
  bool apply_leg();
  bool apply_one(const ledger::Download& download);
  Result<bool> apply_whole(const ledger::Download& download);
  Result<bool> apply_synchronisation(const ledger::Download& download);

  std::shared_ptr<db::Database> database_;
  blob::Store& blobs_;
  const Clock& clock_;
  const crypto::ColumnCipher& cipher_;
  const LinkConfig config_;
  const std::string node_;
  const Millis lease_;
  std::atomic<bool> cancelled_{false};
  Client client_;
  ReportDeps report_;
  bool sms_ = false;

  bool begun_ = false;
  TimePoint lease_until_;
  // True whenever it is not certain what the authority took last: at start, after an unclear
  // answer.
  bool must_ask_ = true;
  // The refusal that only waits for the authority's word that it really took nothing.
  std::optional<std::pair<int, std::string>> refusal_;
  int missing_rounds_ = 0;
  size_t max_records_;
  Backoff up_, down_;
  TimePoint next_download_;
  TimePoint next_keeping_;
  TimePoint drained_;  // when the authority last had nothing to give
  TimePoint soon_until_;
  int bad_hashes_ = 0;
  std::string bad_hash_file_;
  std::string written_status_;
  TimePoint status_at_;
  int64_t written_next_ = 0;
};

}  // namespace beian::authority
