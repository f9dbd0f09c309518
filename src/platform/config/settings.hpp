// Settings. Each is declared once, in declarations.cpp: key, type, default, limits, meaning. Values
// come from the defaults, a TOML file, the environment (server.port is BEIAN_SERVER_PORT) and the
// command line; a later source wins. Everything wrong is found in one go.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/personal.hpp"
#include "base/problem_codes.hpp"
#include "base/result.hpp"

namespace beian::config {

// One [[authority]] table of the file: an interface of a communications administration.
struct AuthorityLink {
  std::string id;
  std::vector<int64_t> provinces;  // six-digit codes, e.g. 440000; no province has two links
  std::string upload_wsdl;         // given, or derived from base_url
  std::string query_wsdl;
  std::string verify_wsdl;  // empty: the authority does not offer the password check
  std::string user_name;
  Secret password;  // from password or the first line of password_file
  int64_t provider_id = 0;
  std::string profile;  // miit-3.0, openbeian-3.1
  bool encrypted = false;
  Secret key, iv;       // 16 characters each when encrypted
  Millis poll{30'000};  // between looks for downloads
  Millis library_quiet{600'000};
  Millis poll_soon{1'000};  // while results of an upload are on their way
  // Days for an answer when the authority names no deadline.
  int64_t unfiled_site_days = 5, verification_days = 10, rectification_days = 15;
};

struct Settings {
  struct {
    std::string address;
    int64_t port = 0;
    int64_t io_threads = 0;
    int64_t handler_threads = 0;
    int64_t queue_limit = 0;
    int64_t max_connections = 0;
    int64_t header_limit_kb = 0;
    int64_t body_limit_mb = 0;
    Millis header_timeout{};
    Millis body_timeout{};
    Millis idle_timeout{};
    Millis write_timeout{};
    Millis stop_grace{};
  } server;
  struct {
    std::string url;  // empty: SQLite in the data directory
  } database;
  struct {
    std::string directory;
  } data;
  struct {
    Millis life{};
    bool secure_cookie = false;
  } session;
  struct {
    bool open_registration = false;
    int64_t registrations_per_hour = 0;
    int64_t password_memory_mb = 0;
    int64_t entities_per_account = 0;
    int64_t accounts_per_entity = 0;
    bool identity_is_entity = false;
    std::string domain_holder;  // anyone, entity, province
    std::string other_account;  // masked, hidden
    std::string open_orders;    // entity, account
    int64_t transfer_days = 0;
  } accounts;
  struct {
    std::string level;
  } log;
  struct {
    bool is_public = false;
  } metrics;
  struct {
    int64_t threads = 0;
  } jobs;
  struct {
    int64_t expiry_days = 0;
    std::vector<int> reminder_days;
    int64_t services_per_individual = 0;
    int64_t services_per_order = 0;
    bool resource_required = false;
  } orders;
  struct {
    std::string rdap_url, resolvers;
    bool resolve = false;
  } domains;
  struct {
    std::string reading_program;  // empty: pictures are not read
  } materials;
  struct {
    int64_t quota = 0;
    int64_t shortest_days = 0;
    bool pay_as_you_go = false;
  } resources;
  struct {
    bool allow_loopback = false;
  } webhooks;
  struct {
    int64_t batch_records = 0;
    int64_t batch_bytes = 0;
    int64_t library_bytes = 0;
    int64_t keep_days = 0;
  } reporting;
  struct {
    std::string name;
  } provider;
  std::vector<AuthorityLink> authorities;
};

// Keys as in the file ("server.port") or, for the environment, its names ("BEIAN_SERVER_PORT").
using Values = std::map<std::string, std::string>;

struct Sources {
  Values kept{};       // what administrators keep in the database: the file wins over it
  std::string file{};  // path; empty: none
  Values environment{};
  Values overrides{};
};

// The problems' field is the key ("server.port", "authority[0].provinces"): file_unreadable,
// malformed_toml, unknown_setting, bad_setting. Environment names of no section of ours
// (BEIAN_TEST_POSTGRES) are left alone.
Result<Settings> load(const Sources& sources);
// What the process was started with.
Values process_environment();

// A value that administrators may keep, in its normal form: unknown_setting at /key, also for what
// belongs to the machine (addresses, threads, the database); out_of_range, bad_setting or too_long
// (200 characters) at /value. `language`: of bad_setting's reason.
Result<std::string> kept_value(std::string_view key, const std::string& value,
                               Language language = Language::zh);

// A settings file with every key at its default and explained; load() accepts it.
std::string example();
// The documentation page (Markdown).
std::string settings_page(Language language = Language::en);

}  // namespace beian::config
