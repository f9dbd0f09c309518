#include "authority/queue.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "orders/kind.hpp"
#include "orders/report_body.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

constexpr size_t kLongestRemark = 256;  // Fj/Bz
constexpr int64_t kJpeg = 1, kPng = 2;  // Fjwjgs

// The version in `held` decides: a changed order is a new chance.
bool is_held(const std::map<std::string, ledger::Held>& held, const orders::Order& order,
             TimePoint now) {
  const auto it = held.find(order.id);
  return it != held.end() && it->second.version == order.version &&
         it->second.retry_at > to_ms(now);
}

std::vector<orders::Order> ready_orders(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                        const std::string& link, TimePoint now, size_t limit) {
  std::map<std::string, ledger::Held> held;
  for (auto& h : ledger::held_orders(tx, link)) held.emplace(h.order_id, h);
  auto out = orders::OrderStore(cipher).ready_to_report(tx, link, limit + held.size());
  std::erase_if(out, [&](const orders::Order& order) { return is_held(held, order, now); });
  return out;
}

// The operation of what waits longest; one that must go before it when that waits too.
const Operation* choose(const std::vector<orders::Order>& orders,
                        const std::vector<WaitingOperation>& waiting) {
  const Operation* chosen = nullptr;
  TimePoint oldest{};
  const auto consider = [&](const Operation* operation, TimePoint since) {
    if (!operation || (chosen && since >= oldest)) return;
    chosen = operation;
    oldest = since;
  };
  for (const auto& order : orders) consider(operation_of(order), order.ready);
  for (const auto& w : waiting) consider(find_operation(w.operation), w.oldest);
  if (chosen && !chosen->before.empty() &&
      std::ranges::find(waiting, chosen->before, &WaitingOperation::operation) != waiting.end())
    return find_operation(chosen->before);
  return chosen;
}

Result<std::vector<Attached>> attached_of_order(const Candidate& candidate, blob::Store& blobs) {
  std::vector<Attached> out;
  for (const auto& material : candidate.materials) {
    // What only the provider asked for stays here.
    if (materials::authority_limit(material.purpose) == 0) continue;
    const auto owner = orders::report_owner(*candidate.order, material.owner);
    if (owner.empty()) continue;
    auto bytes = blobs.get(material.reported);
    if (!bytes)
      return fail(ProblemCode::material_missing, material.owner,
                  {{"material", material.file_name}});
    out.push_back({material.purpose, owner, std::move(*bytes)});
  }
  return out;
}

Result<Attached> attached_of(const Json& given, const Json& body, blob::Store& blobs) {
  Problems problems;
  Attached out;
  out.purpose = given["purpose"].as_int();
  const size_t limit = materials::authority_limit(static_cast<int>(out.purpose));
  if (limit == 0)
    problems.push_back(
        {ProblemCode::code_unknown, "/purpose", {{"code", std::to_string(out.purpose)}}});
  out.owner = given["owner"].as_string();
  if (out.owner.empty() || !body.pointer(out.owner))
    problems.push_back(
        {ProblemCode::material_owner, "/owner", {{"owner", "/entity, /services/0"}}});
  out.format = given["format"].as_int(kJpeg);
  if (out.format != kJpeg && out.format != kPng)
    problems.push_back(
        {ProblemCode::code_unknown, "/format", {{"code", std::to_string(out.format)}}});
  out.remark = given["remark"].as_string();
  if (text::length(out.remark) > kLongestRemark)
    problems.push_back(
        {ProblemCode::too_long, "/remark", {{"max", std::to_string(kLongestRemark)}}});
  if (auto bytes = blobs.get(given["blob"].as_string()))
    out.bytes = std::move(*bytes);
  else
    problems.push_back(
        {ProblemCode::material_missing, "/blob", {{"material", given["blob"].as_string()}}});
  if (limit > 0 && out.bytes.size() > limit)
    problems.push_back(
        {ProblemCode::picture_too_large, "/blob", {{"max", std::to_string(limit / 1024)}}});
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

}  // namespace

