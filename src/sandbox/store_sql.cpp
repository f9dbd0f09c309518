#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {
namespace {

Json json_of(const std::string& text) {
  auto json = parse_json(text);
  if (!json) throw std::runtime_error("a JSON column of the sandbox is damaged");
  return std::move(*json);
}

wire::EnvelopeKeys keys_of(int64_t encryption, std::string key, std::string iv) {
  wire::EnvelopeKeys keys;
  keys.encryption = encryption == 1 ? wire::Encryption::aes128cbc : wire::Encryption::none;
  keys.key = Secret(std::move(key));
  keys.iv = Secret(std::move(iv));
  return keys;
}

Provider provider_of(const db::Row& row) {
  Provider p;
  p.account.provider_id = row.i64("provider_id");
  p.account.user_name = row.text("user_name");
  p.account.password = Secret(row.text("password"));
  p.account.profile = row.text("profile");
  p.account.encryption = static_cast<int>(row.i64("encryption"));
  p.account.key = Secret(row.text("enc_key"));
  p.account.iv = Secret(row.text("enc_iv"));
  p.account.province = row.i64("province");
  p.account.enabled = row.i64("enabled") != 0;
  p.account.businesses.clear();
  if (const auto businesses = row.text("businesses"); !businesses.empty())
    for (const auto& business : text::split(businesses, ','))
      p.account.businesses.emplace_back(business);
  p.last_sequence = row.i64("last_sequence");
  return p;
}

Upload upload_of(const db::Row& row) {
  Upload u;
  u.id = row.i64("id");
  u.provider_id = row.i64("provider_id");
  u.sequence = row.i64("sequence");
  u.blob = row.text("blob");
  u.info_hash = row.text("info_hash");
  u.content_hash = row.text("content_hash");
  u.keys = keys_of(row.i64("encryption"), row.text("enc_key"), row.text("enc_iv"));
  u.accepted_at = row.i64("accepted_at");
  u.records = row.i64("records");
  u.judged = !row.is_null("judged_at");
  u.fault = row.text("fault");
  return u;
}

std::optional<Upload> upload_of(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return upload_of(*row);
}

struct StateName {
  RecordState state;
  std::string_view name, chinese;
};
constexpr std::array<StateName, 6> kStates{{
    {RecordState::rejected, "rejected", "校验未通过"},
    {RecordState::sms_pending, "sms_pending", "待短信核验"},
    {RecordState::sms_failed, "sms_failed", "短信核验未完成"},
    {RecordState::at_authority, "at_authority", "待审核"},
    {RecordState::approved, "approved", "审核通过"},
    {RecordState::refused, "refused", "审核拒绝"},
}};

Record record_of(const db::Row& row) {
  Record r;
  r.id = row.i64("id");
  r.upload_id = row.i64("upload_id");
  r.position = row.i64("position");
  r.provider_id = row.i64("provider_id");
  r.operation = row.text("operation");
  r.czlx = row.i64("czlx");
  r.mark = row.text("mark");
  const Json decision_ids = json_of(row.text("decision_ids"));
  for (const auto& id : decision_ids.items()) r.decision_ids.push_back(id.as_int());
  r.provider_entity_id = row.i64("provider_entity_id");
  r.state = record_state(row.text("state")).value();
  r.province = row.i64("province");
  r.certificate_type = row.i64("certificate_type");
  r.certificate_number = row.text("certificate_number");
  r.name = row.text("name");
  r.model = json_of(row.text("model"));
  r.outcomes = json_of(row.text("outcomes"));
  r.opinion = row.text("opinion");
  r.entity_id = row.i64("entity_id");
  r.received_at = row.i64("received_at");
  r.changed_at = row.i64("changed_at");
  return r;
}

}  // namespace

wire::EnvelopeKeys Provider::keys() const {
  return keys_of(account.encryption, account.key.reveal(), account.iv.reveal());
}

std::optional<Provider> find_provider(db::Tx& tx, int64_t provider_id) {
  const auto row =
      tx.query_one("SELECT * FROM providers WHERE provider_id = :id", {{"id", provider_id}});
  if (!row) return std::nullopt;
  return provider_of(*row);
}

std::optional<Provider> find_provider_by_user(db::Tx& tx, std::string_view user_name) {
  const auto row =
      tx.query_one("SELECT * FROM providers WHERE user_name = :name", {{"name", user_name}});
  if (!row) return std::nullopt;
  return provider_of(*row);
}

std::vector<Provider> all_providers(db::Tx& tx) {
  std::vector<Provider> all;
  for (const auto& row : tx.query("SELECT * FROM providers ORDER BY provider_id"))
    all.push_back(provider_of(row));
  return all;
}

