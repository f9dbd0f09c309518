#include "accounts/password.hpp"

#include <atomic>
#include <mutex>
#include <set>

#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace beian::accounts {

namespace {

const std::set<std::string>& common() {
  static const auto kCommon = [] {
    const auto json = parse_json(embedded::file("data/accounts/common_passwords.json"));
    if (!json) throw std::logic_error("data/accounts/common_passwords.json is not JSON");
    std::set<std::string> all;
    for (const auto& item : (*json)["passwords"].items())
      all.insert(text::lower_ascii(item.as_string()));
    if (all.empty()) throw std::logic_error("data/accounts/common_passwords.json is empty");
    return all;
  }();
  return kCommon;
}

std::atomic<crypto::PasswordCost>& cost_in_force() {
  static std::atomic<crypto::PasswordCost> cost{crypto::PasswordCost{}};
  return cost;
}

// A short piece over and over: aaaaaaaaaa, 1212121212, qwertqwert.
bool repeats(std::string_view s) {
  for (size_t period = 1; period <= 5 && period * 2 <= s.size(); ++period) {
    if (s.substr(period) == s.substr(0, s.size() - period)) return true;
  }
  return false;
}

}  // namespace

Result<Secret> normal_password(const Secret& password, std::string_view field) {
  const auto& bytes = password.reveal();
  if (bytes.size() > kPasswordMaxBytes)
    return fail(ProblemCode::too_long, std::string(field),
                {{"max", std::to_string(kPasswordMaxBytes)}});
  if (!text::is_utf8(bytes))
    return fail(ProblemCode::bad_encoding, std::string(field), {{"encoding", "UTF-8"}});
  Secret normal(to_nfc(bytes));
  if (normal.reveal().size() > kPasswordMaxBytes)
    return fail(ProblemCode::too_long, std::string(field),
                {{"max", std::to_string(kPasswordMaxBytes)}});
  return normal;
}

Problems check_password(const Secret& password, const Name& name, std::string_view field) {
  Problems problems;
  const std::string lower = text::lower_ascii(password.reveal());
  const auto add = [&](ProblemCode code, std::vector<std::pair<std::string, std::string>> args) {
    problems.push_back({code, std::string(field), std::move(args)});
  };
  if (text::length(lower) < kPasswordMin)
    add(ProblemCode::too_short, {{"min", std::to_string(kPasswordMin)}});
  if (common().contains(lower) || (!lower.empty() && repeats(lower)))
    add(ProblemCode::weak_password, {});
  if (!name.key.empty() && lower.find(name.key) != std::string::npos)
    add(ProblemCode::password_has_name, {});
  return problems;
}

void set_password_cost(crypto::PasswordCost cost) {
  cost_in_force() = cost;
}

std::string hash_password(const Secret& password) {
  return crypto::hash_password(password, cost_in_force());
}

bool costs_as_now(std::string_view hash) {
  return crypto::has_cost(hash, cost_in_force());
}

std::string decoy_hash() {
  static std::mutex mutex;
  static std::string hash;
  const std::lock_guard lock(mutex);
  if (!costs_as_now(hash)) hash = hash_password(Secret(base64url_encode(random_bytes(32))));
  return hash;
}

}  // namespace beian::accounts
