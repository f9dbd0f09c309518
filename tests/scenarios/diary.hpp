// Plays a diary: steps of people at both sides with what they must see. README.md has the format.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "diary_values.hpp"
#include "diary_world.hpp"

namespace beian::diary {

// tests/scenarios/NAME.json, as written. Throws std::runtime_error when it cannot be read.
Json read_diary(const std::string& name);
// Every diary of tests/scenarios/orders, by name ("orders/first"), sorted.
std::vector<std::string> diaries();

class Player {
 public:
  // Throws std::invalid_argument for a diary that is not written as it should be.
  Player(const Json& diary, const std::string& backend);

  // What went otherwise than written, one line each with the step's place; empty: all as written.
  // Ends at the first step that did.
  std::vector<std::string> play();
  World& world() { return *world_; }

 private:
  void run(const Json& steps, const std::string& at);
  void step(const Json& given);
  void call(const Json& step);
  void ask_authority(const Json& step);
  void check(const Json& step, const http::Response& answer);
  void upload(const Json& step);
  void sms(const Json& step);
  void decide(const Json& step);
  void play_part(const Json& step);
  void pass_time(const std::string& much);
  Json between(const std::string& body, const Json& marks) const;
  Json fetch(const std::string& account, const std::string& path);
  void wrong(const std::string& what) const;

  const Json diary_;
  std::unique_ptr<World> world_;
  Names names_;
  std::string at_;  // the place of the step that runs
};

}  // namespace beian::diary
