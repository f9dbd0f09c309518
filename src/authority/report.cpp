#include "authority/report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "authority/mapping.hpp"
#include "base/encoding.hpp"
#include "materials/materials.hpp"
#include "platform/metrics/metrics.hpp"
#include "wire/codec.hpp"
#include "wire/envelope.hpp"

namespace beian::authority {
namespace {

// A held order is looked at again by itself, for what was missing may have come back.
constexpr Millis kHoldFor{3'600'000};

struct Candidate {
  orders::Order order;
  std::vector<materials::Material> materials;
};

struct Batch {
  std::vector<const Candidate*> taken;
  std::vector<RecordIds> ids;
  std::vector<ledger::Held> held;
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

// The version in `held` decides: a changed order is a new chance.
bool is_held(const std::map<std::string, ledger::Held>& held, const orders::Order& order,
             TimePoint now) {
  const auto it = held.find(order.id);
  return it != held.end() && it->second.version == order.version &&
         it->second.retry_at > to_ms(now);
}

std::vector<Candidate> candidates(const ReportDeps& deps, size_t max_records) {
  const TimePoint now = deps.clock.now();
  const orders::OrderStore store(deps.cipher);
  std::vector<Candidate> out;
  deps.database.read([&](db::Tx& tx) {
    out.clear();
    std::map<std::string, ledger::Held> held;
    for (auto& h : ledger::held_orders(tx, deps.link.id)) held.emplace(h.order_id, h);
    for (auto& order : store.ready_to_report(tx, deps.link.id, max_records + held.size())) {
      if (is_held(held, order, now) || out.size() == max_records) continue;
      auto attached = materials::of_order(tx, order.id);
      out.push_back({std::move(order), std::move(attached)});
    }
  });
  return out;
}

Result<Json> record_of(const ReportDeps& deps, const Candidate& candidate, const RecordIds& ids) {
  if (candidate.order.kind != "first")
    return fail(ProblemCode::kind_not_served, {}, {{"kind", candidate.order.kind}});
  std::vector<AttachedMaterial> attached;
  for (const auto& material : candidate.materials) {
    auto bytes = deps.blobs.get(material.reported);
    if (!bytes)
      return fail(ProblemCode::material_missing, material.owner,
                  {{"material", material.file_name}});
    attached.push_back({material, std::move(*bytes)});
  }
  return first_filing_record(candidate.order.document, ids, attached);
}

Batch encode(const ReportDeps& deps, const std::vector<Candidate>& candidates, size_t max_records) {
  int64_t needed = 0;
  for (const auto& c : candidates) needed += ids_needed(c.order.document);
  int64_t next = 0;
  deps.database.write([&](db::Tx& tx) { next = ledger::take_numbers(tx, needed); });

  wire::CodecLimits limits;
  limits.max_bytes = deps.link.max_xml_bytes;
  limits.max_records = max_records;
  wire::UploadBuilder builder(deps.profile, "icp", "new_filings", deps.link.provider_id, limits);
  Batch batch;
  for (const auto& candidate : candidates) {
    auto ids = deal_ids(candidate.order.document, next);
    next += ids_needed(candidate.order.document);
    const auto record = record_of(deps, candidate, ids);
    const auto added = record ? builder.add(*record)
                              : Result<wire::UploadBuilder::Added>(std::unexpected(record.error()));
    if (!added || (*added == wire::UploadBuilder::Added::full && builder.records() == 0)) {
      const auto why = added ? "单个订单超过文件大小上限" : words_of(added.error());
      const auto now = deps.clock.now();
      batch.held.push_back(
          {candidate.order.id, candidate.order.version, why, to_ms(now), to_ms(now + kHoldFor)});
      continue;
    }
    if (*added == wire::UploadBuilder::Added::full) break;
    batch.taken.push_back(&candidate);
    batch.ids.push_back(std::move(ids));
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

// One transaction: all of it or nothing. Problems: an order was withdrawn or changed meanwhile, or
// the link is another node's now.
Result<ledger::Upload> write_down(const ReportDeps& deps, const Batch& batch,
                                  ledger::Upload upload) {
  const orders::OrderStore store(deps.cipher);
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
    for (size_t i = 0; i < batch.taken.size(); ++i) {
      const auto& order = batch.taken[i]->order;
      const auto moved =
          store.apply(tx, now, order.id, orders::Event::report,
                      cause_of("写入上报文件，序号 " + std::to_string(row.sequence), row.sequence),
                      order.version);
      if (!moved) return fail(moved);
      ledger::insert_record(tx, {batch.ids[i].entity, row.number, order.id, std::nullopt,
                                 order.account_id, to_string(batch.ids[i].to_json())});
      ledger::release_order(tx, order.id);
    }
    row.state = "built";
    return row;
  });
}

void write_held(const ReportDeps& deps, const std::vector<ledger::Held>& held) {
  if (held.empty()) return;
  deps.database.write([&](db::Tx& tx) {
    for (const auto& h : held) ledger::hold_order(tx, deps.link.id, h);
  });
  metrics::count("beian_authority_records_total", static_cast<double>(held.size()), "outcome=held");
}

}  // namespace

std::optional<ledger::Upload> build_upload(const ReportDeps& deps, size_t max_records) {
  // A second try takes what a withdrawal left; a third is for the next look.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto ready = candidates(deps, max_records);
    if (ready.empty()) return std::nullopt;
    const auto batch = encode(deps, ready, max_records);
    write_held(deps, batch.held);
    if (batch.taken.empty()) return std::nullopt;

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
    if (sms) return;  // the download of the verification tasks moves the orders
    for (const auto& record : ledger::records_of(tx, upload.number)) {
      orders::Cause cause = cause_of("管局已接收上报文件", upload.sequence);
      cause.actor = orders::Actor::authority;
      // An answer that came before this one (a refusal, the number itself) stands.
      static_cast<void>(store.apply(tx, now, record.order_id, orders::Event::accept, cause));
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
    static_cast<void>(store.apply(tx, now, record.order_id, orders::Event::unreport,
                                  cause_of("上报文件未被管局受理，重新排队", upload.sequence)));
}

void refuse_upload(const ReportDeps& deps, const ledger::Upload& upload, int code,
                   const std::string& text) {
  const TimePoint now = deps.clock.now();
  deps.database.write(
      [&](db::Tx& tx) { give_up_upload(tx, deps.cipher, now, upload, code, text); });
  metrics::count("beian_authority_uploads_total", 1, "outcome=refused");
}

}  // namespace beian::authority
