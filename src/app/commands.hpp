// The subcommands of `beian`. Each returns the process's exit code: 0 done, 1 refused or failed,
// 2 wrong usage.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace beian::app {

struct CommonOptions {
  std::string config_file;  // --config; empty: none
  std::map<std::string, std::string>
      overrides;  // --set key=value, and the flags that stand for one
};

struct AuthorityOptions {
  std::string address = "127.0.0.1";
  int port = 8090;
  std::string data = "./beian-authority-data";
  std::string database;  // empty: SQLite under `data`
  int64_t province = 440000;
  int auto_decide_after_ms = -1;  // -1: by hand
  bool auto_sms = false;
  std::vector<std::string> provider_files;  // JSON, as for POST /manage/providers
  std::vector<std::string> scenarios;       // files, or names of data/sandbox
};

struct DemoOptions {
  std::string once;  // a scenario file: run it and end
  std::string database = "sqlite";
  std::string data = "./beian-data/demo";
  bool keep = true;  // false: in a folder that is removed at the end
  std::string profile = "openbeian-3.1";
  std::string reading_program;  // for the texts of pictures; empty: they are not read
  bool json = false;
  int provider_port = 8080, authority_port = 8090;
};

struct LedgerOptions {
  std::map<std::string, std::string> search;  // as the query of GET /api/v1/authority/ledger
  std::string id;                             // u12, d7
  std::string reason;
  bool json = false, xml = false, yes = false;
};

struct WireOptions {
  std::string file;     // an XML document in any of our encodings, or a zip that holds one
  std::string profile;  // a name, or a JSON file; empty: by the document's version
  bool json = false;
};

struct AddressesOptions {
  std::string authority;  // the link's id; empty: the only one
  std::string block;      // source, assignment, broadcast, own; empty: as the file says, or all
  std::string file;       // to read, or to write (empty: standard output)
  bool dry_run = false, good_lines = false, gbk = false, json = false;
};

struct RulesOptions {
  std::string province, nature, kind, service = "website";  // rules/select.hpp
  bool json = false;
};

struct GateOptions {
  std::string file;                 // the snapshot
  std::vector<std::string> inputs;  // lists, hosts, or the other snapshot
  std::string suffix_list;  // as publicsuffix.org publishes it; empty: the one in the binary
  bool json = false, from_stdin = false, strict = false;
  bool from_registry = false;
  std::vector<std::string> libraries;  // SJTB, or CSV of filed records
  int64_t own_provider = 0;            // whose accesses in them are ours
};

struct RegistryOptions {
  std::vector<std::string> files;  // to import, or the snapshot
  std::string format;              // sjtb, csv; empty: as the file begins, or csv
  std::string account;             // sign-in name; empty: nobody's
  std::string refused;             // file; empty: beside the first one
  std::string output;              // file; empty: standard output
  std::string whole;  // provinces of which the files hold all: codes, or all; empty: none
  std::string profile = "miit-3.0";
  int64_t own_provider = 0;  // 0: by the links
  size_t batch = 0;          // records a transaction; 0: by the database
  bool anew = false, json = false;
};

// Where a gate's changes come from.
struct GateFeed {
  std::string origin;      // of the provider system; empty: from nowhere
  std::string token_file;  // its first line is an API token with gate:read
  uint64_t merge_after = 1'000'000;
};

struct GateServeOptions {
  std::string file;  // the snapshot
  GateFeed feed;
  std::string listen = "127.0.0.1:8088";
  int threads = 1, connections = 10'000;
  std::string host_field = "X-Gate-Host";
  int64_t stale_after = 0;  // seconds; 0: never
  std::string when_stale = "answer";
};

struct GateFollowOptions {
  std::string file;  // the snapshot that is kept
  GateFeed feed;
  int64_t patience = 600;  // seconds, with `once`
  bool once = false;
};

