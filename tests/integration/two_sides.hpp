// Provider and sandbox authority as real processes of the real binary, on free ports of the
// loopback, with data in a folder of their own. Either can be killed and started again at the same
// address.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/personal.hpp"
#include "testing/database.hpp"
#include "testing/process.hpp"

namespace beian::tests {

struct SidesOptions {
  std::string backend = "sqlite";  // or "postgres": databases made on BEIAN_TEST_POSTGRES
  std::string profile = "openbeian-3.1";
  bool auto_sms = false;
  int auto_decide_after_ms = -1;  // -1: by hand
  // More of the provider's settings file, as TOML tables. Tests file many entities with one
  // account.
  std::string settings = "[accounts]\nentities_per_account = 1000\n";
  std::string data_directory{};  // the provider's; empty: in the folder of this object
};

class TwoSides {
 public:
  explicit TwoSides(SidesOptions options);
  ~TwoSides();

  // Start and wait until they answer /readyz. Throw std::runtime_error with the log's end
  // otherwise.
  void start_provider();
  void start_authority();
  testing::Process& provider() { return *provider_; }
  testing::Process& authority() { return *authority_; }

  const std::string& provider_url() const { return provider_url_; }
  const std::string& authority_url() const { return authority_url_; }
  const Secret& password() const { return password_; }  // of the accounts below
  static constexpr const char* kReviewer = "reviewer-sample";
  static constexpr const char* kOfficer = "officer-sample";
  // Makes an account of any role with `beian admin create-account`.
  void create_account(const std::string& name, const std::string& role);
  // PostgreSQL only: ends every connection to the provider's database and refuses new ones.
  void cut_provider_database(bool cut);
  std::string log_end() const;
  const std::string& folder() const { return folder_.path(); }

 private:
  void write_config();
  void await_ready(testing::Process& process, const std::string& url);

  SidesOptions options_;
  testing::TempFolder folder_;
  int provider_port_, authority_port_;
  std::string provider_url_, authority_url_, provider_database_, authority_database_;
  Secret password_;
  std::optional<testing::Process> provider_, authority_;
};

// The path of the program under test, from BEIAN_BINARY (set by CMake).
std::string beian_binary();

}  // namespace beian::tests
