// The provider's side of the authority interface (企业侧): reports ready orders, fetches results,
// applies them to orders and registry, each exactly once. One thread for each link, so one slow
// authority never holds up another. README.md tells the rules.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "orders/ports.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::authority {

class AuthorityService final : public orders::FilingStatusSource,
                               public orders::FilingPasswordSource,
                               public orders::AuthorityDirectory {
 public:
  struct Options {
    // Names this process's place. Of the processes that share a database one at a time works a
    // link; a restarted process of the same node goes on at once, another node takes over when the
    // lease has run out. Empty: the host's name.
    std::string node;
    Millis lease{180'000};  // longer than the longest call_timeout
  };

  // Throws std::invalid_argument for a link that cannot work: no id, id given twice, unknown
  // profile, provider id below 1, keys that are not 16 characters. Blob store, clock and cipher
  // must outlive the service.
  AuthorityService(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
                   const crypto::ColumnCipher& cipher, std::vector<LinkConfig> links,
                   const Options& options);
  AuthorityService(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
                   const crypto::ColumnCipher& cipher, std::vector<LinkConfig> links)
      : AuthorityService(std::move(database), blobs, clock, cipher, std::move(links), Options{}) {}
  ~AuthorityService() override;  // stops

  // /api/v1/authority/…, for officers.
  std::vector<http::Route> routes();

  void start();
  // Lets a call under way finish or time out within `grace`; whatever is cut off is resumed by the
  // next start. Idempotent.
  void stop(Millis grace = Millis{5'000});
  // An order became ready: look now. Thread-safe, cheap; e.g. from the job "orders.changed".
  void nudge();
  // Does everything due on the calling thread, link by link, until nothing is; for tests, instead
  // of start().
  void run_due();

  // orders::FilingStatusSource
  orders::FilingStatus domain(const std::string& authority, const std::string& domain) override;
  orders::FilingStatus certificate(const std::string& authority, int certificate_type,
                                   const std::string& number) override;
  // orders::FilingPasswordSource
  orders::PasswordVerdict password(const std::string& authority, const std::string& number,
                                   const Secret& password) override;
  bool offered(const std::string& authority) override;
  // orders::AuthorityDirectory
  std::string for_province(int64_t province) override;
  bool takes_apps(const std::string& authority) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::authority
