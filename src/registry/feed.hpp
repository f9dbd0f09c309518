// What gates follow: the whole state page by page, and the change journal with its check
// (base/chain.hpp), so that a gate answers as access() does. A reader whose number and check do not
// fit the journal has another history behind it and must fetch the whole state anew.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"
#include "platform/http/stream.hpp"

namespace beian::registry {

// A place in the journal.
struct FeedPlace {
  int64_t number = 0;
  uint64_t chain = 0;
};
FeedPlace feed_end(db::Tx& tx);

// {"last", "chain", "changes": [{"number", "domain", "what", "filing_number"}]}: what came behind
// that place, in order, `what` as in registry.hpp; `last` is the place behind all of it.
// conflict: the journal has no such place.
Result<Json> feed_changes(db::Tx& tx, const FeedPlace& after, size_t limit);

// {"last", "chain", "names": [{"domain", "what", "filing_number"}], "check", "next"}: names in the
// order of the database behind `after`, each with how it stands; `next` is where the following page
// begins, null on the last one. `last` is where the journal stood: what changed while the pages
// were read is to be had from the first page's on. `check` is the chain over the page's names,
// numbered from 1.
Json feed_names(db::Tx& tx, const std::string& after, size_t limit);

// For whoever changes what is filed without telling each change (an import of millions): every
// reader will fetch the whole state anew. In the transaction of the last of the changes, which
// holds store::lock. `salt`: something that no two such moments have in common.
void begin_feed_anew(db::Tx& tx, const std::string& salt);

// Those who wait for the next change. One thread looks for all of them; with nobody waiting it asks
// nothing.
class FeedWatch {
 public:
  struct Limits {
    size_t all = 1000;
    std::chrono::milliseconds look{50};  // between two looks
  };
  explicit FeedWatch(std::shared_ptr<db::Database> database) : FeedWatch(std::move(database), {}) {}
  FeedWatch(std::shared_ptr<db::Database> database, Limits limits);
  ~FeedWatch();
  FeedWatch(const FeedWatch&) = delete;
  FeedWatch& operator=(const FeedWatch&) = delete;

  void start();
  void stop();  // ends the thread and all waits. Idempotent

  // A stream that gets the text of feed_changes() when there is something behind that place, or,
  // without changes, when the time is over; then it ends. It ends without a text when the database
  // is away or the place is none any more. unavailable: too many wait, or after stop().
  Result<std::shared_ptr<http::Stream>> wait(const FeedPlace& after, size_t limit,
                                             std::chrono::milliseconds time);
  size_t waiting() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Wait {
    FeedPlace after;
    size_t limit = 0;
    Time until;
    std::shared_ptr<http::Stream> stream;
  };
  void run();
  void look();

  std::shared_ptr<db::Database> database_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::vector<Wait> waits_;
  std::mutex stopping_;
  std::thread thread_;
};

// GET /api/v1/gate/changes?after=&chain=&limit=&wait=   scope gate:read
// GET /api/v1/gate/names?after=&limit=
std::vector<http::Route> feed_routes(std::shared_ptr<db::Database> database,
                                     std::shared_ptr<FeedWatch> watch);

}  // namespace beian::registry
