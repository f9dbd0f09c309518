// What every part of the sandbox works with.
#pragma once

#include <functional>
#include <memory>

#include "sandbox/sandbox.hpp"

namespace beian::sandbox {

struct Context {
  std::shared_ptr<db::Database> database;
  blob::Store& blobs;
  const Clock& clock;
  Options options;
  std::function<void()> nudge;  // background work was enqueued and committed
};

// Kinds of background jobs.
inline constexpr char kJudgeJob[] = "sandbox.judge";        // payload: provider
inline constexpr char kExpireJob[] = "sandbox.sms_expire";  // payload: record
inline constexpr char kAutoSmsJob[] = "sandbox.sms_auto";   // payload: record
inline constexpr char kDecideJob[] = "sandbox.decide";      // payload: record

}  // namespace beian::sandbox
