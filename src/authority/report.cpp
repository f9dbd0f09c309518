#include "authority/report.hpp"

#include <algorithm>
#include <tuple>

#include "authority/queue.hpp"
#include "base/encoding.hpp"
#include "orders/kind.hpp"
#include "platform/metrics/metrics.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"

namespace beian::authority {
namespace {

// What is held is looked at again by itself, for what was missing may have come back.
constexpr Millis kHoldFor{3'600'000};

struct Taken {
  const Candidate* candidate;
  RecordIds ids;
  std::vector<ledger::Mark> marks;
};
struct Held {
  const Candidate* candidate;
  std::string why;
};
struct Batch {
  std::vector<Taken> taken;
  std::vector<Held> held;
  std::string xml;
};

std::string words_of(const Problems& problems) {
  std::string out;
  for (const auto& p : problems) {
    if (!out.empty()) out += "；";
    out += (p.field.empty() ? "" : p.field + " ") + problem_text(p.code, p.args, Language::zh);
  }
  return out;
}

NextFile look(const ReportDeps& deps, size_t max_records) {
  NextFile next;
  deps.database.read([&](db::Tx& tx) {
    next = next_file(tx, deps.cipher, deps.link.id, deps.clock.now(), max_records);
  });
  return next;
}

Batch encode(const ReportDeps& deps, const NextFile& next, size_t max_records) {
  Batch batch;
  for (const auto& candidate : next.without)
    batch.held.push_back(
        {&candidate,
         words_of(
             fail(ProblemCode::kind_not_served, {}, {{"kind", candidate.order->kind}}).error())});
  if (!next.operation) return batch;
  const auto& operation = *next.operation;
  int64_t needed = 0, number = 0;
  for (const auto& c : next.candidates) needed += ids_needed(c.body());
  deps.database.write([&](db::Tx& tx) { number = ledger::take_numbers(tx, needed); });

  wire::CodecLimits limits;
  limits.max_bytes = deps.link.max_xml_bytes;
  limits.max_records = max_records;
  wire::UploadBuilder builder(deps.profile, operation.block(), operation.path(),
                              deps.link.provider_id, limits);
  using Added = wire::UploadBuilder::Added;
  for (const auto& candidate : next.candidates) {
    auto ids = deal_ids(candidate.body(), number);
    number += ids_needed(candidate.body());
    if (const auto rest =
            check_next_part(deps.profile, candidate, deps.blobs, deps.link.provider_id);
        !rest) {
      batch.held.push_back({&candidate, words_of(rest.error())});
      continue;
    }
    auto mapped = record_of(operation, candidate, ids, deps.blobs, deps.link.provider_id);
    const auto added =
        mapped ? builder.add(mapped->record) : Result<Added>(std::unexpected(mapped.error()));
    if (!added || (*added == Added::full && builder.records() == 0)) {
      batch.held.push_back(
          {&candidate, added ? "单条记录超过文件大小上限"
                             : words_of(in_terms_of_body(*deps.profile, operation.name,
                                                         candidate.body(), added.error()))});
      continue;
    }
    if (*added == Added::full) break;
    batch.taken.push_back({&candidate, std::move(ids), std::move(mapped->marks)});
  }
  if (!batch.taken.empty()) batch.xml = builder.finish();
  return batch;
}

// Letters and digits only (interface: at most 128 bytes).
std::string file_name(const LinkConfig& link, int64_t sequence) {
  return "upload" + std::to_string(link.provider_id) + "n" + std::to_string(sequence);
}

orders::Cause cause_of(const std::string& reason, int64_t sequence) {
  Json details = Json::object();
  details.set("sequence", sequence);
  return {orders::Actor::system, {}, reason, details};
}

// Problems: it was withdrawn or changed meanwhile.
Status move_to_file(db::Tx& tx, const ReportDeps& deps, TimePoint now, const Candidate& candidate,
                    int64_t sequence) {
  if (candidate.submission) {
    if (mark_reporting(tx, now, candidate.submission->number)) return {};
    return fail(ProblemCode::conflict);
  }
  const auto& order = *candidate.order;
  const auto moved =
      orders::OrderStore(deps.cipher)
          .apply(tx, now, order.id, orders::Event::report,
                 cause_of("写入上报文件，序号 " + std::to_string(sequence), sequence),
                 order.version);
  if (!moved) return fail(moved);
  ledger::release_order(tx, order.id);
  return {};
}

void write_record(db::Tx& tx, const std::string& link, const ledger::Upload& upload,
                  const Taken& taken) {
  ledger::UploadRecord record;
  record.id = taken.ids.record;
  record.upload = upload.number;
  if (taken.candidate->order) record.order_id = taken.candidate->order->id;
  if (taken.candidate->submission) record.submission = taken.candidate->submission->number;
  record.account_id = taken.candidate->account_id();
  record.ids = to_string(taken.ids.to_json());
  ledger::insert_record(tx, record);
  for (const auto& mark : taken.marks) ledger::insert_mark(tx, link, mark, record.id);
}

// One transaction: all of it or nothing. Problems: something was withdrawn or changed meanwhile, or
// the link is another node's now.
Result<ledger::Upload> write_down(const ReportDeps& deps, const Batch& batch,
                                  ledger::Upload upload) {
  const TimePoint now = deps.clock.now();
  return deps.database.write_result([&](db::Tx& tx) -> Result<ledger::Upload> {
    const auto link = ledger::find_link(tx, deps.link.id);
    const auto view = ledger::view(tx, deps.link.id);
    if (!link || link->holder != deps.node || view.open || !view.last_accepted)
      return fail(ProblemCode::conflict);
    ledger::Upload row = upload;
    row.sequence = *view.last_accepted + 1;
    row.file_name = file_name(deps.link, row.sequence);
    row.number = ledger::insert_upload(tx, row);
    for (const auto& taken : batch.taken) {
      if (const auto moved = move_to_file(tx, deps, now, *taken.candidate, row.sequence); !moved)
        return fail(moved);
      write_record(tx, deps.link.id, row, taken);
    }
    row.state = "built";
    return row;
  });
}

void write_held(const ReportDeps& deps, const std::vector<Held>& held) {
  if (held.empty()) return;
  const TimePoint now = deps.clock.now();
  deps.database.write([&](db::Tx& tx) {
    for (const auto& h : held)
      if (const auto& order = h.candidate->order)
        ledger::hold_order(tx, deps.link.id,
                           {order->id, order->version, h.why, to_ms(now), to_ms(now + kHoldFor)});
      else
        hold_submission(tx, now, h.candidate->submission->number, h.why, now + kHoldFor);
  });
  metrics::count("beian_authority_records_total", static_cast<double>(held.size()), "outcome=held");
}

}  // namespace

std::optional<ledger::Upload> build_upload(const ReportDeps& deps, size_t max_records) {
  // A second try takes what a withdrawal left; more are for the next look.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto next = look(deps, max_records);
    const auto batch = encode(deps, next, max_records);
    write_held(deps, batch.held);
    if (batch.taken.empty()) {
      if (batch.held.empty()) return std::nullopt;
      continue;  // only what has no form on the wire stood there
    }

    const auto envelope = wire::seal_envelope(batch.xml, deps.link.keys);
    const auto sealed = base64_decode(envelope.beian_info);
    if (!sealed) throw std::logic_error("an envelope of our own is not base64");
    ledger::Upload upload;
    upload.link = deps.link.id;
    upload.records = static_cast<int64_t>(batch.taken.size());
    upload.xml_bytes = static_cast<int64_t>(batch.xml.size());
    upload.xml_blob = deps.blobs.put(batch.xml);
    upload.envelope_blob = deps.blobs.put(*sealed);
    upload.hash = envelope.beian_info_hash;
    upload.encrypt_algorithm = envelope.encrypt_algorithm;
    upload.created = to_ms(deps.clock.now());
    try {
      if (auto written = write_down(deps, batch, std::move(upload))) return *written;
    } catch (const db::UniqueViolation&) {
      return std::nullopt;  // another node was faster; its file is the open one
    }
  }
  return std::nullopt;
}

