// The provider's system, wired together: database, blobs, accounts, orders, registry, the authority
// links, background jobs and the HTTP server. `beian serve` and `beian demo` run it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "accounts/accounts.hpp"
#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "domains/facts.hpp"
#include "notices/webhook.hpp"
#include "orders/context.hpp"
#include "platform/config/in_force.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server.hpp"
#include "resources/resource.hpp"

namespace beian::app {

struct ProviderOptions {
  http::ServerOptions server;
  std::string data_directory = "./beian-data";
  std::string database_url;  // empty: SQLite in the data folder
  Millis stop_grace{8000};
  accounts::AccountsApi::Options accounts;
  orders::AccountQuestions account_questions;
  domains::Options domains;
  resources::Limits resources;
  notices::WebhookOptions webhooks;
  size_t job_threads = 2;
  int expiry_days = 45;
  std::vector<int> reminder_days{30, 40, 44};
  int64_t services_per_order = 10;
  int64_t services_per_individual = 5;
  bool resource_required = true;
  std::string reading_program;  // for the texts of materials; empty: they are not read
  bool public_metrics = true;
  std::vector<authority::LinkConfig> links;
  std::vector<config::InForce> settings;  // what administrators are shown
  bool reads_kept_settings = true;        // at its start; the demo does not
  const Clock* clock = nullptr;           // that outlives the provider; none: the system's
};

// The URL of the database that the options mean; makes the data folder.
std::string database_url(const ProviderOptions& options);

class Provider {
 public:
  // Opens and migrates the database, makes the master key on first use. Listens to nothing yet.
  explicit Provider(ProviderOptions options);
  ~Provider();
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  db::Database& database();
  const http::Router& router() const;
  // Starts the workers, then the server.
  void start();
  // Does everything due on the calling thread, jobs and links, until nothing is; for tests, instead
  // of start(). How many jobs ran.
  size_t run_due();
  std::string origin() const;  // once started
  // Takes no new requests and no new work; what was accepted is finished. Idempotent. False when a
  // request was still running after the grace: then only leaving the process helps.
  bool stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::app
