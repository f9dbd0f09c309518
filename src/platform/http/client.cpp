#include "platform/http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

#include "base/text.hpp"

namespace beian::http {

namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

// Kept for the life of the thread, and its connections with it.
CURL* thread_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  thread_local std::unique_ptr<CURL, EasyDeleter> handle(curl_easy_init());
  if (!handle) throw std::bad_alloc();
  curl_easy_reset(handle.get());
  return handle.get();
}

struct Exchange {
  Response response;
  std::string_view unsent;
  size_t limit = 0;
  bool over_limit = false;
  bool whole_head = false;
};

size_t on_body(char* data, size_t, size_t n, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (n > exchange.limit - std::min(exchange.limit, exchange.response.body.size())) {
    exchange.over_limit = true;
    return 0;
  }
  exchange.response.body.append(data, n);
  return n;
}

size_t on_header(char* data, size_t, size_t n, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view line = text::trim({data, n});
  if (line.starts_with("HTTP/")) {  // a new answer: what came before was 100 Continue
    exchange.response.headers.clear();
    exchange.whole_head = false;
    return n;
  }
  exchange.whole_head |= line.empty();
  const size_t colon = line.find(':');
  if (colon != line.npos)
    exchange.response.headers.emplace_back(line.substr(0, colon),
                                           text::trim(line.substr(colon + 1)));
  return n;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

size_t on_read(char* out, size_t, size_t room, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const size_t n = std::min(room, exchange.unsent.size());
  std::memcpy(out, exchange.unsent.data(), n);
  exchange.unsent.remove_prefix(n);
  return n;
}

int on_seek(void*, curl_off_t, int) {
  return CURL_SEEKFUNC_FAIL;
}

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

List headers_of(const ClientRequest& request) {
  List list;
  for (const auto& [name, value] : request.headers)
    append(list, value.empty() ? name + ";" : name + ": " + value);
  append(list, "Expect:");  // no waiting second before a large body
  if (header_of(request.headers, "content-type").empty()) append(list, "Content-Type:");
  return list;
}

// For every host and port of the request: that address, the same port.
List connect_to(const ClientRequest& request) {
  List list;
  if (request.connect_to.empty()) return list;
  const bool v6 = request.connect_to.find(':') != std::string::npos;
  append(list, v6 ? "::[" + request.connect_to + "]:" : "::" + request.connect_to + ":");
  return list;
}

// A proxy of the environment is for the world outside, not for this machine.
std::string no_proxy() {
  const char* given = std::getenv("no_proxy");
  if (given == nullptr) given = std::getenv("NO_PROXY");
  std::string list = "localhost,127.0.0.1,::1";
  if (given != nullptr && *given != '\0')
    list = std::string(given) == "*" ? "*" : list + "," + given;
  return list;
}

// libcurl resends a request by itself when a kept connection turns out to be dead. For a request
// that may not happen twice it must not: the body comes from a callback that cannot be rewound, and
// without a body the connection is new.
void set_method(CURL* curl, const ClientRequest& request, Exchange& exchange) {
  const std::string& method = request.method;
  if (method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body =
      !request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  if (!has_body) {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    exchange.unsent = request.body;
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, &on_seek);
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method != "GET" && request.body.empty()) curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
}

}  // namespace

Result<Response> send(const ClientRequest& request) {
  CURL* curl = thread_handle();
  Exchange exchange;
  exchange.limit = request.response_limit;
  const List headers = headers_of(request);
  const List target = connect_to(request);
  const std::string direct = target ? "*" : no_proxy();
  char why[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, direct.c_str());
  if (target) curl_easy_setopt(curl, CURLOPT_CONNECT_TO, target.get());
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  if (request.cancel != nullptr) {
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(request.cancel));
  }
  set_method(curl, request, exchange);

  const CURLcode code = curl_easy_perform(curl);
  // Nothing of ours may be reachable from the handle once this frame is gone.
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(curl, CURLOPT_CONNECT_TO, nullptr);
  if (code != CURLE_OK || !exchange.whole_head) {
    std::string reason = why[0] != '\0' ? why : curl_easy_strerror(code);
    if (code == CURLE_OK) reason = "the answer ended within its head";
    if (exchange.over_limit)
      reason = "the answer is larger than " + std::to_string(request.response_limit) + " bytes";
    return fail(ProblemCode::peer_unreachable, "", {{"reason", std::move(reason)}});
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace beian::http
