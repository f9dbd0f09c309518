#include "platform/log/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace beian::log {

namespace {

constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};

std::atomic<Level> current_level{Level::info};

std::mutex sink_mutex;
std::shared_ptr<const std::function<void(std::string_view)>> test_sink;

// Never destroyed: threads may log while the process ends.
spdlog::logger& logger() {
  static spdlog::logger* const kLogger = [] {
    auto* made = new spdlog::logger("beian", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    return made;
  }();
  return *kLogger;
}

// A line must be valid JSON whatever bytes came in from outside.
std::string printable(const std::string& s) {
  if (text::is_utf8(s)) return s;
  std::string out;
  for (const char c : s) {
    if (static_cast<unsigned char>(c) < 0x80) {
      out += c;
    } else {
      out += "\xEF\xBF\xBD";
    }
  }
  return out;
}

}  // namespace

void set_level(Level level) {
  current_level.store(level, std::memory_order_relaxed);
}

bool parse_level(std::string_view word, Level& out) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == word) {
      out = static_cast<Level>(i);
      return true;
    }
  }
  return false;
}

void set_sink(std::function<void(std::string_view)> sink) {
  const std::lock_guard lock(sink_mutex);
  test_sink = sink ? std::make_shared<const std::function<void(std::string_view)>>(std::move(sink))
                   : nullptr;
}

void write(Level level, std::string_view event, Fields fields) {
  if (level < current_level.load(std::memory_order_relaxed)) return;
  Json line = Json::object(
      {{"time", to_rfc3339(std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()))},
       {"level", kNames[static_cast<size_t>(level)]},
       {"event", event}});
  for (const auto& [key, value] : fields)
    line.members().emplace_back(std::string(key), printable(value));
  const std::string out = to_string(line);

  std::shared_ptr<const std::function<void(std::string_view)>> sink;
  {
    const std::lock_guard lock(sink_mutex);
    sink = test_sink;
  }
  if (sink) {
    (*sink)(out);
  } else {
    logger().log(spdlog::level::info, spdlog::string_view_t(out.data(), out.size()));
  }
}

}  // namespace beian::log
