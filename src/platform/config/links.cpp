#include "platform/config/links.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.hpp"
#include "platform/config/declarations.hpp"

namespace beian::config {

namespace {

constexpr std::string_view kUploadPath = "/ISPWebService/upDownLoad?wsdl";
constexpr std::string_view kQueryPath = "/BeianStatusWebService/queryBeianStatus?wsdl";
constexpr std::string_view kVerifyPath = "/BeianStatusWebService/verifyBamm?wsdl";

bool is_url(std::string_view s) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (s.starts_with(scheme) && s.size() > scheme.size() && s.find_first_of(" \t\r\n") == s.npos)
      return true;
  }
  return false;
}

// One table being read; every problem gets the table's place.
class Reader {
 public:
  Reader(const Json& table, std::string place, Problems& problems)
      : table_(table), place_(std::move(place)), problems_(problems) {}

  bool has(std::string_view key) const { return table_.find(key) != nullptr; }
  void bad(std::string_view key, std::string reason) {
    problems_.push_back(bad_setting(place_ + "." + std::string(key), std::move(reason)));
  }
  std::string field(std::string_view key) const { return place_ + "." + std::string(key); }

  // Empty when absent; a wrong type is told.
  std::string text(std::string_view key) {
    const Json* value = table_.find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) {
      bad(key, "应为文本");
      return {};
    }
    if (value->as_string().empty()) bad(key, "不能为空");
    return value->as_string();
  }
  std::string required(std::string_view key) {
    if (!has(key)) bad(key, "缺少");
    return text(key);
  }
  int64_t integer(std::string_view key, int64_t otherwise, int64_t min, int64_t max) {
    const Json* value = table_.find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_int() || value->as_int() < min || value->as_int() > max) {
      bad(key, "应为 " + std::to_string(min) + " 到 " + std::to_string(max) + " 的整数");
      return otherwise;
    }
    return value->as_int();
  }
  std::string choice(std::string_view key, const std::vector<std::string>& choices) {
    if (!has(key)) return choices.front();
    const std::string given = text(key);
    if (std::find(choices.begin(), choices.end(), given) != choices.end()) return given;
    bad(key, "应为 " + text::join(choices, "、") + " 之一");
    return choices.front();
  }
  std::string url(std::string_view key) {
    const std::string given = text(key);
    if (!given.empty() && !is_url(given)) bad(key, "应为 http 或 https 地址");
    return given;
  }
  const Json& raw(std::string_view key) const { return table_[key]; }

 private:
  const Json& table_;
  std::string place_;
  Problems& problems_;
};

std::vector<int64_t> read_provinces(Reader& in) {
  std::vector<int64_t> out;
  if (in.raw("provinces").size() == 0) in.bad("provinces", "应为六位省级代码的列表");
  for (const auto& item : in.raw("provinces").items()) {
    int64_t code = item.as_int();
    if (item.is_string() && !text::parse_i64(item.as_string(), code)) code = 0;
    if (code < 110000 || code > 820000 || code % 10000 != 0) {
      in.bad("provinces", "不是六位省级代码：" + to_string(item));
    } else if (std::find(out.begin(), out.end(), code) != out.end()) {
      in.bad("provinces", "重复：" + std::to_string(code));
    } else {
      out.push_back(code);
    }
  }
  return out;
}

Secret read_password(Reader& in, const std::string& folder, Problems& problems) {
  const std::string given = in.text("password");
  std::string path = in.text("password_file");
  if (in.has("password") == in.has("password_file")) {
    in.bad("password", "password 和 password_file 须填一个且只填一个");
    return Secret(given);
  }
  if (path.empty()) return Secret(given);
  if (!path.starts_with('/') && !folder.empty()) path = folder + "/" + path;
  const auto content = read_file(path, in.field("password_file"));
  if (!content) {
    problems.insert(problems.end(), content.error().begin(), content.error().end());
    return {};
  }
  std::string line = content->substr(0, content->find_first_of("\r\n"));
  if (line.empty()) in.bad("password_file", "文件第一行为空");
  return Secret(std::move(line));
}

