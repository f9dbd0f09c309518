#include "gate/follow.hpp"

#include <algorithm>
#include <utility>

#include "base/chain.hpp"
#include "base/encoding.hpp"
#include "platform/http/client.hpp"

namespace beian::gate {

namespace {

using std::chrono::steady_clock;

// However fast changes come, nobody asks more often; they are taken together.
constexpr std::chrono::milliseconds kGap{20};
constexpr std::chrono::seconds kPatience{30};  // for an answer that waits for nothing

Seconds now() {
  return static_cast<Seconds>(
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

std::unexpected<Problems> unreachable(std::string reason) {
  return fail(ProblemCode::peer_unreachable, "", {{"reason", std::move(reason)}});
}

// The name lives as long as the item. A number of a form that nobody knows is left out.
Change change_of(const Json& item) {
  Change out;
  out.entry.name = item["domain"].as_string();
  const auto standing = standing_told(item["what"].as_string());
  out.gone = !standing;
  if (out.gone) return out;
  out.entry.standing = *standing;
  out.entry.number = pack_number(item["filing_number"].as_string()).value_or(0);
  return out;
}

uint64_t chain_of(uint64_t before, int64_t number, const Json& item) {
  return chain_after(before, number, item["domain"].as_string(), item["what"].as_string(),
                     item["filing_number"].as_string());
}

}  // namespace

Follower::Follower(FollowOptions options)
    : options_(std::move(options)), keeper_(options_.keeper) {}

Follower::~Follower() {
  stop();
}

Status Follower::start() {
  const Status opened = keeper_.open();
  if (!opened && opened.error().front().code == ProblemCode::conflict) return opened;
  if (!opened && options_.keeper.tell)
    options_.keeper.tell("gate.no_snapshot", opened.error().front().args.back().second);
  note_keeper();
  thread_ = std::thread([this] { run(); });
  return {};
}

void Follower::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<Live> Follower::live() const {
  const std::lock_guard lock(mutex_);
  return live_;
}

bool Follower::wait_until(uint64_t sequence, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return live_ && state_.sequence >= sequence; });
}

bool Follower::wait_confirmed(std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return live_ && told_confirmed_; });
}

void Follower::merge() {
  stop();
  keeper_.merge();
  note_keeper();
}

FollowState Follower::state() const {
  const std::lock_guard lock(mutex_);
  FollowState out = state_;
  if (live_) out.confirmed = live_->confirmed();
  return out;
}

bool Follower::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopped_.load(); });
}

void Follower::note_keeper() {
  const std::lock_guard lock(mutex_);
  live_ = keeper_.live();
  state_.sequence = keeper_.sequence();
  state_.overlay_changes = keeper_.changes();
  state_.overlay_bytes = keeper_.overlay_bytes();
  state_.journal_bytes = keeper_.journal_bytes();
  state_.saved = keeper_.saved();
  state_.merges = keeper_.merges();
  changed_.notify_all();
}

void Follower::note(const Status& status) {
  std::string text;
  if (!status) {
    const Problem& problem = status.error().front();
    text = std::string(spec_of(problem.code).name);
    if (!problem.args.empty()) text += ": " + problem.args.back().second;
  }
  {
    const std::lock_guard lock(mutex_);
    state_.connected = status.has_value();
    if (state_.last_problem == text) return;
    state_.last_problem = text;
  }
  if (options_.keeper.tell)
    options_.keeper.tell(text.empty() ? "gate.following" : "gate.not_following", text);
}

void Follower::run() {
  auto wait = options_.first_pause;
  while (!stopped_) {
    Status step;
    try {
      step = must_fetch_ || !keeper_.follows() ? fetch() : poll();
      keeper_.tend();
    } catch (const std::exception& e) {  // the disk, most likely
      step = fail(ProblemCode::unavailable, "", {{"reason", e.what()}});
    }
    if (stopped_) break;
    note_keeper();
    note(step);
    good_ = step.has_value();
    if (step) {
      // A state alone does not show yet that the feed goes on from there.
      if (!fetched_) wait = options_.first_pause;
      continue;
    }
    const ProblemCode code = step.error().front().code;
    if (code == ProblemCode::not_signed_in) renew_token();
    const bool other_history = code == ProblemCode::conflict && !must_fetch_;
    must_fetch_ = must_fetch_ || other_history;
    if (other_history && !fetched_) continue;
    if (!pause(wait)) break;
    wait = std::min(wait * 2, options_.longest_pause);
  }
}

void Follower::renew_token() {
  if (!options_.token_again) return;
  if (auto token = options_.token_again()) options_.token = std::move(*token);
}

void Follower::confirm() {
  keeper_.confirm(now());
  const bool first = [this] {
    const std::lock_guard lock(mutex_);
    return !std::exchange(told_confirmed_, true);
  }();
  if (first && options_.keeper.tell)
    options_.keeper.tell("gate.up_to_date", "change " + std::to_string(keeper_.sequence()));
}

// ---- questions

