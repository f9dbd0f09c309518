#include "diary_world.hpp"

#include <chrono>
#include <stdexcept>

#include "accounts/accounts.hpp"
#include "accounts/password.hpp"
#include "app/api_user.hpp"
#include "app/configure.hpp"
#include "base/text.hpp"
#include "diary_values.hpp"
#include "platform/config/settings.hpp"
#include "platform/http/client.hpp"

namespace beian::diary {
namespace {

constexpr int64_t kProvince = 440000, kHere = 1001, kElsewhere = 1002;
constexpr std::string_view kElsewherePrefix = "elsewhere/";
constexpr Millis kStep{1'000};
constexpr int kQuietRounds = 3, kMostRounds = 120;
// A session is renewed before it ends.
constexpr Millis kSessionUse = std::chrono::hours{11};

sandbox::ProviderAccount at_authority(int64_t provider_id, const std::string& profile) {
  sandbox::ProviderAccount account;
  account.provider_id = provider_id;
  account.user_name = "sample-" + std::to_string(provider_id);
  account.password = Secret("Sample-Password-1");
  account.profile = profile;
  account.encryption = 1;
  account.key = Secret("0123456789abcdef");
  account.iv = Secret("fedcba9876543210");
  account.province = kProvince;
  return account;
}

authority::LinkConfig link_to(const std::string& origin, int64_t provider_id,
                              const std::string& profile) {
  const auto account = at_authority(provider_id, profile);
  authority::LinkConfig link;
  link.id = "gd";
  link.provinces = {kProvince};
  link.upload_wsdl_url = origin + "/ISPWebService/upDownLoad?wsdl";
  link.query_wsdl_url = origin + "/BeianStatusWebService/queryBeianStatus?wsdl";
  link.verify_wsdl_url = origin + "/BeianStatusWebService/verifyBamm?wsdl";
  link.user_name = account.user_name;
  link.password = account.password;
  link.provider_id = account.provider_id;
  link.profile = profile;
  link.keys = {wire::Encryption::aes128cbc, account.key, account.iv};
  link.poll = kStep;
  link.poll_soon = kStep;
  return link;
}

// `authority` is known only when the sandbox listens.
app::ProviderOptions configured(const WorldOptions& options, const std::string& authority) {
  config::Values overrides{{"domains.resolve", "false"}};
  const Names names{{"authority", authority}};
  for (const auto& [key, value] : options.settings) overrides[key] = filled_text(value, names);
  const auto settings = config::load({.overrides = overrides});
  if (!settings)
    throw std::invalid_argument("settings of the diary: " + app::describe(settings.error()));
  return app::provider_options(*settings);
}

}  // namespace

World::World(const WorldOptions& options)
    : options_(options), authority_database_(testing::make_empty_database(options.backend)) {
  // A diary makes and signs in a handful of accounts: nothing of it is about their safety.
  accounts::set_password_cost({.memory_kib = 64, .passes = 1});
  app::SandboxHostOptions there;
  there.data_directory = folder_.path("authority");
  there.database_url = authority_database_.url;
  there.clock = &clock_;
  there.background = false;
  there.sandbox.province = kProvince;
  there.sandbox.auto_sms = options.auto_sms;
  if (options.auto_decide) there.sandbox.auto_decide_after = Millis{0};
  authority_ = std::make_unique<app::SandboxHost>(there);
  authority_->start();
  start(here_, "here", kHere);
}

void World::start(Side& side, const std::string& name, int64_t provider_id) {
  if (!authority_->sandbox().put_provider(at_authority(provider_id, options_.profile)))
    throw std::logic_error("the sandbox refuses the sample provider");
  side.database.emplace(testing::make_empty_database(options_.backend));
  app::ProviderOptions options = configured(options_, authority_->origin());
  options.data_directory = folder_.path(name);
  options.database_url = side.database->url;
  options.links = {link_to(authority_->origin(), provider_id, options_.profile)};
  options.clock = &clock_;
  side.provider = std::make_unique<app::Provider>(options);
}

void World::begin_anew() {
  here_.provider.reset();  // before its database
  here_.accounts.clear();
  start(here_, "here-" + std::to_string(to_ms(clock_.now())), kHere);
}

const Secret& World::password() {
  static const Secret kPassword("Diary-Sample-Password-1");
  return kPassword;
}

World::Side& World::side_of(std::string& account) {
  if (!account.starts_with(kElsewherePrefix)) return here_;
  account.erase(0, kElsewherePrefix.size());
  if (!elsewhere_.provider) start(elsewhere_, "elsewhere", kElsewhere);
  return elsewhere_;
}

World::Signed& World::account(Side& side, const std::string& name) {
  auto found = side.accounts.find(name);
  if (found == side.accounts.end()) {
    const auto made = accounts::create_account(side.provider->database(), clock_.now(), name,
                                               password(), name.substr(0, name.find('-')));
    if (!made) throw std::invalid_argument(name + ": " + app::describe(made.error()));
    found = side.accounts.emplace(name, Signed{made->id, "", "", {}}).first;
  }
  return found->second;
}

std::string World::account_id(std::string name) {
  Side& side = side_of(name);
  return account(side, name).id;
}

void World::sign_in(Side& side, const std::string& name, Signed& who) {
  http::Request request;
  request.method = "POST";
  request.body = to_string(Json::object({{"name", name}, {"password", password().reveal()}}));
  const auto answer = send(side, std::move(request), "/api/v1/session");
  const auto session = parse_json(answer.body);
  if (answer.status >= 400 || !session) throw std::logic_error(name + " cannot sign in");
  const std::string cookie(http::header_of(answer.headers, "set-cookie"));
  who.cookie = cookie.substr(0, cookie.find(';'));
  who.csrf = (*session)["csrf"].as_string();
  who.until = clock_.now() + kSessionUse;
}

http::Response World::send(const Side& side, http::Request request, const std::string& target) {
  if (!http::set_target(request, target)) throw std::invalid_argument("not a path: " + target);
  request.remote = "127.0.0.1";
  return side.provider->router().handle(std::move(request));
}

http::Response World::call(std::string name, const std::string& method, const std::string& target,
                           const std::string& body, const http::Headers& headers) {
  http::Request request;
  request.method = method;
  request.body = body;
  request.headers = headers;
  Side& side = side_of(name);
  if (!name.empty()) {
    Signed& who = account(side, name);
    if (who.until <= clock_.now()) sign_in(side, name, who);
    request.headers.emplace_back("Cookie", who.cookie);
    request.headers.emplace_back("X-CSRF-Token", who.csrf);
  }
  return send(side, std::move(request), target);
}

http::Response World::ask_authority(const std::string& method, const std::string& target,
                                    const std::string& body) {
  http::ClientRequest request;
  request.method = method;
  request.url = authority_->origin() + target;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body;
  auto answer = http::send(request);
  if (!answer) throw std::runtime_error("the sandbox does not answer");
  return std::move(*answer);
}

// What tells whether something happened: every row that a provider writes on its way.
std::string World::fingerprint(Side& side) {
  if (!side.provider) return {};
  return side.provider->database().read_value([](db::Tx& tx) {
    std::string out;
    for (const auto* sql :
         {"SELECT COALESCE(SUM(version), 0) FROM orders", "SELECT COUNT(*) FROM authority_uploads",
          "SELECT COUNT(*) FROM authority_downloads"})
      out += std::to_string(tx.query_i64(sql)) + " ";
    return out;
  });
}

bool World::round() {
  const std::string before = fingerprint(here_) + fingerprint(elsewhere_);
  size_t worked = here_.provider->run_due();
  if (elsewhere_.provider) worked += elsewhere_.provider->run_due();
  worked += authority_->sandbox().run_due();
  const bool moved = worked > 0 || fingerprint(here_) + fingerprint(elsewhere_) != before;
  clock_.advance(kStep);
  return moved;
}

bool World::settle() {
  int quiet = 0;
  for (int rounds = 0; rounds < kMostRounds && quiet < kQuietRounds; ++rounds)
    quiet = round() ? 0 : quiet + 1;
  return quiet == kQuietRounds;
}

}  // namespace beian::diary
