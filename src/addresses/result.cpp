#include "addresses/result.hpp"

#include <algorithm>
#include <array>

#include "addresses/edit.hpp"
#include "addresses/report.hpp"
#include "base/ids.hpp"

namespace beian::addresses {
namespace {

constexpr std::string_view kAuthority = "authority";

// Where a code is about another field in some block, the block's row comes first.
struct CodeField {
  int64_t code;
  std::string_view field;
};
constexpr auto kCodeFields = std::to_array<CodeField>({
    {2002, "to"},
    {2003, "from"},
    {2004, "from"},
    {2005, "from"},
    {2006, "from"},
    {2007, "to"},
    {2008, "gateway"},
    {2009, "unit_class"},
    {2010, "use"},
    {2011, "province"},
    {2012, "contact_phone"},
    {2013, "contact_email"},
    {2014, "from"},
    {2015, "to"},
    {2016, "broadcast_unit"},
    {2017, "broadcast_unit"},
    {2018, "applicant_unit"},
    {2019, "nature"},
    {2020, "industry"},
    {2021, "manner"},
    {2024, "province"},
    {2025, "city"},
    {2026, "county"},
    {2028, "source_unit"},
    {2029, "source_unit"},
    {2030, "assigned"},
    {2031, "name"},
    {2032, "manner"},
    {2033, "redirect_server"},
    {2034, "nature"},
    {2035, "unit_class"},
    {2036, "address"},
    {2037, "province"},
    {2038, "city"},
    {2039, "contact_phone"},
    {2040, "contact_name"},
    {2041, "use"},
    {2042, "contact_email"},
    {2043, "gateway"},
    {2044, "gateway_address"},
    {2045, "source_name"},
    {2046, "source_kind"},
    {2047, "assigned_to"},
    {2048, "assigned_to"},
    {2049, "from"},
    {2050, "assigned_to"},
    {2051, "broadcast_unit"},
    {2052, "source_unit"},
    {2053, "applicant_unit"},
    {2056, "from"},
});

void save_as_authority(db::Tx& tx, TimePoint now, const Store& store, Record& record,
                       std::string_view event, const std::string& note) {
  if (!store.save(tx, now, record, std::string(kAuthority), event, note))
    throw std::logic_error("addresses: changed within the transaction");
}

void take_accepted(Record& record, const Answer& answer) {
  record.findings = Json::array();
  if (answer.authority_id) record.authority_id = answer.authority_id;
  record.filed = answer.operation == Operation::remove ? Json() : record.document;
}

std::optional<Record> counterpart(db::Tx& tx, const Store& store, const Synchronised& theirs,
                                  Ends ends) {
  if (auto known = store.by_authority_id(tx, theirs.link, theirs.block, theirs.authority_id))
    return known;
  auto ours = store.by_provider_id(tx, theirs.link, theirs.block, theirs.provider_record_id);
  if (ours && !ours->authority_id && ours->ends == ends) return ours;
  ours =
      store.by_range(tx, theirs.link, theirs.block, ends, unit_of(theirs.block, theirs.document));
  if (ours && !ours->authority_id) return ours;
  return std::nullopt;
}

void take_in(db::Tx& tx, TimePoint now, const Store& store, const Synchronised& theirs, Ends ends) {
  Record record;
  record.id = new_id(now);
  record.link = theirs.link;
  record.block = theirs.block;
  record.provider_record_id = theirs.provider_record_id;
  record.authority_id = theirs.authority_id;
  record.standing = {State::filed, Operation::add};
  record.ends = ends;
  record.document = record.filed = theirs.document;
  record.created = record.changed = now;
  store.insert(tx, record, std::string(kAuthority), "synchronise", "由管局数据同步取得");
}

}  // namespace

std::string field_of_code(Block block, int64_t code) {
  const auto row = std::ranges::find(kCodeFields, code, &CodeField::code);
  if (row == kCodeFields.end()) return {};
  std::string_view field = row->field;
  if (block == Block::own && field == "source_unit") field = "source_id";
  if (need_of(block, field, 0, -1) == Need::never) return {};
  return "/" + std::string(field);
}

std::string apply_answer(db::Tx& tx, TimePoint now, const Store& store, const std::string& id,
                         const Answer& answer) {
  auto record = store.load(tx, id);
  if (!record || record->standing.operation != answer.operation ||
      !move(*record, answer.accepted ? Event::accept : Event::refuse))
    return "late";
  record->submission.reset();
  if (answer.provider_record_id) record->provider_record_id = answer.provider_record_id;
  if (answer.accepted)
    take_accepted(*record, answer);
  else
    record->findings = answer.findings;
  save_as_authority(tx, now, store, *record,
                    name_of(answer.accepted ? Event::accept : Event::refuse), answer.words);
  // What waited for this may go now.
  if (answer.accepted) tell_changed(tx, now, record->link);
  return "applied";
}

Synced synchronise(db::Tx& tx, TimePoint now, const Store& store, const Synchronised& given) {
  Synchronised theirs = given;
  theirs.document = normalized(given.document);
  const auto ends = ends_of(theirs.document);
  if (!ends) return Synced::faulty;
  auto ours = counterpart(tx, store, theirs, *ends);
  if (!ours) {
    take_in(tx, now, store, theirs, *ends);
    return Synced::added;
  }
  if (ours->standing.state == State::deleted) return Synced::unchanged;
  const Record before = *ours;
  ours->authority_id = theirs.authority_id;
  if (!ours->provider_record_id) ours->provider_record_id = theirs.provider_record_id;
  ours->filed = theirs.document;
  if (ours->standing.operation == Operation::add && ours->standing.state != State::filed) {
    // It is there, whatever we thought: accepted, or a change of what is there.
    ours->submission.reset();
    ours->held.clear();
    ours->findings = Json::array();
    const bool same = ours->document == theirs.document || ours->standing.state == State::reporting;
    ours->standing = same ? Standing{State::filed, Operation::add}
                          : Standing{State::changing, Operation::change};
  }
  if (ours->standing.state == State::filed) {
    ours->document = theirs.document;
    ours->ends = *ends;
  }
  if (ours->standing == before.standing && ours->document == before.document &&
      ours->filed == before.filed && ours->authority_id == before.authority_id)
    return Synced::unchanged;
  save_as_authority(tx, now, store, *ours, "synchronise", "与管局数据同步");
  return Synced::changed;
}

}  // namespace beian::addresses
