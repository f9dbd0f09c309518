#include "authority/fake_authority.hpp"

#include <algorithm>

#include "authority/operation.hpp"
#include "base/encoding.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::authority::testing {
namespace {

constexpr std::string_view kNamespace = "http://ws.authority.example/";
constexpr auto kUser = "样例接入商";
constexpr auto kPassword = "example-password";
constexpr int64_t kProvider = 4401;

http::Response error_page() {
  auto page = http::Response::html("<html><body>502 Bad Gateway</body></html>", 502);
  return page;
}

wire::Return of_code(int code) {
  wire::Return out;
  out.msg_code = code;
  out.msg = std::string(wire::code_text(code));
  return out;
}

}  // namespace

FakeAuthority::FakeAuthority(std::string profile) {
  profile_ = wire::Profile::named(profile).value();
  keys_.encryption = wire::Encryption::aes128cbc;
  keys_.key = Secret("0123456789abcdef");
  keys_.iv = Secret("fedcba9876543210");
  http::ServerOptions options;
  options.handler_threads = 4;
  server_ = std::make_unique<http::Server>(
      options, [this](const http::Request& request) { return handle(request); });
}

FakeAuthority::~FakeAuthority() {
  release();
  server_->stop(std::chrono::milliseconds(2000));
}

LinkConfig FakeAuthority::link(const std::string& id) const {
  LinkConfig out;
  out.id = id;
  out.provinces = {440000};
  out.upload_wsdl_url = server_->origin() + "/ISPWebService/upDownLoad?wsdl";
  out.query_wsdl_url = server_->origin() + "/BeianStatusWebService/queryBeianStatus?wsdl";
  out.verify_wsdl_url = server_->origin() + "/BeianStatusWebService/verifyBamm?wsdl";
  out.user_name = kUser;
  out.password = Secret(kPassword);
  out.provider_id = kProvider;
  out.profile = profile_->name();
  out.keys = keys_;
  out.call_timeout = Millis{20'000};
  return out;
}

void FakeAuthority::fault(const std::string& operation, Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_[operation].push_back(std::move(fault));
}

void FakeAuthority::no_faults() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

void FakeAuthority::release() {
  {
    const std::lock_guard lock(mutex_);
    release_ = true;
  }
  released_.notify_all();
}

void FakeAuthority::hand_down(const Json& document, int spoil) {
  const auto xml = wire::encode(*profile_, "DownloadData", document);
  if (!xml)
    throw std::logic_error("the test's document: " + xml.error()[0].field + " " +
                           problem_text(xml.error()[0].code, xml.error()[0].args, Language::en));
  int n = 0;
  {
    const std::lock_guard lock(mutex_);
    n = ++named_;
  }
  hand_down_bytes("download" + std::to_string(n), *xml, spoil);
}

void FakeAuthority::hand_down_as_35(const Json& document) {
  auto xml = wire::encode(*profile_, "DownloadData", document).value();
  const std::string written = "<Czlx>4</Czlx>";
  xml.replace(xml.find(written), written.size(), "<Czlx>35</Czlx>");
  hand_down_bytes("attachments", xml);
}

void FakeAuthority::hand_down_bytes(const std::string& name, const std::string& xml, int spoil) {
  auto envelope = wire::seal_envelope(xml, keys_);
  const std::lock_guard lock(mutex_);
  downloads_.push_back({name, std::move(envelope), spoil});
}

void FakeAuthority::repeat_last() {
  const std::lock_guard lock(mutex_);
  if (!delivered_.empty()) downloads_.push_front(delivered_.back());
}

void FakeAuthority::forget_after(int64_t sequence) {
  const std::lock_guard lock(mutex_);
  files_.erase(files_.upper_bound(sequence), files_.end());
}

void FakeAuthority::take_foreign(int64_t sequence) {
  const std::lock_guard lock(mutex_);
  files_[sequence].hash = "Zm9yZWlnbg==";
}

std::map<int64_t, FakeAuthority::File> FakeAuthority::files() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

std::vector<Json> FakeAuthority::records(std::string_view operation) const {
  std::vector<Json> out;
  for (const auto& [sequence, file] : files())
    if (file.operation == operation)
      out.insert(out.end(), file.records.begin(), file.records.end());
  return out;
}

std::vector<int64_t> FakeAuthority::record_ids() const {
  std::vector<int64_t> out;
  for (const auto& record : records("icp/new_filings"))
    out.push_back(record["entity"]["provider_entity_id"].as_int());
  return out;
}

std::vector<std::string> FakeAuthority::certificates() const {
  std::vector<std::string> out;
  for (const auto& record : records("icp/new_filings"))
    out.push_back(record["entity"]["certificate"]["number"].as_string());
  return out;
}

int FakeAuthority::calls(const std::string& operation) const {
  const std::lock_guard lock(mutex_);
  const auto it = calls_.find(operation);
  return it == calls_.end() ? 0 : it->second;
}

std::vector<std::string> FakeAuthority::acks() const {
  const std::lock_guard lock(mutex_);
  return acks_;
}

size_t FakeAuthority::waiting_downloads() const {
  const std::lock_guard lock(mutex_);
  return downloads_.size();
}

int FakeAuthority::violations() const {
  const std::lock_guard lock(mutex_);
  return violations_;
}

std::vector<std::string> FakeAuthority::seen_parameters() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

http::Response FakeAuthority::handle(const http::Request& request) {
  if (request.method == "GET") {
    const std::string service = request.path.substr(request.path.rfind('/') + 1);
    auto response = http::Response::text(
        wire::write_wsdl(service, server_->origin() + request.path, kNamespace, spelling_));
    response.headers = {{"Content-Type", "text/xml; charset=utf-8"}};
    return response;
  }
  const auto call = wire::read_request(request.body);
  if (!call) return http::Response::text(wire::write_fault("Client", "not a request"), 500);
  bool lost = false;
  const auto answered = answer(*call, lost);
  if (lost) return error_page();
  auto response = http::Response::text(
      wire::write_response(call->operation, kNamespace, wire::write_return(answered)));
  response.headers = {{"Content-Type", "text/xml; charset=utf-8"}};
  return response;
}

wire::Return FakeAuthority::answer(const wire::Call& call, bool& lost) {
  std::unique_lock lock(mutex_);
  ++calls_[call.operation];
  seen_.clear();
  for (const auto& [name, value] : call.parameters) seen_.push_back(name);

  const std::string* user = call.find("userName");
  const std::string* rand_val = call.find("randVal");
  const std::string* hash = call.find("pwdHash");
  if (!user || *user != kUser) return of_code(4);
  if (!rand_val || rand_val->size() < 20) return of_code(16);
  if (!hash || *hash != wire::password_hash(Secret(kPassword), *rand_val)) return of_code(5);

  Fault fault;
  bool faulty = false;
  if (auto& queue = faults_[call.operation]; !queue.empty()) {
    fault = queue.front();
    queue.pop_front();
    faulty = true;
  }
  if (faulty && fault.kind == Fault::Kind::code) {
    auto out = of_code(fault.code);
    out.missing_sequences = fault.missing;
    if (!fault.text.empty()) out.msg = fault.text;
    return out;
  }
  if (faulty && fault.kind == Fault::Kind::lost_before) {
    lost = true;
    return {};
  }
  wire::Return out;
  if (call.operation == "isp_upload") out = upload(call);
  if (call.operation == "isp_download") out = download();
  if (call.operation == "isp_downloadack") out = acknowledge(call);
  if (call.operation == "isp_querypreviousupload") out = previous();
  if (call.operation == "isp_querybeianstatus") out = status(call);
  if (call.operation == "isp_verifybamm") out = verify(call);
  if (faulty && fault.kind == Fault::Kind::hang_after)
    released_.wait(lock, [&] { return release_; });
  lost = faulty;
  return out;
}

wire::Return FakeAuthority::upload(const wire::Call& call) {
  wire::Envelope envelope;
  envelope.beian_info = *call.find("beianInfo");
  envelope.beian_info_hash = *call.find("beianInfoHash");
  envelope.encrypt_algorithm = std::stoi(*call.find("encryptAlgorithm"));
  envelope.hash_algorithm = std::stoi(*call.find("hashAlgorithm"));
  envelope.compression_format = std::stoi(*call.find("compressionFormat"));
  const int64_t sequence = std::stoll(*call.find("dataSequence"));
  const int64_t last = files_.empty() ? 0 : files_.rbegin()->first;
  if (sequence > last + 1) {
    auto out = of_code(14);
    for (int64_t n = last + 1; n < sequence; ++n) out.missing_sequences.push_back(n);
    return out;
  }
  if (sequence <= last) {
    ++violations_;
    return of_code(999);
  }
  const auto xml = wire::open_envelope(envelope, keys_);
  if (!xml) return of_code(static_cast<int>(xml.error()));
  const auto document = wire::decode(*profile_, "UploadData", *xml);
  if (!document) {
    ++violations_;
    return of_code(999);
  }
  File file{envelope.beian_info_hash, envelope, {}};
  int operations = 0;
  for (const auto& operation : authority::operations()) {
    const Json* records = document->pointer("/" + std::string(operation.name));
    if (!records || records->size() == 0) continue;
    ++operations;
    file.operation = operation.name;
    file.records = records->items();
  }
  if (operations != 1) ++violations_;  // one operation a file
  files_[sequence] = file;
  // The script queues downloads, which takes the lock itself.
  mutex_.unlock();
  for (const auto& record : file.records)
    if (file.operation == "icp/new_filings" && then_)
      then_(record);
    else if (file.operation != "icp/new_filings" && then_submitted_)
      then_submitted_(file.operation, record);
  mutex_.lock();
  return of_code(0);
}

wire::Return FakeAuthority::download() {
  if (downloads_.empty()) return of_code(2);
  auto& next = downloads_.front();
  wire::Return out = of_code(0);
  wire::FileInfo file;
  file.envelope = next.envelope;
  file.file_name = next.name;
  if (next.spoil > 0) {
    --next.spoil;
    file.envelope.beian_info_hash = base64_encode(crypto::md5("another file"));
  }
  out.file = std::move(file);
  return out;
}

wire::Return FakeAuthority::acknowledge(const wire::Call& call) {
  const std::string name = *call.find("fileName");
  acks_.push_back(name);
  if (!downloads_.empty() && downloads_.front().name == name) {
    delivered_.push_back(downloads_.front());
    downloads_.pop_front();
  }
  return of_code(0);
}

wire::Return FakeAuthority::previous() const {
  auto out = of_code(0);
  wire::FileInfo file;
  file.data_sequence = 0;
  if (!files_.empty()) {
    file.data_sequence = files_.rbegin()->first;
    file.envelope = files_.rbegin()->second.envelope;
    file.envelope.beian_info_hash = files_.rbegin()->second.hash;
    file.file_name = "upload" + std::to_string(*file.data_sequence);
  }
  out.file = std::move(file);
  return out;
}

wire::Return FakeAuthority::verify(const wire::Call& call) const {
  auto out = of_code(0);
  out.password_right = *call.find("bamm") == filing_password_;
  return out;
}

wire::Return FakeAuthority::status(const wire::Call& call) const {
  auto out = of_code(0);
  wire::StatusInfo status;
  status.condition_type = std::stoi(*call.find("queryConditionType"));
  status.condition = *call.find("queryCondition");
  status.filed = filed_;
  if (filed_) {
    status.entity_number = "粤ICP备2026000001号";
    status.service_number = "粤ICP备2026000001号-1";
    status.service_name = "样例网站";
  }
  out.status = status;
  return out;
}

namespace {

Json icp(const std::string& name, Json value) {
  Json block = Json::object();
  block.set(name, std::move(value));
  Json out = Json::object();
  out.set("icp", std::move(block));
  return out;
}

void rename_ids(Json& service, int64_t& next) {
  service.set("authority_service_id", next++);
  for (auto& domain : service.find("domains")->items()) domain.set("authority_domain_id", next++);
  for (auto& access : service.find("accesses")->items()) {
    access.set("authority_access_id", next++);
    access.set("provider", kProvider);
    for (auto& address : access.find("addresses")->items())
      address.set("authority_address_id", next++);
  }
}

}  // namespace

Json filed_document(const Json& record, int64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 6 - digits.size(), '0');
  const std::string entity_number = "粤ICP备2026" + digits + "号";
  int64_t next = number * 100;
  Json entity = record["entity"];
  entity.erase("reporting_method");
  entity.set("authority_entity_id", next++);
  entity.set("filing_number", entity_number);
  entity.set("reporting_type", 1);
  entity.set("first_filed", "2026-11-23 10:00:00");
  entity.set("last_changed", "2026-11-23 10:00:00");
  Json services = record["services"];
  int suffix = 0;
  for (auto& service : services.items()) {
    rename_ids(service, next);
    service.set("filing_number", entity_number + "-" + std::to_string(++suffix));
  }
  Json filed = Json::object();
  filed.set("entity", std::move(entity));
  filed.set("services", std::move(services));
  Json list = Json::array();
  list.push(std::move(filed));
  return icp("filed", std::move(list));
}

