// What was downloaded becomes events of orders and rows of the registry. One handler for each kind
// of download; all of one file in one transaction, together with its `applied` flag.
#pragma once

#include <memory>
#include <string>

#include "addresses/block.hpp"
#include "authority/answers.hpp"
#include "authority/ledger.hpp"
#include "authority/link_config.hpp"
#include "authority/task.hpp"
#include "base/json.hpp"
#include "orders/order.hpp"
#include "platform/crypto/crypto.hpp"
#include "registry/findings.hpp"
#include "registry/registry.hpp"
#include "wire/profile.hpp"

namespace beian::authority {

class Applier {
 public:
  Applier(db::Tx& tx, TimePoint now, const LinkConfig& link, const crypto::ColumnCipher& cipher,
          int64_t download)
      : tx_(tx), now_(now), link_(link), cipher_(cipher), orders_(cipher), download_(download) {}

  // The decoded DownloadData. Nothing in it can fail: what cannot be applied is flagged.
  void apply(const Json& document);

  int64_t items() const { return items_; }
  int64_t flagged() const { return flagged_; }

  // One handler per kind of download (handle_*.cpp).
  void filed(const Json& records);               // BASJ
  void records(const Json& records);             // BAJG/Jg_xx
  void decisions(const Json& decisions);         // BAJG/GJSHS
  void sms(const Json& tasks);                   // openbeian-3.1
  void cancelled(const Json& records);           // ZXSJ
  void blacklist(const Json& lists);             // HMDLB
  void illegal_accesses(const Json& list);       // FFJRHMD
  void unfiled_sites(const Json& sites);         // WBAWZLB
  void verification_tasks(const Json& records);  // HSRW
  void check_results(const Json& results);       // HCJG
  void notices(const Json& notices);             // XGTZ
  void address_results(const Json& results);     // IP BAJG
  void address_checks(const Json& results);      // IP HCJG
  void codes(const Json& base_codes);            // JCDM
  void domain_names(const Json& results);        // BAJG of YM
  // What was filed ends the submissions that asked for it.
  void settle(const Json& filed);

 private:
  // The record that a result is about; also checks that this link reported it.
  std::optional<ledger::UploadRecord> record_of(std::optional<int64_t> provider_entity_id);

  // Moves the order if its state allows the event; otherwise leaves a note in its history.
  std::string move(const ledger::UploadRecord& record, orders::Event event,
                   const std::string& reason, const Json& details);
  void note(const ledger::UploadRecord& record, const std::string& reason, const Json& details);
  // Refuses with findings, unless it is too late.
  std::string refuse(const ledger::UploadRecord& record, orders::Event event,
                     const std::string& reason, const Json& findings);
  // Writes what an item did; `unknown` and `faulty` are flagged for the officer.
  void result(const std::string& item, const std::string& kind,
              std::optional<int64_t> provider_entity_id, const ledger::UploadRecord* record,
              const std::string& effect, const std::string& note);
  void filed_one(const std::string& item, const Json& filed);
  void filed_without_order(const std::string& item, std::optional<int64_t> id, const Json& filed,
                           const registry::Recorded& recorded);
  void records_one(const std::string& item, const Json& outcome);
  bool whole_file(const std::string& item, const Json& outcomes, const Answer& answer);
  // The order or submission behind the record hears it; writes the result.
  void answered(const std::string& item, const ledger::UploadRecord& record, Answer answer);
  std::string tell_order(const ledger::UploadRecord& record, Answer& answer);
  std::string grant(const ledger::UploadRecord& record, const orders::Order& order,
                    const Answer& answer);
  std::string tell_submission(const ledger::UploadRecord& record, Answer& answer);
  Ruling ruling_of(std::string item, const Json& decision);
  void ruled(Ruling ruling);
  // What an item did that is about no reported record.
  void told(const std::string& item, const std::string& kind, const std::string& effect,
            const std::string& note) {
    result(item, kind, {}, nullptr, effect, note);
  }
  void cancelled_one(const std::string& item, const Json& cancelled);
  // The first upload of a migration is done.
  void released(const std::string& item, const ledger::UploadRecord& record,
                const orders::Order& order, const Json& given);
  void listed_entity(const std::string& item, const Json& entry);
  void listed_service(const std::string& item, const Json& entry);
  void checked(const std::string& item, const registry::CheckFinding& finding,
               const std::string& words);
  void task(const std::string& item, NewTask task, const std::string& words);
  void address_result(const std::string& item, addresses::Block block, const std::string& scope,
                      const Json& given);
  bool is_the_filed_one(const ledger::UploadRecord& record, const Json& filed);
  std::vector<ledger::UploadRecord> orders_asking(const Json& filed);
  std::string complete(const ledger::UploadRecord& record, const Json& filed, const Json& details,
                       const registry::Recorded& recorded);
  bool all_there(const ledger::UploadRecord& record, const orders::Order& order, const Json& filed);
  std::optional<ledger::UploadRecord> sms_record(const Json& task);
  void sms_of_record(const ledger::UploadRecord& record, const std::string& item);

  db::Tx& tx_;
  TimePoint now_;
  const LinkConfig& link_;
  const crypto::ColumnCipher& cipher_;
  orders::OrderStore orders_;
  int64_t download_;
  int64_t items_ = 0, flagged_ = 0;
};

// Does the profile tell of SMS verification? Then an accepted upload is not yet at the authority's
// desk.
bool tells_sms(const wire::Profile& profile);

// Does the profile have words for services that are no websites?
bool tells_apps(const wire::Profile& profile);

// The provinces that a link serves, as the registry keys them.
std::vector<int64_t> provinces_of(const LinkConfig& link);

// A finding as orders keep them.
Json finding(const std::string& field, const std::string& text, std::optional<int> code = {});

}  // namespace beian::authority
