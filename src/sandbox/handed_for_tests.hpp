// Several providers at one sandbox, and whole documents: for tests of IP and domain filings, of
// what is handed down, and of scenarios.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sandbox/samples_for_tests.hpp"
#include "sandbox/sandbox_for_tests.hpp"

namespace beian::sandbox {

inline constexpr int64_t kA = kProvider, kB = 20002, kC = 20003;

class Providers {
 public:
  explicit Providers(const std::string& backend, Options options = {})
      : s(backend, std::move(options)) {
    s.add_provider("miit-3.0");
    add(kB);
    add(kC);
  }

  void add(int64_t id, const std::string& profile = "miit-3.0") {
    ProviderAccount account;
    account.provider_id = id;
    account.user_name = id == kA ? kUser : "yangli" + std::to_string(id);
    account.password = Secret(kPassword);
    account.profile = profile;
    account.province = 440000;
    s.sandbox->put_provider(account).value();
  }
  SandboxForTests::Parameters as(int64_t id, SandboxForTests::Parameters more = {}) const {
    if (id != kA) {
      more.emplace_back("ispId", std::to_string(id));
      more.emplace_back("userName", "yangli" + std::to_string(id));
    }
    return more;
  }

  // A file with this block, judged.
  void report(int64_t id, const std::string& block, Json content) {
    content.set("provider_id", id);
    const auto profile = wire::Profile::named("miit-3.0").value();
    report_xml(id, wire::encode(*profile, "UploadData", Json::object({{block, content}})).value());
  }
  void report_xml(int64_t id, const std::string& xml) {
    const auto answer =
        s.call("isp_upload",
               as(id, SandboxForTests::sealed(++sequences_[id], wire::seal_envelope(xml, s.keys))));
    if (answer.msg_code != 0) throw std::runtime_error("not accepted: " + answer.msg);
    s.sandbox->run_due();
  }

  // Downloads and acknowledges until nothing is left: whole models.
  std::vector<Json> fetch(int64_t id, const std::string& profile = "miit-3.0") {
    std::vector<Json> all;
    for (;;) {
      const auto answer = s.call("isp_download", as(id));
      if (!answer.file) return all;
      files.push_back(answer.file->file_name);
      s.documents.push_back(s.xml_of(answer));
      wire::CodecLimits limits;
      limits.max_records = 1'000'000;
      all.push_back(wire::decode(*wire::Profile::named(profile).value(), "DownloadData",
                                 s.documents.back(), limits)
                        .value());
      s.call("isp_downloadack", as(id, {{"fileName", answer.file->file_name}}));
    }
  }

  SandboxForTests s;
  std::vector<std::string> files;  // every downloaded file's name

 private:
  std::map<int64_t, int64_t> sequences_;
};

namespace samples {

inline Json user_of_addresses() {
  return Json::object({{"manner", 1},
                       {"assigned", "2026-01-01"},
                       {"redirect_server", 0},
                       {"name", "样例用户"},
                       {"nature", 4},
                       {"unit_class", 5},
                       {"industry", 9},
                       {"province", 440000},
                       {"city", 440300},
                       {"county", 440305},
                       {"address", "样例路 1 号"},
                       {"contact_name", "样例联系人"},
                       {"contact_phone", "0755-22222222"},
                       {"contact_email", "yangli@yangli-example.cn"},
                       {"gateway", 3405803777},
                       {"gateway_address", "样例机房"}});
}

inline Json addresses(int64_t id, int64_t from, int64_t to) {
  return Json::object({{"provider_record_id", id}, {"from", from}, {"to", to}});
}
inline Json source(int64_t id, int64_t from, int64_t to, int64_t unit) {
  Json record = addresses(id, from, to);
  record.set("source_unit", unit);
  return record;
}
inline Json assignment(int64_t id, int64_t from, int64_t to) {
  Json record = addresses(id, from, to);
  record.set("use", 1);
  const Json user = user_of_addresses();
  for (const auto& [name, value] : user.members()) record.set(name, value);
  return record;
}
inline Json onwards(int64_t id, int64_t from, int64_t to, int64_t unit) {
  Json record = addresses(id, from, to);
  record.set("use", 2);
  record.set("assigned_to", unit);
  return record;
}
inline Json broadcast(int64_t id, int64_t from, int64_t to, int64_t carrier, int64_t applicant) {
  Json record = addresses(id, from, to);
  record.set("broadcast_unit", carrier);
  record.set("applicant_unit", applicant);
  return record;
}
inline Json own_address(int64_t id, int64_t from, int64_t to) {
  Json record = assignment(id, from, to);
  for (const auto* field : {"use", "unit_class", "industry"}) record.erase(field);
  record.set("source_kind", 0);
  record.set("source_name", "样例客户");
  return record;
}

inline Json domain_name(int64_t id, const std::string& name) {
  Json record = Json::object({{"provider_record_id", id},
                              {"name", name},
                              {"type", 1},
                              {"registered", "2020-01-01"},
                              {"valid_until", "2031-01-01"},
                              {"registrar", "样例注册商"},
                              {"name_server", "ns1.yangli-example.cn"}});
  for (const std::string party : {"registrant", "admin", "payer"}) {
    record.set(party + "_name", "样例人员");
    record.set(party + "_organisation", "样例公司");
    record.set(party + "_address", "样例路 1 号");
    record.set(party + "_province", 440000);
    record.set(party + "_city", 440300);
    record.set(party + "_email", "yangli@yangli-example.cn");
    record.set(party + "_phone", "0755-22222222");
  }
  return record;
}

}  // namespace samples
}  // namespace beian::sandbox