Json result_document(int64_t operation, const std::string& mark, const std::vector<Told>& told,
                     const std::string& remark) {
  Json outcomes = Json::array();
  for (const auto& [code, text] : told)
    outcomes.push(Json::object({{"code", code}, {"text", text}}));
  Json record = Json::object({{"outcomes", std::move(outcomes)}, {"operation", operation}});
  if (!mark.empty()) record.set("mark", mark);
  if (!remark.empty()) record.set("remark", remark);
  return icp("results", Json::object({{"records", Json::array({std::move(record)})}}));
}

Json fault_document(int64_t provider_entity_id, const std::vector<int>& codes) {
  std::vector<Told> told;
  for (const int code : codes) told.push_back({code, std::string(wire::code_text(code))});
  return result_document(1, std::to_string(provider_entity_id), told);
}

Json decision_document(int64_t operation, int64_t record_id, bool granted,
                       const std::string& opinion) {
  Json decision = Json::object({{"time", "2026-11-23 10:00:00"},
                                {"opinion", opinion},
                                {"result", granted ? 1 : 0},
                                {"operation", operation},
                                {"record_id", record_id}});
  return icp("results", Json::object({{"decisions", Json::array({std::move(decision)})}}));
}

Json decision_document(int64_t provider_entity_id, bool granted, const std::string& opinion) {
  return decision_document(1, provider_entity_id, granted, opinion);
}

Json sms_task(int64_t provider_entity_id, int64_t provider_service_id, const std::string& state) {
  Json task = Json::object();
  task.set("provider_entity_id", provider_entity_id);
  if (provider_service_id > 0) task.set("provider_service_id", provider_service_id);
  task.set("role", provider_service_id > 0 ? "service_manager" : "entity_manager");
  task.set("state", state);
  task.set("wrong_inputs", state == "failed" ? 5 : 0);
  task.set("deadline", "2026-11-24 10:00:00");
  task.set("mobile_tail", "0001");
  return task;
}

Json sms_document(const std::vector<Json>& tasks) {
  Json list = Json::array();
  for (const auto& task : tasks) list.push(task);
  return icp("sms_verifications", std::move(list));
}

}  // namespace beian::authority::testing
