#include "authority/service.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "authority/api.hpp"
#include "authority/api_tasks.hpp"
#include "authority/apply.hpp"
#include "authority/link.hpp"
#include "authority/questions.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

constexpr size_t kKeyLength = 16;
// With a clock that only a test moves, a thread still looks at it this often.
constexpr Millis kLongestNap{1'000};

std::string host_name() {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  return name;
}

void check(const LinkConfig& link) {
  const auto refuse = [&](const std::string& why) {
    throw std::invalid_argument("authority link '" + link.id + "': " + why);
  };
  if (link.id.empty()) refuse("no id");
  if (link.provider_id < 1) refuse("provider_id must be above 0");
  if (link.upload_wsdl_url.empty() || link.query_wsdl_url.empty()) refuse("no WSDL address");
  if (link.keep_bytes < kLeastKept) refuse("files are kept for 92 days at least");
  if (link.max_records < 1 || link.max_xml_bytes < 1) refuse("batch limits must be above 0");
  if (link.keys.encryption == wire::Encryption::aes128cbc &&
      (link.keys.key.reveal().size() != kKeyLength || link.keys.iv.reveal().size() != kKeyLength))
    refuse("key and iv must have 16 characters");
}

constexpr auto kNoLink = "没有为该地区配置管局接口";

orders::FilingStatus no_status(TimePoint now) {
  orders::FilingStatus out;
  out.asked = now;
  out.reason = kNoLink;
  return out;
}

}  // namespace

struct AuthorityService::Impl {
  struct Worker {
    std::unique_ptr<Link> link;
    std::thread thread;
    bool done = false;
  };

  std::shared_ptr<db::Database> database;
  const Clock& clock;
  std::vector<LinkConfig> configs;
  std::vector<Worker> workers;
  std::shared_ptr<ApiDeps> api;

  std::mutex mutex;
  std::condition_variable wake, finished;
  uint64_t nudges = 0;
  bool stopping = false;

  explicit Impl(const Clock& c) : clock(c) {}

  void nudge() {
    {
      const std::lock_guard lock(mutex);
      ++nudges;
    }
    wake.notify_all();
  }

  void run(Worker& worker) {
    uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex);
      seen = nudges;
    }
    for (;;) {
      const auto round = worker.link->round();
      std::unique_lock lock(mutex);
      if (stopping) break;
      if (round.progressed) continue;
      while (!stopping && nudges == seen && clock.now() < round.next) {
        const auto nap = std::min(round.next - clock.now(), kLongestNap);
        wake.wait_for(lock, std::max(nap, Millis{1}));
      }
      seen = nudges;
      if (stopping) break;
    }
    const std::lock_guard lock(mutex);
    worker.done = true;
    finished.notify_all();
  }

  Link* find(const std::string& id) {
    const auto it = std::ranges::find(
        workers, id, [](const Worker& w) -> const std::string& { return w.link->config().id; });
    return it == workers.end() ? nullptr : it->link.get();
  }
};

AuthorityService::AuthorityService(std::shared_ptr<db::Database> database, blob::Store& blobs,
                                   const Clock& clock, const crypto::ColumnCipher& cipher,
                                   std::vector<LinkConfig> links, const Options& options)
    : impl_(std::make_unique<Impl>(clock)) {
  const std::string node = options.node.empty() ? host_name() : options.node;
  std::set<std::string> ids;
  for (const auto& link : links) {
    check(link);
    if (!ids.insert(link.id).second)
      throw std::invalid_argument("authority link '" + link.id + "' is configured twice");
    // Renewed at half its length, before every call: no call outlives it.
    const Millis lease = std::max(options.lease, link.call_timeout * 2 + Millis{60'000});
    Impl::Worker worker;
    worker.link = std::make_unique<Link>(database, blobs, clock, cipher, link, node, lease);
    impl_->workers.push_back(std::move(worker));
  }
  impl_->configs = links;
  impl_->api =
      std::make_shared<ApiDeps>(ApiDeps{database, blobs, clock, cipher, std::move(links),
                                        [impl = impl_.get()] { impl->nudge(); }, this, this});
  impl_->database = std::move(database);
}

AuthorityService::~AuthorityService() {
  stop(Millis{0});
}

std::vector<http::Route> AuthorityService::routes() {
  auto routes = api_routes(impl_->api);
  for (auto& route : task_routes(impl_->api)) routes.push_back(std::move(route));
  return routes;
}

void AuthorityService::start() {
  for (auto& worker : impl_->workers)
    if (!worker.thread.joinable())
      worker.thread = std::thread([impl = impl_.get(), &worker] { impl->run(worker); });
}

void AuthorityService::stop(Millis grace) {
  std::unique_lock lock(impl_->mutex);
  if (impl_->stopping) return;
  impl_->stopping = true;
  impl_->wake.notify_all();
  impl_->finished.wait_for(lock, grace, [&] {
    return std::ranges::all_of(impl_->workers,
                               [](const auto& w) { return w.done || !w.thread.joinable(); });
  });
  lock.unlock();
  for (auto& worker : impl_->workers) worker.link->cancel();
  for (auto& worker : impl_->workers) {
    if (!worker.thread.joinable()) continue;
    worker.thread.join();
    try {
      worker.link->leave();
    } catch (const std::exception& e) {
      // The lease runs out by itself.
      log::warn("authority.lease_kept", {{"link", worker.link->config().id}, {"why", e.what()}});
    }
  }
}

void AuthorityService::nudge() {
  impl_->nudge();
}

void AuthorityService::run_due() {
  for (bool again = true; again;) {
    again = false;
    for (auto& worker : impl_->workers) again = worker.link->round().progressed || again;
  }
}

orders::FilingStatus AuthorityService::domain(const std::string& authority,
                                              const std::string& domain) {
  const TimePoint now = impl_->clock.now();
  if (Link* link = impl_->find(authority)) return ask_domain(link->client(), now, domain);
  return no_status(now);
}

orders::FilingStatus AuthorityService::certificate(const std::string& authority,
                                                   int certificate_type,
                                                   const std::string& number) {
  const TimePoint now = impl_->clock.now();
  if (Link* link = impl_->find(authority))
    return ask_certificate(link->client(), now, certificate_type, number);
  return no_status(now);
}

orders::PasswordVerdict AuthorityService::password(const std::string& authority,
                                                   const std::string& number,
                                                   const Secret& password) {
  const TimePoint now = impl_->clock.now();
  if (Link* link = impl_->find(authority))
    return ask_password(*impl_->database, link->config(), link->client(), now, number, password);
  return {orders::PasswordVerdict::Kind::unknown, kNoLink, {}, now};
}

bool AuthorityService::offered(const std::string& authority) {
  const Link* link = impl_->find(authority);
  return link && !link->config().verify_wsdl_url.empty();
}

std::string AuthorityService::for_province(int64_t province) {
  // Any code of the province names it: the first two of six digits.
  constexpr int64_t kPerProvince = 10'000;
  for (const auto& link : impl_->configs)
    for (const int64_t served : link.provinces)
      if (served / kPerProvince == province / kPerProvince) return link.id;
  return {};
}

bool AuthorityService::takes_apps(const std::string& authority) {
  const auto config = std::ranges::find(impl_->configs, authority, &LinkConfig::id);
  if (config == impl_->configs.end()) return false;
  const auto profile = wire::Profile::named(config->profile);
  return profile && tells_apps(**profile);
}

}  // namespace beian::authority
