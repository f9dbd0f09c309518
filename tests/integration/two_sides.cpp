#include "two_sides.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/http/client.hpp"

namespace beian::tests {

namespace {

void psql(const std::string& url, const std::string& sql) {
  const auto done = testing::run({"psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url});
  if (done.exit_code != 0) throw std::runtime_error("psql failed: " + sql);
}

std::string database_name(const std::string& url) {
  const size_t query = std::min(url.find('?'), url.size());
  const size_t slash = url.rfind('/', query);
  return url.substr(slash + 1, query - slash - 1);
}

std::string make_postgres_database(const std::string& name) {
  const char* base = std::getenv("BEIAN_TEST_POSTGRES");
  if (base == nullptr) throw std::runtime_error("BEIAN_TEST_POSTGRES is not set");
  psql(base, "CREATE DATABASE " + name);
  const std::string url = base;
  const size_t query = std::min(url.find('?'), url.size());
  const size_t slash = url.rfind('/', query);
  return url.substr(0, slash + 1) + name + url.substr(query);
}

}  // namespace

std::string beian_binary() {
  const char* path = std::getenv("BEIAN_BINARY");
  return path != nullptr ? path : BEIAN_BINARY;
}

TwoSides::TwoSides(SidesOptions options)
    : options_(std::move(options)),
      provider_port_(testing::free_port()),
      authority_port_(testing::free_port()),
      provider_url_("http://127.0.0.1:" + std::to_string(provider_port_)),
      authority_url_("http://127.0.0.1:" + std::to_string(authority_port_)),
      password_("Sample-" + random_alphanumeric(16)) {
  if (options_.backend == "postgres") {
    const std::string tag = text::lower_ascii(random_alphanumeric(12));
    provider_database_ = make_postgres_database("it_provider_" + tag);
    authority_database_ = make_postgres_database("it_authority_" + tag);
  }
  // Half of the time of a short test would go into guarding its passwords.
  setenv("BEIAN_ACCOUNTS_PASSWORD_MEMORY_MB", "19", 0);
  write_config();
  create_account(kReviewer, "reviewer");
  create_account(kOfficer, "officer");
}

void TwoSides::cut_provider_database(bool cut) {
  const std::string name = database_name(provider_database_);
  const char* base = std::getenv("BEIAN_TEST_POSTGRES");
  psql(base, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS " + (cut ? "false" : "true"));
  if (cut)
    psql(base,
         "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
}

TwoSides::~TwoSides() {
  provider_.reset();
  authority_.reset();
  if (options_.backend == "postgres") {
    for (const auto& url : {provider_database_, authority_database_}) {
      const size_t query = std::min(url.find('?'), url.size());
      const size_t slash = url.rfind('/', query);
      testing::run(
          {"psql", "-q", "-c",
           "DROP DATABASE IF EXISTS " + url.substr(slash + 1, query - slash - 1) + " WITH (FORCE)",
           std::getenv("BEIAN_TEST_POSTGRES")});
    }
  }
}

void TwoSides::write_config() {
  std::ofstream config(folder_.path("provider.toml"));
  config << "[server]\nport = " << provider_port_ << "\n"
         << "[data]\ndirectory = \""
         << (options_.data_directory.empty() ? folder_.path("provider") : options_.data_directory)
         << "\"\n";
  if (!provider_database_.empty()) config << "[database]\nurl = \"" << provider_database_ << "\"\n";
  config << options_.settings;
  config << "[[authority]]\nid = \"gd\"\nprovinces = [440000]\n"
         << "base_url = \"" << authority_url_ << "\"\nuser_name = \"sample\"\n"
         << "password = \"Sample-Password-1\"\nprovider_id = 1001\nprofile = \"" << options_.profile
         << "\"\nencryption = \"aes\"\nkey = \"0123456789abcdef\"\niv = \"fedcba9876543210\"\n"
         << "poll_seconds = 1\npoll_soon_ms = 100\nlibrary_quiet_seconds = 1\n";
  std::ofstream provider(folder_.path("at-authority.json"));
  provider << to_string(Json::object({{"provider_id", 1001},
                                      {"user_name", "sample"},
                                      {"password", "Sample-Password-1"},
                                      {"profile", options_.profile},
                                      {"encryption", 1},
                                      {"key", "0123456789abcdef"},
                                      {"iv", "fedcba9876543210"},
                                      {"province", 440000}}));
}

void TwoSides::create_account(const std::string& name, const std::string& role) {
  const auto made = testing::run({beian_binary(), "admin", "create-account", "--config",
                                  folder_.path("provider.toml"), "--name", name, "--role", role},
                                 password_.reveal() + "\n");
  if (made.exit_code != 0) throw std::runtime_error("cannot create " + name);
}

void TwoSides::start_provider() {
  provider_.emplace(
      std::vector<std::string>{beian_binary(), "serve", "--config", folder_.path("provider.toml")},
      folder_.path("provider.log"));
  await_ready(*provider_, provider_url_);
}

void TwoSides::start_authority() {
  std::vector<std::string> command{beian_binary(), "authority",
                                   "--port",       std::to_string(authority_port_),
                                   "--data",       folder_.path("authority"),
                                   "--provider",   folder_.path("at-authority.json")};
  if (!authority_database_.empty())
    command.insert(command.end(), {"--database", authority_database_});
  if (options_.auto_sms) command.push_back("--auto-sms");
  if (options_.auto_decide_after_ms >= 0)
    command.insert(command.end(),
                   {"--auto-decide-ms", std::to_string(options_.auto_decide_after_ms)});
  authority_.emplace(command, folder_.path("authority.log"));
  await_ready(*authority_, authority_url_);
}

void TwoSides::await_ready(testing::Process& process, const std::string& url) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (true) {
    http::ClientRequest request;
    request.url = url + "/readyz";
    request.timeout = std::chrono::milliseconds(2000);
    if (const auto answer = http::send(request); answer && answer->status == 200) return;
    if (!process.running() || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(url + " does not become ready\n" + log_end());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string TwoSides::log_end() const {
  std::string out;
  for (const char* name : {"provider.log", "authority.log"}) {
    std::ifstream file(folder_.path(name));
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    out +=
        std::string("== ") + name + "\n" + text.substr(text.size() > 4000 ? text.size() - 4000 : 0);
  }
  return out;
}

}  // namespace beian::tests
