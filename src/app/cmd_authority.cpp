#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "app/api_user.hpp"
#include "app/commands.hpp"
#include "app/sandbox_host.hpp"
#include "app/signals.hpp"
#include "base/embedded.hpp"

namespace beian::app {

namespace {

sandbox::ProviderAccount account_of(const Json& json) {
  sandbox::ProviderAccount account;
  account.provider_id = json["provider_id"].as_int();
  account.user_name = json["user_name"].as_string();
  account.password = Secret(json["password"].as_string());
  if (!json["profile"].is_null()) account.profile = json["profile"].as_string();
  account.encryption = static_cast<int>(json["encryption"].as_int());
  account.key = Secret(json["key"].as_string());
  account.iv = Secret(json["iv"].as_string());
  account.province = json["province"].as_int();
  return account;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool add_provider(sandbox::Sandbox& authority, const std::string& path) {
  const auto json = parse_json(content_of(path));
  const auto stored = json ? authority.put_provider(account_of(*json)) : Status(fail(json));
  if (!stored) std::fprintf(stderr, "%s: %s\n", path.c_str(), describe(stored.error()).c_str());
  return stored.has_value();
}

// A file, or the name of one that is part of the binary.
bool add_scenario(sandbox::Sandbox& authority, const std::string& name) {
  const auto files = embedded::files();
  const auto found =
      std::ranges::find(files, "data/sandbox/" + name + ".json", &embedded::File::name);
  const auto json = parse_json(found != files.end() ? std::string(found->bytes) : content_of(name));
  const auto played = json ? authority.play_scenario(*json) : Status(fail(json));
  if (!played) std::fprintf(stderr, "%s: %s\n", name.c_str(), describe(played.error()).c_str());
  return played.has_value();
}

}  // namespace

int authority(const AuthorityOptions& options) {
  hold_signals();
  SandboxHostOptions host_options;
  host_options.address = options.address;
  host_options.port = static_cast<uint16_t>(options.port);
  host_options.data_directory = options.data;
  host_options.database_url = options.database;
  host_options.sandbox.province = options.province;
  host_options.sandbox.auto_sms = options.auto_sms;
  if (options.auto_decide_after_ms >= 0)
    host_options.sandbox.auto_decide_after = Millis(options.auto_decide_after_ms);
  SandboxHost host(host_options);
  for (const auto& path : options.provider_files) {
    if (!add_provider(host.sandbox(), path)) return 1;
  }
  for (const auto& name : options.scenarios) {
    if (!add_scenario(host.sandbox(), name)) return 1;
  }
  host.start();
  std::printf("模拟管局 %s\n", host.origin().c_str());
  std::fflush(stdout);
  wait_for_signal();
  host.stop();
  return 0;
}

}  // namespace beian::app
