// Inside platform/jobs: the statements on the table of jobs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/jobs/jobs.hpp"

namespace beian::jobs {

struct Claimed {
  Job job;
  std::string key;
  std::string lease;
};

class Queue {
 public:
  Queue(std::shared_ptr<db::Database> database, const Clock& clock, Millis lease)
      : database_(std::move(database)), clock_(clock), lease_(lease) {}

  void take_kinds(const std::vector<std::string>& kinds);
  // When the next job of these kinds is due; may lie in the past. A read only.
  std::optional<TimePoint> next_due();
  // The longest due one, now leased.
  std::optional<Claimed> claim();
  // Those who no longer hold the lease change nothing and get false.
  bool renew(const Claimed& claimed);
  bool done(const Claimed& claimed);
  bool again(const Claimed& claimed, Millis after);
  bool failed(const Claimed& claimed, Millis after, const std::string& error);

 private:
  bool put_back(const Claimed& claimed, int attempt, Millis after, const db::Value& error);

  std::shared_ptr<db::Database> database_;
  const Clock& clock_;
  Millis lease_;
  std::string kinds_;  // ":k0, :k1"
  std::vector<std::pair<std::string, std::string>> kind_values_;
};

}  // namespace beian::jobs
