// For tests: a scripted authority over real sockets. It keeps the sequence rule and the queue of
// downloads as the interface says, and plays faults on demand. Deliberately none of the sandbox's
// code: it must be able to misbehave.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "authority/link_config.hpp"
#include "platform/http/server.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"
#include "wire/returns.hpp"
#include "wire/soap.hpp"

namespace beian::authority::testing {

class FakeAuthority {
 public:
  // What happens to the next call of an operation instead of the regular answer.
  struct Fault {
    enum class Kind {
      code,         // this msg_code, nothing done
      lost_after,   // done, but the answer is a proxy's error page
      lost_before,  // not done, a proxy's error page
      hang_after,   // done, then no answer until release()
    } kind = Kind::code;
    int code = 0;
    std::vector<int64_t> missing = {};
    std::string text = {};  // instead of the protocol's
  };

  explicit FakeAuthority(std::string profile = "miit-3.0");
  ~FakeAuthority();

  LinkConfig link(const std::string& id = "gd") const;

  void fault(const std::string& operation, Fault fault);
  void no_faults();  // forgets those that have not come yet
  void release();    // answers what hangs, and nothing hangs from now on
  // Of new filings; of all other records with their operation ("icp/changes").
  void when_uploaded(std::function<void(const Json& record)> then) { then_ = std::move(then); }
  using Told = std::function<void(const std::string& operation, const Json& record)>;
  void when_submitted(Told then) { then_submitted_ = std::move(then); }
  // Queues a DownloadData document; with `spoil` its hash is wrong for that many deliveries.
  void hand_down(const Json& document, int spoil = 0);
  void hand_down_bytes(const std::string& name, const std::string& xml, int spoil = 0);
  // Operation 4 in it becomes 35, which the interface's text has and its schema has not.
  void hand_down_as_35(const Json& document);
  // The last deliveries come again although acknowledged.
  void repeat_last();
  void forget_after(int64_t sequence);  // as if restored from a backup
  void take_foreign(int64_t sequence);  // another system used that number
  void set_filed(bool filed) { filed_ = filed; }
  // What isp_verifybamm calls right, for every number.
  void set_filing_password(const std::string& password) { filing_password_ = password; }
  // How the WSDLs served from now on spell the first parameter.
  void set_spelling(const std::string& first_parameter) { spelling_ = first_parameter; }

  struct File {
    std::string hash;
    wire::Envelope envelope;
    std::vector<Json> records;
    std::string operation = "icp/new_filings";
  };
  std::map<int64_t, File> files() const;
  // The records of an operation, in the order of the sequence.
  std::vector<Json> records(std::string_view operation) const;
  // provider_entity_id of every new filing taken, in the order of the sequence.
  std::vector<int64_t> record_ids() const;
  // Certificate numbers of all new filings taken: each order of a test has its own.
  std::vector<std::string> certificates() const;
  int calls(const std::string& operation) const;
  std::vector<std::string> acks() const;
  size_t waiting_downloads() const;
  // Uploads of a number that was taken already, or that left a gap: must stay zero.
  int violations() const;
  std::vector<std::string> seen_parameters() const;  // of the last call, as spelled

 private:
  struct Waiting {
    std::string name;
    wire::Envelope envelope;
    int spoil = 0;
  };
  http::Response handle(const http::Request& request);
  wire::Return answer(const wire::Call& call, bool& lost);
  wire::Return upload(const wire::Call& call);
  wire::Return download();
  wire::Return acknowledge(const wire::Call& call);
  wire::Return previous() const;
  wire::Return status(const wire::Call& call) const;
  wire::Return verify(const wire::Call& call) const;

  mutable std::mutex mutex_;
  std::condition_variable released_;
  bool release_ = false;
  std::shared_ptr<const wire::Profile> profile_;
  wire::EnvelopeKeys keys_;
  std::map<std::string, std::deque<Fault>> faults_;
  std::map<std::string, int> calls_;
  std::map<int64_t, File> files_;
  std::deque<Waiting> downloads_;
  std::vector<Waiting> delivered_;
  std::vector<std::string> acks_, seen_;
  std::function<void(const Json& record)> then_;
  Told then_submitted_;
  int named_ = 0, violations_ = 0;
  bool filed_ = false;
  std::string filing_password_ = "Sample-Filing-1", spelling_ = "ispID";
  std::unique_ptr<http::Server> server_;
};

// Documents that the fake hands down about a record it took.
Json filed_document(const Json& record, int64_t number);
Json fault_document(int64_t provider_entity_id, const std::vector<int>& codes);
// BAJG of an operation: {code, text}…; an empty mark or remark is left out.
struct Told {
  int code;
  std::string text;
};
Json result_document(int64_t operation, const std::string& mark, const std::vector<Told>& told,
                     const std::string& remark = {});
Json decision_document(int64_t operation, int64_t record_id, bool granted,
                       const std::string& opinion);
Json decision_document(int64_t provider_entity_id, bool granted, const std::string& opinion);
Json sms_document(const std::vector<Json>& tasks);
Json sms_task(int64_t provider_entity_id, int64_t provider_service_id, const std::string& state);

}  // namespace beian::authority::testing
