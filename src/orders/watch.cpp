#include "orders/watch.hpp"

#include <algorithm>
#include <map>

#include "platform/db/list_of_values.hpp"
#include "platform/log/log.hpp"

namespace beian::orders {
namespace {

constexpr size_t kAtOnce = 100;
// However much is committed, nobody looks more often than that.
constexpr std::chrono::milliseconds kGap{100};

struct Standing {
  std::string account_id;
  int64_t version = 0;
  State state = State::draft;
};

std::map<std::string, Standing> standings(db::Tx& tx, const std::vector<std::string>& ids) {
  std::map<std::string, Standing> out;
  for (size_t from = 0; from < ids.size(); from += kAtOnce) {
    const size_t end = std::min(ids.size(), from + kAtOnce);
    const db::List some(std::vector(ids.begin() + static_cast<std::ptrdiff_t>(from),
                                    ids.begin() + static_cast<std::ptrdiff_t>(end)));
    for (const auto& row : tx.query(
             "SELECT id, account_id, version, state FROM orders WHERE id IN (" + some.text + ")",
             some.params))
      if (const auto state = state_named(row.text("state")))
        out[row.text("id")] = {row.text("account_id"), row.i64("version"), *state};
  }
  return out;
}

}  // namespace

std::string event_text(const std::string& order_id, int64_t version, State state) {
  const Json data = Json::object({{"order", order_id},
                                  {"version", version},
                                  {"state", name_of(state)},
                                  {"state_title", title_of(state)},
                                  {"final", is_final(state)}});
  return "id: " + std::to_string(version) + "\nevent: order\ndata: " + to_string(data) + "\n\n";
}

Watchers::Watchers(std::shared_ptr<db::Database> database, WatchLimits limits)
    : database_(std::move(database)), limits_(limits) {}

Watchers::~Watchers() {
  stop();
}

void Watchers::start() {
  const std::lock_guard lock(mutex_);
  if (stopped_ || thread_.joinable()) return;
  thread_ = std::thread([this] { run(); });
}

void Watchers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& watch : watches_) watch.stream->close();
    watches_.clear();
  }
  wake_.notify_all();
  const std::lock_guard once(stopping_);
  if (thread_.joinable()) thread_.join();
}

void Watchers::changed() {
  {
    const std::lock_guard lock(mutex_);
    changed_ = true;
  }
  wake_.notify_all();
}

void Watchers::drop_ended() {
  const Time now = std::chrono::steady_clock::now();
  for (const auto& watch : watches_)
    if (watch.until <= now) watch.stream->close();
  std::erase_if(watches_, [](const Watch& watch) { return watch.stream->closed(); });
}

Result<std::shared_ptr<http::Stream>> Watchers::watch(const Order& order, const std::string& who,
                                                      int64_t seen) {
  const std::lock_guard lock(mutex_);
  drop_ended();
  if (stopped_ || watches_.size() >= limits_.all)
    return fail(ProblemCode::unavailable, "", {{"seconds", "30"}});
  const auto own = std::ranges::count(watches_, who, &Watch::who);
  if (static_cast<size_t>(own) >= limits_.of_one)
    return fail(ProblemCode::too_many, "", {{"max", std::to_string(limits_.of_one)}});
  auto stream = std::make_shared<http::Stream>();
  stream->push("retry: 3000\n\n");
  if (order.version != seen) stream->push(event_text(order.id, order.version, order.state));
  if (is_final(order.state)) {
    stream->close();
    return stream;
  }
  watches_.push_back({order.id, order.account_id, who, order.version,
                      std::chrono::steady_clock::now() + limits_.life, stream});
  // It may have moved between reading it and this line.
  changed_ = true;
  wake_.notify_all();
  return stream;
}

size_t Watchers::look() {
  const std::lock_guard once(looking_);
  std::vector<std::string> ids;
  {
    const std::lock_guard lock(mutex_);
    changed_ = false;
    drop_ended();
    for (const auto& watch : watches_) ids.push_back(watch.order_id);
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  if (ids.empty()) return 0;
  const auto found = database_->read_value([&](db::Tx& tx) { return standings(tx, ids); });
  size_t told = 0;
  const std::lock_guard lock(mutex_);
  for (auto& watch : watches_) {
    const auto now = found.find(watch.order_id);
    if (now == found.end()) continue;
    const Standing& standing = now->second;
    // Whose it is may have changed: he who watches has to show again that he may.
    if (standing.account_id != watch.account_id) {
      watch.stream->close();
      continue;
    }
    if (standing.version <= watch.seen) continue;
    watch.seen = standing.version;
    watch.stream->push(event_text(watch.order_id, standing.version, standing.state));
    if (is_final(standing.state)) watch.stream->close();
    ++told;
  }
  drop_ended();
  return told;
}

size_t Watchers::watching() const {
  const std::lock_guard lock(mutex_);
  return watches_.size();
}

void Watchers::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kGap, [this] { return stopped_; });
      wake_.wait_for(lock, limits_.pause, [this] { return stopped_ || changed_; });
      // Who watches nothing asks nothing.
      wake_.wait(lock, [this] { return stopped_ || !watches_.empty(); });
      if (stopped_) return;
    }
    try {
      look();
    } catch (const std::exception& e) {
      // The database is away: the next look is after a pause.
      log::warn("orders.watch", {{"what", e.what()}});
    }
  }
}

}  // namespace beian::orders
