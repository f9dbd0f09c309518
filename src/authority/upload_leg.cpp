// Reporting: one open file at a time, sent until the authority's word on it is clear.
#include <algorithm>

#include "authority/address_reports.hpp"
#include "authority/link.hpp"
#include "authority/trace.hpp"
#include "base/encoding.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::authority {
namespace {

// How often code 14 may name missing files for the same file before there is a pause.
constexpr int kMissingRounds = 3;
constexpr int kTooLarge = 18;

std::string lost_words(const ledger::Upload& upload) {
  return (upload.bytes_removed > 0 ? "台账文件已过保存期，内容已清除："
                                   : "台账文件的内容已丢失：") +
         upload.file_name;
}

std::string answer_words(const wire::Return& answer) {
  const std::string text =
      answer.msg.empty() ? std::string(wire::code_text(answer.msg_code)) : answer.msg;
  return "管局返回 " + std::to_string(answer.msg_code) + "：" + text;
}

}  // namespace

// True: something was done and more may be due.
bool Link::upload_leg() {
  LedgerView view;
  std::optional<ledger::Upload> open, wanted;
  database_->read([&](db::Tx& tx) {
    view = ledger::view(tx, config_.id);
    open = ledger::open_upload(tx, config_.id);
    wanted = ledger::next_resend(tx, config_.id);
  });
  if (must_ask_ || !view.last_accepted) return ask_previous(view, open);
  if (wanted) return send_once_more(*wanted);
  if (open) return send(*open);
  submit_addresses(*database_, cipher_, clock_.now(), config_.id);
  const auto built = build_upload(report_, max_records_);
  return built && send(*built);
}

bool Link::ask_previous(const LedgerView& view, const std::optional<ledger::Upload>& open) {
  const auto answer = client_.previous_upload();
  if (!answer) {
    failed(up_, answer.error());
    return false;
  }
  const auto readiness = readiness_of(answer->msg_code);
  if (readiness != Readiness::ok) {
    failed(up_, readiness == Readiness::blocked ? "blocked" : "waiting", answer_words(*answer),
           answer->msg_code);
    return false;
  }
  Previous previous;  // no file: none yet
  if (answer->file) {
    if (!answer->file->data_sequence) {
      failed(up_, "waiting", "管局的上次上报查询没有给出序号", answer->msg_code);
      return false;
    }
    previous = {*answer->file->data_sequence, answer->file->envelope.beian_info_hash};
  }
  ledger::Trace trace{config_.id, to_ms(clock_.now()), "asked_previous"};
  trace.code = answer->msg_code;
  trace.text = "管局最后受理的序号是 " + std::to_string(previous.sequence);
  if (open) trace.upload = open->number;
  database_->write([&](db::Tx& tx) { ledger::note(tx, trace); });
  return act_on(compare(view, previous), open);
}

bool Link::act_on(const Decision& decision, const std::optional<ledger::Upload>& open) {
  using Kind = Decision::Kind;
  switch (decision.kind) {
    case Kind::adopt:
      database_->write([&](db::Tx& tx) { ledger::set_base(tx, config_.id, decision.from); });
      log::info("authority.sequence_adopted",
                {{"link", config_.id}, {"sequence", std::to_string(decision.from)}});
      [[fallthrough]];
    case Kind::go_on:
      must_ask_ = false;
      refusal_.reset();
      succeeded(up_);
      return true;
    case Kind::accepted:
      must_ask_ = false;
      return accepted(*open, 0, "经查询上次上报确认已受理");
    case Kind::send:
      must_ask_ = false;
      if (refusal_) {
        const auto [code, text] = *refusal_;
        refusal_.reset();
        refuse_upload(report_, *open, code, text);
        if (code == kTooLarge)
          max_records_ = std::max<size_t>(1, static_cast<size_t>(open->records) / 2);
        failed(up_, "blocked", "上报文件被整体拒绝：" + text, code);
        // A smaller file is a new chance at once; for anything else the set-up must be looked at.
        if (code == kTooLarge && open->records > 1) up_.next = clock_.now();
        return false;
      }
      return send(*open);
    case Kind::resend:
      if (!resend(decision.from, decision.to)) return false;
      must_ask_ = true;  // and see whether both agree now
      return true;
    case Kind::diverged:
      failed(up_, "blocked", decision.why, std::nullopt);
      return false;
  }
  return false;
}