void read_addresses(Reader& in, AuthorityLink& link) {
  std::string base = in.url("base_url");
  while (base.ends_with('/')) base.pop_back();
  link.upload_wsdl = in.url("upload_wsdl");
  link.query_wsdl = in.url("query_wsdl");
  link.verify_wsdl = in.url("verify_wsdl");
  if (link.upload_wsdl.empty() && !base.empty()) link.upload_wsdl = base + std::string(kUploadPath);
  if (link.query_wsdl.empty() && !base.empty()) link.query_wsdl = base + std::string(kQueryPath);
  if (link.verify_wsdl.empty() && !base.empty()) link.verify_wsdl = base + std::string(kVerifyPath);
  if (!in.has("base_url") && !(in.has("upload_wsdl") && in.has("query_wsdl")))
    in.bad("base_url", "缺少：须填它，或填两个 WSDL 地址");
}

AuthorityLink read_link(const Json& table, const std::string& place, const std::string& folder,
                        Problems& problems) {
  Reader in(table, place, problems);
  for (const auto& [key, value] : table.members()) {
    const auto keys = link_keys();
    if (std::none_of(keys.begin(), keys.end(), [&](const LinkKey& k) { return k.key == key; }))
      problems.push_back(unknown_setting(place + "." + key));
  }
  AuthorityLink link;
  link.id = in.required("id");
  if (link.id.size() > 40 ||
      link.id.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != link.id.npos)
    in.bad("id", "应为最多 40 个字母、数字或连字符");
  link.provinces = read_provinces(in);
  read_addresses(in, link);
  link.user_name = in.required("user_name");
  link.password = read_password(in, folder, problems);
  if (!in.has("provider_id")) in.bad("provider_id", "缺少");
  link.provider_id = in.integer("provider_id", 0, 1, 9'999'999'999);
  link.profile = in.choice("profile", {"miit-3.0", "openbeian-3.1"});
  link.encrypted = in.choice("encryption", {"none", "aes"}) == "aes";
  for (const std::string_view name : {"key", "iv"}) {
    const std::string given = in.text(name);
    if (link.encrypted ? given.size() != 16 : !given.empty() && given.size() != 16)
      in.bad(name, "应为 16 个字符");
    (name == "key" ? link.key : link.iv) = Secret(given);
  }
  link.poll = Millis{in.integer("poll_seconds", 30, 1, 86400) * 1000};
  link.poll_soon = Millis{in.integer("poll_soon_ms", 1000, 20, 60'000)};
  link.unfiled_site_days = in.integer("unfiled_site_days", 5, 1, 365);
  link.verification_days = in.integer("verification_days", 10, 1, 365);
  link.library_quiet = Millis{1000 * in.integer("library_quiet_seconds", 600, 0, 86'400)};
  link.rectification_days = in.integer("rectification_days", 15, 1, 365);
  return link;
}

}  // namespace

Problem bad_setting(const std::string& key, std::string reason) {
  return {ProblemCode::bad_setting, key, {{"key", key}, {"reason", std::move(reason)}}};
}

Problem unknown_setting(const std::string& key) {
  return {ProblemCode::unknown_setting, key, {{"key", key}}};
}

Result<std::string> read_file(const std::string& path, const std::string& field) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (in && in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
  // A folder opens well and fails to be read.
  if (!in.is_open() || in.bad() || (out.str().empty() && errno != 0))
    return fail(ProblemCode::file_unreadable, field,
                {{"path", path}, {"reason", std::strerror(errno != 0 ? errno : EIO)}});
  return out.str();
}

std::vector<AuthorityLink> read_links(const Json& tables, const std::string& folder,
                                      Problems& problems) {
  std::vector<AuthorityLink> links;
  std::map<std::string, std::string> ids;
  std::map<int64_t, std::string> provinces;
  if (!tables.is_array()) {
    problems.push_back(bad_setting("authority", "应写成 [[authority]]，每条链路一段"));
    return links;
  }
  for (size_t i = 0; i < tables.size(); ++i) {
    const std::string place = "authority[" + std::to_string(i) + "]";
    if (!tables.at(i).is_object()) {
      problems.push_back(bad_setting(place, "应为一段 [[authority]]"));
      continue;
    }
    auto link = read_link(tables.at(i), place, folder, problems);
    if (!link.id.empty() && !ids.emplace(link.id, place).second)
      problems.push_back(bad_setting(place + ".id", "与其重复：" + ids[link.id]));
    for (const int64_t code : link.provinces) {
      const auto [it, fresh] = provinces.emplace(code, place);
      if (!fresh)
        problems.push_back(bad_setting(place + ".provinces",
                                       std::to_string(code) + " 已由此链路负责：" + it->second));
    }
    links.push_back(std::move(link));
  }
  return links;
}

}  // namespace beian::config
