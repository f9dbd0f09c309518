#include "addresses/store.hpp"
#include "base/text.hpp"

namespace beian::addresses {
namespace {

constexpr std::string_view kColumns =
    "id, link, block, provider_record_id, authority_id, state, operation, first_ip, last_ip, "
    "document, filed, findings, held, submission, version, created, changed";

std::string context_of(std::string_view column, const std::string& id) {
  return "addresses." + std::string(column) + ":" + id;
}

// null and the empty list are stored as an empty text.
std::string seal_json(const crypto::ColumnCipher& cipher, const Json& json,
                      const std::string& context) {
  if (json.is_null() || (json.is_array() && json.size() == 0)) return {};
  return cipher.seal(to_string(json), context);
}

Json open_json(const crypto::ColumnCipher& cipher, const std::string& sealed,
               const std::string& context) {
  if (sealed.empty()) return {};
  auto json = parse_json(cipher.open(sealed, context));
  if (!json) throw std::runtime_error("addresses: a sealed column does not hold JSON");
  return std::move(*json);
}

template <class T>
T stored(const std::optional<T>& value, const std::string& name) {
  if (!value) throw std::runtime_error("addresses: unknown word in the database: " + name);
  return *value;
}

std::string name_index(const crypto::ColumnCipher& cipher, const std::string& name) {
  return name.empty() ? std::string() : cipher.blind_index(name, "addresses.name");
}

}  // namespace

Record Store::record_of(const db::Row& row) const {
  Record r;
  r.id = row.text("id");
  r.link = row.text("link");
  r.block = stored(block_named(row.text("block")), row.text("block"));
  r.provider_record_id = row.opt_i64("provider_record_id");
  r.authority_id = row.opt_i64("authority_id");
  r.standing.state = stored(state_named(row.text("state")), row.text("state"));
  r.standing.operation = stored(operation_named(row.text("operation")), row.text("operation"));
  r.ends = {static_cast<uint32_t>(row.i64("first_ip")), static_cast<uint32_t>(row.i64("last_ip"))};
  r.document = open_json(*cipher_, row.text("document"), context_of("document", r.id));
  r.filed = open_json(*cipher_, row.text("filed"), context_of("filed", r.id));
  r.findings = open_json(*cipher_, row.text("findings"), context_of("findings", r.id));
  if (r.findings.is_null()) r.findings = Json::array();
  r.held = row.text("held");
  r.submission = row.opt_i64("submission");
  r.version = row.i64("version");
  r.created = from_ms(row.i64("created"));
  r.changed = from_ms(row.i64("changed"));
  return r;
}

std::optional<Record> Store::one(db::Tx& tx, std::string_view where,
                                 const db::Params& params) const {
  const auto row = tx.query_one("SELECT " + std::string(kColumns) + " FROM address_records WHERE " +
                                    std::string(where) + " ORDER BY created DESC, id DESC LIMIT 1",
                                params);
  if (!row) return std::nullopt;
  return record_of(*row);
}

std::optional<Record> Store::load(db::Tx& tx, const std::string& id) const {
  return one(tx, "id = :id", {{"id", id}});
}

std::optional<Record> Store::by_authority_id(db::Tx& tx, const std::string& link, Block block,
                                             int64_t id) const {
  return one(tx, "link = :link AND block = :block AND authority_id = :id",
             {{"link", link}, {"block", name_of(block)}, {"id", id}});
}

std::optional<Record> Store::by_provider_id(db::Tx& tx, const std::string& link, Block block,
                                            int64_t id) const {
  return one(tx, "link = :link AND block = :block AND provider_record_id = :id",
             {{"link", link}, {"block", name_of(block)}, {"id", id}});
}

std::optional<Record> Store::by_range(db::Tx& tx, const std::string& link, Block block, Ends ends,
                                      int64_t unit) const {
  return one(tx,
             "link = :link AND block = :block AND first_ip = :first AND last_ip = :last "
             "AND state <> 'deleted' AND (block <> 'broadcast' OR unit = :unit)",
             {{"link", link},
              {"block", name_of(block)},
              {"first", ends.first},
              {"last", ends.last},
              {"unit", unit}});
}

std::vector<Record> Store::list(db::Tx& tx, const Filter& filter, const Place& after,
                                size_t limit) const {
  std::string where = "state <> 'deleted'";
  db::Params params = {{"limit", limit}};
  if (filter.state) {
    where = "state = :state";
    params.emplace_back("state", name_of(*filter.state));
  }
  if (!filter.link.empty()) {
    where += " AND link = :link";
    params.emplace_back("link", filter.link);
  }
  if (filter.block) {
    where += " AND block = :block";
    params.emplace_back("block", name_of(*filter.block));
  }
  if (filter.touching) {
    where += " AND first_ip <= :touch_last AND last_ip >= :touch_first";
    params.emplace_back("touch_first", filter.touching->first);
    params.emplace_back("touch_last", filter.touching->last);
  }
  if (!filter.name.empty()) {
    where += " AND name_index = :name";
    params.emplace_back("name", name_index(*cipher_, filter.name));
  }
  if (!after.id.empty()) {
    where += " AND (link, block, first_ip, id) > (:a_link, :a_block, :a_first, :a_id)";
    params.emplace_back("a_link", after.link);
    params.emplace_back("a_block", after.block);
    params.emplace_back("a_first", after.first);
    params.emplace_back("a_id", after.id);
  }
  std::vector<Record> out;
  for (const auto& row :
       tx.query("SELECT " + std::string(kColumns) + " FROM address_records WHERE " + where +
                    " ORDER BY link, block, first_ip, id LIMIT :limit",
                params))
    out.push_back(record_of(row));
  return out;
}

// What insert and save write alike.
db::Params Store::columns(const Record& r) const {
  const auto filed = ends_of(r.filed);
  return {{"id", r.id},
          {"provider_record_id", r.provider_record_id},
          {"authority_id", r.authority_id},
          {"state", name_of(r.standing.state)},
          {"operation", name_of(r.standing.operation)},
          {"first", r.ends.first},
          {"last", r.ends.last},
          {"filed_first", filed ? db::Value(filed->first) : db::Value()},
          {"filed_last", filed ? db::Value(filed->last) : db::Value()},
          {"unit", unit_of(r.block, r.document)},
          {"name_index", name_index(*cipher_, r.document["name"].as_string())},
          {"document", seal_json(*cipher_, r.document, context_of("document", r.id))},
          {"filed", seal_json(*cipher_, r.filed, context_of("filed", r.id))},
          {"findings", seal_json(*cipher_, r.findings, context_of("findings", r.id))},
          {"held", r.held},
          {"submission", r.submission},
          {"version", r.version},
          {"changed", to_ms(r.changed)}};
}

void Store::add_event(db::Tx& tx, const Record& record, const std::string& actor,
                      std::string_view event, const std::string& note) const {
  const std::string context = context_of("note", record.id) + ":" + std::to_string(record.version);
  tx.exec(
      "INSERT INTO address_events (record_id, seq, at, actor, event, state, note) "
      "VALUES (:id, :seq, :at, :actor, :event, :state, :note)",
      {{"id", record.id},
       {"seq", record.version},
       {"at", to_ms(record.changed)},
       {"actor", actor},
       {"event", event},
       {"state", name_of(record.standing.state)},
       {"note", note.empty() ? std::string() : cipher_->seal(note, context)}});
}

void Store::insert(db::Tx& tx, const Record& record, const std::string& actor,
                   std::string_view event, const std::string& note) const {
  db::Params params = columns(record);
  params.emplace_back("link", record.link);
  params.emplace_back("block", name_of(record.block));
  params.emplace_back("created", to_ms(record.created));
  tx.exec(
      "INSERT INTO address_records (id, link, block, provider_record_id, authority_id, state, "
      "operation, first_ip, last_ip, filed_first, filed_last, unit, name_index, document, filed, "
      "findings, held, submission, version, created, changed) VALUES (:id, :link, :block, "
      ":provider_record_id, :authority_id, :state, :operation, :first, :last, :filed_first, "
      ":filed_last, :unit, :name_index, :document, :filed, :findings, :held, :submission, "
      ":version, :created, :changed)",
      params);
  add_event(tx, record, actor, event, note);
}

bool Store::save(db::Tx& tx, TimePoint now, Record& record, const std::string& actor,
                 std::string_view event, const std::string& note) const {
  const int64_t before = record.version++;
  record.changed = now;
  db::Params params = columns(record);
  params.emplace_back("before", before);
  const int64_t changed = tx.exec(
      "UPDATE address_records SET provider_record_id = :provider_record_id, "
      "authority_id = :authority_id, state = :state, operation = :operation, first_ip = :first, "
      "last_ip = :last, filed_first = :filed_first, filed_last = :filed_last, unit = :unit, "
      "name_index = :name_index, document = :document, filed = :filed, findings = :findings, "
      "held = :held, submission = :submission, version = :version, changed = :changed "
      "WHERE id = :id AND version = :before",
      params);
  if (changed == 0) return false;
  add_event(tx, record, actor, event, note);
  return true;
}

std::vector<HistoryEntry> Store::history(db::Tx& tx, const std::string& id) const {
  std::vector<HistoryEntry> out;
  for (const auto& row : tx.query("SELECT seq, at, actor, event, state, note FROM address_events "
                                  "WHERE record_id = :id ORDER BY seq",
                                  {{"id", id}})) {
    HistoryEntry e;
    e.seq = row.i64("seq");
    e.at = from_ms(row.i64("at"));
    e.actor = row.text("actor");
    e.event = row.text("event");
    e.state = row.text("state");
    if (const auto sealed = row.text("note"); !sealed.empty())
      e.note = cipher_->open(sealed, context_of("note", id) + ":" + std::to_string(e.seq));
    out.push_back(std::move(e));
  }
  return out;
}

std::vector<Placed> Store::placed(db::Tx& tx, const std::string& link) const {
  std::vector<Placed> out;
  for (const auto& row :
       tx.query("SELECT id, block, first_ip, last_ip, unit, operation FROM address_records "
                "WHERE link = :link AND state <> 'deleted' ORDER BY block, first_ip, id",
                {{"link", link}})) {
    Placed p;
    p.block = stored(block_named(row.text("block")), row.text("block"));
    p.id = row.text("id");
    p.range = {static_cast<uint32_t>(row.i64("first_ip")),
               static_cast<uint32_t>(row.i64("last_ip"))};
    p.unit = row.i64("unit");
    p.leaving = row.text("operation") == name_of(Operation::remove);
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<Interval> Store::filed_ranges(db::Tx& tx, const std::string& link, Block block) const {
  std::vector<Interval> out;
  for (const auto& row :
       tx.query("SELECT filed_first, filed_last FROM address_records WHERE link = :link "
                "AND block = :block AND filed_first IS NOT NULL AND state <> 'deleted'",
                {{"link", link}, {"block", name_of(block)}}))
    out.push_back({static_cast<uint32_t>(row.i64("filed_first")),
                   static_cast<uint32_t>(row.i64("filed_last"))});
  return out;
}

std::vector<Record> Store::in_state(db::Tx& tx, const std::string& link, State state,
                                    size_t limit) const {
  std::vector<Record> out;
  for (const auto& row : tx.query("SELECT " + std::string(kColumns) +
                                      " FROM address_records WHERE link = :link AND state = :state "
                                      "ORDER BY changed, id LIMIT :limit",
                                  {{"link", link}, {"state", name_of(state)}, {"limit", limit}}))
    out.push_back(record_of(row));
  return out;
}

void Store::set_held(db::Tx& tx, const std::string& id, const std::string& why) const {
  tx.exec("UPDATE address_records SET held = :why WHERE id = :id", {{"id", id}, {"why", why}});
}

Json Store::counts(db::Tx& tx, const std::string& link) const {
  Json out = Json::object();
  for (const Block block : kBlocks) out.set(name_of(block), Json::object());
  for (const auto& row :
       tx.query("SELECT block, state, count(*) AS n FROM address_records WHERE link = :link "
                "AND state <> 'deleted' GROUP BY block, state ORDER BY block, state",
                {{"link", link}}))
    out.find(row.text("block"))->set(row.text("state"), row.i64("n"));
  return out;
}

}  // namespace beian::addresses
