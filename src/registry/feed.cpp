#include "registry/feed.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/chain.hpp"
#include "platform/log/log.hpp"
#include "registry/journal.hpp"
#include "registry/store.hpp"

namespace beian::registry {

Result<Json> feed_changes(db::Tx& tx, const FeedPlace& after, size_t limit) {
  if (store::feed_chain_at(tx, after.number) != after.chain || after.chain == 0)
    return fail(ProblemCode::conflict, "?after");
  FeedPlace end = after;
  Json changes = Json::array();
  for (const auto& change : changes_after(tx, after.number, limit)) {
    end.number = change.number;
    end.chain =
        chain_after(end.chain, change.number, change.domain, change.what, change.filing_number);
    changes.push(Json::object({{"number", change.number},
                               {"domain", change.domain},
                               {"what", change.what},
                               {"filing_number", change.filing_number}}));
  }
  // What was written and what is told must be the same.
  if (store::feed_chain_at(tx, end.number) != end.chain)
    return fail(ProblemCode::conflict, "?after");
  return Json::object(
      {{"last", end.number}, {"chain", chain_text(end.chain)}, {"changes", std::move(changes)}});
}

Json feed_names(db::Tx& tx, const std::string& after, size_t limit) {
  const FeedPlace end = feed_end(tx);
  const std::string last = store::feed_page_end(tx, after, limit);
  Json names = Json::array();
  uint64_t check = kChainStart;
  int64_t count = 0;
  if (!last.empty()) {
    for (const auto& [name, standing] : standings_between(tx, after, last)) {
      check = chain_after(check, ++count, name, standing.first, standing.second);
      names.push(Json::object(
          {{"domain", name}, {"what", standing.first}, {"filing_number", standing.second}}));
    }
  }
  return Json::object({{"last", end.number},
                       {"chain", chain_text(end.chain)},
                       {"names", std::move(names)},
                       {"check", chain_text(check)},
                       {"next", last.empty() ? Json() : Json(last)}});
}

// ---- waiting

FeedWatch::FeedWatch(std::shared_ptr<db::Database> database, Limits limits)
    : database_(std::move(database)), limits_(limits) {}

FeedWatch::~FeedWatch() {
  stop();
}

void FeedWatch::start() {
  const std::lock_guard lock(mutex_);
  if (stopped_ || thread_.joinable()) return;
  thread_ = std::thread([this] { run(); });
}

void FeedWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& wait : waits_) wait.stream->close();
    waits_.clear();
  }
  wake_.notify_all();
  const std::lock_guard once(stopping_);
  if (thread_.joinable()) thread_.join();
}

Result<std::shared_ptr<http::Stream>> FeedWatch::wait(const FeedPlace& after, size_t limit,
                                                      std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waits_, [](const Wait& wait) { return wait.stream->closed(); });
  if (stopped_ || waits_.size() >= limits_.all)
    return fail(ProblemCode::unavailable, "", {{"seconds", "5"}});
  // One answer is all that it carries, whatever its size.
  auto stream = std::make_shared<http::Stream>(SIZE_MAX);
  waits_.push_back({after, limit, std::chrono::steady_clock::now() + time, stream});
  wake_.notify_all();
  return stream;
}

size_t FeedWatch::waiting() const {
  const std::lock_guard lock(mutex_);
  return waits_.size();
}

void FeedWatch::look() {
  const FeedPlace end = database_->read_value([](db::Tx& tx) { return feed_end(tx); });
  const Time now = std::chrono::steady_clock::now();
  std::vector<Wait> due;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(waits_, [&](Wait& wait) {
      if (wait.stream->closed()) return true;
      if (wait.after.number == end.number && wait.after.chain == end.chain && now < wait.until)
        return false;
      due.push_back(std::move(wait));
      return true;
    });
  }
  // However it ends: nobody is left waiting for a stream that nobody knows.
  struct CloseAll {
    std::vector<Wait>& waits;
    ~CloseAll() {
      for (const auto& wait : waits) wait.stream->close();
    }
  } const close_all{due};
  // Gates that are up to date ask for the same.
  std::map<std::tuple<int64_t, uint64_t, size_t>, std::string> texts;
  for (const auto& wait : due) {
    const auto key = std::tuple(wait.after.number, wait.after.chain, wait.limit);
    auto known = texts.find(key);
    if (known == texts.end()) {
      const auto answer = database_->read_value(
          [&](db::Tx& tx) { return feed_changes(tx, wait.after, wait.limit); });
      if (answer) known = texts.emplace(key, to_string(*answer)).first;
    }
    if (known != texts.end()) wait.stream->push(known->second);
    wait.stream->close();
  }
}

void FeedWatch::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, limits_.look, [this] { return stopped_; });
      wake_.wait(lock, [this] { return stopped_ || !waits_.empty(); });
      if (stopped_) return;
    }
    try {
      look();
    } catch (const std::exception& e) {
      // The database is away. Whoever waits comes again.
      log::warn("registry.feed", {{"what", e.what()}});
      const std::lock_guard lock(mutex_);
      for (const auto& wait : waits_) wait.stream->close();
      waits_.clear();
    }
  }
}

}  // namespace beian::registry
