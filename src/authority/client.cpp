#include "authority/client.hpp"

#include <boost/url.hpp>
#include <map>
#include <mutex>
#include <set>

#include "base/ids.hpp"
#include "platform/http/client.hpp"
#include "platform/metrics/metrics.hpp"
#include "wire/soap.hpp"

namespace beian::authority {
namespace {

// A WSDL is a few kilobytes in a handful of files; more is a mistake or an attack.
constexpr size_t kWsdlBytes = 4 * 1024 * 1024;
constexpr size_t kWsdlDocuments = 16;
constexpr size_t kRandValLength = 20;  // interface: 20 random letters and digits
constexpr int kNameMissing = 21;

std::string resolve(const std::string& base, const std::string& reference) {
  const auto base_url = boost::urls::parse_uri(base);
  const auto relative = boost::urls::parse_uri_reference(reference);
  boost::urls::url out;
  if (!base_url || !relative || !boost::urls::resolve(*base_url, *relative, out)) return {};
  return std::string(out.buffer());
}

Result<std::string> fetch(const LinkConfig& config, const std::string& url,
                          const std::atomic<bool>& cancel) {
  http::ClientRequest request;
  request.cancel = &cancel;
  request.url = url;
  request.connect_timeout = config.connect_timeout;
  request.timeout = config.query_timeout;
  request.response_limit = kWsdlBytes;
  auto response = http::send(request);
  if (!response) return fail(response);
  if (response->status != 200)
    return fail(ProblemCode::peer_unreachable, {},
                {{"reason", "WSDL: HTTP " + std::to_string(response->status)}});
  return std::move(response->body);
}

}  // namespace

struct Client::Impl {
  Impl(const LinkConfig& c, const std::atomic<bool>& stop) : config(c), cancel(stop) {}

  const LinkConfig config;
  const std::atomic<bool>& cancel;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const wire::Wsdl>> served;  // by URL

  Result<std::shared_ptr<const wire::Wsdl>> wsdl(const std::string& url) {
    {
      const std::lock_guard lock(mutex);
      if (const auto it = served.find(url); it != served.end()) return it->second;
    }
    std::vector<std::string> documents;
    std::vector<std::string> urls = {url};
    std::set<std::string> seen = {url};
    std::optional<wire::Wsdl> read;
    // Imports may import: read what is there, fetch what it names, until nothing new is named. What
    // a document is the first to name stands relative to that document.
    size_t named = 0;
    for (size_t next = 0; next < urls.size() && next < kWsdlDocuments; ++next) {
      auto document = fetch(config, urls[next], cancel);
      if (!document) return fail(document);
      documents.push_back(std::move(*document));
      auto parsed = wire::read_wsdl(documents);
      if (!parsed && next + 1 == urls.size()) return fail(parsed);
      if (!parsed) continue;
      for (; named < parsed->imports.size(); ++named)
        if (auto absolute = resolve(urls[next], parsed->imports[named]);
            !absolute.empty() && seen.insert(absolute).second)
          urls.push_back(std::move(absolute));
      read = std::move(*parsed);
    }
    auto shared = std::make_shared<const wire::Wsdl>(std::move(*read));
    const std::lock_guard lock(mutex);
    served[url] = shared;
    return shared;
  }

  void forget(const std::string& url) {
    const std::lock_guard lock(mutex);
    served.erase(url);
  }

  Result<wire::Return> call(const std::string& url, Millis timeout, const std::string& operation,
                            std::vector<std::pair<std::string, std::string>> parameters) {
    const auto begun = std::chrono::steady_clock::now();
    auto answer = attempt(url, timeout, operation, std::move(parameters));
    if (!answer) forget(url);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    metrics::observe("beian_authority_call_seconds", took.count(), "operation=" + operation);
    metrics::gauge("beian_authority_reachable", answer ? 1 : 0, "link=" + config.id);
    return answer;
  }

