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
  command->add_flag("--json", options.json, "One JSON object a step");
  command->callback([&options, data] {
    options.keep = options.once.empty() || data->count() > 0;
    run = [&options] { return demo(options); };
  });
}

// Options that every command on an installation takes.
void add_place(CLI::App* command, CommonOptions& common) {
  add_common(command, common);
  add_shorthand(command, common, "--data", "data.directory", "Folder for files and SQLite");
  add_shorthand(command, common, "--database", "database.url", "postgresql://… or sqlite:PATH");
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
  add_common(identity, common);
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
    add_common(command, common);
    add_shorthand(command, common, "--data", "data.directory", "Folder for files and SQLite");
    add_shorthand(command, common, "--database", "database.url", "postgresql://… or sqlite:PATH");
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

void add_gate_export(CLI::App& gate, GateExportOptions& options) {
  auto* command = gate.add_subcommand(
      "export", "What a snapshot says at one moment, as a list for proxies and resolvers");
  command->add_option("file", options.file, "The snapshot")->required();
  command->add_option("--format", options.format, "What for; see docs/adr/0033-gate-elsewhere.md")
      ->required()
      ->check(CLI::IsMember({"haproxy", "haproxy-changes", "nginx", "rpz", "plain"}));
  command->add_option("--output", options.output,
                      "File, replaced when all is written; standard output when left out");
  command->add_option("--at", options.at, "The moment in seconds since 1970; now when left out")
      ->check(CLI::Range(int64_t{1}, int64_t{0xffffffff}));
  command->add_option("--before", options.before,
                      "haproxy-changes: the snapshot that the running map was written of");
  command->add_option("--since", options.since, "haproxy-changes: the moment of the running map")
      ->check(CLI::Range(int64_t{1}, int64_t{0xffffffff}));
  command->add_option("--map", options.map, "haproxy-changes: the map's file in HAProxy's words");
  command
      ->add_option("--action", options.action,
                   "rpz: nxdomain, nodata, or the block page's host or address")
      ->capture_default_str();
  command->add_option("--hosts", options.hosts,
                      "rpz: hosts served here, one a line; those not filed are denied too");
  command->callback([&] { run = [&] { return gate_export(options); }; });
  auto* push = gate.add_subcommand(
      "push", "Hand changes to a running HAProxy. Exit code 1: it refused some");
  push->add_option("commands", options.file, "Of haproxy-changes; - for standard input")
      ->required();
  push->add_option("--socket", options.output, "stats socket PATH level admin")->required();
  push->callback([&] { run = [&] { return gate_push(options.file, options.output); }; });
}

void add_gate_serve(CLI::App* gate, GateServeOptions& options) {
  auto* serve = gate->add_subcommand(
      "serve", "Answer over HTTP: nginx auth_request, Envoy ext_authz, people, lists");
  serve->add_option("file", options.file, "The snapshot; a new file in its place is put to work")
      ->required();
  serve->add_option("--listen", options.listen, "ADDRESS:PORT, [IPV6]:PORT or unix:PATH")
      ->capture_default_str();
  serve->add_option("--threads", options.threads, "How many answer")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  serve->add_option("--connections", options.connections, "At most so many; idle ones make room")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  serve
      ->add_option(
          "--host-header", options.host_field,
          "Field in which the proxy tells the host on /check; Host when it is not sent. The "
          "proxy must set it, or a client could; Host: only that")
      ->capture_default_str();
  serve
      ->add_option("--stale-after", options.stale_after,
                   "Seconds after which answers are stale; 0: never")
      ->check(CLI::Range(int64_t{0}, int64_t{UINT32_MAX}))
      ->capture_default_str();
  serve
      ->add_option("--when-stale", options.when_stale,
                   "answer: from the last good state; allow: also what may have been filed since; "
                   "deny: nothing")
      ->check(CLI::IsMember({"answer", "allow", "deny"}))
      ->capture_default_str();
  serve->callback([&options] { run = [&options] { return gate_serve(options); }; });
}

void add_gate_block_page(CLI::App* gate, GateBlockOptions& options) {
  auto* page = gate->add_subcommand(
      "block-page", "Answer any request with why its host is not served here (HTTP only)");
  page->add_option("--listen", options.listen, "ADDRESS:PORT or [IPV6]:PORT")
      ->capture_default_str();
  page->add_option("--snapshot", options.snapshot,
                   "Tells the reason; a new file in its place is read");
  page->add_option("--gate", options.gate, "Instead: the address of a gate, http://ADDRESS:PORT");
  page->add_option("--provider", options.provider,
                   "Address of the provider system; tells how far an order is");
  page->add_option("--portal", options.portal,
                   "Where the page sends the site's owner; default: the provider system");
  page->add_option("--name", options.name, "The provider's name on the page");
  page->callback([&options] { run = [&options] { return gate_block_page(options); }; });
}

void add_gate_scan(CLI::App& gate, CommonOptions& common, GateScanOptions& options) {
  auto* scan = gate.add_subcommand(
      "scan",
      "Hosts in access logs that may not be served here. Exit code 1: there are some, 3: not all "
      "of the logs could be read");
  scan->add_option("file", options.file, "The snapshot")->required();
  scan->add_option("logs", options.logs, "Plain, gzip or zstd; none or -: standard input");
  scan->add_option("--format", options.format,
                   "auto, nginx:LOG_FORMAT, haproxy[:CAPTURE], json[:HOST[,TIME[,ADDRESS]]], "
                   "hosts, bind, unbound, powerdns")
      ->capture_default_str();
  scan->add_option("--zone", options.zone, "Of times that have none")->capture_default_str();
  constexpr int64_t kMostMemory = 65536;
  scan->add_option("--memory", options.memory, "MB for counting; the rest goes to --tmp")
      ->check(CLI::Range(int64_t{1}, kMostMemory))
      ->capture_default_str();
  scan->add_option("--tmp", options.folder, "Folder for what does not fit into memory")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  scan->add_option("-o,--out", options.out, "The report (CSV); default standard output");
  scan->add_option("--invalid", options.invalid, "CSV of what stood for a host and is no name");
  scan->add_flag("--json", options.json, "The report as JSON, with both");
  scan->add_flag("--open-tasks", options.open_tasks,
                 "Open the sites in the registry, for officers");
  add_common(scan, common);
  add_shorthand(scan, common, "--data", "data.directory", "Folder for files and SQLite");
  add_shorthand(scan, common, "--database", "database.url", "postgresql://… or sqlite:PATH");
  scan->callback([&] { run = [&] { return gate_scan(common, options); }; });
  auto* report = gate.add_subcommand("report", "Open the sites of scan's CSV in the registry");
  report->add_option("report", options.file, "What scan wrote; - for standard input")->required();
  add_common(report, common);
  add_shorthand(report, common, "--data", "data.directory", "Folder for files and SQLite");
  add_shorthand(report, common, "--database", "database.url", "postgresql://… or sqlite:PATH");
  report->callback([&] { run = [&] { return gate_report(common, options.file); }; });
}

void add_gate_follow(CLI::App* gate, GateFollowOptions& options) {
  auto* follow = gate->add_subcommand(
      "follow", "Keep a snapshot as the provider system's registry stands, until ended");
  follow->add_option("file", options.file, "The snapshot")->required();
  follow->add_option("--from", options.origin, "Address of the provider system, https://…")
      ->required();
  follow
      ->add_option("--token-file", options.token_file,
                   "Its first line is an API token with gate:read")
      ->required()
      ->check(CLI::ExistingFile);
  follow->add_option("--merge-after", options.merge_after,
                     "Changes after which a new snapshot is built");
  follow->add_flag("--once", options.once,
                   "Bring the snapshot up to date and end. Exit code 1: it could not be done");
  follow->add_option("--patience", options.patience, "Seconds that --once may take");
  follow->callback([&] { run = [&] { return gate_follow(options); }; });
}

void add_gate_build(CLI::App* build, CommonOptions& common, GateOptions& options) {
  add_place(build, common);
  build->add_option("lists", options.inputs,
                    "CSV: domain,number,standing,from,until,scope; - for standard input");
  build->add_flag("--from-registry", options.from_registry,
                  "The names of the registry first, as of one moment of its change journal");
  auto* libraries = build->add_option("--sjtb", options.libraries,
                                      "Names of an authority's library first (SJTB as XML or zip, "
                                      "or CSV of filed records); may be repeated");
  libraries->allow_extra_args(false)->check(CLI::ExistingFile);
  libraries->needs(build->add_option("--own-provider", options.own_provider,
                                     "Whose accesses in the libraries are ours: the authority's "
                                     "number"));
  build
      ->add_option("--suffix-list", options.suffix_list,
                   "A newer public suffix list than the binary's own")
      ->check(CLI::ExistingFile);
  build->add_flag("--strict", options.strict, "Write nothing when a line is bad");
  build->add_flag("--json", options.json, "The report as JSON");
  build->callback([&] {
    if (options.inputs.empty() && options.libraries.empty() && !options.from_registry)
      throw CLI::ValidationError("gate build", "wants lists, --from-registry or --sjtb");
    run = [&] { return gate_build(common, options); };
  });
}

void add_gate(CLI::App& app, CommonOptions& common, GateOptions& options,
              GateServeOptions& serve_options, GateFollowOptions& follow_options,
              GateScanOptions& scan_options, GateBlockOptions& block_options,
              GateExportOptions& export_options) {
  auto* gate = app.add_subcommand("gate", "May this host be served here?")->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& text) {
    auto* command = gate->add_subcommand(name, text);
    command->add_option("file", options.file, "The snapshot")->required();
    return command;
  };
  add_gate_build(add("build", "Make a snapshot; the old file stays until it is whole"), common,
                 options);
  auto* lookup = add("lookup", "Ask it. Exit code 1: some may not be served");
  lookup->add_option("hosts", options.inputs, "As in a Host header");
  lookup->add_flag("--stdin", options.from_stdin, "One host a line from standard input");
  lookup->add_flag("--json", options.json, "One JSON object a line");
  lookup->callback([&] { run = [&] { return gate_lookup(options); }; });
  auto* diff = add("diff", "What changed. Exit code 1: something, 2: a file cannot be read");
  diff->add_option("other", options.inputs, "The later snapshot")->required()->expected(1);
  diff->callback([&] { run = [&] { return gate_diff(options); }; });
  auto* verify = add("verify", "Read every byte of it. Exit code 1: damaged");
  verify->callback([&] { run = [&] { return gate_verify(options); }; });
  add_gate_serve(gate, serve_options);
  add_gate_follow(gate, follow_options);
  add_gate_scan(*gate, common, scan_options);
  add_gate_block_page(gate, block_options);
  add_gate_export(*gate, export_options);
}

