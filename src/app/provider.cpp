#include "app/provider.hpp"

#include <atomic>
#include <filesystem>
#include <thread>

#include "accounts/accounts.hpp"
#include "accounts/identity.hpp"
#include "addresses/api.hpp"
#include "app/health.hpp"
#include "app/openapi.hpp"
#include "app/portal.hpp"
#include "app/rules_routes.hpp"
#include "app/settings_routes.hpp"
#include "app/sheet_routes.hpp"
#include "app/unavailable.hpp"
#include "authority/service.hpp"
#include "batches/api.hpp"
#include "domains/api.hpp"
#include "materials/read_job.hpp"
#include "notices/api.hpp"
#include "notices/board.hpp"
#include "notices/webhook_api.hpp"
#include "notices/webhook_deliver.hpp"
#include "notices/webhook_events.hpp"
#include "orders/api.hpp"
#include "orders/readings.hpp"
#include "orders/stands_on.hpp"
#include "orders/watch.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/migrate.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"
#include "registry/api.hpp"
#include "registry/contacts.hpp"
#include "registry/feed.hpp"
#include "resources/api.hpp"
#include "resources/uses.hpp"

namespace beian::app {
namespace {

// The rest works without it, so what is wrong with it is only said.
materials::ProgramFound found_program(const ProviderOptions& options) {
  if (options.reading_program.empty()) return {};
  auto found = materials::find_program(options.reading_program);
  if (found.trouble.empty())
    log::info("materials.reading_program",
              {{"program", options.reading_program}, {"version", found.program.version}});
  else
    log::error("materials.reading_program_unusable",
               {{"program", options.reading_program},
                {"why", found.trouble},
                {"so", "pictures are not read until it is mended and the server started again"}});
  return found;
}

}  // namespace

// Members stand in the order in which they need each other; they die in the reverse one.
struct Provider::Impl {
  explicit Impl(ProviderOptions wanted)
      : options(std::move(wanted)),
        clock(options.clock ? *options.clock : system_clock),
        database(db::Database::open(database_url(options))),
        master_key(crypto::load_or_create_master_key(options.data_directory + "/master.key")),
        cipher(master_key),
        blobs(blob::open_directory(options.data_directory + "/files", master_key)),
        worker(database, clock, {.threads = options.job_threads}),
        caller(database, clock),
        reader(database, clock, {.threads = 1}),
        reading_program(found_program(options)),
        authority(database, *blobs, clock, cipher, options.links),
        accounts(database, clock, options.accounts),
        resources(database, clock, cipher, options.resources),
        gate_feed(std::make_shared<registry::FeedWatch>(database)),
        domain_context(std::make_shared<domains::Context>(
            domains::Context{database, clock, cipher, options.domains})),
        orders(database, *blobs, clock, cipher, authority, authority, authority, orders_options(),
               [this] {
                 worker.nudge();
                 orders.watchers()->changed();
               }),
        batches(orders.context()),
        webhooks(std::make_shared<notices::WebhookContext>(notices::WebhookContext{
            database, clock, cipher, options.webhooks, [this] { caller.nudge(); }})),
        addresses(database, clock, cipher, address_links(), [this] { worker.nudge(); }),
        notices(std::make_shared<notices::Context>(
            notices::Context{database, clock, orders::OrderStore(cipher)})) {
    db::migrate(*database, db::embedded_migrations("", database->dialect()));
    // The outbox: whatever moved an order, the authority link may have something to do.
    worker.on("orders.changed",
              [this, watchers = orders.watchers()](const jobs::Job& job) -> Result<jobs::Outcome> {
                metrics::count("beian_orders_events_total", 1,
                               "event=" + job.payload["event"].as_string());
                settle_resources(job.payload);
                notices::webhook_order_changed(*webhooks, order_store, job);
                notices::on_order_changed(*notices, job);
                orders::ask_readings(*orders.context(), job.payload["order"].as_string());
                reader.nudge();
                authority.nudge();
                watchers->changed();
                return jobs::Outcome::done();
              });
    worker.on("batches.done", [this](const jobs::Job& job) -> Result<jobs::Outcome> {
      notices::webhook_batch_done(*webhooks, job);
      return jobs::Outcome::done();
    });
    worker.on("resources.changed", [this](const jobs::Job& job) -> Result<jobs::Outcome> {
      notices::webhook_resource_changed(*webhooks, job);
      return jobs::Outcome::done();
    });
    worker.on("certificates.ending", [this](const jobs::Job& job) -> Result<jobs::Outcome> {
      notices::webhook_certificate_ending(*webhooks, job);
      return jobs::Outcome::done();
    });
    worker.on("addresses.changed", [this](const jobs::Job&) -> Result<jobs::Outcome> {
      authority.nudge();
      return jobs::Outcome::done();
    });
    // Entities that were recorded by a program that did not know of contacts.
    worker.on("registry.contacts", [this](const jobs::Job&) -> Result<jobs::Outcome> {
      constexpr size_t kBatch = 100;
      const bool more = registry::index_contacts(*database, cipher, kBatch) == kBatch;
      return more ? jobs::Outcome::again(Millis{0}) : jobs::Outcome::done();
    });
    database->write([this](db::Tx& tx) {
      jobs::enqueue(tx, {"registry.contacts", Json::object(), clock.now(), "registry.contacts"});
    });
    notices::on_jobs(worker, notices);
    orders.on_jobs(worker);
    orders.schedule();
    batches.on_jobs(worker);
    batches.schedule();
    notices::on_delivery_jobs(caller, webhooks);
    notices::schedule_webhooks(*webhooks);
    read_pictures();
    add_routes();
  }