  Result<wire::Return> attempt(const std::string& url, Millis timeout, const std::string& operation,
                               std::vector<std::pair<std::string, std::string>> parameters) {
    const auto description = wsdl(url);
    if (!description) return fail(description);
    const auto* described = (*description)->find(operation);
    if (!described)
      return fail(ProblemCode::soap_fault, {}, {{"reason", "WSDL 中没有 " + operation}});

    const std::string rand_val = random_alphanumeric(kRandValLength);
    wire::Call message;
    message.operation = operation;
    message.parameters = {{"ispId", std::to_string(config.provider_id)},
                          {"userName", config.user_name},
                          {"randVal", rand_val},
                          {"pwdHash", wire::password_hash(config.password, rand_val)},
                          {"hashAlgorithm", "0"}};
    for (auto& parameter : parameters) message.parameters.push_back(std::move(parameter));

    http::ClientRequest request;
    request.method = "POST";
    request.url = described->address;
    request.headers = {{"Content-Type", "text/xml; charset=utf-8"},
                       {"SOAPAction", "\"" + described->soap_action + "\""}};
    request.body = wire::write_request(*described, message);
    request.connect_timeout = config.connect_timeout;
    request.timeout = timeout;
    request.cancel = &cancel;
    // A library comes zipped, about ten times smaller than its XML, so it needs no limit of its own
    // here: an answer without end must not fill the memory.
    const size_t most = request.response_limit;
    auto response = http::send(request);
    if (!response) return fail(response);
    // A fault comes with 500; anything else that is not 200 is some proxy's page.
    if (response->status != 200 && response->status != 500)
      return fail(ProblemCode::peer_unreachable, {},
                  {{"reason", "HTTP " + std::to_string(response->status)}});
    const auto characters = wire::read_response(response->body, most);
    response->body = {};  // a large file is held as seldom as can be
    if (!characters) return fail(characters);
    return wire::read_return(*characters, most);
  }
};

Client::Client(const LinkConfig& config, const std::atomic<bool>& cancel)
    : impl_(std::make_unique<Impl>(config, cancel)) {}
Client::~Client() = default;

Result<wire::Return> Client::upload(const wire::Envelope& envelope, int64_t sequence) {
  return impl_->call(impl_->config.upload_wsdl_url, impl_->config.call_timeout, "isp_upload",
                     {{"beianInfo", envelope.beian_info},
                      {"beianInfoHash", envelope.beian_info_hash},
                      {"dataSequence", std::to_string(sequence)},
                      {"encryptAlgorithm", std::to_string(envelope.encrypt_algorithm)},
                      {"compressionFormat", std::to_string(envelope.compression_format)}});
}

Result<wire::Return> Client::download() {
  return impl_->call(impl_->config.upload_wsdl_url, impl_->config.call_timeout, "isp_download", {});
}

Result<wire::Return> Client::acknowledge(const std::string& file_name) {
  const auto ask = [&] {
    return impl_->call(impl_->config.upload_wsdl_url, impl_->config.call_timeout, "isp_downloadack",
                       {{"fileName", file_name}});
  };
  auto answer = ask();
  if (!answer || answer->msg_code != kNameMissing) return answer;
  // Perhaps the authority spells its parameters differently since the WSDL was read.
  impl_->forget(impl_->config.upload_wsdl_url);
  return ask();
}

Result<wire::Return> Client::previous_upload() {
  return impl_->call(impl_->config.upload_wsdl_url, impl_->config.call_timeout,
                     "isp_querypreviousupload", {});
}

Result<wire::Return> Client::filing_status(int condition_type, const std::string& condition) {
  return impl_->call(
      impl_->config.query_wsdl_url, impl_->config.query_timeout, "isp_querybeianstatus",
      {{"queryConditionType", std::to_string(condition_type)}, {"queryCondition", condition}});
}

Result<wire::Return> Client::check_password(const std::string& entity_number,
                                            const Secret& password) {
  if (impl_->config.verify_wsdl_url.empty())
    return fail(ProblemCode::peer_unreachable, {}, {{"reason", "未配置 verify_wsdl"}});
  return impl_->call(impl_->config.verify_wsdl_url, impl_->config.query_timeout, "isp_verifybamm",
                     {{"baxh", entity_number}, {"bamm", password.reveal()}});
}

}  // namespace beian::authority
