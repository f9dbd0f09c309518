// Rows of the sandbox's database (db/sandbox-*), as plain functions inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "sandbox/sandbox.hpp"
#include "wire/envelope.hpp"

namespace beian::sandbox {

struct Provider {
  ProviderAccount account;
  int64_t last_sequence = 0;
  wire::EnvelopeKeys keys() const;
};
std::optional<Provider> find_provider(db::Tx& tx, int64_t provider_id);
std::optional<Provider> find_provider_by_user(db::Tx& tx, std::string_view user_name);
std::vector<Provider> all_providers(db::Tx& tx);
void save_provider(db::Tx& tx, const ProviderAccount& account);
// Until the end of the transaction no other one changes what hangs on this provider.
void lock_provider(db::Tx& tx, int64_t provider_id);

struct Upload {
  int64_t id = 0, provider_id = 0, sequence = 0;
  std::string blob, info_hash, content_hash;
  wire::EnvelopeKeys keys;
  int64_t accepted_at = 0, records = 0;
  bool judged = false;
  std::string fault;
};
// False when the sequence is not the provider's next one (nothing is written then).
bool accept_upload(db::Tx& tx, const Upload& upload);
std::optional<Upload> find_upload(db::Tx& tx, int64_t provider_id, int64_t sequence);
std::optional<Upload> find_upload(db::Tx& tx, int64_t id);
std::optional<Upload> oldest_unjudged(db::Tx& tx, int64_t provider_id);
std::vector<Upload> uploads_of(db::Tx& tx, int64_t provider_id);  // 0: of all; newest first, 1000
// False when somebody judged it meanwhile.
bool mark_judged(db::Tx& tx, int64_t id, int64_t records, std::string_view fault, int64_t now);

enum class RecordState { rejected, sms_pending, sms_failed, at_authority, approved, refused };
std::string_view name_of(RecordState state);
std::string_view chinese_of(RecordState state);
std::optional<RecordState> record_state(std::string_view name);

// What a record in process is about: kinds entity, service, access (the authority's ids),
// isp_service, isp_access (the provider's own).
struct Target {
  std::string kind;
  int64_t id = 0;
  bool operator==(const Target&) const = default;
};

struct Record {
  int64_t id = 0, upload_id = 0, position = 0, provider_id = 0;
  std::string operation = "new_filing";  // operations.hpp
  int64_t czlx = 1;                      // Czlx
  std::string mark;                      // Bs
  std::vector<int64_t> decision_ids;     // Gjsh/Jlid, one decision each
  int64_t provider_entity_id = 0;        // IspZtid, of new filings; else 0
  RecordState state = RecordState::rejected;
  int64_t province = 0, certificate_type = 0;
  std::string certificate_number, name;
  Json model;     // without attachments
  Json outcomes;  // [{code, text}]
  std::string opinion;
  int64_t entity_id = 0;  // that it is about; of a new filing when approved
  int64_t received_at = 0, changed_at = 0;
};
// Domains and targets of an open record are held until it is closed.
int64_t insert_record(db::Tx& tx, const Record& record, const std::vector<std::string>& domains,
                      const std::vector<Target>& targets = {});
std::optional<Record> find_record(db::Tx& tx, int64_t id);
std::vector<Record> records_in(db::Tx& tx, std::optional<RecordState> state, int64_t limit = 1000);
// Compare-and-set; a closed record gives its domains and targets free. False when it was not in
// `from`.
bool move_record(db::Tx& tx, int64_t id, RecordState from, RecordState to, int64_t now,
                 std::string_view opinion = {});

void send_message(db::Tx& tx, std::string_view mobile, std::string_view text, std::string_view code,
                  int64_t now);
struct Message {
  std::string mobile, text, code;
  int64_t sent_at = 0;
};
std::vector<Message> messages_of(db::Tx& tx, std::string_view mobile);  // all phones when empty

// What is changed at run time, over the options of the start.
struct Settings {
  std::optional<Millis> auto_decide_after;
  bool maintenance = false;
  bool auto_sms = false;
};
Settings load_settings(db::Tx& tx, const Options& options);
void save_setting(db::Tx& tx, std::string_view name, std::string_view value);

}  // namespace beian::sandbox