void save_provider(db::Tx& tx, const ProviderAccount& a) {
  tx.exec(
      "INSERT INTO providers (provider_id, user_name, password, profile, encryption, enc_key, "
      "enc_iv,"
      " province, enabled, businesses) VALUES (:id, :user_name, :password, :profile, :encryption,"
      " :key, :iv, :province, :enabled, :businesses) ON CONFLICT (provider_id) DO UPDATE SET"
      " user_name = excluded.user_name, password = excluded.password, profile = excluded.profile,"
      " encryption = excluded.encryption, enc_key = excluded.enc_key, enc_iv = excluded.enc_iv,"
      " province = excluded.province, enabled = excluded.enabled,"
      " businesses = excluded.businesses",
      {{"id", a.provider_id},
       {"user_name", a.user_name},
       {"password", a.password.reveal()},
       {"profile", a.profile},
       {"encryption", a.encryption},
       {"key", a.key.reveal()},
       {"iv", a.iv.reveal()},
       {"province", a.province},
       {"enabled", a.enabled},
       {"businesses", text::join(a.businesses, ",")}});
}

void lock_provider(db::Tx& tx, int64_t provider_id) {
  tx.exec("UPDATE providers SET calls = calls + 1 WHERE provider_id = :id", {{"id", provider_id}});
}

bool accept_upload(db::Tx& tx, const Upload& u) {
  if (tx.exec(
          "UPDATE providers SET last_sequence = :sequence"
          " WHERE provider_id = :provider AND last_sequence = :before",
          {{"sequence", u.sequence}, {"provider", u.provider_id}, {"before", u.sequence - 1}}) == 0)
    return false;
  tx.exec(
      "INSERT INTO uploads (provider_id, sequence, blob, info_hash, content_hash, encryption,"
      " enc_key, enc_iv, accepted_at) VALUES (:provider, :sequence, :blob, :info_hash,"
      " :content_hash, :encryption, :key, :iv, :now)",
      {{"provider", u.provider_id},
       {"sequence", u.sequence},
       {"blob", u.blob},
       {"info_hash", u.info_hash},
       {"content_hash", u.content_hash},
       {"encryption", static_cast<int>(u.keys.encryption)},
       {"key", u.keys.key.reveal()},
       {"iv", u.keys.iv.reveal()},
       {"now", u.accepted_at}});
  return true;
}

std::optional<Upload> find_upload(db::Tx& tx, int64_t provider_id, int64_t sequence) {
  return upload_of(
      tx.query_one("SELECT * FROM uploads WHERE provider_id = :provider AND sequence = :sequence",
                   {{"provider", provider_id}, {"sequence", sequence}}));
}

std::optional<Upload> find_upload(db::Tx& tx, int64_t id) {
  return upload_of(tx.query_one("SELECT * FROM uploads WHERE id = :id", {{"id", id}}));
}

std::optional<Upload> oldest_unjudged(db::Tx& tx, int64_t provider_id) {
  return upload_of(
      tx.query_one("SELECT * FROM uploads WHERE provider_id = :provider"
                   " AND judged_at IS NULL ORDER BY sequence LIMIT 1",
                   {{"provider", provider_id}}));
}

std::vector<Upload> uploads_of(db::Tx& tx, int64_t provider_id) {
  std::vector<Upload> all;
  for (const auto& row : tx.query("SELECT * FROM uploads WHERE provider_id = :provider OR"
                                  " :provider = 0 ORDER BY id DESC LIMIT 1000",
                                  {{"provider", provider_id}}))
    all.push_back(upload_of(row));
  return all;
}

bool mark_judged(db::Tx& tx, int64_t id, int64_t records, std::string_view fault, int64_t now) {
  return tx.exec(
             "UPDATE uploads SET judged_at = :now, records = :records, fault = :fault"
             " WHERE id = :id AND judged_at IS NULL",
             {{"now", now}, {"records", records}, {"fault", fault}, {"id", id}}) == 1;
}

std::string_view name_of(RecordState state) {
  return std::ranges::find(kStates, state, &StateName::state)->name;
}

std::string_view chinese_of(RecordState state) {
  return std::ranges::find(kStates, state, &StateName::state)->chinese;
}

std::optional<RecordState> record_state(std::string_view name) {
  const auto* found = std::ranges::find(kStates, name, &StateName::name);
  if (found == kStates.end()) return std::nullopt;
  return found->state;
}