Result<Json> Follower::get(const std::string& path, std::chrono::seconds time) const {
  http::ClientRequest request;
  request.url = options_.origin + path;
  request.headers = {{"Authorization", "Bearer " + options_.token.reveal()}};
  request.timeout = time;
  request.cancel = &stopped_;
  const auto response = http::send(request);
  if (!response) return fail(response);
  if (response->status == 409) return fail(ProblemCode::conflict);
  if (response->status == 401) return fail(ProblemCode::not_signed_in);
  if (response->status == 403) return fail(ProblemCode::forbidden);
  if (response->status != 200)
    return unreachable("answered with status " + std::to_string(response->status));
  auto json = parse_json(response->body);
  if (!json) return unreachable("the answer is cut off");
  return json;
}

Result<Json> Follower::get_changes(Place& place, std::chrono::seconds wait) const {
  auto answer = get("/api/v1/gate/changes?after=" + std::to_string(place.number) +
                        "&chain=" + chain_text(place.chain) +
                        "&limit=" + std::to_string(options_.changes_at_once) +
                        "&wait=" + std::to_string(wait.count()),
                    wait + kPatience);
  if (!answer) return answer;
  Place end = place;
  Pace pace;
  for (const Json& item : (*answer)["changes"].items()) {
    const auto number = static_cast<int64_t>(++end.number);
    if (item["number"].as_int() != number) return fail(ProblemCode::conflict);
    end.chain = chain_of(end.chain, number, item);
    pace.step();
  }
  const auto chain = parse_chain((*answer)["chain"].as_string());
  if (!chain || *chain != end.chain ||
      (*answer)["last"].as_int() != static_cast<int64_t>(end.number))
    return fail(ProblemCode::conflict);
  place = end;
  return answer;
}

Status Follower::poll() {
  Place place{keeper_.sequence(), keeper_.chain()};
  uint64_t chain = place.chain;
  // After a start or an outage it is to be known at once whether this is the newest.
  const auto answer =
      get_changes(place, good_ && !fetched_ ? options_.wait : std::chrono::seconds(0));
  if (!answer) return fail(answer);
  fetched_ = false;
  const auto& items = (*answer)["changes"].items();
  std::vector<Change> changes;
  changes.reserve(items.size());
  Pace pace;
  for (const Json& item : items) {
    pace.step();
    Change& change = changes.emplace_back(change_of(item));
    change.sequence = static_cast<uint64_t>(item["number"].as_int());
    change.chain = chain = chain_of(chain, item["number"].as_int(), item);
  }
  const uint64_t refused = keeper_.apply(changes);
  if (refused > 0) {
    const std::lock_guard lock(mutex_);
    state_.refused += refused;
  }
  const bool all = changes.size() < options_.changes_at_once;
  if (all) confirm();
  if (changes.empty()) {
    if (options_.wait.count() == 0) pause(kGap);
    return {};
  }
  note_keeper();
  if (const auto at = steady_clock::now(); at - synced_ > std::chrono::seconds(1)) {
    keeper_.sync();
    synced_ = at;
  }
  if (all) pause(kGap);
  return {};
}

// ---- the whole state

Status Follower::fetch() {
  const Status done = keeper_.replace([this](Builder& builder) { return fill(builder); });
  if (!done) return done;
  must_fetch_ = false;
  fetched_ = true;
  confirm();
  const std::lock_guard lock(mutex_);
  ++state_.fetches;
  return {};
}

// All names as each page found them, then what changed since the first page: the last word on a
// name counts, so in the end all stand as they did at one and the same place in the journal.
Status Follower::fill(Builder& builder) {
  uint64_t refused = 0;
  const auto add = [&](const Json& item) {
    const Change change = change_of(item);
    const HostKind kind =
        change.gone ? builder.remove(change.entry.name) : builder.add(change.entry);
    refused += kind == HostKind::name ? 0 : 1;
  };
  std::optional<Place> place;
  std::string after;
  for (bool more = true; more;) {
    const auto page = get("/api/v1/gate/names?after=" + percent_encode(after) +
                              "&limit=" + std::to_string(options_.names_at_once),
                          kPatience);
    if (!page) return fail(page);
    const auto chain = parse_chain((*page)["chain"].as_string());
    if (!chain) return unreachable("an answer of another kind");
    if (!place) place = Place{static_cast<uint64_t>((*page)["last"].as_int()), *chain};
    uint64_t check = kChainStart;
    int64_t count = 0;
    for (const Json& item : (*page)["names"].items()) {
      check = chain_of(check, ++count, item);
      add(item);
    }
    if (chain_text(check) != (*page)["check"].as_string()) return fail(ProblemCode::conflict);
    more = (*page)["next"].is_string();
    if (more && (*page)["next"].as_string() == after)
      return unreachable("a page that repeats itself");
    after = (*page)["next"].as_string();
  }
  for (bool more = true; more;) {
    const auto answer = get_changes(*place, std::chrono::seconds(0));
    if (!answer) return fail(answer);
    const auto& items = (*answer)["changes"].items();
    for (const Json& item : items) add(item);
    more = items.size() == options_.changes_at_once;
  }
  builder.stands_at(place->number, place->chain);
  const std::lock_guard lock(mutex_);
  state_.refused += refused;
  return {};
}

}  // namespace beian::gate
