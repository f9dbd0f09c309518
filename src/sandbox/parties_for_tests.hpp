// A sandbox with several providers and records of every ICP operation, for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "sandbox/library.hpp"
#include "sandbox/samples_for_tests.hpp"
#include "sandbox/sandbox_for_tests.hpp"

namespace beian::sandbox {

// The records of operations other than new filings, about what is filed.
namespace samples {

inline Json attachment(int purpose, const Json& owner) {
  return Json::object({{"format", 1}, {"purpose", purpose}, {"content", jpeg()}, {"owner", owner}});
}
inline Json entity_owner(const LibraryEntity& entity) {
  return Json::object({{"kind", 1}, {"filing_number", entity.number}});
}

inline Json new_service(const LibraryEntity& entity, int n) {
  return Json::object({{"entity", Json::object({{"filing_number", entity.number}})},
                       {"services", Json::array({service(n)})},
                       {"attachments", Json::array({attachment(2, entity_owner(entity))})}});
}

inline Json new_access(const LibraryService& service, int n, const std::string& password_md5) {
  const int64_t address = 3405804000 + n * 4;
  return Json::object({{"service", Json::object({{"filing_number", service.number}})},
                       {"provider_access_id", n * 10 + 3},
                       {"locations", Json::array({19})},
                       {"methods", Json::array({3})},
                       {"addresses", Json::array({Json::object({{"provider_address_id", n * 10 + 4},
                                                                {"from", address},
                                                                {"to", address + 1}})})},
                       {"icp_password_md5", password_md5}});
}

// A change that changes nothing yet: what BASJ told this provider, in the form of BGBA.
inline Json change(const Json& filed, int64_t provider) {
  Json entity = filed["entity"];
  for (const char* field : {"provider_entity_id", "reporting_type", "first_filed", "last_changed",
                            "certificate_valid_until", "reviewer", "reviewed"})
    entity.erase(field);
  Json services = Json::array();
  int64_t next = 900'001;
  for (Json service : filed["services"].items()) {
    for (const char* field : {"provider_service_id", "first_filed", "last_changed"})
      service.erase(field);
    for (auto& domain : service.find("domains")->items()) domain.set("provider_domain_id", next++);
    Json accesses = Json::array();
    for (Json access : service["accesses"].items()) {
      if (access["provider"].as_int() != provider) continue;
      for (const char* field : {"provider_access_id", "provider"}) access.erase(field);
      for (auto& address : access.find("addresses")->items())
        address.set("provider_address_id", next++);
      accesses.push(std::move(access));
    }
    service.set("accesses", std::move(accesses));
    services.push(std::move(service));
  }
  return Json::object({{"entity", std::move(entity)}, {"services", std::move(services)}});
}

inline Json cancellation(int kind, int64_t id, int reason, const std::string& password_md5 = {}) {
  Json record = Json::object({{"kind", kind}, {"record_id", id}, {"reason", reason}});
  if (!password_md5.empty()) record.set("icp_password_md5", password_md5);
  return record;
}

// What the answer to a verification task says of the filing.
inline Json verification_result(const Json& filed, int64_t provider) {
  Json record = change(filed, provider);
  record.find("entity")->erase("filing_number");
  for (auto& service : record.find("services")->items()) {
    for (const char* field : {"filing_number", "languages"}) service.erase(field);
    for (auto& domain : service.find("domains")->items()) domain.erase("provider_domain_id");
    for (auto& access : service.find("accesses")->items()) {
      access.set("reporting_method", 1);
      for (auto& address : access.find("addresses")->items()) address.erase("provider_address_id");
    }
  }
  return Json::object({{"result", 0},
                       {"verifier", "样例核实人"},
                       {"time", "2026-11-25"},
                       {"reporting_unit", provider},
                       {"opinion", "信息真实、准确、完整"},
                       {"record", std::move(record)}});
}

inline Json unfiled_action(const std::string& domain, int64_t address, int64_t provider) {
  return Json::object({{"domain", domain},
                       {"address", address},
                       {"carrier", 1},
                       {"provider", provider},
                       {"province", 440000},
                       {"result", 1},
                       {"opinion", "已关闭接入"},
                       {"listed", "2026-11-20"},
                       {"due", "2026-11-30"}});
}

}  // namespace samples

class Parties {
 public:
  explicit Parties(const std::string& backend, Options options = {})
      : s(backend, std::move(options)) {}

