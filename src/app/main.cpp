// The command line of `beian`.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/arguments.hpp"

namespace {

using namespace beian::app;

void add_serve(CLI::App& app, CommonOptions& common) {
  auto* command =
      app.add_subcommand("serve", "The provider's system: API, workers, authority link");
  add_place(command, common);
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
  auto* data =
      command
          ->add_option("--data", options.data,
                       "Folder that keeps the demo's data; --once keeps it only when given")
          ->capture_default_str();
  command->add_option("--profile", options.profile, "Interface profile: miit-3.0, openbeian-3.1")
      ->capture_default_str();
  command->add_option("--port", options.provider_port, "The provider's port")
      ->capture_default_str();
  command->add_option("--authority-port", options.authority_port, "The authority's port")
      ->capture_default_str();
  command->add_option("--reading-program", options.reading_program,
                      "What reads the texts of pictures for the reviewer: tesseract");
  command->add_flag("--json", options.json, "One JSON object a step");
  command->callback([&options, data] {
    options.keep = options.once.empty() || data->count() > 0;
    run = [&options] { return demo(options); };
  });
}

void add_ledger_list(CLI::App* ledger, CommonOptions& common, LedgerOptions& options) {
  auto* list = ledger->add_subcommand("list", "Files up and down, newest first");
  add_place(list, common);
  static constexpr std::pair<const char*, const char*> kSearch[] = {
      {"link", "Of this link"},
      {"order", "That concern this order"},
      {"direction", "up or down"},
      {"state", "built, sent, accepted, refused; received, applied, flagged"},
      {"sequence", "Upload of this sequence"},
      {"file", "Part of the file's name"},
      {"text", "Part of name, answer, problem or trace"},
      {"since", "From this time (RFC 3339) or day on"},
      {"until", "Before this time, or to the end of this day"},
      {"before", "Next page: what the page before named"},
      {"limit", "Entries, 1 to 500 (50)"},
  };
  for (const auto& [name, text] : kSearch)
    list->add_option_function<std::string>(
        "--" + std::string(name),
        [&options, key = std::string(name)](const std::string& value) {
          options.search[key] = value;
        },
        text);
  list->add_flag("--json", options.json, "One JSON object");
  list->callback([&] { run = [&] { return ledger_list(common, options); }; });
}

void add_ledger(CLI::App& app, CommonOptions& common, LedgerOptions& options) {
  auto* link =
      app.add_subcommand("authority-link", "The links to the authorities")->require_subcommand(1);
  auto* ledger =
      link->add_subcommand("ledger", "Every file that went up or down")->require_subcommand(1);
  add_ledger_list(ledger, common, options);
  auto* show = ledger->add_subcommand("show", "One file: facts, records or results, trace");
  add_place(show, common);
  show->add_option("id", options.id, "u12 an upload, d7 a download")->required();
  show->add_flag("--xml", options.xml, "The decoded document too; who reads it is noted");
  show->add_flag("--json", options.json, "One JSON object");
  show->callback([&] { run = [&] { return ledger_show(common, options); }; });
  auto* resend = ledger->add_subcommand(
      "resend", "Send an accepted file once more because the authority asks for it");
  add_place(resend, common);
  resend->add_option("id", options.id, "u12")->required();
  resend->add_option("--reason", options.reason, "Who asked and why; kept in the trace")
      ->required();
  resend->add_flag("--yes", options.yes, "Do it; else only tell what would be done");
  resend->add_flag("--json", options.json, "One JSON object");
  resend->callback([&] { run = [&] { return ledger_resend(common, options); }; });
}

void add_identity(CLI::App& admin, CommonOptions& common, IdentityOptions& options) {
  auto* identity = admin.add_subcommand(
      "set-identity",
      "Whom an account was verified to be; name and certificate number are two lines of input");
  add_place(identity, common);
  identity->add_option("--account", options.account, "Sign-in name")->required();
  identity->add_option("--kind", options.kind, "person, organization")->required();
  identity->add_option("--certificate-type", options.certificate_type, "Its code, e.g. 1, 2")
      ->required();
  identity->callback([&] { run = [&] { return admin_set_identity(common, options); }; });
}

void add_operations(CLI::App& app, CommonOptions& common, std::string& name, std::string& role,
                    std::string& page, IdentityOptions& identity) {
  auto* db = app.add_subcommand("db", "The database")->require_subcommand(1);
  auto* migrate = db->add_subcommand("migrate", "Bring the schema up to this binary");
  add_place(migrate, common);
  migrate->callback([&common] { run = [&common] { return db_migrate(common); }; });
  auto* status = db->add_subcommand("status", "Schema version and what is missing");
  add_place(status, common);
  status->callback([&common] { run = [&common] { return db_status(common); }; });

  auto* admin = app.add_subcommand("admin", "Administration")->require_subcommand(1);
  auto* create = admin->add_subcommand("create-account",
                                       "Make an account; the password is the first line of input");
  add_place(create, common);
  create->add_option("--name", name, "Sign-in name")->required();
  create->add_option("--role", role, "applicant, reviewer, officer, auditor, admin")->required();
  create->callback([&] { run = [&] { return admin_create_account(common, name, role); }; });
  auto* reset = admin->add_subcommand(
      "reset-password", "Give a sign-in a one-time password, which is printed; its sessions end");
  add_place(reset, common);
  reset->add_option("--name", name, "Sign-in name")->required();
  reset->callback([&] { run = [&] { return admin_reset_password(common, name); }; });
  add_identity(*admin, common, identity);

  auto* config = app.add_subcommand("config", "Settings")->require_subcommand(1);
  auto* check = config->add_subcommand("check", "Read the settings and say what is wrong");
  add_common(check, common);
  check->callback([&common] { run = [&common] { return config_check(common); }; });
  config->add_subcommand("example", "Print a settings file with every default")->callback([] {
    run = [] { return config_example(); };
  });

  auto* document = app.add_subcommand("doc", "Generated documents");
  document->add_option("page", page, "routes, orders, problems, settings, openapi")->required();
  document->callback([&page] { run = [&page] { return doc(page); }; });
}

void add_wire(CLI::App& app, WireOptions& options) {
  auto* wire =
      app.add_subcommand("wire", "The authority interface's documents")->require_subcommand(1);
  auto* validate = wire->add_subcommand(
      "validate", "Read a document of any size (XML, or a zip of it) and tell every fault");
  validate->add_option("file", options.file, "XML in GBK or what it declares, or a zip")
      ->required()
      ->check(CLI::ExistingFile);
  validate->add_option("--profile", options.profile,
                       "miit-3.0, openbeian-3.1 or a JSON file; default: by its version");
  validate->add_flag("--json", options.json, "One JSON object");
  validate->callback([&options] { run = [&options] { return wire_validate(options); }; });
  auto* outline = wire->add_subcommand("outline", "Every element of a profile, with its limits");
  outline->add_option("profile", options.profile, "miit-3.0, openbeian-3.1 or a JSON file")
      ->required();
  outline->add_flag("--json", options.json, "One JSON object");
  outline->callback([&options] { run = [&options] { return wire_outline(options); }; });
}

void add_addresses(CLI::App& app, CommonOptions& common, AddressesOptions& options) {
  auto* addresses =
      app.add_subcommand("addresses", "IP address records (IP 地址备案)")->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& text) {
    auto* command = addresses->add_subcommand(name, text);
    add_place(command, common);
    command->add_option("--authority", options.authority,
                        "The authority link; may be left out "
                        "when there is one");
    return command;
  };
  auto* in = add("import", "Read a CSV file; every bad line is told. Exit code 1: there were some");
  in->add_option("file", options.file, "UTF-8 or GBK")->required()->check(CLI::ExistingFile);
  in->add_option("--block", options.block,
                 "source, assignment, broadcast, own: of lines that do "
                 "not say it");
  in->add_flag("--dry-run", options.dry_run, "Look only");
  in->add_flag("--good-lines", options.good_lines, "Take the good lines, not all or nothing");
  in->add_flag("--json", options.json, "The report as JSON");
  in->callback([&] { run = [&] { return addresses_import(common, options); }; });
  auto* out = add("export", "Write the records as CSV");
  out->add_option("--output", options.file, "File; standard output when left out");
  out->add_option("--block", options.block, "Only these, with their columns");
  out->add_flag("--gbk", options.gbk, "GBK instead of UTF-8");
  out->callback([&] { run = [&] { return addresses_export(common, options); }; });
  auto* check = add("check", "Overlaps and gaps before a report. Exit code 1: there are errors");
  check->add_flag("--json", options.json, "One JSON object a line, all of them");
  check->callback([&] { run = [&] { return addresses_check(common, options); }; });
}

