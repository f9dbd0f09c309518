#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "accounts/accounts.hpp"
#include "accounts/password.hpp"
#include "app/commands.hpp"
#include "app/filing_walk.hpp"
#include "app/provider.hpp"
#include "app/sandbox_host.hpp"
#include "app/signals.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/log/log.hpp"

namespace beian::app {

namespace {

constexpr const char* kApplicant = "applicant-sample";
constexpr const char* kReviewer = "reviewer-sample";
constexpr const char* kOfficer = "officer-sample";
constexpr const char* kAdmin = "admin-sample";
constexpr const char* kPassword = "Sample-Password-2026";
constexpr int64_t kProvince = 440000;

// A folder for the data of one run; removed at the end unless it was asked for by name.
class Folder {
 public:
  explicit Folder(const std::optional<std::string>& named) {
    if (named) {
      path_ = *named;
      std::filesystem::create_directories(path_);
      return;
    }
    path_ = (std::filesystem::temp_directory_path() / "beian-demo-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
    remove_ = true;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (remove_) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool remove_ = false;
};

// Two schemas of their own in a PostgreSQL database, so that a demonstration touches nothing that
// is there already. Dropped at the end.
class PostgresSchemas {
 public:
  explicit PostgresSchemas(std::string url)
      : url_(std::move(url)), tag_(text::lower_ascii(random_alphanumeric(10))) {
    for (const char* side : {"provider", "authority"}) run("CREATE SCHEMA " + schema(side));
  }
  PostgresSchemas(const PostgresSchemas&) = delete;
  PostgresSchemas& operator=(const PostgresSchemas&) = delete;
  ~PostgresSchemas() {
    try {
      for (const char* side : {"provider", "authority"})
        run("DROP SCHEMA " + schema(side) + " CASCADE");
    } catch (const std::exception& e) {
      log::warn("demo.schemas_left", {{"why", e.what()}});
    }
  }
  std::string url(const char* side) const {
    return url_ + (url_.find('?') == url_.npos ? "?" : "&") +
           "options=" + percent_encode("-csearch_path=" + schema(side));
  }

 private:
  std::string schema(const char* side) const {
    return std::string("beian_demo_") + side + "_" + tag_;
  }
  void run(const std::string& sql) {
    db::Database::open(url_, {.connections = 1})->write([&](db::Tx& tx) { tx.exec(sql); });
  }
  std::string url_, tag_;
};

authority::LinkConfig link_to(const std::string& authority, const std::string& profile) {
  authority::LinkConfig link;
  link.id = "demo";
  link.provinces = {kProvince};
  link.upload_wsdl_url = authority + "/ISPWebService/upDownLoad?wsdl";
  link.query_wsdl_url = authority + "/BeianStatusWebService/queryBeianStatus?wsdl";
  link.verify_wsdl_url = authority + "/BeianStatusWebService/verifyBamm?wsdl";
  link.user_name = "sample";
  link.password = Secret(kPassword);
  link.provider_id = 1001;
  link.profile = profile;
  link.keys = {wire::Encryption::aes128cbc, Secret("0123456789abcdef"), Secret("fedcba9876543210")};
  link.poll = Millis(1000);
  link.poll_soon = Millis(100);
  return link;
}

sandbox::ProviderAccount account_at_authority(const authority::LinkConfig& link) {
  sandbox::ProviderAccount account;
  account.provider_id = link.provider_id;
  account.user_name = link.user_name;
  account.password = link.password;
  account.profile = link.profile;
  account.encryption = 1;
  account.key = link.keys.key;
  account.iv = link.keys.iv;
  account.province = kProvince;
  return account;
}

// The accounts of an earlier run of the same data folder stay as they are.
void make_accounts(db::Database& database) {
  const std::pair<const char*, const char*> wanted[] = {
      {kApplicant, "applicant"}, {kReviewer, "reviewer"}, {kOfficer, "officer"}, {kAdmin, "admin"}};
  for (const auto& [name, role] : wanted) {
    const auto made =
        accounts::create_account(database, SystemClock().now(), name, Secret(kPassword), role);
    if (!made && made.error().front().code != ProblemCode::name_taken)
      throw std::runtime_error(describe(made.error()));
  }
}

void print_step(const WalkStep& step, bool json) {
  const double ms = static_cast<double>(step.took.count()) / 1000;
  if (json) {
    std::printf("%s\n",
                to_string(Json::object({{"step", step.name}, {"detail", step.detail}, {"ms", ms}}))
                    .c_str());
  } else {
    std::printf("%9.1f ms  %s  %s\n", ms, step.name.c_str(), step.detail.c_str());
  }
  std::fflush(stdout);
}

// The number that the scenario expects: {year} is the year of the authority's decision.
std::string expected_number(const Json& scenario) {
  std::string number = scenario["expect"]["number"].as_string();
  if (const size_t at = number.find("{year}"); at != number.npos)
    number.replace(at, 6, std::to_string(china_year(SystemClock().now())));
  return number;
}

int finish(const Result<WalkResult>& walked, const Json& scenario, bool json) {
  if (!walked) {
    if (json) {
      std::printf(
          "%s\n",
          to_string(Json::object({{"ok", false}, {"problem", describe(walked.error())}})).c_str());
    } else {
      std::fprintf(stderr, "未完成：%s\n", describe(walked.error()).c_str());
    }
    return 1;
  }
  const std::string number = expected_number(scenario);
  const std::string service = number + scenario["expect"]["service_suffix"].as_string();
  const bool right = walked->filing_number == number && walked->service_number == service &&
                     walked->access["answer"].as_string() == "allow";
  if (json) {
    std::printf("%s\n", to_string(Json::object({{"ok", right},
                                                {"order", walked->order_id},
                                                {"filing_number", walked->filing_number},
                                                {"service_number", walked->service_number},
                                                {"access", walked->access}}))
                            .c_str());
  } else {
    std::printf("备案号 %s，网站 %s，访问 %s\n", walked->filing_number.c_str(),
                walked->service_number.c_str(), to_string(walked->access).c_str());
    if (!right) std::fprintf(stderr, "应为 %s 且放行\n", service.c_str());
  }
  return right ? 0 : 1;
}

Result<Json> read_scenario(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return parse_json(text.str());
}

void print_addresses(const Provider& provider, const SandboxHost& authority) {
  std::printf(
      "\n开放备案 演示环境\n\n"
      "  接入商系统   %s\n"
      "  模拟管局     %s   （/decide 审核，/sms 短信核验，/phones 手机短信，/query 公共查询）\n\n"
      "  样例账号     申请人 %s，初审 %s，管局接口 %s，管理 %s\n"
      "  密码         %s\n\n"
      "  Ctrl-C 结束\n",
      provider.origin().c_str(), authority.origin().c_str(), kApplicant, kReviewer, kOfficer,
      kAdmin, kPassword);
  std::fflush(stdout);
}

}  // namespace

int demo(const DemoOptions& options) {
  hold_signals();
  const bool once = !options.once.empty();
  Json scenario;
  if (once) {
    const auto read = read_scenario(options.once);
    if (!read) {
      std::fprintf(stderr, "%s: %s\n", options.once.c_str(), describe(read.error()).c_str());
      return 1;
    }
    scenario = *read;
    scenario.set("sms", options.profile != "miit-3.0");
    log::set_level(log::Level::error);
  }
  const Folder folder(options.keep ? std::optional(options.data) : std::nullopt);
  std::optional<PostgresSchemas> schemas;
  if (options.database != "sqlite") schemas.emplace(options.database);

  SandboxHostOptions host_options;
  host_options.port = static_cast<uint16_t>(once ? 0 : options.authority_port);
  host_options.data_directory = folder.path() + "/authority";
  if (schemas) host_options.database_url = schemas->url("authority");
  host_options.sandbox.province = kProvince;
  SandboxHost authority(host_options);
  authority.start();

  ProviderOptions provider_options;
  provider_options.server.port = static_cast<uint16_t>(once ? 0 : options.provider_port);
  provider_options.data_directory = folder.path() + "/provider";
  if (schemas) provider_options.database_url = schemas->url("provider");
  provider_options.reads_kept_settings = false;
  provider_options.reading_program = options.reading_program;
  provider_options.settings =
      config::in_force({.overrides = {{"server.port", std::to_string(provider_options.server.port)},
                                      {"data.directory", provider_options.data_directory},
                                      {"database.url", provider_options.database_url},
                                      {"domains.resolve", "false"},
                                      {"materials.reading_program", options.reading_program}}});
  // The samples' names are nobody's, and the world's resolvers need not hear of them.
  provider_options.domains.resolve = false;
  provider_options.links = {link_to(authority.origin(), options.profile)};
  if (const auto put =
          authority.sandbox().put_provider(account_at_authority(provider_options.links[0]));
      !put)
    throw std::runtime_error(describe(put.error()));
  Provider provider(provider_options);
  // The samples' password stands on the page: guarding it dearly only makes each start slower.
  accounts::set_password_cost({.memory_kib = 19 * 1024});
  make_accounts(provider.database());
  provider.start();

  int exit_code = 0;
  if (once) {
    WalkOptions walk;
    walk.provider = provider.origin();
    walk.authority = authority.origin();
    walk.applicant_name = kApplicant;
    walk.reviewer_name = kReviewer;
    walk.password = Secret(kPassword);
    const auto walked = walk_first_filing(
        walk, scenario, [&](const WalkStep& step) { print_step(step, options.json); });
    exit_code = finish(walked, scenario, options.json);
  } else {
    print_addresses(provider, authority);
    wait_for_signal();
  }
  provider.stop();
  authority.stop();
  return exit_code;
}

}  // namespace beian::app
