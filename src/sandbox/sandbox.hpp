// The sandbox authority (模拟管局): a faithful server of the enterprise interface V.3.0 with its
// own store, for trials, demonstrations and tests. A true peer of the provider: it knows the wire
// format and nothing else of it. What it holds is invented; it must not be fed with real persons.
// How it works and what it decides where the interface is silent: README.md beside this file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/personal.hpp"
#include "base/result.hpp"
#include "platform/blob/blob.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::sandbox {

// How one SOAP service presents itself. Deployed authorities differ in both; a request may spell
// the first parameter either way whatever stands here.
struct ServiceFace {
  std::string target_namespace;
  std::string first_parameter = "ispId";  // in the WSDL: ispId or ispID
};

struct Options {
  std::string base_url;  // of the addresses in WSDLs: "http://host:port"; empty: the Host header's
  // Six-digit region code of the province that this authority is of; then providers and entities of
  // other provinces are refused (13, 1045). 0: the ministry's system, which takes all.
  int64_t province = 0;
  std::optional<Millis> auto_decide_after;  // approves by itself; none: an officer decides
  bool auto_sms = false;                    // verifies every person by itself
  Millis sms_lifetime{24 * 3600 * 1000};
  int sms_wrong_inputs = 5;
  int64_t changes_per_day = 10;   // of one provider for one entity in 24 hours; more get 1051
  size_t notices_per_file = 500;  // at most so many records in a download
  // A file of a synchronisation ends with the record that goes beyond this. The interface knows no
  // larger file than 50 MB.
  size_t synchronisation_bytes = 40u * 1024 * 1024;
  std::string officer = "样例审核员";
  std::string officer_phone = "020-00000000";
  Secret management_token;  // guards /manage, /decide and /phones; empty: open to all who reach it
  ServiceFace up_down_load{"http://webservice.isp.beian.example/upDownLoad", "ispId"};
  ServiceFace query_beian_status{"http://webservice.beian.example/queryBeianStatus", "ispID"};
  ServiceFace verify_bamm{"http://verify.beian.example/verifyBamm", "ispID"};
};

// A provider's account at the authority.
struct ProviderAccount {
  int64_t provider_id = 0;  // ispId, Qqdwid
  std::string user_name;
  Secret password;
  std::string profile = "miit-3.0";  // or openbeian-3.1
  int encryption = 0;                // 0 none, 1 AES-128-CBC with key and iv of 16 characters
  Secret key, iv;
  int64_t province = 0;  // region code; 0: any
  bool enabled = true;   // may report (else code 19)
  // What it may report (else its files get 5009): of icp, ip, domain_names.
  std::vector<std::string> businesses = {"icp", "ip", "domain_names"};
};

class Sandbox {
 public:
  // The database is migrated already (family "sandbox-") and nobody else's. `blobs` keeps the bytes
  // of uploaded files. Both, and the clock, outlive the sandbox.
  Sandbox(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
          Options options = {});
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // SOAP services, pages and management. The handlers refer to this object.
  // The HTTP server needs a body limit of about 100 MB for full uploads.
  std::vector<http::Route> routes();

  // Background work: judging accepted files, expiry of verifications, automatic decisions.
  void start();
  void stop();
  size_t run_due();  // everything due on the calling thread; for tests, instead of start()

  // Creates the account or replaces all of it but its sequence. required, bad_format, name_taken,
  // not_found (profile).
  Status put_provider(const ProviderAccount& account);

  // A scenario (README.md, data/sandbox): adds it to those that play already. Every fault of the
  // document at its JSON pointer.
  Status play_scenario(const Json& document);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::sandbox
