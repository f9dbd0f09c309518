// For tests: a provider with its database, blobs and orders beside a fake authority. The process
// can die at any write and be started again on the same data.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "authority/fake_authority.hpp"
#include "authority/ledger.hpp"
#include "authority/service.hpp"
#include "authority/submission.hpp"
#include "orders/order.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "testing/database.hpp"

namespace beian::authority::testing {

// Not a std::exception: nothing in the provider may catch it, as nothing catches SIGKILL.
struct Crash {};

// Dies at the nth write from now, before or after its commit.
class MortalDatabase final : public db::Database {
 public:
  explicit MortalDatabase(std::shared_ptr<db::Database> real) : real_(std::move(real)) {}
  void die_at_write(int n, bool after_commit) {
    left_ = n;
    after_commit_ = after_commit;
  }
  void live() { left_ = -1; }
  // Every write fails as a full disk or a stopped server would make it.
  void set_away(bool away) { away_ = away; }

  db::Dialect dialect() const override { return real_->dialect(); }
  void write(const std::function<void(db::Tx&)>& work, db::Isolation isolation) override;
  void read(const std::function<void(db::Tx&)>& work) override {
    if (away_) throw db::Unavailable("away");
    real_->read(work);
  }
  void ping() override { real_->ping(); }

 private:
  std::shared_ptr<db::Database> real_;
  int left_ = -1;
  bool after_commit_ = false;
  bool away_ = false;
};

class World {
 public:
  explicit World(const std::string& backend, const std::string& profile = "miit-3.0");

  // A new process on the same data.
  void restart();
  // Rounds with the clock moved past every pause in between, until nothing is left to do.
  void run(int rounds = 12, Millis pause = Millis{700'000});

  std::string add_ready_order(int n, const std::string& authority = "gd");
  // A sample body of the operation, queued.
  int64_t add_submission(std::string_view operation, int n = 1, bool full = false,
                         const Subject& subject = {"manual", "officer"});
  Submission submission(int64_t number);
  orders::Order order(const std::string& id);
  std::string state(const std::string& id);
  std::vector<std::string> events(const std::string& id);
  // The record under which an order was reported last.
  int64_t record_id(const std::string& order_id);
  ledger::LinkRow link_row();
  std::vector<ledger::Upload> uploads();      // oldest first
  std::vector<ledger::Download> downloads();  // oldest first
  std::vector<ledger::ResultRow> results(int64_t download);

  template <class Work>
  void write(Work&& work) {
    storage.database->write(work);
  }

  beian::testing::TestDatabase storage;
  beian::testing::TempFolder folder;
  FakeClock clock;
  Secret master_key{std::string(32, 'k')};
  crypto::ColumnCipher cipher{master_key};
  std::unique_ptr<blob::Store> blobs;
  FakeAuthority authority;
  LinkConfig config;
  std::shared_ptr<MortalDatabase> database;
  std::unique_ptr<AuthorityService> service;
};

}  // namespace beian::authority::testing
