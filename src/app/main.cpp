// The command line of `beian`.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>

#include "app/commands.hpp"

namespace {

using namespace beian::app;

// A subcommand fills its options while parsing and says what to run afterwards.
std::function<int()> run;

void add_common(CLI::App* command, CommonOptions& common) {
  command->add_option("--config", common.config_file, "Settings file (TOML); see `config example`")
      ->check(CLI::ExistingFile);
  command->add_option_function<std::vector<std::string>>(
      "--set",
      [&common](const std::vector<std::string>& pairs) {
        for (const auto& pair : pairs) {
          const size_t at = pair.find('=');
          if (at == pair.npos) throw CLI::ValidationError("--set", "wants key=value, not " + pair);
          common.overrides[pair.substr(0, at)] = pair.substr(at + 1);
        }
      },
      "One setting, key=value; may be repeated");
}

// A flag that is a shorthand for a setting.
void add_shorthand(CLI::App* command, CommonOptions& common, const std::string& flag,
                   const std::string& key, const std::string& text) {
  command->add_option_function<std::string>(
      flag, [&common, key](const std::string& value) { common.overrides[key] = value; }, text);
}

void add_serve(CLI::App& app, CommonOptions& common) {
  auto* command =
      app.add_subcommand("serve", "The provider's system: API, workers, authority link");
  add_common(command, common);
  add_shorthand(command, common, "--data", "data.directory", "Folder for files and SQLite");
  add_shorthand(command, common, "--database", "database.url", "postgresql://… or sqlite:PATH");
  add_shorthand(command, common, "--port", "server.port", "TCP port");
  command->callback([&common] { run = [&common] { return serve(common); }; });
}

void add_authority(CLI::App& app, AuthorityOptions& options) {
  auto* command = app.add_subcommand("authority", "The sandbox authority (模拟管局)");
  command->add_option("--address", options.address, "Address to listen on")->capture_default_str();
  command->add_option("--port", options.port, "TCP port, 0: a free one")->capture_default_str();
  command->add_option("--data", options.data, "Folder for files and SQLite")->capture_default_str();
  command->add_option("--database", options.database, "postgresql://… or sqlite:PATH");
  command->add_option("--province", options.province, "Its province, six digits")
      ->capture_default_str();
  command
      ->add_option("--auto-decide-ms", options.auto_decide_after_ms,
                   "Approve records by itself after this many milliseconds; -1: by hand")
      ->capture_default_str();
  command->add_flag("--auto-sms", options.auto_sms, "Persons verify by themselves");
  command
      ->add_option("--provider", options.provider_files,
                   "JSON file with a provider's account, as for POST /manage/providers")
      ->check(CLI::ExistingFile);
  command->add_option("--scenario", options.scenarios,
                      "What to play: a JSON file, as for POST /manage/scenario, or one of ours "
                      "(broken-line, day-away, full-task-day, refuse-once, reporting-hours)");
  command->callback([&options] { run = [&options] { return authority(options); }; });
}

void add_demo(CLI::App& app, DemoOptions& options) {
  auto* command = app.add_subcommand("demo", "Both sides together with sample accounts");
  command->add_option("--once", options.once, "Run this scenario, print each step, and end")
      ->check(CLI::ExistingFile);
  command->add_option("--database", options.database,
                      "sqlite, or postgresql://… (a schema of its own is made and removed)");
  command->add_option("--data", options.data, "Folder that keeps the demo's data")
      ->capture_default_str();
  command->add_option("--profile", options.profile, "Interface profile: miit-3.0, openbeian-3.1")
      ->capture_default_str();
  command->add_option("--port", options.provider_port, "The provider's port")
      ->capture_default_str();
  command->add_option("--authority-port", options.authority_port, "The authority's port")
      ->capture_default_str();
  command->add_flag("--json", options.json, "One JSON object a step");
  command->callback([&options] { run = [&options] { return demo(options); }; });
}

void add_operations(CLI::App& app, CommonOptions& common, std::string& name, std::string& role,
                    std::string& page) {
  auto* db = app.add_subcommand("db", "The database")->require_subcommand(1);
  auto* migrate = db->add_subcommand("migrate", "Bring the schema up to this binary");
  add_common(migrate, common);
  migrate->callback([&common] { run = [&common] { return db_migrate(common); }; });
  auto* status = db->add_subcommand("status", "Schema version and what is missing");
  add_common(status, common);
  status->callback([&common] { run = [&common] { return db_status(common); }; });

  auto* admin = app.add_subcommand("admin", "Administration")->require_subcommand(1);
  auto* create = admin->add_subcommand("create-account",
                                       "Make an account; the password is the first line of input");
  add_common(create, common);
  create->add_option("--name", name, "Sign-in name")->required();
  create->add_option("--role", role, "applicant, reviewer, officer, auditor, admin")->required();
  create->callback([&] { run = [&] { return admin_create_account(common, name, role); }; });

  auto* config = app.add_subcommand("config", "Settings")->require_subcommand(1);
  auto* check = config->add_subcommand("check", "Read the settings and say what is wrong");
  add_common(check, common);
  check->callback([&common] { run = [&common] { return config_check(common); }; });
  config->add_subcommand("example", "Print a settings file with every default")->callback([] {
    run = [] { return config_example(); };
  });

  auto* document = app.add_subcommand("doc", "Generated documents");
  document->add_option("page", page, "routes, orders, problems, settings")->required();
  document->callback([&page] { run = [&page] { return doc(page); }; });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "OpenBeian 开放备案: the filing system of an internet access provider\n"
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage",
      "beian");
  app.require_subcommand(1);
  app.set_version_flag("--version", BEIAN_VERSION);
  CommonOptions common;
  AuthorityOptions authority_options;
  DemoOptions demo_options;
  std::string name, role, page;
  add_serve(app, common);
  add_authority(app, authority_options);
  add_demo(app, demo_options);
  add_operations(app, common, name, role, page);
  try {
    app.parse(argc, argv);
    return run();
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "beian: %s\n", e.what());
    return 1;
  }
}