void accept_upload(const ReportDeps& deps, const ledger::Upload& upload, int code,
                   const std::string& text, bool sms) {
  const orders::OrderStore store(deps.cipher);
  const TimePoint now = deps.clock.now();
  deps.database.write([&](db::Tx& tx) {
    ledger::mark_answered(tx, upload, "accepted", code, text, now);
    for (const auto& record : ledger::records_of(tx, upload.number)) {
      if (record.submission) {
        mark_accepted(tx, now, *record.submission);
        continue;
      }
      // Where persons verify, the download of their tasks moves the order.
      const auto order = store.load(tx, record.order_id);
      if (sms && order && orders::kind_of(*order).sms) continue;
      orders::Cause cause = cause_of("管局已接收上报文件", upload.sequence);
      cause.actor = orders::Actor::authority;
      // An answer that came before this one (a refusal, the number itself) stands.
      std::ignore = store.apply(tx, now, record.order_id, orders::Event::accept, cause);
    }
  });
  metrics::count("beian_authority_uploads_total", 1, "outcome=accepted");
  metrics::count("beian_authority_records_total", static_cast<double>(upload.records),
                 "outcome=accepted");
}

void give_up_upload(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                    const ledger::Upload& upload, int code, const std::string& text) {
  const orders::OrderStore store(cipher);
  ledger::mark_answered(tx, upload, "refused", code, text, now);
  for (const auto& record : ledger::records_of(tx, upload.number))
    if (record.submission)
      requeue(tx, now, *record.submission);
    else
      std::ignore = store.apply(tx, now, record.order_id, orders::Event::unreport,
                                cause_of("上报文件未被管局受理，重新排队", upload.sequence));
}

void refuse_upload(const ReportDeps& deps, const ledger::Upload& upload, int code,
                   const std::string& text) {
  const TimePoint now = deps.clock.now();
  deps.database.write(
      [&](db::Tx& tx) { give_up_upload(tx, deps.cipher, now, upload, code, text); });
  metrics::count("beian_authority_uploads_total", 1, "outcome=refused");
}

}  // namespace beian::authority