  void add(int64_t id, const std::string& profile) {
    ProviderAccount account;
    account.provider_id = id;
    account.user_name = "yangli" + std::to_string(id);
    account.password = Secret(kPassword);
    account.profile = profile;
    account.province = 440000;
    s.sandbox->put_provider(account).value();
    profiles_[id] = wire::Profile::named(profile).value();
  }

  template <class Work>
  auto read(Work work) {
    decltype(work(std::declval<db::Tx&>())) result;
    s.database.database->read([&](db::Tx& tx) { result = work(tx); });
    return result;
  }

  // One file with these records of one operation ("changes", below icp); judged when this returns.
  void send(int64_t id, const std::string& operation, const std::vector<Json>& records) {
    wire::UploadBuilder builder(profiles_.at(id), "icp", operation, id);
    for (const auto& record : records) {
      const auto added = builder.add(record);
      if (!added) throw std::runtime_error(to_string(record) + added.error().front().field);
    }
    send_xml(id, builder.finish());
  }
  void send_xml(int64_t id, const std::string& xml) {
    auto parameters = SandboxForTests::sealed(++sequences_[id], wire::seal_envelope(xml, s.keys));
    const auto answer = call(id, "isp_upload", std::move(parameters));
    if (answer.msg_code != 0) throw std::runtime_error("not accepted: " + answer.msg);
    s.sandbox->run_due();
  }
  wire::Return call(int64_t id, const std::string& operation,
                    SandboxForTests::Parameters parameters = {}) {
    parameters.emplace_back("ispId", std::to_string(id));
    parameters.emplace_back("userName", "yangli" + std::to_string(id));
    return s.call(operation, parameters);
  }
  // Everything that waits for the provider, acknowledged; the icp parts in order.
  std::vector<Json> fetch(int64_t id) {
    std::vector<Json> all;
    for (;;) {
      const auto answer = call(id, "isp_download");
      if (!answer.file) return all;
      const std::string xml = s.xml_of(answer);
      documents.push_back(xml);
      all.push_back(wire::decode(*profiles_.at(id), "DownloadData", xml).value()["icp"]);
      call(id, "isp_downloadack", {{"fileName", answer.file->file_name}});
    }
  }
  // The newest record of the sandbox.
  Json last_record() {
    const Json all = s.json("GET", "/manage/records");
    return all.at(all.size() - 1);
  }
  void decide(int64_t record, bool approve) {
    Json body = Json::object({{"approve", approve}});
    if (!approve) body.set("opinion", "样例意见");
    s.json("POST", "/manage/records/" + std::to_string(record) + "/decision", body);
  }
  void approve_last() { decide(last_record()["id"].as_int(), true); }

  // A record that is approved at once.
  void filed(int64_t id, const std::string& operation, const Json& record) {
    send(id, operation, {record});
    approve_last();
  }
  // Files the n-th sample; its entity. The password stands in the manager's newest message.
  LibraryEntity file(int64_t id, int n) {
    filed(id, "new_filings", samples::record(n));
    const auto messages = s.json("GET", "/manage/phones/" + samples::mobile(n * 2) + "/messages");
    const std::string& text = messages.at(0)["text"].as_string();
    const std::string mark = "备案密码 ";
    passwords[n] = text.substr(text.find(mark) + mark.size(), 8);
    return read([&](db::Tx& tx) { return *entity_by_certificate(tx, 1, samples::credit_code(n)); });
  }
  std::string md5(int n) { return hex_encode(crypto::md5(passwords.at(n))); }

  Json document(int64_t entity, int64_t provider) {
    return read(
        [&](db::Tx& tx) { return *filed_document(tx, *entity_by_id(tx, entity), provider); });
  }
  std::vector<LibraryService> services(int64_t entity) {
    return read([&](db::Tx& tx) { return services_of(tx, entity); });
  }
  std::vector<LibraryAccess> accesses(int64_t service) {
    return read([&](db::Tx& tx) { return accesses_of(tx, service); });
  }

  SandboxForTests s;
  std::map<int, std::string> passwords;  // by sample
  std::vector<std::string> documents;    // every downloaded XML

 private:
  std::map<int64_t, std::shared_ptr<const wire::Profile>> profiles_;
  std::map<int64_t, int64_t> sequences_;
};

}  // namespace beian::sandbox
