// What tests of this room share: one sound order of an invented enterprise, and the whole room
// behind a router, on a real database and a real blob store.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "accounts/accounts.hpp"
#include "materials/materials.hpp"
#include "orders/api.hpp"
#include "platform/image/image.hpp"
#include "testing/database.hpp"

namespace beian::orders {

// 样例. All numbers are invented; births of 1900 belong to nobody alive.
Json sample_document();
// A sound document of another entity for each n, with another domain.
Json sample_document(int n);
std::vector<materials::Material> sample_materials();
// A first filing with that document, for the pure checks.
Order first_order(const Json& document);

class FakeStatus : public FilingStatusSource {
 public:
  FilingStatus domain(const std::string&, const std::string& name) override { return of(name); }
  FilingStatus certificate(const std::string&, int, const std::string& number) override {
    return of(number);
  }
  std::map<std::string, FilingStatus> known;  // by domain or number; others are not filed

 private:
  FilingStatus of(const std::string& key) const {
    const auto found = known.find(key);
    if (found != known.end()) return found->second;
    FilingStatus status;
    status.kind = FilingStatus::Kind::not_filed;
    return status;
  }
};

class FakePasswords : public FilingPasswordSource {
 public:
  PasswordVerdict password(const std::string&, const std::string& number,
                           const Secret& password) override {
    asked.push_back(number);
    if (verdict) return *verdict;
    const bool right = password.reveal() == "Sample-Filing-1";
    return {right ? PasswordVerdict::Kind::right : PasswordVerdict::Kind::wrong, "", {}, {}};
  }
  bool offered(const std::string&) override { return offers; }
  std::vector<std::string> asked;
  std::optional<PasswordVerdict> verdict;  // instead
  bool offers = true;
};

class FakeDirectory : public AuthorityDirectory {
 public:
  std::string for_province(int64_t province) override {
    return province == 440000 ? "guangdong" : also.contains(province) ? "other" : "";
  }
  bool takes_apps(const std::string&) override { return apps; }
  bool apps = true;
  std::set<int64_t> also;  // provinces with a link of their own
};

class OrdersWorld : public ::testing::TestWithParam<std::string> {
 protected:
  // Tests of orders file many entities with one account, unless they say otherwise.
  explicit OrdersWorld(const Options& options = many_entities());
  static Options many_entities() {
    Options options;
    options.accounts.entities_per_account = 1000;
    return options;
  }

  // The same data under other settings.
  void restart(const Options& options);

  // One request as that account and role ("" role: applicant), straight into the router.
  http::Response send(const std::string& method, const std::string& target,
                      const std::string& account, const std::string& body = {},
                      http::Headers headers = {}, const std::string& role = "applicant");
  Json json(const http::Response& response) const;
  // Codes of the problems' errors, "code@field", sorted.
  std::vector<std::string> errors(const http::Response& response) const;

  // A draft with everything, owned by `account`; its id.
  std::string complete_draft(const std::string& account, const Json& document);
  // The five pictures and the letter; drawn once for all tests.
  void upload_all(const std::string& account, const std::string& order);
  std::string submitted(const std::string& account, const Json& document);
  // The n-th sample's entity, filed as 粤ICP备202600000n号 with a service for each provider, whose
  // access it is: -1, -2, …; `edits`: members of the entity that are otherwise.
  static constexpr int64_t kOwn = 900001, kOther = 900002;
  void file(const std::string& account, const std::vector<int64_t>& providers, int n = 1,
            const Json& edits = {});
  int64_t version(const std::string& order);
  Order load(const std::string& order);
  Result<State> apply(const std::string& order, Event event, Actor actor);
  // Straight through review, report and acceptance.
  std::string at_authority(const std::string& account, const Json& document);

  testing::TestDatabase db_ = testing::make_database(GetParam());
  testing::TempFolder folder_;
  FakeClock clock_;
  Secret key_{std::string(32, 'k')};
  crypto::ColumnCipher cipher_{key_};
  std::unique_ptr<blob::Store> blobs_ = blob::open_directory(folder_.path("blobs"), key_);
  FakeStatus status_;
  FakePasswords passwords_;
  FakeDirectory directory_;
  std::atomic<int> nudges_ = 0;
  OrderStore store_{cipher_};
  OrdersApi api_;
  http::Router router_;
};

// A picture in the given format, 样例 across it.
const std::string& sample_picture(image::Format format = image::Format::jpeg);

}  // namespace beian::orders
