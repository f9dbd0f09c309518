#include "app/sandbox_host.hpp"

#include <atomic>
#include <filesystem>

#include "app/authority_site.hpp"
#include "app/health.hpp"
#include "app/unavailable.hpp"
#include "platform/blob/blob.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/migrate.hpp"

namespace beian::app {

struct SandboxHost::Impl {
  SandboxHostOptions options;
  SystemClock system_clock;
  std::shared_ptr<db::Database> database;
  std::unique_ptr<blob::Store> blobs;
  std::unique_ptr<sandbox::Sandbox> authority;
  http::Router router;
  std::unique_ptr<http::Server> server;
  std::shared_ptr<std::atomic<bool>> stopping = std::make_shared<std::atomic<bool>>(false);
};

SandboxHost::SandboxHost(SandboxHostOptions options) : impl_(std::make_unique<Impl>()) {
  Impl& my = *impl_;
  my.options = std::move(options);
  const std::string& folder = my.options.data_directory;
  std::filesystem::create_directories(folder);
  if (my.options.database_url.empty())
    my.options.database_url = "sqlite:" + folder + "/authority.db";
  my.database = db::Database::open(my.options.database_url);
  db::migrate(*my.database, db::embedded_migrations("sandbox-", my.database->dialect()));
  my.blobs = blob::open_directory(folder + "/files",
                                  crypto::load_or_create_master_key(folder + "/master.key"));
  my.authority = std::make_unique<sandbox::Sandbox>(
      my.database, *my.blobs, my.options.clock ? *my.options.clock : my.system_clock,
      my.options.sandbox);
  my.router.add(health_routes(my.database, my.stopping));
  my.router.add(metrics_routes());
  my.router.add(my.authority->routes());
  my.router.add(authority_site_routes());
  my.router.set_fallback(authority_site_file);
  my.router.set_exception_mapper(map_unavailable);
}

SandboxHost::~SandboxHost() {
  stop();
}

sandbox::Sandbox& SandboxHost::sandbox() {
  return *impl_->authority;
}

void SandboxHost::start() {
  Impl& my = *impl_;
  if (my.options.background) my.authority->start();
  http::ServerOptions server;
  server.address = my.options.address;
  server.port = my.options.port;
  // A full upload: 50 MB of XML that does not compress, as base64, with room to say "too large".
  server.body_limit = 128u * 1024 * 1024;
  my.server = std::make_unique<http::Server>(
      server, [this](const http::Request& request) { return impl_->router.handle(request); },
      request_observer());
}

std::string SandboxHost::origin() const {
  return impl_->server->origin();
}

void SandboxHost::stop() {
  *impl_->stopping = true;
  if (impl_->server) impl_->server->stop();
  if (impl_->authority) impl_->authority->stop();
}

}  // namespace beian::app