  // With a worker of its own: what takes seconds must not keep an order waiting.
  void read_pictures() {
    if (reading() != orders::Options::Reading::on) return;
    materials::on_reading_jobs(
        reader,
        std::make_shared<materials::ReadingContext>(materials::ReadingContext{
            database, clock, cipher, *blobs, reading_program.program, stop_reading.get_token()}));
    orders::on_reading_jobs(reader, orders.context());
    orders::schedule_readings(*orders.context());
  }

  orders::Options::Reading reading() const {
    using enum orders::Options::Reading;
    if (options.reading_program.empty()) return off;
    return reading_program.trouble.empty() ? on : broken;
  }

  // Both ends of an order are final, so it does not matter how much later or how often this runs.
  void settle_resources(const Json& payload) {
    const std::string& state = payload["state"].as_string();
    if (state != "completed" && state != "abandoned") return;
    const std::string& order = payload["order"].as_string();
    database->write([&](db::Tx& tx) {
      if (state == "completed") return resources::settle(resources.context(), tx, order);
      // What was filed of it before it was given up is filed.
      if (const auto ended = orders::OrderStore(cipher).load(tx, order))
        resources::settle_services(resources.context(), tx, order, orders::filed_services(*ended));
      resources::give_up(resources.context(), tx, order);
    });
  }

  orders::Options orders_options() const {
    orders::Options out;
    out.program = BEIAN_VERSION;
    out.untouched_life = std::chrono::days(options.expiry_days);
    out.reminder_days = options.reminder_days;
    out.domains = domain_context;
    out.services_per_order = options.services_per_order;
    out.services_per_individual = options.services_per_individual;
    out.resource_required = options.resource_required;
    out.resources = resources.shared_context();
    out.accounts = options.account_questions;
    out.reading = reading();
    return out;
  }

  std::vector<addresses::Link> address_links() const {
    std::vector<addresses::Link> out;
    for (const auto& link : options.links) out.push_back({link.id, link.provider_id});
    return out;
  }

