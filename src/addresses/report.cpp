#include "addresses/report.hpp"

#include <algorithm>
#include <unordered_map>

#include "addresses/edit.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::addresses {
namespace {

// Of one transaction, so that a hundred thousand records do not keep all other writers waiting.
constexpr size_t kBatch = 500;

// Errors by record; warnings stop nothing.
std::unordered_map<std::string, Problems> errors_of(const Checked& checked) {
  std::unordered_map<std::string, Problems> out;
  for (const auto& finding : checked.findings)
    if (finding.blocking)
      out[checked.records[finding.record].id].push_back(problem_of(finding, checked.records));
  return out;
}

std::vector<std::string> waiting_for_a_person(db::Tx& tx, const std::string& link) {
  std::vector<std::string> out;
  for (const auto& row :
       tx.query("SELECT id FROM address_records WHERE link = :link AND state IN ('draft', "
                "'changing', 'deleting') ORDER BY block, first_ip, id",
                {{"link", link}}))
    out.push_back(row.text("id"));
  return out;
}

Status queue_one(db::Tx& tx, TimePoint now, const Store& store, const Link& link,
                 const std::string& actor, const std::string& id, const Problems* errors) {
  auto record = store.load(tx, id);
  if (!record || record->link != link.id) return fail(ProblemCode::not_found);
  if (auto moved = move(*record, Event::queue); !moved) return fail(moved);
  Problems problems;
  if (record->standing.operation != Operation::remove)
    problems = validate(record->block, record->document, link.unit);
  if (errors) problems.insert(problems.end(), errors->begin(), errors->end());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  record->findings = Json::array();
  if (!store.save(tx, now, *record, actor, name_of(Event::queue), ""))
    return fail(ProblemCode::stale_version);
  return {};
}

std::vector<Waiting> queued(db::Tx& tx, const std::string& link) {
  std::vector<Waiting> out;
  for (const auto& row :
       tx.query("SELECT id, block, operation, first_ip, last_ip, filed_first, filed_last, held "
                "FROM address_records WHERE link = :link AND state = 'queued' "
                "ORDER BY changed, block, first_ip, id",
                {{"link", link}})) {
    Waiting w;
    w.id = row.text("id");
    w.block = block_named(row.text("block")).value();
    w.operation = operation_named(row.text("operation")).value();
    w.ends = {static_cast<uint32_t>(row.i64("first_ip")),
              static_cast<uint32_t>(row.i64("last_ip"))};
    if (!row.is_null("filed_first"))
      w.filed = Ends{static_cast<uint32_t>(row.i64("filed_first")),
                     static_cast<uint32_t>(row.i64("filed_last"))};
    w.held = row.text("held");
    out.push_back(std::move(w));
  }
  return out;
}

Interval interval_of(Ends ends) {
  return {ends.first, ends.last};
}

}  // namespace

Checked check_link(db::Tx& tx, const Store& store, const std::string& link) {
  Checked out;
  out.records = store.placed(tx, link);
  out.findings = check(out.records);
  return out;
}

void tell_changed(db::Tx& tx, TimePoint now, const std::string& link) {
  jobs::enqueue(tx, {"addresses.changed", Json::object({{"link", link}}), now, link});
}

Result<Reported> report(const Context& context, const std::string& actor,
                        const std::string& link_id, const std::vector<std::string>& ids) {
  const auto link = link_named(context, link_id);
  if (!link) return fail(link);
  const Store store(context.cipher);
  std::vector<std::string> wanted = ids;
  std::unordered_map<std::string, Problems> errors;
  context.database->read([&](db::Tx& tx) {
    errors = errors_of(check_link(tx, store, link->id));
    if (ids.empty()) wanted = waiting_for_a_person(tx, link->id);
  });

  Reported out;
  for (size_t from = 0; from < wanted.size(); from += kBatch) {
    std::vector<ReportRefusal> refused;
    const size_t to = std::min(wanted.size(), from + kBatch);
    const TimePoint now = context.clock.now();
    context.database->write([&](db::Tx& tx) {
      refused.clear();
      for (size_t i = from; i < to; ++i) {
        const auto error = errors.find(wanted[i]);
        auto done = queue_one(tx, now, store, *link, actor, wanted[i],
                              error == errors.end() ? nullptr : &error->second);
        if (!done) refused.push_back({wanted[i], std::move(done.error())});
      }
      if (refused.size() < to - from) tell_changed(tx, now, link->id);
    });
    out.queued += static_cast<int64_t>(to - from - refused.size());
    out.refused_count += static_cast<int64_t>(refused.size());
    for (auto& one : refused)
      if (out.refused.size() < kMostRefusals) out.refused.push_back(std::move(one));
  }
  context.told();
  return out;
}

std::optional<std::string> why_held(const Waiting& record, const std::vector<Interval>& sources,
                                    const std::vector<Interval>& assignments) {
  if (record.block == Block::assignment && record.operation != Operation::remove) {
    const auto open = outside(interval_of(record.ends), sources);
    if (!open.empty())
      return "来源 " + text_of(Ends{open.front().first, open.front().last}) + " 尚未备案";
  }
  if (record.block == Block::source && record.operation != Operation::add && record.filed) {
    std::vector<Interval> leaving = {interval_of(*record.filed)};
    if (record.operation == Operation::change)
      leaving = without(leaving, std::vector<Interval>{interval_of(record.ends)});
    const auto used = clashes_between(leaving, assignments, 1);
    if (!used.empty())
      return "其中 " + text_of(Ends{used.front().common.first, used.front().common.last}) +
             " 的分配尚未删除";
  }
  return std::nullopt;
}

std::vector<Record> ready(db::Tx& tx, const Store& store, const std::string& link, size_t limit) {
  const auto waiting = queued(tx, link);
  if (waiting.empty()) return {};
  const auto sources = united(store.filed_ranges(tx, link, Block::source));
  const auto assignments = united(store.filed_ranges(tx, link, Block::assignment));
  std::vector<Record> out;
  for (const auto& one : waiting) {
    const auto why = why_held(one, sources, assignments);
    if (why.value_or("") != one.held) store.set_held(tx, one.id, why.value_or(""));
    if (why || out.size() == limit) continue;
    if (auto record = store.load(tx, one.id)) out.push_back(std::move(*record));
  }
  return out;
}

void handed_over(db::Tx& tx, TimePoint now, const Store& store, Record& record,
                 int64_t submission) {
  if (!move(record, Event::report)) throw std::logic_error("addresses: not in the queue");
  record.submission = submission;
  record.held.clear();
  if (!store.save(tx, now, record, "system", name_of(Event::report), ""))
    throw std::logic_error("addresses: changed within the transaction");
}

void came_back(db::Tx& tx, TimePoint now, const Store& store, Record& record,
               const std::string& why) {
  if (!move(record, Event::unreport) || !move(record, Event::withdraw)) return;
  record.submission.reset();
  store.save(tx, now, record, "system", name_of(Event::withdraw), why);
}

}  // namespace beian::addresses
