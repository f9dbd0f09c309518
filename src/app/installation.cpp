#include "app/installation.hpp"

#include <cstdio>
#include <filesystem>

#include "platform/db/migrate.hpp"

namespace beian::app {

int with_installation(const CommonOptions& common,
                      const std::function<int(const Installation&)>& work) {
  const auto settings = read_settings(common);
  if (!settings) {
    complain(settings.error());
    return 2;
  }
  auto options = provider_options(*settings);
  const std::string key_file = options.data_directory + "/master.key";
  if (!std::filesystem::exists(key_file)) {
    std::fprintf(stderr,
                 "%s: no installation (master.key is missing; `beian serve` makes one when it "
                 "starts)\n",
                 options.data_directory.c_str());
    return 1;
  }
  auto database = db::Database::open(database_url(options));
  const auto migrations = db::embedded_migrations("", database->dialect());
  if (db::current_version(*database) < migrations.back().number) {
    std::fprintf(stderr, "the database is older than this program: run `beian db migrate`\n");
    return 1;
  }
  const Secret master_key = crypto::load_or_create_master_key(key_file);
  return work({*settings, std::move(options), std::move(database), master_key,
               crypto::ColumnCipher(master_key)});
}

}  // namespace beian::app