  void add_routes() {
    router.add(health_routes(database, stopping));
    if (options.public_metrics) router.add(metrics_routes());
    router.add(portal_routes());
    router.set_fallback(portal_file);
    router.add(rules_routes());
    router.add(sheet_routes());
    router.add(http::with_plain_text(
        settings_routes(options.settings, options.reads_kept_settings, database, clock)));
    router.add(openapi_routes([this] { return std::span(router.routes()); }));
    router.add(accounts.routes());
    router.add(accounts::identity_routes(database, clock, cipher));
    router.add(http::with_plain_text(resources.routes()));
    router.add(http::with_plain_text(domains::routes(domain_context)));
    router.add(http::with_plain_text(orders.routes()));
    router.add(http::with_plain_text(batches.routes()));
    router.add(http::with_plain_text(notices::webhook_routes(webhooks)));
    router.add(registry::routes(database, cipher));
    router.add(http::with_plain_text(registry::feed_routes(database, gate_feed)));
    router.add(http::with_plain_text(registry::check_routes(database, clock, cipher)));
    router.add(http::with_plain_text(registry::unfiled_routes(database, clock)));
    router.add(http::with_plain_text(registry::public_routes(database, clock)));
    router.add(http::with_plain_text(addresses.routes()));
    router.add(http::with_plain_text(notices::routes(notices)));
    router.add(http::with_plain_text(notices::board_routes(notices)));
    router.add(http::with_plain_text(authority.routes()));
    router.set_authorizer(accounts.authorizer());
    router.set_exception_mapper(map_unavailable);
  }

  ProviderOptions options;
  SystemClock system_clock;
  const Clock& clock;
  std::shared_ptr<db::Database> database;
  Secret master_key;
  crypto::ColumnCipher cipher;
  std::unique_ptr<blob::Store> blobs;
  jobs::Worker worker;
  jobs::Worker caller;  // of other people's machines, which may be slow
  jobs::Worker reader;  // of pictures
  materials::ProgramFound reading_program;
  std::stop_source stop_reading;
  authority::AuthorityService authority;
  accounts::AccountsApi accounts;
  resources::ResourcesApi resources;
  std::shared_ptr<registry::FeedWatch> gate_feed;
  std::shared_ptr<const domains::Context> domain_context;
  orders::OrdersApi orders;
  batches::BatchesApi batches;
  orders::OrderStore order_store{cipher};
  std::shared_ptr<const notices::WebhookContext> webhooks;
  addresses::AddressesApi addresses;
  std::shared_ptr<const notices::Context> notices;
  http::Router router;
  std::shared_ptr<std::atomic<bool>> stopping = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<http::Server> server;
};

std::string database_url(const ProviderOptions& options) {
  std::filesystem::create_directories(options.data_directory);
  return options.database_url.empty() ? "sqlite:" + options.data_directory + "/beian.db"
                                      : options.database_url;
}

Provider::Provider(ProviderOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Provider::~Provider() {
  stop();
}

db::Database& Provider::database() {
  return *impl_->database;
}

const http::Router& Provider::router() const {
  return impl_->router;
}

void Provider::start() {
  impl_->worker.start();
  impl_->caller.start();
  impl_->reader.start();
  impl_->authority.start();
  impl_->orders.watchers()->start();
  impl_->gate_feed->start();
  impl_->server = std::make_unique<http::Server>(
      impl_->options.server,
      [this](const http::Request& request) { return impl_->router.handle(request); },
      request_observer());
}

size_t Provider::run_due() {
  size_t all = 0;
  for (bool first = true;; first = false) {
    const size_t ran = impl_->worker.run_due() + impl_->caller.run_due() + impl_->reader.run_due();
    all += ran;
    if (ran == 0 && !first) return all;
    impl_->authority.run_due();
  }
}

std::string Provider::origin() const {
  return impl_->server->origin();
}

bool Provider::stop() {
  Impl& my = *impl_;
  *my.stopping = true;
  my.stop_reading.request_stop();
  // At once, not one after the other: together they have less than ten seconds.
  const std::jthread links([&my] { my.authority.stop(); });
  const std::jthread jobs([&my] { my.worker.stop(); });
  const std::jthread calls([&my] { my.caller.stop(); });
  const std::jthread pictures([&my] { my.reader.stop(); });
  const std::jthread watchers([&my] { my.orders.watchers()->stop(); });
  const std::jthread gates([&my] { my.gate_feed->stop(); });
  return !my.server || my.server->stop(my.options.stop_grace);
}

}  // namespace beian::app
