// Follows the provider system's registry: fetches the whole state once, then each change as it
// comes (long poll), and keeps both on disk (Keeper). When the provider system is away the gate
// goes on answering from what it has; Live::confirmed() tells how old that is.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/json.hpp"
#include "base/personal.hpp"
#include "base/result.hpp"
#include "gate/keeper.hpp"

namespace beian::gate {

struct FollowOptions {
  std::string origin;  // of the provider system, "https://filing.example.cn"
  Secret token;        // an API token with gate:read
  // Asked when the token is refused: another one may be there by now.
  std::function<Result<Secret>()> token_again = {};
  KeeperOptions keeper;
  std::chrono::seconds wait{5};  // of one question for changes; at most 10
  size_t changes_at_once = 10'000;
  size_t names_at_once = 5'000;
  // Between tries when something is wrong, growing from the first to the second.
  std::chrono::milliseconds first_pause{200}, longest_pause{5'000};
};

struct FollowState {
  uint64_t sequence = 0;
  Seconds confirmed = 0;     // 0: never
  bool connected = false;    // the last question was answered
  std::string last_problem;  // code and reason; empty: none since the last good answer
  size_t overlay_changes = 0, overlay_bytes = 0;
  uint64_t journal_bytes = 0;
  bool saved = true;     // as Keeper::saved()
  uint64_t fetches = 0;  // of the whole state
  uint64_t merges = 0;   // snapshots that were built of an older one and its changes
  uint64_t refused = 0;  // names of the feed that are none for a gate
};

class Follower {
 public:
  explicit Follower(FollowOptions options);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // What is on disk is in force at once; the rest happens on a thread. conflict: another process
  // keeps that snapshot. Throws std::system_error when the folder cannot be written.
  Status start();
  // Within about a second. Idempotent; what is in force stays so.
  void stop();

  // Null as long as there is no state at all; then the same one for good.
  std::shared_ptr<Live> live() const;
  // Waits for a state; with `sequence`, for one that stands there or behind.
  bool wait_until(uint64_t sequence, std::chrono::milliseconds patience) const;
  // Waits until the feed has said once since start() that it has nothing newer.
  bool wait_confirmed(std::chrono::milliseconds patience) const;
  FollowState state() const;
  // Stops, and takes all changes into the snapshot's file.
  void merge();

 private:
  struct Place {
    uint64_t number = 0, chain = 0;
  };
  void run();
  Status fetch();
  Status fill(Builder& builder);
  Status poll();
  Result<Json> get(const std::string& path, std::chrono::seconds time) const;
  // The changes behind `place`, checked; `place` is then behind them. conflict: they do not go on
  // from there.
  Result<Json> get_changes(Place& place, std::chrono::seconds wait) const;
  void confirm();
  void renew_token();
  void note(const Status& status);
  void note_keeper();
  // False when it is to stop.
  bool pause(std::chrono::milliseconds time);

  FollowOptions options_;
  Keeper keeper_;
  bool must_fetch_ = false;
  bool good_ = false;     // the last step was: the next question for changes may wait for them
  bool fetched_ = false;  // the whole state, and nothing was had from it since
  std::chrono::steady_clock::time_point synced_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::atomic<bool> stopped_ = false;
  FollowState state_;
  bool told_confirmed_ = false;  // since start()
  std::shared_ptr<Live> live_;
  std::thread thread_;
};

}  // namespace beian::gate
