// db, admin and config: what an operator does beside the running system.
#include <cstdio>
#include <iostream>

#include "accounts/accounts.hpp"
#include "accounts/identity.hpp"
#include "accounts/reset_password.hpp"
#include "app/commands.hpp"
#include "app/installation.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/migrate.hpp"

namespace beian::app {

namespace {

// Runs `work` with the configured database; wrong settings are told and end with 2.
template <class Work>
int with_database(const CommonOptions& common, Work work) {
  const auto settings = read_settings(common);
  if (!settings) {
    complain(settings.error());
    return 2;
  }
  const auto database = db::Database::open(database_url(provider_options(*settings)));
  return work(*database, db::embedded_migrations("", database->dialect()));
}

}  // namespace

int db_migrate(const CommonOptions& common) {
  return with_database(common, [](db::Database& database, const auto& migrations) {
    for (const int number : db::migrate(database, migrations))
      std::printf("applied %04d\n", number);
    std::printf("schema %04d\n", db::current_version(database));
    return 0;
  });
}

int db_status(const CommonOptions& common) {
  return with_database(common, [](db::Database& database, const auto& migrations) {
    const int version = db::current_version(database);
    std::printf("schema %04d\n", version);
    for (const auto& migration : migrations) {
      if (migration.number > version)
        std::printf("missing %04d %s\n", migration.number, migration.name.c_str());
    }
    return 0;
  });
}

int admin_create_account(const CommonOptions& common, const std::string& name,
                         const std::string& role) {
  std::string password;
  std::getline(std::cin, password);
  return with_database(common, [&](db::Database& database, const auto& migrations) {
    db::migrate(database, migrations);
    const auto made =
        accounts::create_account(database, SystemClock().now(), name, Secret(password), role);
    if (!made) {
      complain(made.error());
      return 1;
    }
    std::printf("%s\n", made->id.c_str());
    return 0;
  });
}

int admin_reset_password(const CommonOptions& common, const std::string& name) {
  return with_database(common, [&](db::Database& database, const auto& migrations) {
    db::migrate(database, migrations);
    const auto account =
        database.read_value([&](db::Tx& tx) { return accounts::sign_in_named(tx, name, "/name"); });
    const auto given =
        account ? accounts::reset_password(database, SystemClock().now(), {}, account->id, "")
                : Result<accounts::OncePassword>(fail(account));
    if (!given) {
      complain(given.error());
      return 1;
    }
    std::printf("%s\n", given->password.reveal().c_str());
    std::fprintf(stderr, "good until %s, to be changed at the first sign-in\n",
                 to_rfc3339(given->until).c_str());
    return 0;
  });
}

int admin_set_identity(const CommonOptions& common, const IdentityOptions& options) {
  accounts::Identity identity;
  identity.kind = options.kind;
  identity.certificate_type = options.certificate_type;
  std::getline(std::cin, identity.name);
  std::getline(std::cin, identity.certificate_number);
  return with_installation(common, [&](const Installation& here) {
    db::Database& database = *here.database;
    const auto account = database.read_value(
        [&](db::Tx& tx) { return accounts::account_named(tx, options.account, "/account"); });
    const auto set = account ? accounts::set_identity(database, SystemClock().now(), here.cipher,
                                                      "", account->id, std::move(identity), "")
                             : Result<accounts::Identity>(fail(account));
    if (!set) {
      complain(set.error());
      return 1;
    }
    std::printf("%s\n", to_string(accounts::masked_json(*set)).c_str());
    return 0;
  });
}

int config_check(const CommonOptions& common) {
  const auto settings = read_settings(common);
  if (!settings) {
    complain(settings.error());
    return 1;
  }
  std::printf("ok, %zu authority links\n", settings->authorities.size());
  return 0;
}

int config_example() {
  std::fputs(config::example().c_str(), stdout);
  return 0;
}

}  // namespace beian::app
