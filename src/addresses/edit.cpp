#include "addresses/edit.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace beian::addresses {
namespace {

std::unexpected<Problems> under_document(Problems problems) {
  Problems out;
  append_under(out, "/document", std::move(problems));
  return std::unexpected(std::move(out));
}

Result<Record> loaded(db::Tx& tx, const Store& store, const std::string& id,
                      std::optional<int64_t> version) {
  auto record = store.load(tx, id);
  if (!record) return fail(ProblemCode::not_found);
  if (version && *version != record->version) return fail(ProblemCode::stale_version, "/version");
  return std::move(*record);
}

Status saved(db::Tx& tx, TimePoint now, const Store& store, Record& record,
             const std::string& actor, Event event) {
  if (!store.save(tx, now, record, actor, name_of(event), ""))
    return fail(ProblemCode::stale_version, "/version");
  return {};
}

}  // namespace

Result<Link> link_named(const Context& context, const std::string& id) {
  if (id.empty() && context.links.size() == 1) return context.links.front();
  if (id.empty()) return fail(ProblemCode::required, "/authority");
  const auto link = std::ranges::find(context.links, id, &Link::id);
  if (link == context.links.end())
    return fail(ProblemCode::code_unknown, "/authority", {{"code", id}});
  return *link;
}

Status move(Record& record, Event event) {
  const auto to = apply(record.standing, event);
  if (!to)
    return fail(ProblemCode::event_not_allowed, "",
                {{"state", std::string(title_of(record.standing.state))},
                 {"event", std::string(name_of(event))}});
  record.standing = *to;
  return {};
}

Result<Record> create(db::Tx& tx, TimePoint now, const Store& store, const Link& link, Block block,
                      const Json& document, const std::string& actor) {
  Record record;
  record.document = normalized(document);
  if (auto problems = validate(block, record.document, link.unit); !problems.empty())
    return std::unexpected(std::move(problems));
  record.id = new_id(now);
  record.link = link.id;
  record.block = block;
  record.ends = *ends_of(record.document);
  record.created = record.changed = now;
  store.insert(tx, record, actor, "create", "");
  return record;
}

Result<Record> create(const Context& context, const std::string& actor, const std::string& link_id,
                      Block block, const Json& document) {
  const auto link = link_named(context, link_id);
  if (!link) return fail(link);
  const Store store(context.cipher);
  const TimePoint now = context.clock.now();
  auto made = context.database->write_result([&](db::Tx& tx) -> Result<Record> {
    return create(tx, now, store, *link, block, document, actor);
  });
  if (!made) return under_document(std::move(made.error()));
  return made;
}

Result<bool> change(db::Tx& tx, TimePoint now, const Store& store, const Link& link, Record& record,
                    const Json& given, const std::string& actor) {
  const Json document = normalized(given);
  if (auto problems = validate(record.block, document, link.unit); !problems.empty())
    return std::unexpected(std::move(problems));
  if (document == record.document) return false;
  const bool back = document == record.filed && apply(record.standing, Event::discard);
  const Event event = back ? Event::discard : Event::edit;
  if (auto moved = move(record, event); !moved) return fail(moved);
  record.document = document;
  record.ends = *ends_of(document);
  record.findings = Json::array();
  if (auto done = saved(tx, now, store, record, actor, event); !done) return fail(done);
  return true;
}

Result<Record> change(const Context& context, const std::string& actor, const std::string& id,
                      std::optional<int64_t> version, const Json& document) {
  const Store store(context.cipher);
  const TimePoint now = context.clock.now();
  Problems in_document;
  auto result = context.database->write_result([&](db::Tx& tx) -> Result<Record> {
    in_document.clear();
    auto record = loaded(tx, store, id, version);
    if (!record) return fail(record);
    const auto link = link_named(context, record->link);
    const Link judged = link ? *link : Link{record->link, 0};
    in_document = validate(record->block, normalized(document), judged.unit);
    if (!in_document.empty()) return std::unexpected(in_document);
    const auto changed = change(tx, now, store, judged, *record, document, actor);
    if (!changed) return fail(changed);
    return record;
  });
  if (!in_document.empty()) return under_document(std::move(in_document));
  return result;
}

Result<Record> act(const Context& context, const std::string& actor, const std::string& id,
                   std::optional<int64_t> version, Event event) {
  const Store store(context.cipher);
  const TimePoint now = context.clock.now();
  return context.database->write_result([&](db::Tx& tx) -> Result<Record> {
    auto record = loaded(tx, store, id, version);
    if (!record) return fail(record);
    if (auto moved = move(*record, event); !moved) return fail(moved);
    // What shall be deleted is named as it is filed; a change that was under way is given up.
    if (is_filed(record->standing) && event != Event::withdraw && !record->filed.is_null()) {
      record->document = record->filed;
      record->ends = ends_of(record->filed).value_or(record->ends);
    }
    record->held.clear();
    record->findings = Json::array();
    if (auto done = saved(tx, now, store, *record, actor, event); !done) return fail(done);
    return record;
  });
}

}  // namespace beian::addresses