Result<wire::Envelope> Link::envelope_of(const ledger::Upload& upload) {
  const auto sealed = blobs_.get(upload.envelope_blob);
  if (!sealed) return fail(sealed);
  wire::Envelope envelope;
  envelope.beian_info = base64_encode(*sealed);
  envelope.beian_info_hash = upload.hash;
  envelope.encrypt_algorithm = static_cast<int>(upload.encrypt_algorithm);
  return envelope;
}

// One sending, and in the ledger what came of it.
Result<wire::Return> Link::upload_noted(const ledger::Upload& upload,
                                        const wire::Envelope& envelope) {
  auto answer = client_.upload(envelope, upload.sequence);
  ledger::Trace trace{config_.id, to_ms(clock_.now()), answer ? "answered" : "unanswered"};
  trace.upload = upload.number;
  if (answer) {
    trace.code = answer->msg_code;
    trace.text = answer->msg;
  } else {
    const auto& problem = answer.error().front();
    trace.text = problem_text(problem.code, problem.args, Language::zh);
  }
  database_->write([&](db::Tx& tx) { ledger::note(tx, trace); });
  return answer;
}

bool Link::send(const ledger::Upload& upload) {
  const auto envelope = envelope_of(upload);
  if (!envelope) {
    failed(up_, "blocked", lost_words(upload), std::nullopt);
    return false;
  }
  // Long calls may have used up the lease; whoever held it meanwhile may have sent this file.
  if (!hold_lease(clock_.now())) return false;
  if (must_ask_) return true;
  database_->write([&](db::Tx& tx) { ledger::mark_sent(tx, upload.number, clock_.now()); });
  must_ask_ = true;  // from here until the answer is understood
  const auto answer = upload_noted(upload, *envelope);
  if (!answer) {
    failed(up_, answer.error());
    return false;
  }
  const auto verdict = verdict_of_upload(answer->msg_code);
  if (verdict != Verdict::unclear) must_ask_ = false;
  switch (verdict) {
    case Verdict::accepted:
      return accepted(upload, answer->msg_code, answer->msg);
    case Verdict::missing:
      return on_missing(upload, *answer);
    case Verdict::refused:
      return on_refused(upload, *answer);
    case Verdict::later:
    case Verdict::unclear:
      failed(up_, "waiting", answer_words(*answer), answer->msg_code);
      return false;
    case Verdict::blocked:
      failed(up_, "blocked", answer_words(*answer), answer->msg_code);
      return false;
  }
  return false;
}

bool Link::accepted(const ledger::Upload& upload, int code, const std::string& text) {
  accept_upload(report_, upload, code, text, sms_);
  missing_rounds_ = 0;
  refusal_.reset();
  max_records_ = std::min(config_.max_records, max_records_ * 2);
  succeeded(up_);
  const auto now = clock_.now();
  soon_until_ = now + config_.soon_for;
  next_download_ = std::min(next_download_, now + config_.poll_soon);
  return true;
}

bool Link::on_missing(const ledger::Upload& upload, const wire::Return& answer) {
  std::vector<int64_t> have;
  database_->read([&](db::Tx& tx) { have = ledger::accepted_sequences(tx, config_.id); });
  const auto missing = missing_files(answer.missing_sequences, upload.sequence, have);
  if (!missing.resend) {
    failed(up_, "blocked", missing.why, answer.msg_code);
    return false;
  }
  if (missing.resend->empty() || ++missing_rounds_ > kMissingRounds) {
    missing_rounds_ = 0;
    must_ask_ = true;
    failed(up_, "waiting", answer_words(answer), answer.msg_code);
    return false;
  }
  for (const int64_t sequence : *missing.resend)
    if (!resend(sequence, sequence)) return false;
  return true;
}

