// `beian gate …`
#include "app/arguments.hpp"

namespace beian::app {

namespace {

// The option that names the feed, for who must have one.
CLI::Option* add_feed(CLI::App* command, GateFeed& feed) {
  auto* from =
      command->add_option("--from", feed.origin, "Address of the provider system, https://…");
  auto* token = command->add_option("--token-file", feed.token_file,
                                    "Its first line is an API token with gate:read");
  token->check(CLI::ExistingFile);
  from->needs(token);
  token->needs(from);
  command
      ->add_option("--merge-after", feed.merge_after, "Changes after which a new snapshot is built")
      ->capture_default_str();
  return from;
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
  add_feed(serve, options.feed)
      ->description("Follow the registry of this provider system, https://…; keeps the snapshot");
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
  add_feed(follow, options.feed)->required();
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

void add_gate_export(CLI::App& gate, GateExportOptions& options) {
  auto* command = gate.add_subcommand(
      "export", "What a snapshot says at one moment, as a list for proxies and resolvers");
  command
      ->add_option("file", options.file,
                   "The snapshot; changes that a follower keeps beside it are taken in")
      ->required();
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

}  // namespace

void add_gate(CLI::App& app, CommonOptions& common, GateArguments& arguments) {
  GateOptions& options = arguments.common;
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
  add_gate_serve(gate, arguments.serve);
  add_gate_follow(gate, arguments.follow);
  add_gate_scan(*gate, common, arguments.scan);
  add_gate_block_page(gate, arguments.block);
  add_gate_export(*gate, arguments.to_export);
}

}  // namespace beian::app