int64_t insert_record(db::Tx& tx, const Record& r, const std::vector<std::string>& domains,
                      const std::vector<Target>& targets) {
  Json decision_ids = Json::array();
  for (const int64_t id : r.decision_ids) decision_ids.push(id);
  const int64_t id = tx.query_i64(
      "INSERT INTO records (upload_id, position, provider_id, operation, czlx, mark, decision_ids,"
      " provider_entity_id, entity_id, state, province, certificate_type, certificate_number, "
      "name, model,"
      " outcomes, received_at, changed_at) VALUES (:upload, :position, :provider, :operation,"
      " :czlx, :mark, :decisions, :entity, :filed, :state, :province, :type, :number, :name, "
      ":model,"
      " :outcomes, :received, :changed) RETURNING id",
      {{"upload", r.upload_id},
       {"position", r.position},
       {"provider", r.provider_id},
       {"operation", r.operation},
       {"czlx", r.czlx},
       {"mark", r.mark},
       {"decisions", to_string(decision_ids)},
       {"entity", r.provider_entity_id},
       {"filed", r.entity_id == 0 ? db::Value() : db::Value(r.entity_id)},
       {"state", name_of(r.state)},
       {"province", r.province},
       {"type", r.certificate_type},
       {"number", r.certificate_number},
       {"name", r.name},
       {"model", to_string(r.model)},
       {"outcomes", to_string(r.outcomes)},
       {"received", r.received_at},
       {"changed", r.changed_at}});
  for (const auto& domain : domains)
    tx.exec(
        "INSERT INTO record_domains (record_id, domain) VALUES (:record, :domain)"
        " ON CONFLICT DO NOTHING",
        {{"record", id}, {"domain", domain}});
  for (const auto& target : targets)
    tx.exec(
        "INSERT INTO record_targets (record_id, kind, target) VALUES (:record, :kind, :target)"
        " ON CONFLICT DO NOTHING",
        {{"record", id}, {"kind", target.kind}, {"target", target.id}});
  return id;
}

std::optional<Record> find_record(db::Tx& tx, int64_t id) {
  const auto row = tx.query_one("SELECT * FROM records WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return record_of(*row);
}

std::vector<Record> records_in(db::Tx& tx, std::optional<RecordState> state, int64_t limit) {
  std::vector<Record> all;
  const auto rows =
      state ? tx.query("SELECT * FROM records WHERE state = :state ORDER BY id LIMIT :limit",
                       {{"state", name_of(*state)}, {"limit", limit}})
            : tx.query("SELECT * FROM records ORDER BY id LIMIT :limit", {{"limit", limit}});
  for (const auto& row : rows) all.push_back(record_of(row));
  return all;
}

bool move_record(db::Tx& tx, int64_t id, RecordState from, RecordState to, int64_t now,
                 std::string_view opinion) {
  if (tx.exec("UPDATE records SET state = :to, opinion = :opinion, changed_at = :now"
              " WHERE id = :id AND state = :from",
              {{"to", name_of(to)},
               {"opinion", opinion},
               {"now", now},
               {"id", id},
               {"from", name_of(from)}}) == 0)
    return false;
  const bool open = to == RecordState::sms_pending || to == RecordState::at_authority;
  if (!open) {
    tx.exec("DELETE FROM record_domains WHERE record_id = :id", {{"id", id}});
    tx.exec("DELETE FROM record_targets WHERE record_id = :id", {{"id", id}});
  }
  return true;
}

void send_message(db::Tx& tx, std::string_view mobile, std::string_view text, std::string_view code,
                  int64_t now) {
  tx.exec("INSERT INTO messages (mobile, body, code, sent_at) VALUES (:mobile, :body, :code, :now)",
          {{"mobile", mobile}, {"body", text}, {"code", code}, {"now", now}});
}

std::vector<Message> messages_of(db::Tx& tx, std::string_view mobile) {
  std::vector<Message> all;
  for (const auto& row : tx.query("SELECT * FROM messages WHERE mobile = :mobile OR :mobile = ''"
                                  " ORDER BY id DESC LIMIT 500",
                                  {{"mobile", mobile}}))
    all.push_back({row.text("mobile"), row.text("body"), row.text("code"), row.i64("sent_at")});
  return all;
}

Settings load_settings(db::Tx& tx, const Options& options) {
  Settings s;
  s.auto_decide_after = options.auto_decide_after;
  s.auto_sms = options.auto_sms;
  for (const auto& row : tx.query("SELECT name, value FROM settings")) {
    const std::string name = row.text("name");
    const std::string value = row.text("value");
    if (name == "maintenance") s.maintenance = value == "1";
    if (name == "auto_sms") s.auto_sms = value == "1";
    if (name == "auto_decide_after_ms") {
      if (value.empty())
        s.auto_decide_after.reset();
      else
        s.auto_decide_after = Millis(std::stoll(value));
    }
  }
  return s;
}

void save_setting(db::Tx& tx, std::string_view name, std::string_view value) {
  tx.exec(
      "INSERT INTO settings (name, value) VALUES (:name, :value)"
      " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      {{"name", name}, {"value", value}});
}

}  // namespace beian::sandbox