bool Link::resend(int64_t from, int64_t to) {
  for (int64_t sequence = from; sequence <= to; ++sequence) {
    std::optional<ledger::Upload> upload;
    database_->read(
        [&](db::Tx& tx) { upload = ledger::upload_with_sequence(tx, config_.id, sequence); });
    if (!upload || upload->state != "accepted") {
      failed(up_, "blocked",
             "管局缺少序号 " + std::to_string(sequence) + " 的文件，本系统台账中没有",
             std::nullopt);
      return false;
    }
    if (cancelled_ || !resend_one(*upload)) return false;
  }
  return true;
}

bool Link::resend_one(const ledger::Upload& upload) {
  const auto envelope = envelope_of(upload);
  if (!envelope) {
    failed(up_, "blocked", lost_words(upload), std::nullopt);
    return false;
  }
  if (!hold_lease(clock_.now())) return false;
  database_->write([&](db::Tx& tx) { ledger::mark_resent(tx, upload.number, clock_.now()); });
  must_ask_ = true;
  const auto answer = upload_noted(upload, *envelope);
  if (!answer) {
    failed(up_, answer.error());
    return false;
  }
  const auto verdict = verdict_of_upload(answer->msg_code);
  if (verdict == Verdict::accepted) {
    must_ask_ = false;
    log::info("authority.file_sent_again",
              {{"link", config_.id}, {"sequence", std::to_string(upload.sequence)}});
    return true;
  }
  const bool person = verdict == Verdict::blocked || verdict == Verdict::refused;
  failed(up_, person ? "blocked" : "waiting", answer_words(*answer), answer->msg_code);
  return false;
}

// By an officer's word, because the authority asked for it outside of the protocol. The same bytes
// under the same number: an authority that has the file sees that it is the same. Whatever its
// clear word is, it ends the matter; without one the wish stays.
bool Link::send_once_more(const ledger::Upload& upload) {
  const auto end = [&](std::string_view what, std::optional<int> code, const std::string& text) {
    ledger::Trace trace{config_.id, to_ms(clock_.now()), std::string(what)};
    trace.upload = upload.number;
    trace.code = code;
    trace.text = text;
    database_->write([&](db::Tx& tx) {
      ledger::end_resend(tx, upload.number);
      ledger::note(tx, trace);
    });
    return true;
  };
  const auto envelope = envelope_of(upload);
  if (!envelope) return end("resend_given_up", std::nullopt, lost_words(upload));
  if (!hold_lease(clock_.now())) return false;
  if (must_ask_) return true;
  database_->write([&](db::Tx& tx) { ledger::mark_resent(tx, upload.number, clock_.now()); });
  must_ask_ = true;
  const auto answer = upload_noted(upload, *envelope);
  if (!answer) {
    failed(up_, answer.error());
    return false;
  }
  const auto verdict = verdict_of_upload(answer->msg_code);
  if (verdict == Verdict::later || verdict == Verdict::blocked) {
    must_ask_ = false;
    failed(up_, verdict == Verdict::blocked ? "blocked" : "waiting", answer_words(*answer),
           answer->msg_code);
    return false;
  }
  if (verdict == Verdict::accepted) return end("resend_done", answer->msg_code, answer->msg);
  return end("resend_given_up", answer->msg_code, "管局没有接受再次上报：" + answer->msg);
}

// A hash or decryption that failed may be the way's fault: the same bytes again, a few times. After
// that the authority is asked whether it really took nothing, and only then the file is given up
// (act_on): its number goes to the next file.
bool Link::on_refused(const ledger::Upload& upload, const wire::Return& answer) {
  const auto words = answer_words(answer);
  if (upload.refusals + 1 < config_.refusal_tries && answer.msg_code != kTooLarge) {
    database_->write([&](db::Tx& tx) {
      ledger::mark_answered(tx, upload, "sent", answer.msg_code, answer.msg, clock_.now());
    });
    failed(up_, "waiting", words, answer.msg_code);
    return false;
  }
  refusal_ = {answer.msg_code, words};
  must_ask_ = true;
  return true;
}

}  // namespace beian::authority