NextFile next_file(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& link,
                   TimePoint now, size_t max_records) {
  NextFile out;
  auto orders = ready_orders(tx, cipher, link, now, max_records);
  out.operation = choose(orders, waiting_operations(tx, link, now));
  for (auto& order : orders) {
    const auto* operation = operation_of(order);
    if (operation && operation != out.operation) continue;
    Candidate candidate;
    if (operation) {
      candidate.materials = materials::of_order(tx, order.id);
      candidate.order_body = orders::report_body(order);
    }
    candidate.order = std::move(order);
    (operation ? out.candidates : out.without).push_back(std::move(candidate));
  }
  if (!out.operation) return out;
  for (auto& submission :
       waiting_submissions(tx, cipher, link, out.operation->name, now, max_records)) {
    Candidate candidate;
    candidate.submission = std::move(submission);
    out.candidates.push_back(std::move(candidate));
  }
  std::ranges::stable_sort(out.candidates, {}, &Candidate::ready);
  if (out.candidates.size() > max_records) out.candidates.resize(max_records);
  return out;
}

Result<std::vector<Attached>> attached_of_body(const Json& body, blob::Store& blobs) {
  Problems problems;
  std::vector<Attached> out;
  const Json& list = body["attachments"];
  if (!list.is_null() && !list.is_array())
    return fail(ProblemCode::wrong_type, "/attachments", {{"expected", "array"}});
  for (size_t i = 0; i < list.size(); ++i) {
    auto one = attached_of(list.at(i), body, blobs);
    if (one)
      out.push_back(std::move(*one));
    else
      append_under(problems, "/attachments/" + std::to_string(i), one.error());
  }
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

Result<MappedRecord> record_of(const Operation& operation, const Candidate& candidate,
                               const RecordIds& ids, blob::Store& blobs, int64_t provider_id) {
  const auto attached = candidate.order ? attached_of_order(candidate, blobs)
                                        : attached_of_body(candidate.body(), blobs);
  if (!attached) return fail(attached);
  return operation.map({operation.name, candidate.body(), ids, *attached, provider_id});
}

Status check_next_part(const std::shared_ptr<const wire::Profile>& profile,
                       const Candidate& candidate, blob::Store& blobs, int64_t provider_id) {
  if (!candidate.order || !orders::kind_of(*candidate.order).moves || candidate.order->parts > 0)
    return {};
  Candidate next = candidate;
  next.order->parts = 1;
  next.order_body = orders::report_body(*next.order);
  const auto* operation = operation_of(*next.order);
  const auto mapped = record_of(*operation, next, deal_ids(next.order_body, 1), blobs, provider_id);
  if (!mapped) return fail(mapped);
  wire::UploadBuilder file(profile, operation->block(), operation->path(), provider_id);
  if (const auto written = file.add(mapped->record); !written)
    return std::unexpected(
        in_terms_of_body(*profile, operation->name, next.order_body, written.error()));
  return {};
}

Status check_body(const std::shared_ptr<const wire::Profile>& profile, const Operation& operation,
                  const Json& body, blob::Store& blobs, int64_t provider_id) {
  Problems problems;
  auto attached = attached_of_body(body, blobs);
  const auto mapped = operation.map({operation.name, body, deal_ids(body, 1),
                                     attached.value_or(std::vector<Attached>{}), provider_id});
  auto told = mapped ? Problems{} : mapped.error();
  if (mapped) {
    wire::UploadBuilder file(profile, operation.block(), operation.path(), provider_id);
    if (const auto written = file.add(mapped->record); !written)
      told = in_terms_of_body(*profile, operation.name, body, written.error());
  }
  if (!attached) {
    // What is wrong with the attachments is told already.
    std::erase_if(told, [](const Problem& p) { return p.field.starts_with("/attachments"); });
    problems = std::move(attached.error());
  }
  problems.insert(problems.end(), told.begin(), told.end());
  return status_of(std::move(problems));
}

}  // namespace beian::authority