struct GateScanOptions {
  std::string file;               // the snapshot
  std::vector<std::string> logs;  // none, "-": standard input
  std::string format = "auto";    // gate/log_line.hpp
  std::string zone = "+08:00";    // of times that have none
  int64_t memory = 256;           // MB
  std::string folder = "/tmp";    // for what does not fit into it
  std::string out, invalid;       // files; empty: standard output, and nothing
  bool json = false, open_tasks = false;
};

struct GateBlockOptions {
  std::string listen = "127.0.0.1:8089";
  std::string snapshot, gate;  // a file, or the address of a gate: one of them
  std::string provider;        // address of the provider system; empty: no order is told
  std::string portal;          // where people go; empty: the provider's address
  std::string name;            // of the provider, for people
};

struct GateExportOptions {
  std::string file;    // the snapshot
  std::string format;  // haproxy, haproxy-changes, nginx, rpz, plain
  std::string output;  // replaced by rename; empty: standard output
  int64_t at = 0;      // the moment, seconds since 1970; 0: now
  // haproxy-changes: the snapshot that HAProxy's map was written of, when, and the map's name.
  std::string before, map;
  int64_t since = 0;
  // rpz
  std::string action = "nxdomain", hosts;
};

int serve(const CommonOptions& common);
int authority(const AuthorityOptions& options);
int demo(const DemoOptions& options);
int db_migrate(const CommonOptions& common);
int db_status(const CommonOptions& common);
int admin_create_account(const CommonOptions& common, const std::string& name,
                         const std::string& role);
// Prints a one-time password: for when nobody is left who could give one in the portal.
int admin_reset_password(const CommonOptions& common, const std::string& name);
// Name and certificate number are the two lines of input: a process list is no place for them.
struct IdentityOptions {
  std::string account, kind;
  int64_t certificate_type = 0;
};
int admin_set_identity(const CommonOptions& common, const IdentityOptions& options);
int config_check(const CommonOptions& common);
int config_example();
int addresses_import(const CommonOptions& common, const AddressesOptions& options);
int addresses_export(const CommonOptions& common, const AddressesOptions& options);
int addresses_check(const CommonOptions& common, const AddressesOptions& options);
int doc(const std::string& page);
int rules_check(const std::string& folder);  // empty: the rules inside the binary
int rules_explain(const RulesOptions& options);
int rules_page(const std::string& province);
int ledger_list(const CommonOptions& common, const LedgerOptions& options);
int ledger_show(const CommonOptions& common, const LedgerOptions& options);
// 0 only when the file was marked: without `yes` it tells what would happen.
int ledger_resend(const CommonOptions& common, const LedgerOptions& options);
int wire_validate(const WireOptions& options);
int wire_outline(const WireOptions& options);
int gate_build(const CommonOptions& common, const GateOptions& options);
// 0 only when every host may be served.
int gate_lookup(const GateOptions& options);
// 0 only when there is no difference, 2 when a file cannot be read.
int gate_diff(const GateOptions& options);
int gate_verify(const GateOptions& options);
// Until SIGTERM or SIGINT; SIGHUP reads the snapshot again, as a new file in its place does.
int gate_serve(const GateServeOptions& options);
// 0 only when no record was refused.
int registry_import(const CommonOptions& common, const RegistryOptions& options);
int registry_export(const CommonOptions& common, const RegistryOptions& options);
// 0 only when there is no difference.
int registry_verify(const CommonOptions& common, const RegistryOptions& options);
// Until a signal comes; with `once`, until the snapshot stands where the feed does.
int gate_follow(const GateFollowOptions& options);
// 1: some may not be served; 3: not all of the logs could be read.
int gate_scan(const CommonOptions& common, const GateScanOptions& options);
int gate_report(const CommonOptions& common, const std::string& report);
// Until SIGTERM or SIGINT.
int gate_block_page(const GateBlockOptions& options);
// 0 only when the list is whole; 2 when a file cannot be read.
int gate_export(const GateExportOptions& options);
// 0 only when HAProxy took every command.
int gate_push(const std::string& commands, const std::string& socket);

}  // namespace beian::app