void add_rules(CLI::App& app, RulesOptions& options, std::string& where) {
  auto* rules = app.add_subcommand("rules", "Rules of filing")->require_subcommand(1);
  auto* check = rules->add_subcommand("check", "Read rule files and tell every fault");
  check->add_option("folder", where, "Folder of kinds.json, national.json, 440000.json …");
  check->callback([&where] { run = [&where] { return rules_check(where); }; });
  auto* explain = rules->add_subcommand("explain", "What will be asked of a case");
  explain->add_option("--province", options.province, "440000 or 广东")->required();
  explain
      ->add_option("--nature", options.nature,
                   "individual, enterprise, sole_proprietor, government, public_institution, "
                   "social_organization, military")
      ->required();
  explain->add_option("--kind", options.kind, "Kind of order: first, add_service, …")->required();
  explain->add_option("--service", options.service, "website, app, mini_program, quick_app")
      ->capture_default_str();
  explain->add_flag("--json", options.json, "As GET /api/v1/requirements answers");
  explain->callback([&options] { run = [&options] { return rules_explain(options); }; });
  auto* page = rules->add_subcommand("page", "A province's rules with their sources, as Markdown");
  page->add_option("province", where, "440000, 广东, or 0 for the national rules")->required();
  page->callback([&where] { run = [&where] { return rules_page(where); }; });
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
  WireOptions wire_options;
  AddressesOptions addresses_options;
  RulesOptions rules_options;
  std::string name, role, page, where;
  add_serve(app, common);
  add_authority(app, authority_options);
  add_demo(app, demo_options);
  LedgerOptions ledger_options;
  add_ledger(app, common, ledger_options);
  add_addresses(app, common, addresses_options);
  IdentityOptions identity_options;
  add_operations(app, common, name, role, page, identity_options);
  add_wire(app, wire_options);
  add_rules(app, rules_options, where);
  GateArguments gate_arguments;
  add_gate(app, common, gate_arguments);
  RegistryOptions registry_options;
  add_registry(app, common, registry_options);
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