void add_registry(CLI::App& app, CommonOptions& common, RegistryOptions& options) {
  auto* registry =
      app.add_subcommand("registry", "What is filed, in great numbers")->require_subcommand(1);
  auto* in = registry->add_subcommand(
      "import", "Read filed records; goes on where it was ended. Exit code 1: some were refused");
  add_place(in, common);
  in->add_option("files", options.files,
                 "An authority's library (SJTB: XML or a zip of it), or CSV")
      ->required()
      ->check(CLI::ExistingFile);
  in->add_option("--format", options.format, "sjtb, csv; default: as the file begins")
      ->check(CLI::IsMember({"sjtb", "csv"}));
  in->add_option("--account", options.account,
                 "Sign-in name of the account that gets the entities");
  in->add_option("--own-provider", options.own_provider,
                 "This provider's number at the authority; default: by the links of the settings");
  in->add_option("--refused", options.refused,
                 "File for what was refused; default: FILE.refused.csv");
  in->add_option("--batch", options.batch,
                 "Records a transaction: fewer, and others wait less for the registry")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  in->add_flag("--anew", options.anew, "From the beginning, whatever was done before");
  in->add_flag("--json", options.json, "The report as JSON");
  in->callback([&] { run = [&] { return registry_import(common, options); }; });
  auto* out = registry->add_subcommand(
      "export", "Write what is filed, with personal data, as import reads it");
  add_place(out, common);
  out->add_option("--format", options.format, "csv (default), sjtb")
      ->check(CLI::IsMember({"sjtb", "csv"}));
  out->add_option("--output", options.output, "File; standard output when left out");
  out->add_option("--profile", options.profile, "Of SJTB: miit-3.0, openbeian-3.1")
      ->capture_default_str();
  out->callback([&] { run = [&] { return registry_export(common, options); }; });
  auto* verify = registry->add_subcommand(
      "verify", "A gate's snapshot beside the registry, both ways. Exit code 1: they differ");
  add_place(verify, common);
  verify->add_option("snapshot", options.files, "The snapshot")->required()->expected(1);
  verify->add_flag("--json", options.json, "One JSON object a difference");
  verify->callback([&] { run = [&] { return registry_verify(common, options); }; });
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
  GateOptions gate_options;
  GateServeOptions gate_serve_options;
  GateFollowOptions gate_follow_options;
  GateScanOptions gate_scan_options;
  GateBlockOptions gate_block_options;
  GateExportOptions gate_export_options;
  add_gate(app, common, gate_options, gate_serve_options, gate_follow_options, gate_scan_options,
           gate_block_options, gate_export_options);
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
