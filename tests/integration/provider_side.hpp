// A provider's side in the test's own process: real database, blobs and authority service, with
// orders that are ready to be reported. Tests only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "authority/ledger.hpp"
#include "authority/service.hpp"
#include "base/clock.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "sandbox/sandbox.hpp"
#include "testing/database.hpp"

namespace beian::tests {

class ProviderSide {
 public:
  ProviderSide(const std::string& backend, const Clock& clock)
      : storage(testing::make_database(backend)), clock_(clock) {}

  // A new process on the same data.
  void restart(const std::vector<authority::LinkConfig>& links);
  // The n-th order, reviewed and ready, for a link.
  std::string add_ready_order(int n, const std::string& link);
  std::string state(const std::string& order);
  std::vector<std::string> events(const std::string& order);
  std::vector<authority::ledger::Upload> uploads(const std::string& link);      // oldest first
  std::vector<authority::ledger::Download> downloads(const std::string& link);  // oldest first
  std::vector<authority::ledger::ResultRow> results(int64_t download);

  testing::TestDatabase storage;
  testing::TempFolder folder;
  Secret master_key{std::string(32, 'k')};
  crypto::ColumnCipher cipher{master_key};
  std::unique_ptr<blob::Store> blobs = blob::open_directory(folder.path("blobs"), master_key);
  std::unique_ptr<authority::AuthorityService> service;

 private:
  const Clock& clock_;
};

// The same account as the link sees it and as the authority does; `n` tells accounts apart.
authority::LinkConfig link_of(const std::string& id, int n, const std::string& origin,
                              const std::string& profile);
sandbox::ProviderAccount account_of(int n, const std::string& profile);

}  // namespace beian::tests
