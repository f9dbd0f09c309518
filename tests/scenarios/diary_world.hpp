// Both sides in one process on one clock that only the diary moves: the whole provider as `beian
// serve` wires it, asked through its router, and the sandbox authority behind a real socket.
// Nothing runs by itself.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/provider.hpp"
#include "app/sandbox_host.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/http/http.hpp"
#include "testing/database.hpp"

namespace beian::diary {

struct WorldOptions {
  std::string backend = "sqlite";
  std::map<std::string, std::string> settings{};  // of the provider, by key: orders.expiry_days
  std::string profile = "openbeian-3.1";          // of the authority link
  bool auto_sms = false;                          // every person verifies at once
  bool auto_decide = false;                       // the authority grants at once
};

class World {
 public:
  explicit World(const WorldOptions& options);

  // A request of an account, which is made and signed in when it is first named. What stands before
  // the first hyphen is its role: applicant, applicant-b, reviewer. elsewhere/applicant is one of
  // another provider, which reports to the same authority. Empty: of nobody.
  http::Response call(std::string account, const std::string& method, const std::string& target,
                      const std::string& body, const http::Headers& headers = {});
  // One of the sandbox's management routes.
  http::Response ask_authority(const std::string& method, const std::string& target,
                               const std::string& body);
  std::string account_id(std::string account);
  static const Secret& password();  // of every account

  // Lets both sides do what is due, seconds passing, until nothing happens any more. False when
  // they do not come to rest.
  bool settle();
  // Once around: what both sides do now, and one second passes. False: nothing happened.
  bool round();
  // The provider changes to a new system, which knows nothing of what was before.
  void begin_anew();
  void advance(Millis by) { clock_.advance(by); }
  TimePoint now() const { return clock_.now(); }
  app::Provider& provider() { return *here_.provider; }

 private:
  struct Signed {
    std::string id, cookie, csrf;
    TimePoint until;
  };
  // A provider with its accounts.
  struct Side {
    std::optional<testing::TestDatabase> database;
    std::unique_ptr<app::Provider> provider;
    std::map<std::string, Signed> accounts;
  };
  // Of an account, which loses what stands before the slash.
  Side& side_of(std::string& account);
  void start(Side& side, const std::string& name, int64_t provider_id);
  Signed& account(Side& side, const std::string& name);
  void sign_in(Side& side, const std::string& name, Signed& who);
  static http::Response send(const Side& side, http::Request request, const std::string& target);
  static std::string fingerprint(Side& side);

  const WorldOptions options_;
  FakeClock clock_;
  testing::TempFolder folder_;
  testing::TestDatabase authority_database_;
  std::unique_ptr<app::SandboxHost> authority_;
  Side here_, elsewhere_;  // elsewhere: once somebody there is named
};

}  // namespace beian::diary
