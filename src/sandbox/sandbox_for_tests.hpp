// A whole sandbox authority without network: routes called through the router, by wire messages.
#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "platform/blob/blob.hpp"
#include "sandbox/sandbox.hpp"
#include "testing/database.hpp"
#include "wire/codec.hpp"
#include "wire/profile.hpp"
#include "wire/returns.hpp"
#include "wire/soap.hpp"

namespace beian::sandbox {

inline constexpr int64_t kProvider = 20001;
inline constexpr char kUser[] = "yangli";
inline constexpr char kPassword[] = "样例口令-1";

class SandboxForTests {
 public:
  explicit SandboxForTests(const std::string& backend, Options options = {})
      : database(testing::make_database(backend, "sandbox-")), options_(std::move(options)) {
    blobs = blob::open_directory(folder.path("blobs"), Secret(std::string(32, 'k')));
    restart();
  }

  // As a new process on the same data.
  void restart() {
    router = http::Router();
    sandbox.reset();
    sandbox = std::make_unique<Sandbox>(database.database, *blobs, clock, options_);
    router.add(sandbox->routes());
  }

  void add_provider(const std::string& profile, int encryption = 0) {
    ProviderAccount account;
    account.provider_id = kProvider;
    account.user_name = kUser;
    account.password = Secret(kPassword);
    account.profile = profile;
    account.encryption = encryption;
    account.key = keys.key;
    account.iv = keys.iv;
    account.province = 440000;
    sandbox->put_provider(account).value();
    keys.encryption = static_cast<wire::Encryption>(encryption);
    profile_ = wire::Profile::named(profile).value();
  }

  http::Response get(const std::string& path, http::Headers headers = {}) {
    return request("GET", path, {}, std::move(headers));
  }
  http::Response request(const std::string& method, const std::string& target,
                         const std::string& body = {}, http::Headers headers = {}) {
    http::Request r;
    r.method = method;
    r.target = target;
    const size_t mark = target.find('?');
    r.path = target.substr(0, mark);
    if (mark != std::string::npos) {
      const std::string query = target.substr(mark + 1);
      const size_t equals = query.find('=');
      r.query.emplace_back(query.substr(0, equals),
                           equals == std::string::npos ? "" : query.substr(equals + 1));
    }
    r.headers = std::move(headers);
    r.headers.emplace_back("Host", "127.0.0.1:8081");
    if (!body.empty() && body.front() == '{')
      r.headers.emplace_back("Content-Type", "application/json");
    r.body = body;
    return router.handle(std::move(r));
  }
  Json json(const std::string& method, const std::string& target, const Json& body = {}) {
    const auto response = request(method, target, body.is_null() ? "" : to_string(body));
    if (response.status >= 300)
      throw std::runtime_error(method + " " + target + ": " + response.body);
    return response.body.empty() ? Json() : parse_json(response.body).value();
  }

  wire::Wsdl wsdl(const std::string& path) {
    return wire::read_wsdl({get(path + "?wsdl").body}).value();
  }
  static std::string path_of(const std::string& operation) {
    if (operation == "isp_querybeianstatus") return "/BeianStatusWebService/queryBeianStatus";
    if (operation == "isp_verifybamm") return "/BeianStatusWebService/verifyBamm";
    return "/ISPWebService/upDownLoad";
  }

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  http::Response soap(const std::string& operation, const Parameters& changes = {}) {
    const std::string random = random_alphanumeric(20);
    wire::Call call{operation,
                    {{"ispId", std::to_string(kProvider)},
                     {"userName", kUser},
                     {"randVal", random},
                     {"pwdHash", wire::password_hash(Secret(kPassword), random)},
                     {"hashAlgorithm", "0"}}};
    for (const auto& [name, value] : changes) {
      std::erase_if(call.parameters, [&](const auto& p) { return p.first == name; });
      call.parameters.emplace_back(name, value);
    }
    const std::string path = path_of(operation);
    return request("POST", path, wire::write_request(*wsdl(path).find(operation), call));
  }
  wire::Return call(const std::string& operation, const Parameters& changes = {}) {
    const auto response = soap(operation, changes);
    return wire::read_return(wire::read_response(response.body).value()).value();
  }

  std::string document(const std::vector<Json>& records, int64_t provider = kProvider) {
    wire::UploadBuilder builder(profile_, "icp", "new_filings", provider);
    for (const auto& record : records) builder.add(record).value();
    return builder.finish();
  }
  static Parameters sealed(int64_t sequence, const wire::Envelope& e) {
    return {{"beianInfo", e.beian_info},
            {"beianInfoHash", e.beian_info_hash},
            {"dataSequence", std::to_string(sequence)},
            {"encryptAlgorithm", std::to_string(e.encrypt_algorithm)},
            {"hashAlgorithm", std::to_string(e.hash_algorithm)},
            {"compressionFormat", std::to_string(e.compression_format)}};
  }
  wire::Return upload_xml(int64_t sequence, const std::string& xml) {
    return call("isp_upload", sealed(sequence, wire::seal_envelope(xml, keys)));
  }
  wire::Return upload(int64_t sequence, const std::vector<Json>& records) {
    return upload_xml(sequence, document(records));
  }

  std::string xml_of(const wire::Return& answer) {
    return wire::open_envelope(answer.file->envelope, keys).value();
  }
  // Downloads and acknowledges until nothing is left; the documents' icp parts in order.
  std::vector<Json> fetch() {
    std::vector<Json> all;
    for (;;) {
      const auto answer = call("isp_download");
      if (!answer.file) return all;
      const std::string xml = xml_of(answer);
      documents.push_back(xml);
      all.push_back(wire::decode(*profile_, "DownloadData", xml).value()["icp"]);
      call("isp_downloadack", {{"fileName", answer.file->file_name}});
    }
  }
  std::string code_for(const std::string& mobile) {
    return json("GET", "/manage/phones/" + mobile + "/messages").at(0)["code"].as_string();
  }
  int enter(const std::string& mobile, const std::string& last_six, const std::string& code) {
    return request("POST", "/manage/sms",
                   to_string(
                       Json::object({{"mobile", mobile}, {"last_six", last_six}, {"code", code}})))
        .status;
  }
  std::string state(size_t index = 0) {
    return json("GET", "/manage/records").at(index)["state"].as_string();
  }

  testing::TempFolder folder;
  testing::TestDatabase database;
  std::unique_ptr<blob::Store> blobs;
  FakeClock clock;
  wire::EnvelopeKeys keys{wire::Encryption::none, Secret("0123456789abcdef"),
                          Secret("fedcba9876543210")};
  std::unique_ptr<Sandbox> sandbox;
  http::Router router;
  std::vector<std::string> documents;  // every downloaded XML

 private:
  Options options_;
  std::shared_ptr<const wire::Profile> profile_;
};

}  // namespace beian::sandbox
