#include "app/configure.hpp"

#include <cstdio>

#include "accounts/password.hpp"
#include "app/api_user.hpp"
#include "app/kept_settings.hpp"
#include "platform/log/log.hpp"

namespace beian::app {

namespace {

authority::LinkConfig link_config(const config::AuthorityLink& from,
                                  const config::Settings& settings) {
  authority::LinkConfig link;
  link.id = from.id;
  link.provinces = from.provinces;
  link.upload_wsdl_url = from.upload_wsdl;
  link.query_wsdl_url = from.query_wsdl;
  link.verify_wsdl_url = from.verify_wsdl;
  link.user_name = from.user_name;
  link.password = from.password;
  link.provider_id = from.provider_id;
  link.profile = from.profile;
  link.keys = {from.encrypted ? wire::Encryption::aes128cbc : wire::Encryption::none, from.key,
               from.iv};
  link.max_records = static_cast<size_t>(settings.reporting.batch_records);
  link.max_xml_bytes = static_cast<size_t>(settings.reporting.batch_bytes);
  link.max_library_bytes = static_cast<size_t>(settings.reporting.library_bytes);
  link.keep_bytes = std::chrono::days{settings.reporting.keep_days};
  link.poll = from.poll;
  link.poll_soon = from.poll_soon;
  link.sync_quiet = from.library_quiet;
  link.unfiled_site_days = static_cast<int>(from.unfiled_site_days);
  link.verification_days = static_cast<int>(from.verification_days);
  link.rectification_days = static_cast<int>(from.rectification_days);
  return link;
}

http::ServerOptions server_options(const config::Settings& settings) {
  const auto& from = settings.server;
  http::ServerOptions server;
  server.address = from.address;
  server.port = static_cast<uint16_t>(from.port);
  server.io_threads = static_cast<size_t>(from.io_threads);
  server.handler_threads = static_cast<size_t>(from.handler_threads);
  server.queue_limit = static_cast<size_t>(from.queue_limit);
  server.max_connections = static_cast<size_t>(from.max_connections);
  server.header_limit = static_cast<size_t>(from.header_limit_kb) * 1024;
  server.body_limit = static_cast<size_t>(from.body_limit_mb) * 1024 * 1024;
  server.header_timeout = from.header_timeout;
  server.body_timeout = from.body_timeout;
  server.idle_timeout = from.idle_timeout;
  server.write_timeout = from.write_timeout;
  return server;
}

orders::AccountQuestions account_questions(const config::Settings& settings) {
  using Holder = orders::AccountQuestions::DomainHolder;
  const auto& from = settings.accounts;
  orders::AccountQuestions out;
  out.entities_per_account = from.entities_per_account;
  out.accounts_per_entity = from.accounts_per_entity;
  out.identity_is_entity = from.identity_is_entity;
  out.domain_holder = from.domain_holder == "anyone"   ? Holder::anyone
                      : from.domain_holder == "entity" ? Holder::entity
                                                       : Holder::province;
  out.tell_other_account = from.other_account == "masked";
  out.one_open_order = from.open_orders == "account";
  out.transfer_life = std::chrono::days{from.transfer_days};
  return out;
}

log::Level level_named(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

// What the whole process goes by.
void put_in_force(const config::Settings& settings) {
  log::set_level(level_named(settings.log.level));
  accounts::set_password_cost(
      {.memory_kib = static_cast<uint32_t>(settings.accounts.password_memory_mb) * 1024});
}

config::Sources sources_of(const CommonOptions& common) {
  return {.file = common.config_file,
          .environment = config::process_environment(),
          .overrides = common.overrides};
}

}  // namespace

Result<config::Settings> read_settings(const CommonOptions& common) {
  auto settings = config::load(sources_of(common));
  if (settings) put_in_force(*settings);
  return settings;
}

void complain(const Problems& problems) {
  std::fprintf(stderr, "%s\n", describe(problems).c_str());
}

ProviderOptions provider_options(const config::Settings& settings) {
  ProviderOptions options;
  options.server = server_options(settings);
  options.stop_grace = settings.server.stop_grace;
  options.data_directory = settings.data.directory;
  options.database_url = settings.database.url;
  options.accounts.secure_cookie = settings.session.secure_cookie;
  options.accounts.open_registration = settings.accounts.open_registration;
  options.accounts.registrations_per_hour = settings.accounts.registrations_per_hour;
  options.accounts.session_life = settings.session.life;
  options.account_questions = account_questions(settings);
  options.expiry_days = static_cast<int>(settings.orders.expiry_days);
  options.reminder_days = settings.orders.reminder_days;
  options.services_per_individual = settings.orders.services_per_individual;
  options.services_per_order = settings.orders.services_per_order;
  options.resource_required = settings.orders.resource_required;
  options.domains.rdap_url = settings.domains.rdap_url;
  options.domains.resolvers.servers = settings.domains.resolvers;
  options.domains.resolve = settings.domains.resolve;
  options.webhooks.allow_loopback = settings.webhooks.allow_loopback;
  options.webhooks.resolvers = options.domains.resolvers;
  options.resources = {.shortest_days = settings.resources.shortest_days,
                       .pay_as_you_go = settings.resources.pay_as_you_go,
                       .quota = settings.resources.quota};
  options.job_threads = static_cast<size_t>(settings.jobs.threads);
  options.reading_program = settings.materials.reading_program;
  options.public_metrics = settings.metrics.is_public;
  for (const auto& link : settings.authorities)
    options.links.push_back(link_config(link, settings));
  return options;
}

Result<ProviderOptions> start_options(const CommonOptions& common) {
  auto settings = read_settings(common);
  if (!settings) return fail(settings);
  config::Sources sources = sources_of(common);
  {
    const auto database = db::Database::open(database_url(provider_options(*settings)));
    sources.kept = usable_settings(*database);
  }
  settings = config::load(sources);
  if (!settings) return fail(settings);
  put_in_force(*settings);
  ProviderOptions options = provider_options(*settings);
  options.settings = config::in_force(sources);
  return options;
}

}  // namespace beian::app
